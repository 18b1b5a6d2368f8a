// @ts-check
/** `<number-form>`: digits typed anywhere on the desk land here; Enter fires `number` with `{typed}`. */

import { element } from "/common/dom.js";
import { t } from "/common/i18n.js";

class NumberForm extends HTMLElement {
  #field = /** @type {HTMLInputElement} */ (element("input", {
    type: "text", inputmode: "numeric", autocomplete: "off", maxlength: "8", enterkeyhint: "go", spellcheck: "false",
  }));

  connectedCallback() {
    if (this.firstChild) return;
    this.#field.setAttribute("aria-label", t("console.number.label"));
    this.#field.placeholder = t("console.number.hint");
    const form = element("form", {}, this.#field, element("button", { type: "submit" }, t("console.number.go")));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.#field.addEventListener("keydown", (event) => event.key === "Escape" && this.clear());
    this.append(form);
  }

  /** Start typing with a digit that was pressed elsewhere. @param {string} digit */
  begin(digit) {
    this.#field.value += digit;
    this.#field.focus();
  }

  clear() {
    this.#field.value = "";
    this.#field.blur();
  }

  #send() {
    const typed = this.#field.value.trim();
    if (!typed) return;
    this.clear();
    this.dispatchEvent(new CustomEvent("number", { detail: { typed } }));
  }
}

customElements.define("number-form", NumberForm);
