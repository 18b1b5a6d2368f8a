// @ts-check
/**
 * Commands to the server: each carries a key of its own and is repeated with the same key when the answer was lost.
 *
 * A repeat of a committed command gives its first answer, so repeating can never call two patients. After the last
 * try it is not known whether the command was done: the page says so, and the live state shows the truth.
 */

/** How long an answer may take; a busy server answers 503 well before. */
const ANSWER_LIMIT_MS = 5000;
/** Pauses before the repeats: about 8 s in all, then a person decides. */
const PAUSES_MS = [300, 700, 1500, 2500, 3000];
const TRY_AGAIN = new Set([408, 502, 503, 504]);

/** The server said no; `detail` is a sentence in the page's language. */
export class Refusal extends Error {
  /** @param {{code?: string, title?: string, detail?: string, status?: number}} problem */
  constructor(problem) {
    super(problem.detail || problem.title || problem.code || "");
    this.code = problem.code || "server_fault";
    this.problem = /** @type {Record<string, any>} */ (problem);
  }
}

/** Nobody answered; whether the command was done is not known. */
export class NoAnswer extends Error {}

export class Commands {
  #fetch;
  #newKey;
  #pause;

  /**
   * @param {{fetch: typeof fetch, newKey: () => string, pause?: (ms: number) => Promise<void>}} parts
   */
  constructor({ fetch, newKey, pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms)) }) {
    this.#fetch = fetch;
    this.#newKey = newKey;
    this.#pause = pause;
  }

  /** @param {string} path @returns {Promise<any>} */
  get(path) {
    return this.#ask(path, { method: "GET" });
  }

  /**
   * @param {string} path below /api/v1
   * @param {unknown} [body]
   * @param {{key?: string, onRepeat?: (attempt: number) => void, method?: string}} [how]
   * @returns {Promise<any>} the answer's JSON, null for an empty one
   * @throws {Refusal|NoAnswer}
   */
  async send(path, body = {}, { key = this.#newKey(), onRepeat = () => {}, method = "POST" } = {}) {
    const request = {
      method,
      body: JSON.stringify(body),
      headers: { "Content-Type": "application/json", "Idempotency-Key": key },
    };
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#ask(path, request);
      } catch (error) {
        const isOver = attempt >= PAUSES_MS.length;
        const mayRepeat = error instanceof NoAnswer || (error instanceof Refusal && TRY_AGAIN.has(error.problem.status));
        if (isOver || !mayRepeat) throw error;
        onRepeat(attempt + 1);
        await this.#pause(PAUSES_MS[attempt]);
      }
    }
  }

  /** @param {string} path @param {RequestInit} request */
  async #ask(path, request) {
    const headers = { Accept: "application/json", "Accept-Language": document.documentElement.lang, ...request.headers };
    const stop = new AbortController();
    const limit = setTimeout(() => stop.abort(), ANSWER_LIMIT_MS);
    try {
      const answer = await this.#fetch(`/api/v1${path}`, { ...request, headers, signal: stop.signal });
      const text = await answer.text();
      if (answer.ok) return text ? JSON.parse(text) : null;
      throw new Refusal({ status: answer.status, ...problemOf(text) });
    } catch (error) {
      if (error instanceof Refusal) throw error;
      throw new NoAnswer("no answer", { cause: error });
    } finally {
      clearTimeout(limit);
    }
  }
}

/** @param {string} text @returns {object} */
function problemOf(text) {
  try {
    const problem = JSON.parse(text);
    return problem !== null && typeof problem === "object" ? problem : {};
  } catch {
    return {};
  }
}
