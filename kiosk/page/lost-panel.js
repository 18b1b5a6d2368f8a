// @ts-check
/** What a patient reads while this machine cannot give numbers: where to go instead, calmly. */

import { element, fill } from "/common/dom.js";
import { t } from "/common/i18n.js";
import { icon } from "/common/icons.js";

export class LostPanel extends HTMLElement {
  constructor() {
    super();
    this._isFilled = false;
  }

  connectedCallback() {
    if (this._isFilled) return;
    this._isFilled = true;
    fill(this, [
      element("div", { class: "round-icon round-icon-large" }, icon("reception")),
      element("h1", { lang: "vi" }, t("lost.title", {}, "vi")),
      element("p", { class: "lost-what", lang: "vi" }, t("lost.what", {}, "vi")),
      element("p", { class: "quiet lost-other", lang: "en" }, `${t("lost.title", {}, "en")}. ${t("lost.what", {}, "en")}`),
      element("p", { class: "quiet lost-soon", lang: "vi" }, t("lost.soon", {}, "vi")),
    ]);
  }
}
