// @ts-check
/**
 * `<room-desk>`: a room's desk. Keys and clicks become plans, plans become commands, and the live state redraws it all.
 *
 * There is one road to a redraw, `#refresh`; nothing on this page is changed by a command's answer except the line that
 * says what was done. Two desks therefore always show the same.
 */

import { element, fill } from "/common/dom.js";
import { t } from "/common/i18n.js";
import { newKey } from "/common/keys.js";
import { Live } from "/common/live.js";
import { Refusal } from "/console/commands.js";
import { hasDialog, leaveQuestion, withdrawQuestion } from "/console/dialog.js";
import { HandMerge } from "/console/merge.js";
import { planAfter, planFor } from "/console/plans.js";
import { showShortcuts } from "/console/questions.js";
import { whoseScan } from "/console/scanned.js";
import { Scanner } from "/console/scanner.js";
import { shortcutOf } from "/console/shortcuts.js";
import { Ticks } from "/console/ticks.js";
import { roomView } from "/console/view.js";
import "/console/current-patient.js";
import "/console/desk-actions.js";
import "/console/desk-notices.js";
import "/console/number-form.js";
import "/console/patient-list.js";

/** From here on the page says "not connected" and ticks are made by hand (the protocol's first stale stage). */
const OFFLINE_AFTER_S = 6;
/** The protocol hides numbers then; at a desk the list stays, with a sentence that it is no longer true. */
const LONG_AFTER_S = 600;
const LOOK_EVERY_MS = 1000;
/** The strip beside a hospital system's window, as in small.css. */
const STRIP = window.matchMedia("(max-height: 13.5rem)");
const KEYS_OFF = "luot.shortcuts.off";

class RoomDesk extends HTMLElement {
  #current = /** @type {any} */ (document.createElement("current-patient"));
  #actions = /** @type {any} */ (document.createElement("desk-actions"));
  #notices = /** @type {any} */ (document.createElement("desk-notices"));
  #number = /** @type {any} */ (document.createElement("number-form"));
  #list = /** @type {any} */ (document.createElement("patient-list"));
  #waiting = element("p", { class: "waiting-count" });
  #message = element("p", { class: "message", role: "status", "aria-live": "polite" });
  #undo = /** @type {HTMLButtonElement} */ (element("button", { type: "button", class: "quiet undo" }));
  /** @type {any} */
  #parts = null;
  /** @type {any} */
  #live = null;
  /** @type {any} */
  #ticks = null;
  /** @type {any} */
  #merge = null;
  /** @type {any} */
  #view = null;
  /** @type {any} */
  #shownNotices = null;
  /** @type {string|null} */
  #busy = null;
  #timer = 0;
  #onKey = (/** @type {KeyboardEvent} */ event) => this.#press(event);
  #scanner = new Scanner((scan) => this.#scanned(scan));

  /**
   * @param {{hospital: any, names: import("./format.js").Names, room: string, header: any,
   *   commands: import("./commands.js").Commands, onSignedOut: () => void, onLost: () => void}} parts
   */
  open(parts) {
    this.#parts = parts;
    this.#ticks = new Ticks(localStorage, parts.room, newKey);
    this.#merge = new HandMerge(this.#ticks, parts.commands, parts.room);
    const room = parts.hospital.rooms.find((/** @type {any} */ each) => each.code === parts.room);
    this.#live = new Live([`room:${parts.room}`, `area:${room.area}`, "devices"]);
    this.#build();
    this.#live.subscribe((/** @type {{kind: string}} */ update) => this.#hear(update.kind));
    this.#live.start();
    document.addEventListener("keydown", this.#onKey);
    this.#scanner.start();
    this.#timer = window.setInterval(() => this.#refresh(), LOOK_EVERY_MS);
    this.#refresh();
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
    document.removeEventListener("keydown", this.#onKey);
    this.#scanner.stop();
    if (this.#live) this.#live.stop();
  }

  /** What is known now, for the desk that issues tickets. */
  get printers() {
    return this.#view ? this.#view.printers : [];
  }

  /** What the notices here say, for the desk that issues tickets; null before the first state. */
  get notices() {
    return this.#shownNotices;
  }

  showHelp() {
    showShortcuts(this.#hasKeys, (isOn) => {
      localStorage.setItem(KEYS_OFF, isOn ? "" : "yes");
      this.#refresh();
    });
  }

  get #hasKeys() {
    return localStorage.getItem(KEYS_OFF) !== "yes";
  }

  get #isOffline() {
    return this.#live.silentS >= OFFLINE_AFTER_S;
  }

