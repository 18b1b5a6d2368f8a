// @ts-check
/**
 * The live link of a page: the socket, the timer and the polling around Follower.
 *
 *   const live = new Live(["area:sanh"]);
 *   live.subscribe((update) => refresh(live.state));   // kinds: snapshot event overlay announce lost back reload
 *   live.start();
 *
 * It talks to its own origin only and never gives up. Chromium 69 syntax; nothing that needs a secure context.
 */

import { CONNECT_LIMIT_S, Follower } from "./follower.js";

/** @typedef {import("./follower.js").Action} Action @typedef {import("./follower.js").Update} Update */

const GOING_AWAY = 1000;
const TIMER_AT_MOST_S = 30; // a browser's timer may be late, never wrong: look again

export class Live {
  /**
   * @param {string[]} topics
   * @param {{origin?: string}} [options] `origin` is for tests; a page follows the server it came from
   */
  constructor(topics, options) {
    this._origin = (options && options.origin) || location.origin;
    this._follower = new Follower(topics);
    /** @type {((update: Update) => void)[]} */
    this._listeners = [];
    /** @type {WebSocket|null} */
    this._socket = null;
    this._timer = 0;
    this._isStopped = false;
  }

  /** The state as of the last event: `live.state.rooms.p12`; objects are replaced, never changed. */
  get state() {
    return this._follower.state;
  }

  /** What moves with time beside the state: `live.overlays.queues.noi.waiting`. */
  get overlays() {
    return this._follower.overlays;
  }

  /** Whether a first state has arrived. */
  get hasState() {
    return this._follower.seq !== null;
  }

  /** For how many seconds nothing true was heard. */
  get silentS() {
    return this._follower.silentS(nowS());
  }

  /** The server's time, or this machine's until the server has said it. */
  get serverNow() {
    return this._follower.serverNow(nowS()) || new Date();
  }

  /** @param {(update: Update) => void} listener @returns {() => void} ends the subscription */
  subscribe(listener) {
    this._listeners.push(listener);
    return () => {
      this._listeners = this._listeners.filter((other) => other !== listener);
    };
  }

  start() {
    window.addEventListener("online", () => this._wake());
    window.addEventListener("pageshow", () => this._wake());
    document.addEventListener("visibilitychange", () => this._wake());
    this._feed(this._follower.start(nowS()));
  }

  stop() {
    this._isStopped = true;
    clearTimeout(this._timer);
    this._hangUp();
  }

  /** Send a message upward; false when there is no connection to send it on. @param {Object<string, any>} message */
  send(message) {
    if (!this._socket || !this._follower.isFollowing) return false;
    this._socket.send(JSON.stringify(message));
    return true;
  }

  // Everything that happens goes through _feed.

  /** @param {Action[]} actions */
  _feed(actions) {
    if (this._isStopped) return;
    for (const action of actions) this._do(action);
    clearTimeout(this._timer);
    const nextAt = this._follower.nextAt;
    const waitS = nextAt === null ? TIMER_AT_MOST_S : Math.min(Math.max(nextAt - nowS(), 0.02), TIMER_AT_MOST_S);
    this._timer = window.setTimeout(() => this._feed(this._follower.tick(nowS())), waitS * 1000);
  }

  /** @param {Action} action */
  _do(action) {
    if (action.do === "connect") this._connect();
    else if (action.do === "hang_up") this._hangUp();
    else if (action.do === "send" && this._socket) this._socket.send(JSON.stringify(action.message));
    else if (action.do === "poll") this._poll(action.epoch, action.seq);
    else if (action.do === "tell") this._tell(action.update);
  }

  _wake() {
    if (document.visibilityState !== "hidden") this._feed(this._follower.wake(nowS()));
  }

  _connect() {
    const socket = new WebSocket(this._origin.replace(/^http/, "ws") + "/api/v1/live");
    this._socket = socket;
    const ifCurrent = (/** @type {() => Action[]} */ what) => {
      if (this._socket === socket) this._feed(what());
    };
    socket.onopen = () => ifCurrent(() => this._follower.opened(nowS()));
    socket.onmessage = (frame) => ifCurrent(() => this._follower.received(parse(frame.data), nowS()));
    socket.onclose = (end) =>
      ifCurrent(() => {
        this._socket = null;
        return this._follower.closed(end.code, nowS());
      });
  }

  _hangUp() {
    const socket = this._socket;
    this._socket = null;
    if (socket) socket.close(GOING_AWAY);
  }

  /** @param {string|null} epoch @param {number|null} seq */
  _poll(epoch, seq) {
    const facts = ["topics=" + encodeURIComponent(this._follower.topics.join(","))];
    if (epoch !== null && seq !== null) facts.push("epoch=" + encodeURIComponent(epoch), "seq=" + seq);
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), CONNECT_LIMIT_S * 1000);
    const done = (/** @type {any} */ messages) => {
      clearTimeout(timer);
      this._feed(this._follower.polled(Array.isArray(messages) ? messages : null, nowS()));
    };
    fetch(this._origin + "/api/v1/live/state?" + facts.join("&"), { signal: limit.signal, cache: "no-store" })
      .then((answer) => (answer.ok ? answer.json() : null))
      .then(done, () => done(null));
  }

  /** @param {Update} update */
  _tell(update) {
    if (update.kind === "reload") this._reloadLater(update.message);
    for (const listener of this._listeners) listener(update);
  }

  /** A new build: load it at a moment of our own, so that a hundred screens do not ask at once. @param {any} message */
  _reloadLater(message) {
    const waitMs = Math.random() * 1000 * (Number(message.spread_s) || 0);
    setTimeout(() => this._reloadIfServed(), waitMs);
  }

  /** A page that is reloaded while the server is away is an error page for ever: ask first. */
  _reloadIfServed() {
    fetch(location.href, { cache: "no-store" }).then(
      (answer) => {
        if (answer.ok) location.reload();
      },
      () => setTimeout(() => this._reloadIfServed(), 10000)
    );
  }
}

function nowS() {
  return performance.now() / 1000;
}

/** @param {any} text @returns {Object<string, any>} */
function parse(text) {
  try {
    const message = JSON.parse(text);
    if (message !== null && typeof message === "object") return message;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return { t: "event" }; // an empty event is malformed, and that is what the follower will say of it
}
