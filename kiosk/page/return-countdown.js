// @ts-check
/** Goes back to the start after `data-after` seconds, and shows how many are left; a touch anywhere begins them anew. */

import { element, fill, setText } from "/common/dom.js";
import { t } from "/common/i18n.js";
import { want } from "./wishes.js";

export class ReturnCountdown extends HTMLElement {
  connectedCallback() {
    const whole_s = Number(this.dataset.after);
    let left_s = whole_s;
    const words = element("p", {});
    const bar = /** @type {HTMLProgressElement} */ (element("progress", { max: whole_s, "aria-hidden": "true" }));
    const show = () => {
      setText(words, t("ticket.returns", { n: left_s }));
      bar.value = left_s;
    };
    show();
    fill(this, [bar, words]);
    this._restart = () => {
      left_s = whole_s;
      show();
    };
    document.addEventListener("pointerdown", this._restart);
    this._timer = setInterval(() => {
      left_s -= 1;
      if (left_s <= 0) want(this, "home");
      else show();
    }, 1000);
  }

  disconnectedCallback() {
    clearInterval(this._timer);
    if (this._restart) document.removeEventListener("pointerdown", this._restart);
  }
}