  #build() {
    this.#undo.onclick = () => this.#act("undo");
    this.#actions.addEventListener("act", (/** @type {CustomEvent} */ event) => this.#act(event.detail.action));
    this.#number.addEventListener("number", (/** @type {CustomEvent} */ event) => this.#act("number", event.detail));
    this.#list.addEventListener("pick", (/** @type {CustomEvent} */ event) => this.#act("pick", event.detail));
    this.#list.addEventListener("tick", (/** @type {CustomEvent} */ event) => this.#tick(event.detail.entry));
    this.#notices.addEventListener("reprint", (/** @type {CustomEvent} */ event) => this.#act("reprint", event.detail));
    this.#notices.addEventListener("record", () => this.#merge.record(() => this.#refresh()));
    this.#notices.addEventListener("dismiss", () => {
      this.#merge.dismiss();
      this.#refresh();
    });
    fill(this, [
      this.#notices,
      element("section", { class: "call-side" }, this.#current, this.#waiting, this.#actions,
        element("div", { class: "message-row" },
          element("b", { class: "strip-room" }, this.#parts.names.roomLabel(this.#parts.room)), this.#message, this.#undo)),
      element("section", { class: "list-side" }, this.#number, this.#list),
    ]);
  }

  #hear(/** @type {string} */ kind) {
    if (kind === "lost") this.#parts.onLost();
    if (["snapshot", "event", "back"].includes(kind)) this.#merge.record(() => this.#refresh());
    this.#refresh();
  }

  /** The one road to a redraw. */
  #refresh() {
    const { names, header, room } = this.#parts;
    const isOffline = this.#isOffline;
    const now = this.#live.serverNow.getTime();
    const view = (this.#view = roomView(this.#live.state, this.#live.overlays, room));
    const ticked = new Map(this.#ticks.all().map((/** @type {any} */ tick) => [tick.entry, tick.at]));
    const shared = { view, names, now, isOffline, ticked, busy: this.#busy, hasKeys: this.#hasKeys };
    const notices = (this.#shownNotices = {
      ...shared, now: 0, ticked: null,
      lastHeard: Math.floor((now - this.#live.silentS * 1000) / 60000) * 60000,
      isLong: this.#live.silentS >= LONG_AFTER_S,
      kept: ticked.size,
      merge: { numbers: this.#merge.numbers, failed: this.#merge.failed, running: this.#merge.running },
    });
    this.#notices.show(notices);
    this.#current.show(view, names, isOffline);
    this.#actions.show({ ...shared, kind: names.roomKind(room), isStrip: STRIP.matches, toTick: this.#nextToTick() });
    this.#list.show(shared);
    header.showLink({ isOffline, hasState: this.#live.hasState, silentS: this.#live.silentS });
    this.#showFrame(view, isOffline);
    this.dispatchEvent(new CustomEvent("shown"));
    if (withdrawQuestion(this.#live.state.entries || {})) this.#say("refused", t("console.do.withdrawn"));
  }

  /** @param {import("./view.js").RoomView} view @param {boolean} isOffline */
  #showFrame(view, isOffline) {
    const count = String(view.waiting.length);
    if (this.#waiting.dataset.count !== count) {
      this.#waiting.dataset.count = count;
      fill(this.#waiting, [element("b", {}, count), element("span", {}, t("console.list.waiting"))]);
    }
    if (!this.#undo.firstChild) fill(this.#undo, [t("console.do.undo"), element("kbd", { "aria-hidden": "true" }, "U")]);
    this.#undo.disabled = Boolean(this.#busy) || isOffline;
    this.dataset.offline = String(isOffline);
    const label = this.#parts.names.roomLabel(this.#parts.room);
    const title = view.current ? `${view.current.entry.number} · ${label}` : `${label} · ${count}`;
    if (document.title !== title) document.title = title;
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (!this.isConnected || this.hidden) return;
    const pressed = this.#hasKeys || event.key === "?" ? shortcutOf(event, hasDialog()) : null;
    if (!pressed) return;
    event.preventDefault();
    if (pressed.action === "help") this.showHelp();
    else if (pressed.action === "number") this.#number.begin(pressed.digit);
    else if (this.#isOffline) this.#act(pressed.action === "next" ? "tick" : "");
    else if (!this.#actions.isIdle(pressed.action)) this.#act(pressed.action);
  }

  /** A slip was scanned: the same as a click on its row, wherever the focus is. @param {string} scan */
  async #scanned(scan) {
    this.#number.clear();
    this.dispatchEvent(new CustomEvent("wanted")); // the answer is shown here, also when numbers are being issued
    leaveQuestion();
    if (this.#isOffline) return this.#say("refused", t("console.scan.no_answer"));
    this.#say("running", t("console.scan.running"));
    const { commands, names } = this.#parts;
    const found = await whoseScan(scan, { commands, view: this.#view, names });
    if (!found) return this.#parts.onSignedOut();
    if ("text" in found) return this.#say("refused", found.text);
    this.#say("did", t("console.scan.found", { number: found.entry.number }));
    return this.#act("pick", found);
  }

  /** @param {string} action @param {any} [detail] */
  async #act(action, detail) {
    if (action === "tick") return this.#tick(this.#nextToTick());
    if (this.#busy || this.#isOffline || hasDialog()) return;
    const { room, hospital, names } = this.#parts;
    const now = this.#live.serverNow.getTime();
    const plan = await planFor(action, { view: this.#view, room, hospital, names, now }, detail);
    if (plan) await this.#run(action, plan);
  }

  /** @param {string} action @param {import("./plans.js").Plan} plan */
  async #run(action, plan) {
    this.#busy = action;
    this.#say("running", t("console.do.running"));
    this.#refresh();
    try {
      const answer = await this.#send(plan);
      const called = answer && answer.call ? answer.call.number : "";
      const did = plan.did === "next" && !called ? "finish" : plan.did;
      this.#say("did", t(`console.did.${did}`, { ...plan.facts, ...(did === "next" ? { number: called } : {}) }));
    } catch (error) {
      await this.#refused(action, plan, error);
    } finally {
      this.#busy = null;
      this.#refresh();
    }
  }

  /** @param {import("./plans.js").Plan} plan @returns {Promise<any>} the last answer */
  async #send(plan) {
    let answer = null;
    const onRepeat = (/** @type {number} */ n) => this.#say("running", t("console.do.repeating", { n }));
    for (const { path, body = {}, accepts } of plan.steps) {
      try {
        answer = await this.#parts.commands.send(path, body, { onRepeat });
      } catch (error) {
        if (!accepts || !(error instanceof Refusal) || error.code !== accepts) throw error;
      }
    }
    return answer;
  }

  /** @param {string} action @param {import("./plans.js").Plan} plan @param {unknown} error */
  async #refused(action, plan, error) {
    if (!(error instanceof Refusal)) return this.#say("refused", t("console.do.no_answer"));
    this.#say("refused", error.message);
    if (error.code === "not_signed_in") return this.#parts.onSignedOut();
    const next = await planAfter(error, plan);
    return next ? this.#run(action, next) : undefined;
  }

  /** @param {string} kind @param {string} text */
  #say(kind, text) {
    this.#message.dataset.kind = kind;
    this.#message.textContent = text;
  }

  #nextToTick() {
    return this.#view.waiting.find((/** @type {any} */ entry) => !entry.elsewhere && !this.#ticks.has(entry.id)) || null;
  }

  /** @param {import("./view.js").Entry|null} entry */
  #tick(entry) {
    if (!entry) return;
    if (this.#ticks.has(entry.id)) this.#ticks.remove(entry.id);
    else if (!this.#ticks.add({ entry: entry.id, number: entry.number, at: this.#live.serverNow.toISOString() })) {
      this.#say("refused", t("console.hand.full", { number: entry.number }));
    }
    this.#refresh();
  }
}

customElements.define("room-desk", RoomDesk);
