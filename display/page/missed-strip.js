// @ts-check
/** `<luot-missed-strip>`: who was called in the last half hour and did not come, and what to do then. */

import { element, fill } from "/common/dom.js";
import { t } from "/common/i18n.js";

const MISSED_FOR_MS = 30 * 60 * 1000;
const SHOWN_MAX = 9;

export class MissedStrip extends HTMLElement {
  /**
   * @param {Object<string, any>} calls
   * @param {{english: boolean, now: Date}} around
   */
  show(calls, around) {
    const numbers = Object.keys(calls)
      .map((id) => calls[id])
      .filter((call) => call.state === "missed" && around.now.getTime() - Date.parse(call.called_at) < MISSED_FOR_MS)
      .sort((first, second) => Date.parse(second.called_at) - Date.parse(first.called_at))
      .map((call) => call.number);
    const picture = numbers.join() + around.english;
    if (picture === this._picture) return;
    this._picture = picture;
    fill(this, numbers.length ? this._parts(numbers, around.english) : []);
  }

  /** @param {string[]} numbers @param {boolean} english */
  _parts(numbers, english) {
    const rest = numbers.length - SHOWN_MAX;
    return [
      element(
        "p",
        { class: "missed-words" },
        element("span", {}, t("board.missed")),
        english ? element("span", { class: "second", lang: "en" }, t("board.missed", {}, "en")) : null
      ),
      element(
        "p",
        { class: "missed-numbers number", "data-live-number": true },
        ...numbers.slice(0, SHOWN_MAX).map((number) => element("span", {}, number)),
        rest > 0 ? element("span", { class: "missed-rest" }, "+" + rest) : null
      ),
    ];
  }
}

customElements.define("luot-missed-strip", MissedStrip);
