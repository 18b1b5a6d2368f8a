// @ts-check
/** `<luot-language-switch>`: one button for each language, in its own words. */

import { element, fill } from "/common/dom.js";

/** @type {Object<string, string>} */
const OWN_NAMES = { vi: "Tiếng Việt", en: "English" };

export class LanguageSwitch extends HTMLElement {
  /**
   * @param {string[]} codes
   * @param {(code: string) => void} choose
   */
  offer(codes, choose) {
    const button = (/** @type {string} */ code) =>
      element("button", { type: "button", lang: code, "data-code": code, onclick: () => choose(code) }, OWN_NAMES[code]);
    fill(this, codes.map(button));
  }

  /** @param {string} current */
  show(current) {
    for (const button of Array.from(this.querySelectorAll("button"))) {
      button.setAttribute("aria-pressed", String(button.getAttribute("data-code") === current));
    }
  }
}

customElements.define("luot-language-switch", LanguageSwitch);
