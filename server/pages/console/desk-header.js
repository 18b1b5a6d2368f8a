// @ts-check
/** `<desk-header>`: which room this is, whether it is connected, and the way to other rooms, words and out. */

import { element, fill } from "/common/dom.js";
import { currentLanguage, t } from "/common/i18n.js";
import { icon } from "/common/icons.js";

class DeskHeader extends HTMLElement {
  #stale = /** @type {any} */ (document.createElement("luot-stale"));
  #connection = element("span", { class: "connection", role: "status" });
  /** @type {HTMLElement[]} */
  #tabs = [];

  /** @param {{label: string, name: string, login: string, tabs: string[], tab: string}} parts */
  show({ label, name, login, tabs, tab }) {
    this.#tabs = tabs.map((each) => element("button", { type: "button", role: "tab", "data-tab": each,
      onclick: () => this.#fire("tab", { tab: each }) }, t(`console.tab.${each}`)));
    fill(this, [
      element("h1", {}, element("b", {}, label), element("span", {}, name)),
      element("div", { class: "link-state" }, this.#stale, this.#connection),
      tabs.length > 1 ? element("div", { class: "tabs", role: "tablist" }, ...this.#tabs) : null,
      element("button", { type: "button", class: "menu", "aria-expanded": "false", "aria-label": t("console.menu"),
        onclick: (/** @type {Event} */ event) => this.#toggle(/** @type {HTMLElement} */ (event.currentTarget)) }, icon("menu")),
      element("div", { class: "tools" },
        this.#tool(t("console.room.change"), "room"),
        this.#tool(t("console.keys.title"), "help", "?"),
        this.#tool(currentLanguage() === "vi" ? "English" : "Tiếng Việt", "language"),
        this.#tool(t("console.sign_out"), "out", login)),
    ]);
    this.choose(tab);
  }

  /** On a narrow screen the tools stay folded away. @param {HTMLElement} button */
  #toggle(button) {
    const isOpen = button.getAttribute("aria-expanded") !== "true";
    button.setAttribute("aria-expanded", String(isOpen));
    this.classList.toggle("open", isOpen);
  }

  /** @param {string} tab */
  choose(tab) {
    for (const each of this.#tabs) each.setAttribute("aria-selected", String(each.dataset.tab === tab));
  }

  /** @param {{isOffline: boolean, hasState: boolean, silentS: number}} link */
  showLink({ isOffline, hasState, silentS }) {
    this.#stale.show(silentS);
    const state = isOffline ? "lost" : hasState ? "ok" : "starting";
    if (this.#connection.dataset.state === state) return;
    this.#connection.dataset.state = state;
    this.#connection.textContent = t(`console.connection.${state}`);
  }

  /** @param {string} label @param {string} type @param {string} [hint] */
  #tool(label, type, hint) {
    return element("button", { type: "button", "data-tool": type, onclick: () => this.#fire(type, {}) }, label,
      hint ? element("small", {}, hint) : null);
  }

  #fire(/** @type {string} */ type, /** @type {object} */ detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

customElements.define("desk-header", DeskHeader);
