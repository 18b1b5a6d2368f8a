// @ts-check
/** The number, huge, while the paper comes; what to do when it does not; and back to the start by itself. */

import { element, fill } from "/common/dom.js";
import { t } from "/common/i18n.js";
import { icon } from "/common/icons.js";
import { ReturnCountdown } from "../return-countdown.js";
import { sizeOf } from "../sizes.js";
import { carryTap } from "../tap.js";
import { sayWait } from "../waits.js";
import { say, want } from "../wishes.js";

customElements.define("return-countdown", ReturnCountdown);

const SLOW_AFTER_MS = 5000;
const LONG_AFTER_MS = 15_000;
const RETURN_AFTER_PAPER_S = 15;
const RETURN_AFTER_TROUBLE_S = 45; // time to find the phone and take a picture
const RETURN_AFTER_REFUSAL_S = 25;

export class TicketStep extends HTMLElement {
  constructor() {
    super();
    /** @type {import("../tap.js").Tap} */
    this.tap = { key: "", service: "", class: null, language: "vi" };
    this._leaving = new AbortController();
    /** @type {number[]} */
    this._timers = [];
  }

  connectedCallback() {
    this._showAsking("ticket.asking");
    this._timers = [
      setTimeout(() => this._showAsking("ticket.asking_slow"), SLOW_AFTER_MS),
      setTimeout(() => this._showAsking("ticket.asking_long"), LONG_AFTER_MS),
    ];
    carryTap(this.tap, (standing) => this._tell(standing), this._leaving.signal);
  }

  disconnectedCallback() {
    this._leaving.abort();
    this._timers.forEach(clearTimeout);
  }

  /** @param {import("../tap.js").Standing} standing */
  _tell(standing) {
    if (standing.state === "waiting") return;
    this._timers.forEach(clearTimeout);
    this.dataset.state = standing.state;
    if (standing.state === "refused") this._showRefusal(standing);
    else this._showNumber(standing);
  }

  /** @param {"ticket.asking"|"ticket.asking_slow"|"ticket.asking_long"} key */
  _showAsking(key) {
    this.dataset.state = "waiting";
    const isLong = key === "ticket.asking_long";
    fill(this, [
      element("h1", {}, t("ticket.asking")),
      element("div", { class: "asking", "aria-hidden": "true" }, element("i"), element("i"), element("i")),
      key === "ticket.asking" ? null : element("p", { class: "asking-why" }, t(key)),
      isLong ? element("button", { class: "button button-kiosk", onclick: () => want(this, "home") }, t("page.home")) : null,
    ]);
    say(this, t(key));
  }

  /** @param {import("../tap.js").Standing} standing */
  _showRefusal(standing) {
    const again = element("button", { class: "button button-main button-kiosk", onclick: () => want(this, "back") },
      t("ticket.again"));
    fill(this, [
      element("div", { class: "round-icon round-icon-large" }, icon("info")),
      element("h1", {}, t("ticket.not_issued")),
      element("p", { class: "refusal", "data-code": standing.code || "other" }, standing.sentence || t("refusal.other")),
      again,
      countdown(RETURN_AFTER_REFUSAL_S),
    ]);
    say(this, `${t("ticket.not_issued")}. ${standing.sentence || ""}`);
  }

  /** @param {import("../tap.js").Standing} standing */
  _showNumber(standing) {
    const number = standing.number || "";
    const paper = paperOf(standing);
    fill(this, [
      element("h1", {}, t("ticket.yours")),
      element("p", { class: "number ticket-number", "data-size": sizeOf(number), "data-number": number }, number),
      element("p", { class: "ticket-service" }, standing.service || "", marks(standing)),
      factsOf(standing),
      element("div", { class: `paper paper-${paper.kind}` }, element("span", { class: "round-icon" }, icon(paper.picture)),
        element("p", {}, element("strong", {}, paper.title), " ", element("span", {}, paper.more))),
      element("div", { class: "leave" }, ...(paper.return_s ? this._leave(paper.return_s) : [])),
    ]);
    say(this, `${t("ticket.yours")}: ${number}. ${paper.title} ${paper.more}`);
  }

  /** @param {number} after_s */
  _leave(after_s) {
    return [
      element("button", { class: "button button-main button-kiosk done", onclick: () => want(this, "home") }, t("ticket.done")),
      countdown(after_s),
    ];
  }
}

/** What is said of the paper. @param {import("../tap.js").Standing} standing */
function paperOf(standing) {
  const trouble = standing.trouble || "error";
  if (standing.state === "printed") {
    return { kind: "out", picture: "down", title: t("ticket.take_paper"), more: t("ticket.take_paper_hint"),
      return_s: RETURN_AFTER_PAPER_S };
  }
  if (standing.state === "paper_trouble") {
    const advice = t(trouble === "no_answer" ? "ticket.look_slot" : "ticket.remember");
    const known = t(`paper.${trouble}`);
    return { kind: "trouble", picture: "warning", title: known === `paper.${trouble}` ? t("paper.error") : known,
      more: `${t("ticket.valid", { number: standing.number })} ${advice}`, return_s: RETURN_AFTER_TROUBLE_S };
  }
  return { kind: "coming", picture: "printer", title: t("ticket.printing"), more: "", return_s: 0 };
}

/** @param {import("../tap.js").Standing} standing */
function factsOf(standing) {
  const ahead = standing.ahead;
  const lines = [
    ahead === 0 ? t("ticket.next") : ahead ? t("ticket.ahead", { n: ahead }) : "",
    ahead ? sayWait("ticket", standing.wait) : "",
    standing.where ? `${t("ticket.where")}: ${standing.where}` : "",
  ].filter(Boolean);
  return element("ul", { class: "ticket-facts", hidden: lines.length === 0 }, ...lines.map((line) => element("li", {}, line)));
}

/** @param {import("../tap.js").Standing} standing */
function marks(standing) {
  const text = [standing.class_mark, standing.class_note].filter(Boolean).join(" · ");
  return text ? element("span", { class: "mark mark-priority" }, text) : null;
}

/** @param {number} after_s */
function countdown(after_s) {
  return element("return-countdown", { "data-after": after_s });
}
