// @ts-check
/**
 * Patients whom a nurse called by hand while the server was away: kept on this machine until the server has them.
 *
 * A tick is an entry's id, its number for the screen, and the time of the tick. Before they are sent they are closed
 * into a batch with a key of its own that is kept too: a lost answer or a reload repeats the same batch with the same
 * key, so a tick is merged once. No personal data is kept: ids and numbers only.
 */

/** @typedef {{entry: string, number: string, at: string}} Tick */
/** @typedef {{key: string, ticks: Tick[]}} Batch */

/** More than a room calls in a day; a full store refuses instead of growing. */
const TICKS_MAX = 400;
const BATCH_MAX = 100; // a hundred ticks are 6 kB: well under what the server reads of one request

export class Ticks {
  #store;
  #name;
  #newKey;

  /** @param {Storage} store @param {string} room @param {() => string} newKey */
  constructor(store, room, newKey) {
    this.#store = store;
    this.#name = `luot.ticks.${room}`;
    this.#newKey = newKey;
  }

  /** @returns {Tick[]} all that the server has not confirmed, oldest first */
  all() {
    const { batch, open } = this.#read();
    return [...(batch ? batch.ticks : []), ...open];
  }

  /** @param {string} entry */
  has(entry) {
    return this.all().some((tick) => tick.entry === entry);
  }

  /** @param {Tick} tick @returns {boolean} false when it stands already or the store is full */
  add(tick) {
    const kept = this.#read();
    if (this.has(tick.entry) || this.all().length >= TICKS_MAX) return false;
    return this.#write({ ...kept, open: [...kept.open, tick] });
  }

  /** Take a tick back that was not sent yet. @param {string} entry */
  remove(entry) {
    const kept = this.#read();
    this.#write({ ...kept, open: kept.open.filter((tick) => tick.entry !== entry) });
  }

  /** @returns {Batch|null} what to send now; the same one until it is settled */
  batch() {
    const kept = this.#read();
    if (kept.batch) return kept.batch;
    if (!kept.open.length) return null;
    const batch = { key: this.#newKey(), ticks: kept.open.slice(0, BATCH_MAX) };
    return this.#write({ batch, open: kept.open.slice(BATCH_MAX) }) ? batch : null;
  }

  /** The server has answered this batch. @param {Batch} batch */
  settle(batch) {
    const kept = this.#read();
    if (kept.batch && kept.batch.key === batch.key) this.#write({ batch: null, open: kept.open });
  }

  /** @returns {{batch: Batch|null, open: Tick[]}} */
  #read() {
    try {
      const kept = JSON.parse(this.#store.getItem(this.#name) || "null");
      return { batch: (kept && kept.batch) || null, open: (kept && kept.open) || [] };
    } catch {
      return { batch: null, open: [] };
    }
  }

  /** @param {{batch: Batch|null, open: Tick[]}} kept @returns {boolean} false when this browser keeps nothing */
  #write(kept) {
    try {
      this.#store.setItem(this.#name, JSON.stringify(kept));
      return true;
    } catch {
      return false;
    }
  }
}
