// @ts-check
/**
 * The conversation of a client of the live protocol (server/docs/live.md), without a socket and without a clock.
 *
 * Twin of server/live/follower.py; both are driven by tests/server/live/follower_cases.json. It is fed with what happened
 * and the time in seconds, and answers with what to do. It runs on televisions: Chromium 69 syntax.
 *
 * @typedef {Object<string, any>} Message
 * @typedef {{kind: string, message: Message}} Update
 * @typedef {{do: "connect"} | {do: "hang_up", reason: string} | {do: "send", message: Message}
 *   | {do: "poll", epoch: string|null, seq: number|null} | {do: "tell", update: Update}} Action
 */

export const CONNECT_LIMIT_S = 2;
export const DEAD_AFTER_S = 6; // until the welcome says otherwise
export const POSITION_EVERY_S = 5; // keeps the server from closing us as silent (20 s) with room to spare
const RETRY_FIRST_S = 0.5;
const RETRY_GROWTH = 1.6;
const RETRY_AT_MOST_S = 1; // in the first half minute: most losses are a switch that restarts
const RETRY_PATIENT_S = 5;
const PATIENCE_AFTER_S = 30;
const UPGRADES_BEFORE_POLLING = 3; // some proxies swallow WebSockets and nothing else
const POLL_EVERY_S = 2;
const REFUSALS = [401, 403, 4000, 4001, 4003, 4004]; // asking again at once would not help
const TOLD = ["snapshot", "event", "overlay", "announce", "reload"];

/** A message does not continue what we hold; its text is the reason for hanging up. */
class Misfit extends Error {}

export class Follower {
  /**
   * @param {string[]} topics
   * @param {() => number} [random] from 0 to 1
   */
  constructor(topics, random) {
    this.topics = topics;
    /** @type {Object<string, Object<string, any>>} collections of objects by id; objects are replaced, never changed */
    this.state = {};
    /** @type {Object<string, Object<string, any>>} */
    this.overlays = {};
    /** @type {string|null} */
    this.epoch = null;
    /** @type {number|null} */
    this.seq = null;
    this._random = random || Math.random;
    /** @type {"idle"|"connecting"|"greeting"|"following"|"waiting"} */
    this._phase = "idle";
    /** @type {boolean|null} */
    this._present = null;
    this._heardAt = 0;
    this._since = 0;
    this._retryAt = 0;
    this._lostSince = 0;
    this._positionAt = 0;
    this._pollAt = 0;
    this._deadAfterS = DEAD_AFTER_S;
    this._tries = 0;
    this._failedUpgrades = 0;
    /** @type {number|null} */
    this._target = null;
    this._awaitsSnapshot = false;
    this._callUnreported = false;
    this._pollUnderWay = false;
    /** @type {{saidMs: number, at: number}|null} */
    this._serverTime = null;
  }

  // What happened, and what to do about it.

  /** Begin: the first connection is tried at once. @param {number} now @returns {Action[]} */
  start(now) {
    this._heardAt = now;
    return this._connect(now);
  }

  /** Answer an opened socket with the hello. @param {number} now @returns {Action[]} */
  opened(now) {
    this._phase = "greeting";
    this._since = now;
    const hello = { t: "hello", proto: [1], epoch: this.epoch, seq: this.seq, topics: this.topics };
    return [{ do: "send", message: hello }];
  }

  /** Take one message of the open socket. @param {Message} message @param {number} now @returns {Action[]} */
  received(message, now) {
    if (message.t === "bye") return this._hangUp("bye", message.code || null, message.retry !== false, now);
    let actions;
    try {
      actions = this._take(message, now);
    } catch (misfit) {
      if (!(misfit instanceof Misfit)) throw misfit;
      this._forgetAFailedResume();
      return this._hangUp(misfit.message, null, true, now);
    }
    this._heardAt = now;
    return actions.concat(this._report(now));
  }

  /** The socket closed by itself or never opened. @param {number|null} code @param {number} now @returns {Action[]} */
  closed(code, now) {
    return this._ended("closed", code, code === null || REFUSALS.indexOf(code) < 0, now);
  }

  /** Take the answer to a poll; null when none came. @param {Message[]|null} messages @param {number} now @returns {Action[]} */
  polled(messages, now) {
    this._pollUnderWay = false;
    if (messages === null || !this._isApart()) return [];
    /** @type {Action[]} */
    let actions = [];
    try {
      for (const message of messages) actions = actions.concat(this._take(message, now));
    } catch (misfit) {
      if (!(misfit instanceof Misfit)) throw misfit;
      this._forgetAFailedResume();
      return actions;
    }
    this._heardAt = now;
    return actions;
  }

