// @ts-check
/** `<printer-mood>`: how the virtual printer behaves from now on. */

import { element, fill, setText } from "/common/dom.js";
import { t } from "/common/i18n.js";

const STATES = [
  "ok", "near_end", "paper_end", "cover_open", "cutter", "error", "offline", "mute", "stall", "reset", "one_connection", "off",
];

class PrinterMood extends HTMLElement {
  /** @type {HTMLButtonElement[]} */
  #buttons = [];
  #message = element("p", { class: "message", role: "status" });

  connectedCallback() {
    this.#buttons = STATES.map((state) => /** @type {HTMLButtonElement} */ (
      element("button", { type: "button", "data-state": state, "aria-pressed": "false", onclick: () => this.#choose(state) },
        t(`demo.state.${state}`))));
    fill(this, [element("div", { class: "moods" }, ...this.#buttons), this.#message]);
  }

  /** @param {string|null} state null when the printer does not answer */
  show(state) {
    for (const button of this.#buttons) button.setAttribute("aria-pressed", String(button.dataset.state === state));
    setText(this.#message, state === null ? t("demo.printer.gone") : "");
  }

  async #choose(/** @type {string} */ state) {
    try {
      const request = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ state }) };
      const answer = await fetch("/demo/printer", request);
      this.show(answer.ok ? (await answer.json()).state : null);
    } catch (error) {
      console.warn("demo.printer_not_reached", String(error));
      this.show(null);
    }
  }
}

customElements.define("printer-mood", PrinterMood);
