// @ts-check
/** `<luot-turn>`: the patient's turn as one calm card; being called changes the whole page. */

import { element, fill } from "/common/dom.js";
import { pick, t } from "/common/i18n.js";
import { icon } from "/common/icons.js";

/** @typedef {import("./standing.js").Standing} Standing */

const MINUTE_S = 60;
const WITH_A_NUMBER = ["waiting", "called", "serving", "held", "missed", "ended"];
const ICONS = { called: "bell", serving: "door", held: "pause", missed: "warning", ended: "check", unknown: "info", waiting: "clock", loading: "clock" };

export class Turn extends HTMLElement {
  /** @param {Standing} standing */
  show(standing) {
    const picture = JSON.stringify(standing) + document.documentElement.lang;
    if (picture === this._picture) return;
    this._picture = picture;
    document.documentElement.dataset.standing = standing.kind;
    fill(this, [
      WITH_A_NUMBER.indexOf(standing.kind) < 0 ? null : ticketCard(standing),
      element("section", { class: "now", "aria-live": standing.kind === "called" ? "assertive" : "polite" }, ...situation(standing)),
      standing.kind === "waiting" ? waitCard(standing) : null,
      standing.also.length ? element("p", { class: "advice" }, t("phone.also", { places: standing.also.join(", ") })) : null,
      standing.kind === "waiting" ? element("p", { class: "advice quiet" }, t("phone.advice_waiting")) : null,
    ]);
  }
}

/** @param {Standing} standing */
function ticketCard(standing) {
  return element(
    "section",
    { class: "ticket" },
    element("h1", { class: "ticket-title" }, t("phone.your_number")),
    element("p", { class: "ticket-number number", "data-live-number": true }, standing.number),
    standing.service ? element("p", { class: "ticket-service" }, standing.service) : null
  );
}

/** @param {Standing} standing */
function situation(standing) {
  const label = standing.room ? standing.room.label : "";
  const facts = { number: standing.number, room: label, place: standing.place || standing.service };
  const area = standing.room && standing.room.area ? pick(standing.room.area.name) : "";
  const isSent = standing.kind === "called" && label;
  return [
    element("p", { class: "now-word" }, icon(ICONS[standing.kind]), element("span", {}, t("phone.now_" + standing.kind, facts))),
    isSent ? element("p", { class: "now-room", "data-live-number": true }, label) : null,
    isSent && area ? element("p", { class: "now-area" }, area) : null,
    standing.where ? element("p", { class: "now-area" }, standing.where) : null,
    element("p", { class: "now-what" }, standing.elsewhere && standing.kind === "waiting" ? t("phone.what_elsewhere") : t("phone.what_" + standing.kind, facts)),
  ];
}

/** @param {Standing} standing */
function waitCard(standing) {
  return element(
    "dl",
    { class: "wait" },
    standing.ahead === null ? null : fact(t("phone.ahead"), t(standing.ahead === 0 ? "phone.ahead_next" : "phone.ahead_n", { n: standing.ahead })),
    standing.wait === null ? null : fact(t("phone.wait"), t("phone.wait_range", minutes(standing.wait)))
  );
}

/** @param {string} name @param {string} value */
function fact(name, value) {
  return element("div", { class: "fact" }, element("dt", {}, name), element("dd", { class: "number", "data-live-number": true }, value));
}

/** Rounded outward, so that the promise holds. @param {{low_s: number, high_s: number}} wait */
function minutes(wait) {
  const low = Math.floor(wait.low_s / MINUTE_S);
  return { low, high: Math.max(low + 1, Math.ceil(wait.high_s / MINUTE_S)) };
}

customElements.define("luot-turn", Turn);
