// @ts-check
/**
 * The hall board: wires the live link to the elements. Every change takes the one road `refresh`.
 *
 * It is opened at /board/AREA on the server, or at / of a display's gateway, which says the area in /board.json.
 */

import "/common/stale.js";
import "./call-panel.js";
import "./missed-strip.js";
import "./room-grid.js";
import "./wall-clock.js";
import { find, setText } from "/common/dom.js";
import { loadWords, pick, t, wordFiles } from "/common/i18n.js";
import { Live } from "/common/live.js";
import { CallQueue, callKey } from "./call-queue.js";

const LOOK_EVERY_MS = 500; // pages turn, calls change places, minutes pass
const HOSPITAL_AGAIN_MS = 10000;
const AREA_AGAIN_MS = 3000;

class Board {
  /** @param {string} area */
  constructor(area) {
    this.area = area;
    this.live = new Live(["area:" + area]);
    this.queue = new CallQueue();
    this.isUnknown = false;
    this.panel = /** @type {import("./call-panel.js").CallPanel} */ (find("luot-call-panel"));
    this.rooms = /** @type {import("./room-grid.js").RoomGrid} */ (find("luot-room-grid"));
    this.missed = /** @type {import("./missed-strip.js").MissedStrip} */ (find("luot-missed-strip"));
    this.clock = /** @type {import("./wall-clock.js").WallClock} */ (find("luot-wall-clock"));
  }

  start() {
    this.live.subscribe((update) => {
      if (update.kind === "event") this.queue.noticeEvent(update.message, this.live.serverNow, nowS());
      if (update.kind === "snapshot") this.queue.noticeSnapshot(this.live.state.calls || {}, this.live.serverNow);
      this.refresh();
    });
    this.live.start();
    /** @type {any} */ (find("luot-stale")).watch(this.live);
    setInterval(() => this.refresh(), LOOK_EVERY_MS);
    this.askHospital();
    this.refresh();
  }

  refresh() {
    const state = this.live.state;
    const now = this.live.serverNow;
    const area = (state.areas || {})[this.area];
    const english = Boolean(area && area.languages && area.languages.indexOf("en") >= 0);
    setText(find("#area"), area ? pick(area.name) : "");
    const shown = this.queue.current(state.calls || {}, nowS());
    const unknown = this.isUnknown ? this.area : null;
    this.panel.show(this.isUnknown ? null : shown, { state, english, isLoaded: this.live.hasState, unknown });
    this.rooms.show(state, this.live.overlays, { english, nowS: nowS() });
    this.missed.show(state.calls || {}, { english, now });
    this.clock.show(now);
    this.say(shown);
  }

  /** The live region speaks a call once, however often the screen is drawn. @param {any} call */
  say(call) {
    if (!call || callKey(call) === this.saidKey) return;
    this.saidKey = callKey(call);
    const room = (this.live.state.rooms || {})[call.room];
    setText(find("#said"), t("board.said", { number: call.number, room: room ? room.label : "" }));
  }

  /** The hospital's name and time zone; the board calls without them. */
  askHospital() {
    fetch("/api/v1/hospital")
      .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error("status " + answer.status))))
      .then((hospital) => {
        setText(find("#hospital"), pick(hospital.site.name));
        this.clock.timeZone = hospital.site.timezone;
        this.isUnknown = Boolean(hospital.areas) && !hospital.areas.some((/** @type {any} */ one) => one.code === this.area);
        this.refresh();
        if (this.isUnknown) setTimeout(() => this.askHospital(), HOSPITAL_AGAIN_MS); // it may be set up in a moment
      })
      .catch(() => setTimeout(() => this.askHospital(), HOSPITAL_AGAIN_MS));
  }
}

/** @returns {Promise<string>} the area's code */
function findArea() {
  const named = /\/board\/([^/]+)\/?$/.exec(location.pathname);
  if (named) return Promise.resolve(decodeURIComponent(named[1]));
  return fetch("/board.json")
    .then((answer) => answer.json())
    .then((board) => board.area)
    .catch(() => new Promise((resolve) => setTimeout(() => resolve(findArea()), AREA_AGAIN_MS)));
}

function nowS() {
  return performance.now() / 1000;
}

const files = wordFiles(new URL("locale/", document.baseURI).href, ["board"]).concat(wordFiles("/common/locale/", ["live"]));
Promise.all([findArea(), loadWords(files)]).then((results) => new Board(results[0]).start());
