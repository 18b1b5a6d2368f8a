// @ts-check
/**
 * The frame of the kiosk: which step is on the screen, and what it is given. The steps know nothing of each other; they
 * say what the patient wants by events that rise to here.
 */

import { element, fill, setText } from "/common/dom.js";
import { currentLanguage, pick, setLanguage, t } from "/common/i18n.js";
import { icon } from "/common/icons.js";
import { newKey } from "/common/keys.js";
import { Hall } from "./hall.js";
import { IdleWarning } from "./idle-warning.js";
import { LostPanel } from "./lost-panel.js";
import { Scanner } from "./scanner.js";
import { ConfirmStep } from "./steps/confirm-step.js";
import { ScanStep } from "./steps/scan-step.js";
import { ServiceStep } from "./steps/service-step.js";
import { StartStep } from "./steps/start-step.js";
import { TicketStep } from "./steps/ticket-step.js";
import { forgetTap, rememberedTap } from "./tap.js";

const FIRST_LANGUAGE = "vi";
const HARMLESS_TROUBLES = [null, "near_end"]; // paper still comes out

for (const [name, kind] of /** @type {[string, CustomElementConstructor][]} */ ([
  ["start-step", StartStep], ["service-step", ServiceStep], ["confirm-step", ConfirmStep],
  ["ticket-step", TicketStep], ["scan-step", ScanStep], ["lost-panel", LostPanel], ["idle-warning", IdleWarning],
])) customElements.define(name, kind);

export class LuotKiosk extends HTMLElement {
  connectedCallback() {
    this.hall = new Hall();
    this.version = "";
    /** @type {any} */
    this.step = null;
    this.site = element("p", { class: "site" });
    this.notice = element("p", { class: "paper-notice", hidden: true });
    this.stage = element("main", { class: "stage" });
    this.voice = element("p", { class: "for-readers", "aria-live": "polite" });
    this.warning = /** @type {IdleWarning} */ (element("idle-warning", { hidden: true }));
    fill(this, [
      element("header", { class: "top" }, this.site, this.notice), this.stage, emergencyLine(), this.voice, this.warning,
    ]);
    this._listen();
    this.hall.run();
    this._begin();
  }

  _listen() {
    this.hall.addEventListener("change", () => this._refresh());
    this.addEventListener("kiosk-start", (event) => {
      setLanguage(/** @type {CustomEvent} */ (event).detail);
      this._open(element("service-step"));
    });
    this.addEventListener("kiosk-service", (event) => this._confirm(/** @type {CustomEvent} */ (event).detail));
    this.addEventListener("kiosk-back", () => this._open(element("service-step")));
    this.addEventListener("kiosk-home", () => this._home());
    this.addEventListener("kiosk-take", (event) => this._follow(/** @type {CustomEvent} */ (event).detail));
    this.addEventListener("kiosk-say", (event) => setText(this.voice, /** @type {CustomEvent} */ (event).detail));
    new Scanner((scan) => this._scanned(scan)).listen();
    for (const sign of ["pointerdown", "keydown", "scroll"]) {
      this.addEventListener(sign, (event) => this._noticed(event), { capture: true, passive: true });
    }
  }

  /**
   * Somebody is there. The warning's own buttons answer for themselves, else they would vanish under the finger.
   * @param {Event} event
   */
  _noticed(event) {
    if (!this.warning.contains(/** @type {Node} */ (event.target))) this.warning.restart();
  }

  /** A page that was loaded anew while a tap was under way goes on with it. */
  _begin() {
    const tap = rememberedTap();
    if (tap === null) return this._home();
    setLanguage(tap.language);
    this._follow(tap);
  }

  _home() {
    forgetTap();
    setLanguage(FIRST_LANGUAGE);
    this._open(element("start-step"));
  }

  /** @param {string} service the key of the tap is made here, when the screen opens, so that two taps are one */
  _confirm(service) {
    const step = /** @type {ConfirmStep} */ (element("confirm-step"));
    step.tap = { key: newKey(), service, class: null, language: currentLanguage() };
    this._open(step);
  }

  /** A slip before the tap is looked up; a number that is just being taken is not disturbed. @param {string} scan */
  _scanned(scan) {
    const shown = this.stage.firstElementChild;
    if (this.step instanceof TicketStep || shown !== this.step) return;
    setLanguage(this.step instanceof ScanStep ? FIRST_LANGUAGE : currentLanguage());
    const step = /** @type {ScanStep} */ (element("scan-step"));
    step.scan = scan;
    this._open(step);
  }

  /** @param {import("./tap.js").Tap} tap */
  _follow(tap) {
    const step = /** @type {TicketStep} */ (element("ticket-step"));
    step.tap = tap;
    this._open(step);
  }

  /** @param {HTMLElement} step */
  _open(step) {
    this.step = step;
    this.warning.watch(step instanceof ServiceStep || step instanceof ConfirmStep);
    this._refresh();
  }

  /** All roads lead here: what the hall knows and the step that is open make the screen. */
  _refresh() {
    const state = this.hall.state;
    const isWaiting = this.step instanceof StartStep;
    if (this._mustReload(state.version, isWaiting)) return;
    const isLost = state.connection === "lost" || state.connection === "denied";
    if (isLost && !(this.step instanceof TicketStep)) {
      if (!isWaiting) return this._home();
      this._put(element("lost-panel"));
    } else {
      this._put(this.step);
      if (this.step.show) this.step.show(state);
    }
    setText(this.site, state.site ? pick(state.site.name) : "");
    const trouble = HARMLESS_TROUBLES.includes(state.printer.trouble) || this.step instanceof TicketStep || isLost;
    this.notice.hidden = trouble;
    setText(this.notice, t("page.paper_notice"));
    document.title = t("page.title");
  }

  /** @param {HTMLElement} step */
  _put(step) {
    const shown = this.stage.firstElementChild;
    if (shown === step || (shown && shown.localName === "lost-panel" && step.localName === "lost-panel")) return;
    fill(this.stage, [step]);
    scrollTo(0, 0);
    const title = step.querySelector("h1");
    if (!(title instanceof HTMLElement)) return;
    title.tabIndex = -1;
    title.focus({ preventScroll: true });
    setText(this.voice, title.textContent || "");
  }

  /** @param {string} version @param {boolean} isWaiting @returns {boolean} a newer page is loaded between two patients only */
  _mustReload(version, isWaiting) {
    if (this.version === "") this.version = version;
    if (version === this.version || !isWaiting) return false;
    location.reload();
    return true;
  }
}

/** Always there, in both languages: whoever reads it has no time to look for a button. */
function emergencyLine() {
  return element("footer", { class: "emergency" }, icon("ambulance"),
    element("p", {},
      element("strong", { lang: "vi" }, t("page.emergency", {}, "vi")), " ",
      element("span", { lang: "en" }, t("page.emergency", {}, "en"))));
}
