// @ts-check
/** Asks whether somebody is still there, and goes back to the start when nobody says so: nothing of a patient stays. */

import { element, fill, setText } from "/common/dom.js";
import { t } from "/common/i18n.js";
import { say, want } from "./wishes.js";

const ASK_AFTER_S = 45; // time to read every tile twice, slowly
const ANSWER_WITHIN_S = 20;

export class IdleWarning extends HTMLElement {
  constructor() {
    super();
    this._isOn = false;
    this._idle_s = 0;
    /** @type {HTMLElement|null} */
    this._left = null;
  }

  connectedCallback() {
    this._timer = setInterval(() => this._tick(), 1000);
  }

  disconnectedCallback() {
    clearInterval(this._timer);
  }

  /** @param {boolean} isOn whether the open step is one that a patient may leave behind */
  watch(isOn) {
    this._isOn = isOn;
    this.restart();
  }

  /** Somebody is there. */
  restart() {
    this._idle_s = 0;
    if (!this.hidden) this.hidden = true;
  }

  _tick() {
    if (!this._isOn) return;
    this._idle_s += 1;
    const left_s = ASK_AFTER_S + ANSWER_WITHIN_S - this._idle_s;
    if (left_s <= 0) want(this, "home");
    else if (left_s <= ANSWER_WITHIN_S) this._ask(left_s);
  }

  /** @param {number} left_s */
  _ask(left_s) {
    if (this.hidden) {
      this._left = element("p", { class: "idle-left" });
      const stay = element("button", { class: "button button-main button-kiosk", onclick: () => this.restart() },
        t("idle.stay"));
      const home = element("button", { class: "button button-kiosk", onclick: () => want(this, "home") }, t("page.home"));
      const title = element("h2", { id: "idle-question" }, t("idle.question"));
      fill(this, [element("div", { class: "idle-card", role: "alertdialog", "aria-labelledby": "idle-question" },
        title, this._left, stay, home)]);
      this.hidden = false;
      stay.focus();
      say(this, `${t("idle.question")} ${t("idle.returns", { n: left_s })}`);
    }
    if (this._left) setText(this._left, t("idle.returns", { n: left_s }));
  }
}
