// @ts-check
/**
 * `<desk-actions>`: one very large button that names what it does next, and the few others beside it.
 *
 * Fires `act` with `{action}`; it sends nothing itself. While a command runs all buttons rest and the pressed one says so.
 */

import { element } from "/common/dom.js";
import { t } from "/common/i18n.js";

/** The key that is shown on each button. */
const KEYS = { next: "N", start: "S", recall: "R", no_show: "X", finish: "F", send_on: "G", tick: "N" };

/**
 * @typedef {{action: string, label: string, hint?: string, isIdle?: boolean}} Button
 * @typedef {{view: import("./view.js").RoomView, kind: string, busy: string|null, isOffline: boolean,
 *   toTick: import("./view.js").Entry|null, hasKeys: boolean,
 *   isStrip: boolean}} Shown
 */

class DeskActions extends HTMLElement {
  #primary = /** @type {HTMLButtonElement} */ (element("button", { type: "button", class: "primary" }));
  #others = element("div", { class: "others" });
  #drawn = "";

  connectedCallback() {
    if (!this.#primary.isConnected) this.append(this.#primary, this.#others);
    this.#primary.onclick = () => this.#act(this.#primary.dataset.action || "");
  }

  /** Whether this action's button rests now; an action without a button does not. @param {string} action */
  isIdle(action) {
    const button = /** @type {HTMLButtonElement|null} */ (this.querySelector(`button[data-action="${action}"]`));
    return button !== null && button.disabled;
  }

  /** @param {Shown} shown */
  show(shown) {
    const buttons = shown.isOffline ? byHand(shown) : buttonsFor(shown);
    const drawing = JSON.stringify([buttons, shown.busy, shown.hasKeys]);
    if (drawing === this.#drawn) return; // a redraw every second must not take the focus from a button
    this.#drawn = drawing;
    this.#fill(this.#primary, buttons[0], shown);
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.action : "";
    const others = buttons.slice(1).map((each) => {
      const button = element("button", { type: "button", onclick: () => this.#act(each.action) });
      this.#fill(/** @type {HTMLButtonElement} */ (button), each, shown);
      return button;
    });
    const hadFocus = this.#others.contains(document.activeElement);
    this.#others.replaceChildren(...others);
    const again = hadFocus && others.find((button) => button.dataset.action === focused);
    if (again) again.focus();
  }

  /** @param {HTMLButtonElement} button @param {Button} each @param {Shown} shown */
  #fill(button, each, { busy, hasKeys }) {
    const isRunning = busy === each.action;
    button.dataset.action = each.action;
    button.disabled = Boolean(busy) || Boolean(each.isIdle);
    button.setAttribute("aria-busy", String(isRunning));
    const key = /** @type {Record<string, string>} */ (KEYS)[each.action];
    if (key && hasKeys) button.setAttribute("aria-keyshortcuts", key);
    button.replaceChildren(
      element("span", { class: "label" }, isRunning ? t("console.do.running") : each.label),
      ...(each.hint && !isRunning ? [element("small", {}, each.hint)] : []),
      ...(key && hasKeys ? [element("kbd", { "aria-hidden": "true" }, key)] : []),
    );
  }

  #act(/** @type {string} */ action) {
    this.dispatchEvent(new CustomEvent("act", { detail: { action } }));
  }
}

/** @param {Shown} shown @returns {Button[]} the primary one first */
function buttonsFor({ view, kind, isStrip }) {
  const first = view.waiting.find((entry) => !entry.elsewhere);
  const hint = first ? t("console.do.next_is", { number: first.number }) : undefined;
  const stage = view.current ? view.current.stage : "none";
  if (stage === "called") {
    return [
      { action: "start", label: t(`console.do.start.${kind}`), hint: view.current ? view.current.entry.number : "" },
      { action: "recall", label: t("console.do.recall") },
      { action: "no_show", label: t("console.do.no_show") },
      { action: "next", label: t("console.do.next_short") },
    ];
  }
  if (stage === "serving") {
    const finish = { action: "finish", label: t("console.do.finish") };
    const sendOn = { action: "send_on", label: t("console.do.send_on") };
    if (!view.waiting.length) return [finish, sendOn];
    const doneNext = { action: "next", label: t("console.do.done_next"), hint };
    return isStrip ? [finish, doneNext, sendOn] : [doneNext, sendOn, finish];
  }
  if (!view.waiting.length) return [{ action: "next", label: t("console.do.nobody"), isIdle: true }];
  return [{ action: "next", label: t("console.do.next"), hint }];
}

/** @param {Shown} shown @returns {Button[]} */
function byHand({ toTick }) {
  if (!toTick) return [{ action: "tick", label: t("console.hand.all"), isIdle: true }];
  return [{ action: "tick", label: t("console.hand.next", { number: toTick.number }), hint: t("console.hand.next_hint") }];
}

customElements.define("desk-actions", DeskActions);