  /** The network or the screen came back: do not wait for the next attempt. @param {number} now @returns {Action[]} */
  wake(now) {
    return this._phase === "waiting" ? this._connect(now) : this.tick(now);
  }

  /** Do what is due. @param {number} now @returns {Action[]} */
  tick(now) {
    if (this._phase === "connecting" && now >= this._since + CONNECT_LIMIT_S) {
      return this._hangUp("connect_limit", null, true, now);
    }
    if (this._isOpen() && now >= this._deadAt()) return this._hangUp("dead", null, true, now);
    let actions = this._pollWentSilent(now) ? this._lose("silent", null, true) : [];
    if (this._phase === "waiting" && now >= this._retryAt) actions = actions.concat(this._connect(now));
    if (this._mayPoll() && now >= this._pollAt) {
      this._pollUnderWay = true;
      this._pollAt = now + POLL_EVERY_S;
      actions.push({ do: "poll", epoch: this.epoch, seq: this.seq });
    }
    return actions.concat(this._report(now));
  }

  // What the wiring may ask.

  /** When tick is due; null while nothing can be. @returns {number|null} */
  get nextAt() {
    const due = this._mayPoll() ? [this._pollAt] : [];
    if (this._phase === "connecting") due.push(this._since + CONNECT_LIMIT_S);
    else if (this._phase === "waiting") due.push(this._retryAt);
    else if (this._phase !== "idle") due.push(this._deadAt());
    if (this._isCaughtUp()) due.push(this._positionAt);
    return due.length ? Math.min.apply(null, due) : null;
  }

  /** For how long nothing true was heard: what a stale screen goes by. @param {number} now @returns {number} */
  silentS(now) {
    return Math.max(0, now - this._heardAt);
  }

  /** The server's time, for devices whose own clock is wrong. @param {number} now @returns {Date|null} */
  serverNow(now) {
    const time = this._serverTime;
    return time === null ? null : new Date(time.saidMs + (now - time.at) * 1000);
  }

  /** Whether a welcome has been had on the open socket. */
  get isFollowing() {
    return this._phase === "following";
  }

  // Messages.

  /** @param {Message} message @param {number} now @returns {Action[]} */
  _take(message, now) {
    if ("now" in message) this._setServerTime(message.now, now);
    if (message.t === "welcome") this._welcome(message, now);
    else if (message.t === "snapshot") this._snapshot(message);
    else if (message.t === "event") this._event(message);
    else if (message.t === "heartbeat") {
      this._fit(message);
      this._tries = 0;
    } else if (message.t === "overlay") mergeOverlays(this.overlays, collections(message.body));
    /** @type {Action[]} */
    const told = TOLD.indexOf(message.t) < 0 ? [] : [{ do: "tell", update: { kind: message.t, message } }];
    return told.concat(this._return());
  }

  /** @param {Message} message @param {number} now */
  _welcome(message, now) {
    this._awaitsSnapshot = message.mode !== "resume";
    if (!this._awaitsSnapshot && message.epoch !== this.epoch) throw new Misfit("malformed");
    this._target = number(message.seq);
    this._deadAfterS = Number(message.dead_after_s) || DEAD_AFTER_S;
    if (this._phase === "greeting") {
      this._phase = "following";
      this._failedUpgrades = 0;
      this._positionAt = now + POSITION_EVERY_S;
    }
  }

  /** @param {Message} message */
  _snapshot(message) {
    const state = collections(message.state);
    this.seq = number(message.seq);
    this.epoch = message.epoch;
    this.state = {};
    for (const name of Object.keys(state)) this.state[name] = Object.assign({}, state[name]);
    this.overlays = {};
    this._awaitsSnapshot = false;
    this._callUnreported = true;
  }

  /** @param {Message} message */
  _event(message) {
    const changes = collections(mapping(message.body).set);
    this._fit(message);
    applySet(this.state, changes);
    const calls = changes.calls || {};
    if (Object.keys(calls).some((id) => calls[id] !== null)) this._callUnreported = true;
  }

  /** @param {Message} message */
  _fit(message) {
    const seq = number(message.seq);
    if (this._awaitsSnapshot || message.prev !== this.seq) throw new Misfit("gap");
    this.seq = seq;
  }

  /** @param {any} text @param {number} now */
  _setServerTime(text, now) {
    const saidMs = Date.parse(text);
    if (!isNaN(saidMs)) this._serverTime = { saidMs, at: now };
  }

  // Coming and going.

  _isApart() {
    return this._phase === "connecting" || this._phase === "waiting";
  }

