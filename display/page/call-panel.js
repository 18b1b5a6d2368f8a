// @ts-check
/** `<luot-call-panel>`: the one call, very large. The rule for its size is in board.css. */

import { element, fill, setText } from "/common/dom.js";
import { pick, t } from "/common/i18n.js";
import { callKey } from "./call-queue.js";

const FEW_LETTERS = 4; // "A042"; longer numbers (a kiosk's own series) are set smaller
const MANY_LETTERS = 8;
const LONG_LABEL = 12; // "Quầy thu viện phí số 3" fits beside the number in smaller type

export class CallPanel extends HTMLElement {
  connectedCallback() {
    if (this._number) return;
    this._caption = element("p", { class: "panel-caption" });
    this._number = element("p", { class: "panel-number number", "data-live-number": true });
    this._mark = element("p", { class: "panel-mark mark mark-priority" });
    this._room = element("p", { class: "panel-room" });
    this._place = element("p", { class: "panel-place" });
    this._empty = element("p", { class: "panel-empty" });
    this._notice = element("p", { class: "panel-notice", role: "alert" });
    fill(this, [
      this._empty,
      element("div", { class: "panel-who" }, this._number),
      element("div", { class: "panel-where" }, this._caption, this._room, this._place, this._mark),
      this._notice,
    ]);
  }

  /**
   * @param {any|null} call
   * @param {{state: any, english: boolean, isLoaded: boolean, unknown: string|null}} around
   *   `unknown` is the area of this screen's address when the hospital has no such area
   */
  show(call, around) {
    const other = (/** @type {string} */ key) => (around.english ? t(key, {}, "en") : "");
    this.dataset.state = call ? call.state : "empty";
    const empty = around.isLoaded ? (hasCalled(around.state) ? "board.follow" : "board.no_call") : "board.loading";
    if (around.unknown === null) pair(this._empty, t(empty), around.isLoaded ? other(empty) : "");
    else pair(this._empty, t("board.no_area", { area: around.unknown }), t("board.no_area_what"));
    this._showNotice(around.state.announcements || {});
    if (!call) return;
    const room = (around.state.rooms || {})[call.room] || { label: call.room, name: {} };
    pair(this._caption, t("board.caption_" + call.state), other("board.caption_" + call.state));
    setText(/** @type {Element} */ (this._number), call.number);
    /** @type {HTMLElement} */ (this._number).dataset.letters = String(Math.min(Math.max(call.number.length, FEW_LETTERS), MANY_LETTERS));
    this._showRoom(room.label);
    setText(/** @type {Element} */ (this._place), pick(room.name) === room.label ? "" : pick(room.name));
    setText(/** @type {Element} */ (this._mark), call.priority ? t("board.priority") : "");
    this._swellOnChange(callKey(call));
  }

  /** A label breaks between words only: never "X-" and "quang". @param {string} label */
  _showRoom(label) {
    const target = /** @type {HTMLElement} */ (this._room);
    if (target.textContent === label) return;
    target.dataset.size = label.length > LONG_LABEL ? "long" : "short";
    fill(target, [].concat(...label.split(" ").map((word, place) => [place ? " " : "", element("span", {}, word)])));
  }

  /** A new call shows by one calm swell of the panel, not by flashing. @param {string} key */
  _swellOnChange(key) {
    if (this._shownKey === key) return;
    this._shownKey = key;
    this.classList.remove("panel-new");
    this.getBoundingClientRect(); // lets the animation start again
    this.classList.add("panel-new");
  }

  /** What is announced that is not a call: a sentence over the panel. @param {Object<string, any>} announcements */
  _showNotice(announcements) {
    const said = Object.keys(announcements)
      .map((id) => announcements[id])
      .filter((one) => one.kind !== "call" && one.text && (one.state === "sent" || one.state === "started"));
    setText(/** @type {Element} */ (this._notice), said.length ? pickText(said[0].text) : "");
    /** @type {HTMLElement} */ (this._notice).dataset.kind = said.length ? said[0].kind : "";
  }
}

/** Whether a number was called here today; "no calls yet" would be wrong then. @param {any} state */
function hasCalled(state) {
  const rooms = state.rooms || {};
  return Object.keys(state.calls || {}).length > 0 || Object.keys(rooms).some((code) => Boolean(rooms[code].last));
}

/** @param {any} text a sentence, or one for each language */
function pickText(text) {
  return typeof text === "string" ? text : pick(text);
}

/** Vietnamese first, English small beside it. @param {any} target @param {string} first @param {string} second */
export function pair(target, first, second) {
  const shown = first + "\n" + second;
  if (target.pairShown === shown) return;
  target.pairShown = shown;
  fill(target, [element("span", {}, first), second ? element("span", { class: "second", lang: "en" }, second) : null]);
}

customElements.define("luot-call-panel", CallPanel);
