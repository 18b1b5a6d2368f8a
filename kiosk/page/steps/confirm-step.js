// @ts-check
/** What was chosen, whether the patient has priority, and the one large button that takes the number. */

import { element, fill, setText } from "/common/dom.js";
import { pick, t } from "/common/i18n.js";
import { icon } from "/common/icons.js";
import { sayWait } from "../waits.js";
import { want } from "../wishes.js";

/** What a class looks like; an unknown one gets a person. @type {Record<string, string>} */
const CLASS_ICONS = {
  child_u6: "child", pregnant: "pregnant", disability_extreme: "wheelchair", disability_severe: "wheelchair",
  age_75: "elder", merit: "medal",
};

export class ConfirmStep extends HTMLElement {
  constructor() {
    super();
    /** @type {import("../tap.js").Tap} */
    this.tap = { key: "", service: "", class: null, language: "vi" };
    this._chosen = element("div", { class: "chosen" });
    this._classes = element("div", { class: "classes", role: "group", "aria-label": t("confirm.title") });
    this._drawn = "";
    this._check = element("p", { class: "check", "aria-live": "polite" });
  }

  connectedCallback() {
    if (this.firstChild) return;
    fill(this, [
      element("h1", {}, t("confirm.title")),
      this._chosen,
      this._classes,
      this._check,
      element("div", { class: "ways" },
        element("button", { class: "button button-kiosk", onclick: () => want(this, "back") }, icon("back"), t("page.back")),
        element("button", { class: "button button-main button-kiosk take", onclick: () => want(this, "take", this.tap) },
          icon("ticket"), t("confirm.take"))),
    ]);
  }

  /** @param {import("../hall.js").HallState} state */
  show(state) {
    const service = state.services.find((one) => one.code === this.tap.service);
    if (!service || !service.open) return want(this, "back");
    const drawn = JSON.stringify([service.name, service.waiting, service.wait, state.classes]);
    if (drawn === this._drawn) return;
    const isFirst = this._drawn === "";
    this._drawn = drawn;
    this._showService(service);
    if (isFirst) this._showClasses(state.classes.filter((one) => one.declared && one.code !== "normal"));
  }

  /** @param {import("../hall.js").Service} service */
  _showService(service) {
    const people = service.waiting ? t("service.waiting", { n: service.waiting }) : t("service.nobody");
    const wait = service.waiting ? sayWait("service", service.wait) : "";
    fill(this._chosen, [
      element("span", { class: "round-icon" }, icon(service.icon || "ticket")),
      element("p", {}, element("strong", {}, pick(service.name)), " ",
        element("span", {}, wait ? `${people} · ${wait}` : people)),
    ]);
  }

  /** @param {import("../hall.js").PriorityClass[]} classes */
  _showClasses(classes) {
    this._classes.hidden = classes.length === 0;
    fill(this._classes, [
      this._choice(null, "person", t("confirm.normal"), t("confirm.normal_hint")),
      element("p", { class: "classes-title" }, t("confirm.priority")),
      ...classes.map((one) => this._choice(one.code, CLASS_ICONS[one.code] || "person", className(one), "")),
    ]);
    this._mark();
  }

  /** @param {string|null} code @param {string} picture @param {string} name @param {string} hint */
  _choice(code, picture, name, hint) {
    return element("button", {
      class: code === null ? "choice choice-normal" : "choice", type: "button", "data-class": code || "normal",
      onclick: () => this._choose(code),
    },
    element("span", { class: "round-icon" }, icon(picture)),
    element("span", { class: "choice-words" }, element("strong", {}, name), " ", hint ? element("span", {}, hint) : null),
    element("span", { class: "choice-tick" }, icon("check")));
  }

  /** @param {string|null} code */
  _choose(code) {
    this.tap = { ...this.tap, class: code };
    this._mark();
  }

  _mark() {
    const chosen = this.tap.class || "normal";
    for (const choice of this._classes.querySelectorAll("[data-class]")) {
      choice.setAttribute("aria-pressed", String(choice.getAttribute("data-class") === chosen));
    }
    setText(this._check, this.tap.class === null ? "" : t("confirm.check"));
  }
}

/** The page's own words are plainer than a hospital's list; a class of its own has only the list's. @param {any} one */
function className(one) {
  const key = `class.${one.code}`;
  const plain = t(key);
  return plain === key ? pick(one.name) : plain;
}
