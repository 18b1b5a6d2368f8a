// @ts-check
/**
 * What the machine knows of the hospital, asked of its own gateway once a second. It tells listeners of each change.
 */

const EVERY_MS = 1000;
const ANSWER_LIMIT_MS = 3000;
const LOST_AFTER_MISSES = 3; // the agent restarts within two seconds: no reason to frighten anybody

/**
 * @typedef {{vi: string, en?: string}} Names
 * @typedef {{low_s: number, high_s: number}} Wait
 * @typedef {{code: string, name: Names, hint?: Names|null, icon?: string, group?: string|null, open: boolean,
 *   closed_reason: string|null, opens_at: string|null, waiting: number|null, wait: Wait|null}} Service
 * @typedef {{code: string, name: Names, declared: boolean}} PriorityClass
 * @typedef {{version: string, site: {name: Names, languages: string[]}|null,
 *   groups: {code: string, name: Names}[], services: Service[], classes: PriorityClass[],
 *   connection: "connecting"|"ok"|"lost"|"denied", printer: {trouble: string|null}}} HallState
 */

export class Hall extends EventTarget {
  constructor() {
    super();
    /** @type {HallState} */
    this.state = {
      version: "", site: null, groups: [], services: [], classes: [], connection: "connecting", printer: { trouble: null },
    };
    this._misses = 0;
    this._seen = "";
  }

  /** Ask for ever. */
  async run() {
    for (;;) {
      await this._ask();
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  }

  async _ask() {
    try {
      const answer = await fetch("/api/kiosk/state", { signal: AbortSignal.timeout(ANSWER_LIMIT_MS) });
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      this._misses = 0;
      this._learn(await answer.json());
    } catch {
      this._misses += 1;
      if (this._misses >= LOST_AFTER_MISSES) this._learn({ ...this.state, connection: "lost" });
    }
  }

  /** @param {HallState} state */
  _learn(state) {
    const text = JSON.stringify(state);
    if (text === this._seen) return;
    this._seen = text;
    this.state = state;
    this.dispatchEvent(new Event("change"));
  }
}
