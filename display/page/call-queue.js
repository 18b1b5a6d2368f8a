// @ts-check
/**
 * Which call the large panel shows: each new call in turn, none shorter than can be read. Pure: told the time.
 *
 * The room's own card shows a call at once; here two calls at once are two calls, one after the other. What the loudspeaker
 * says now comes first, because a voice and a number that differ send the wrong patient.
 */

/** Time to find, read and believe a number from the far end of a hall. */
export const SHOWN_AT_LEAST_S = 6;
/** A call older than this is no news: after an outage it stands on its room's card only. */
export const NEWS_FOR_S = 120;
/** More than this many waiting means a minute and a half of lag; the oldest stand on their cards. */
export const WAITING_MAX = 15;
const SEEN_MAX = 500;

export class CallQueue {
  constructor() {
    /** @type {any|null} */
    this._shown = null;
    this._shownSinceS = 0;
    /** @type {any[]} */
    this._waiting = [];
    /** @type {string[]} */
    this._seen = [];
    this._isFirst = true;
  }

  /** New calls and announcements that start, from one live event. @param {any} event @param {Date} now @param {number} atS */
  noticeEvent(event, now, atS) {
    const changes = event.body.set;
    for (const call of values(changes.calls)) this._notice(call, now);
    for (const said of values(changes.announcements)) {
      if (said.state === "started") this._bringForward(said.calls || [], atS);
    }
  }

  /** The first snapshot brings no news; a later one brings what was called while we were away. @param {any} calls @param {Date} now */
  noticeSnapshot(calls, now) {
    const all = values(calls).sort(byTime);
    if (this._isFirst) all.forEach((call) => this._remember(callKey(call)));
    else all.forEach((call) => this._notice(call, now));
    this._isFirst = false;
  }

  /**
   * The call to show now, with its latest state; null when nothing is called.
   * @param {Object<string, any>} calls
   * @param {number} nowS
   * @returns {any|null}
   */
  current(calls, nowS) {
    this._waiting = this._waiting.filter((call) => calls[call.id] && calls[call.id].state === "called");
    const hasHadItsTime = nowS - this._shownSinceS >= SHOWN_AT_LEAST_S;
    if (this._waiting.length && (!this._shown || hasHadItsTime)) this._show(this._waiting.shift(), nowS);
    if (this._shown && calls[this._shown.id]) this._shown = calls[this._shown.id];
    else if (hasHadItsTime || !this._shown) this._shown = latest(calls);
    return this._shown && this._shown.state === "missed" && hasHadItsTime ? latest(calls) : this._shown;
  }

  /** How many calls wait for the panel. */
  get waiting() {
    return this._waiting.length;
  }

  /** @param {any} call @param {Date} now */
  _notice(call, now) {
    if (call.state !== "called" || this._seen.indexOf(callKey(call)) >= 0) return;
    this._remember(callKey(call));
    if (now.getTime() - Date.parse(call.called_at) > NEWS_FOR_S * 1000) return;
    this._waiting = this._waiting.concat([call]).slice(-WAITING_MAX);
  }

  /** @param {string[]} ids @param {number} atS */
  _bringForward(ids, atS) {
    const named = this._waiting.filter((call) => ids.indexOf(call.id) >= 0);
    if (!named.length || (this._shown && ids.indexOf(this._shown.id) >= 0)) return;
    const others = this._waiting.filter((call) => ids.indexOf(call.id) < 0);
    const isCutShort = this._shown && atS - this._shownSinceS < SHOWN_AT_LEAST_S;
    this._waiting = named.slice(1).concat(isCutShort ? [this._shown] : [], others);
    this._show(named[0], atS);
  }

  /** @param {any} call @param {number} nowS */
  _show(call, nowS) {
    this._shown = call;
    this._shownSinceS = nowS;
  }

  /** @param {string} key */
  _remember(key) {
    this._seen = this._seen.concat([key]).slice(-SEEN_MAX);
  }
}

/** A recall is a new call, whether it has a new id or only another attempt. @param {any} call @returns {string} */
export function callKey(call) {
  return call.id + "#" + (call.attempt || 1);
}

/** The newest call of somebody who is called or served. @param {Object<string, any>} calls @returns {any|null} */
function latest(calls) {
  const here = values(calls).filter((call) => call.state !== "missed");
  return here.length ? here.sort(byTime)[here.length - 1] : null;
}

/** @param {any} first @param {any} second */
function byTime(first, second) {
  return Date.parse(first.called_at) - Date.parse(second.called_at);
}

/** @param {Object<string, any>|undefined} collection @returns {any[]} what is there, without removals */
function values(collection) {
  return Object.keys(collection || {})
    .map((id) => /** @type {any} */ (collection)[id])
    .filter((value) => value !== null);
}