  _isOpen() {
    return this._phase === "greeting" || this._phase === "following";
  }

  _isTrue() {
    return !this._awaitsSnapshot && this.seq !== null && this._target !== null && this.seq >= this._target;
  }

  _isCaughtUp() {
    return this._phase === "following" && this._isTrue();
  }

  _deadAt() {
    return Math.max(this._heardAt, this._since) + this._deadAfterS;
  }

  _mayPoll() {
    return this._isApart() && !this._pollUnderWay && this._failedUpgrades >= UPGRADES_BEFORE_POLLING;
  }

  /** @param {number} now */
  _pollWentSilent(now) {
    return this._present === true && this._isApart() && this.silentS(now) >= this._deadAfterS;
  }

  /** @param {number} now @returns {Action[]} */
  _connect(now) {
    this._phase = "connecting";
    this._since = now;
    return [{ do: "connect" }];
  }

  /** @param {number} now @returns {Action[]} */
  _report(now) {
    if (!this._isCaughtUp() || !(this._callUnreported || now >= this._positionAt)) return [];
    this._callUnreported = false;
    this._positionAt = now + POSITION_EVERY_S;
    return [{ do: "send", message: { t: "position", seq: this.seq } }];
  }

  /** @returns {Action[]} */
  _return() {
    if (!this._isTrue() || this._present === true) return [];
    const wasLost = this._present === false;
    this._present = true;
    return wasLost ? [{ do: "tell", update: { kind: "back", message: {} } }] : [];
  }

  /** @param {string} reason @param {number|null} code @param {boolean} retry @param {number} now @returns {Action[]} */
  _hangUp(reason, code, retry, now) {
    /** @type {Action[]} */
    const hangUp = [{ do: "hang_up", reason }];
    return hangUp.concat(this._ended(reason, code, retry, now));
  }

  /** @param {string} reason @param {number|null} code @param {boolean} retry @param {number} now @returns {Action[]} */
  _ended(reason, code, retry, now) {
    const wasFollowing = this._phase === "following";
    if (!wasFollowing) this._failedUpgrades += 1;
    if (this._tries === 0) this._lostSince = now;
    this._phase = "waiting";
    this._target = null;
    this._awaitsSnapshot = false;
    this._retryAt = now + this._retryIn(retry, now);
    this._tries += 1;
    // A failed upgrade loses nothing that polling holds up; silence of the polls is seen by tick.
    return wasFollowing || this._present === null ? this._lose(reason, code, retry) : [];
  }

  /** What did not fit before we caught up would not fit a second time: ask for a snapshot then. */
  _forgetAFailedResume() {
    if (!this._isTrue()) this.epoch = this.seq = null;
  }

  /** @param {string} reason @param {number|null} code @param {boolean} retry @returns {Action[]} */
  _lose(reason, code, retry) {
    if (this._present === false) return [];
    this._present = false;
    return [{ do: "tell", update: { kind: "lost", message: { reason, code, retry } } }];
  }

  /** @param {boolean} retry @param {number} now @returns {number} */
  _retryIn(retry, now) {
    if (!retry) return RETRY_PATIENT_S;
    const atMost = now < this._lostSince + PATIENCE_AFTER_S ? RETRY_AT_MOST_S : RETRY_PATIENT_S;
    const ceiling = Math.min(RETRY_FIRST_S * Math.pow(RETRY_GROWTH, Math.min(this._tries, 10)), atMost);
    return ceiling * (this._tries === 0 ? this._random() : 0.5 + this._random() / 2);
  }
}

/**
 * Change the state as an event's `set` says: an object replaces the one held, null removes it.
 * @param {Object<string, Object<string, any>>} state
 * @param {Object<string, Object<string, any>>} changes
 */
export function applySet(state, changes) {
  for (const name of Object.keys(changes)) {
    if (!state[name]) state[name] = {};
    for (const key of Object.keys(changes[name])) {
      if (changes[name][key] === null) delete state[name][key];
      else state[name][key] = changes[name][key];
    }
  }
}

/** What an overlay names is replaced, null removes, the rest stays until the next snapshot. */
const mergeOverlays = applySet;

/** @param {any} value @returns {Object<string, any>} */
function mapping(value) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Misfit("malformed");
  return value;
}

/** @param {any} value @returns {Object<string, Object<string, any>>} */
function collections(value) {
  Object.keys(mapping(value)).forEach((name) => mapping(value[name]));
  return value;
}

/** @param {any} value @returns {number} */
function number(value) {
  if (typeof value !== "number" || Math.floor(value) !== value) throw new Misfit("malformed");
  return value;
}
