// @ts-check
/** The first screen: one large thing to touch, in Vietnamese, and the same in English below it. */

import { element, fill, setText } from "/common/dom.js";
import { t } from "/common/i18n.js";
import { icon } from "/common/icons.js";
import { want } from "../wishes.js";

export class StartStep extends HTMLElement {
  constructor() {
    super();
    this._go = element("button", { class: "start-go", onclick: () => want(this, "start", "vi") },
      element("span", { class: "start-mark" }, icon("ticket")),
      element("span", { class: "start-words" },
        element("strong", {}, t("start.go", {}, "vi")), " ", element("span", {}, t("start.go_hint", {}, "vi"))));
    this._english = element("button", { class: "button start-english", lang: "en", onclick: () => want(this, "start", "en") },
      icon("language"), element("span", {}, `English: ${t("start.go", {}, "en").toLowerCase()}`));
    this._how = element("p", { class: "start-how" });
  }

  connectedCallback() {
    if (this.firstChild) return;
    fill(this, [element("h1", {}, t("start.welcome", {}, "vi")), this._go, this._english, this._how]);
  }

  /** @param {import("../hall.js").HallState} state */
  show(state) {
    const isReady = state.connection === "ok";
    this._go.toggleAttribute("disabled", !isReady);
    this._english.toggleAttribute("disabled", !isReady);
    this._english.hidden = !!state.site && !!state.site.languages && !state.site.languages.includes("en");
    setText(this._how, t(isReady ? "start.how" : "start.starting", {}, "vi"));
  }
}
