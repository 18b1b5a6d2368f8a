// @ts-check
/** Brings the ticks made by hand to the server once it is back, each batch until it is answered. */

/** A batch that is not answered is tried again by the next sign of life, or by the nurse. */
export class HandMerge {
  running = false;
  failed = false;
  /** @type {{done: string[], already: string[], unknown: string[]}|null} numbers by result, to be shown */
  numbers = null;
  #ticks;
  #commands;
  #path;

  /** @param {import("./ticks.js").Ticks} ticks @param {import("./commands.js").Commands} commands @param {string} room */
  constructor(ticks, commands, room) {
    this.#ticks = ticks;
    this.#commands = commands;
    this.#path = `/rooms/${room}/hand-calls`;
  }

  /** @param {() => void} onChange */
  async record(onChange) {
    if (this.running || !this.#ticks.all().length) return;
    this.running = true;
    this.failed = false;
    onChange();
    try {
      for (let batch = this.#ticks.batch(); batch; batch = this.#ticks.batch()) {
        const body = { ticks: batch.ticks.map(({ entry, at }) => ({ entry, at })) };
        this.#note(batch, await this.#commands.send(this.#path, body, { key: batch.key }));
        this.#ticks.settle(batch);
      }
    } catch (error) {
      this.failed = true; // the batch is kept with its key; desk-notices says so and offers to record again
      console.warn("hand_calls.not_recorded", String(error));
    } finally {
      this.running = false;
      onChange();
    }
  }

  dismiss() {
    this.numbers = null;
  }

  /** @param {import("./ticks.js").Batch} batch @param {{results: {entry: string, result: string}[]}} answer */
  #note(batch, answer) {
    const numbers = this.numbers || { done: [], already: [], unknown: [] };
    const results = new Map(answer.results.map((each) => [each.entry, each.result]));
    for (const { entry, number } of batch.ticks) {
      const result = results.get(entry);
      numbers[result === "done" || result === "already" ? result : "unknown"].push(number);
    }
    this.numbers = numbers;
  }
}
