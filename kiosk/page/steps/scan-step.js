// @ts-check
/** What a scanned slip shows: the number, huge, where it stands, and the way back into the queue after tests. */

import { element, fill } from "/common/dom.js";
import { setLanguage, t } from "/common/i18n.js";
import { icon } from "/common/icons.js";
import { newKey } from "/common/keys.js";
import { sizeOf } from "../sizes.js";
import { comeBack, readSlip } from "../slip.js";
import { sayWait } from "../waits.js";
import { say, want } from "../wishes.js";

const RETURN_AFTER_S = 20;
const RETURN_AFTER_QUESTION_S = 30; // somebody has to decide
const PICTURES = { waiting: "clock", called: "door", tests: "return", missed: "bell", held: "reception", ended: "check" };
const KINDS = { called: "out", tests: "coming", missed: "trouble", held: "trouble", waiting: "coming", ended: "coming" };

export class ScanStep extends HTMLElement {
  constructor() {
    super();
    this.scan = "";
    this._key = newKey();
    this._isGone = false;
  }

  connectedCallback() {
    this._showAsking();
    const scan = this.scan;
    this.scan = ""; // a card's text stays nowhere
    readSlip(scan).then((slip) => this._show(slip));
  }

  disconnectedCallback() {
    this._isGone = true;
  }

  _showAsking() {
    this.dataset.state = "waiting";
    fill(this, [
      element("h1", {}, t("scan.asking")),
      element("div", { class: "asking", "aria-hidden": "true" }, element("i"), element("i"), element("i")),
    ]);
    say(this, t("scan.asking"));
  }

  /** @param {import("../slip.js").Slip} slip @param {boolean} [isBack] whether somebody has just come back */
  _show(slip, isBack) {
    if (this._isGone) return;
    if (slip.number === undefined) return this._showUnknown(slip.standing);
    if (slip.language) setLanguage(slip.language);
    this.dataset.state = "shown";
    this.dataset.standing = slip.standing;
    const [title, more] = sentences(slip, !!isBack);
    const standing = /** @type {keyof typeof PICTURES} */ (slip.standing);
    const kind = isBack ? "out" : KINDS[standing];
    fill(this, [
      element("h1", {}, t("ticket.yours")),
      element("p", { class: "number ticket-number", "data-size": sizeOf(slip.number) }, slip.number),
      element("p", { class: "ticket-service" }, slip.service || ""),
      element("div", { class: `paper paper-${kind}` },
        element("span", { class: "round-icon" }, icon(isBack ? "check" : PICTURES[standing])),
        element("p", {}, element("strong", {}, title), " ", element("span", {}, more))),
      element("div", { class: "leave" }, ...this._ways(slip)),
    ]);
    say(this, `${t("ticket.yours")}: ${slip.number}. ${title} ${more}`);
  }

  /** @param {import("../slip.js").Slip} slip */
  _ways(slip) {
    const home = (/** @type {string} */ look, /** @type {string} */ words) => element("button",
      { class: `button button-kiosk done ${look}`, onclick: () => want(this, "home") }, t(words));
    if (!slip.entry) return [home("button-main", "ticket.done"), countdown(RETURN_AFTER_S)];
    const back = element("button", { class: "button button-main button-kiosk come-back", onclick: () => this._comeBack(slip) },
      icon("return"), t("scan.back"));
    return [back, home("", "page.home"), countdown(RETURN_AFTER_QUESTION_S)];
  }

  /** @param {import("../slip.js").Slip} slip */
  async _comeBack(slip) {
    this._showAsking();
    const now = await comeBack(this._key, slip);
    this._show(now, now.standing === "waiting");
  }

  /** @param {string} standing */
  _showUnknown(standing) {
    this.dataset.state = "refused";
    const name = standing === "card" || standing === "silent" ? standing : "unknown";
    fill(this, [
      element("div", { class: "round-icon round-icon-large" }, icon("info")),
      element("h1", {}, t(`scan.${name}`)),
      element("p", { class: "refusal" }, t(`scan.${name}_what`)),
      element("p", { class: "quiet scan-other", lang: "en" }, `${t(`scan.${name}`, {}, "en")}. ${t(`scan.${name}_what`, {}, "en")}`),
      element("button", { class: "button button-main button-kiosk done", onclick: () => want(this, "home") }, t("page.home")),
      countdown(RETURN_AFTER_S),
    ]);
    say(this, `${t(`scan.${name}`)}. ${t(`scan.${name}_what`)}`);
  }
}

/** @param {import("../slip.js").Slip} slip @param {boolean} isBack @returns {[string, string]} */
function sentences(slip, isBack) {
  if (slip.standing === "called") {
    return [slip.room ? t("scan.called", { room: slip.room }) : t("scan.called_somewhere"), t("scan.called_what")];
  }
  if (slip.standing !== "waiting") return [t(`scan.${slip.standing}`), t(`scan.${slip.standing}_what`)];
  const ahead = slip.ahead;
  const place = ahead === 0 ? t("ticket.next") : ahead ? t("ticket.ahead", { n: ahead }) : "";
  const facts = [place, ahead ? sayWait("ticket", slip.wait) : "", slip.where ? `${t("ticket.where")}: ${slip.where}` : ""];
  const more = facts.filter(Boolean);
  if (isBack) return [t("scan.is_back"), `${more.join(". ")}.`];
  return [more.shift() || t("scan.waiting"), [...more, t("scan.waiting_what")].join(". ")];
}

/** @param {number} after_s */
function countdown(after_s) {
  return element("return-countdown", { "data-after": after_s });
}
