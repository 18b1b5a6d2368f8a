// @ts-check
/** `<luot-wall-clock>`: time and date by the server's clock, in the hospital's time zone: a television's own clock is often wrong. */

import { element, fill, setText } from "/common/dom.js";

export class WallClock extends HTMLElement {
  connectedCallback() {
    if (this._time) return;
    /** @type {string|undefined} */
    this.timeZone = undefined;
    this._time = element("p", { class: "clock-time number" });
    this._date = element("p", { class: "clock-date" });
    fill(this, [this._time, this._date]);
  }

  /** @param {Date} now */
  show(now) {
    const zone = this.timeZone;
    const time = now.toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: zone });
    const day = now.toLocaleDateString("vi-VN", { weekday: "long", timeZone: zone });
    const date = now.toLocaleDateString("vi-VN", { day: "2-digit", month: "2-digit", year: "numeric", timeZone: zone });
    setText(/** @type {Element} */ (this._time), time);
    setText(/** @type {Element} */ (this._date), day + ", " + date);
  }
}

customElements.define("luot-wall-clock", WallClock);
