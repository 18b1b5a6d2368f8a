// @ts-check
/** Where a patient goes next: one queue to be transferred to, or several to be sent on to. */

import { element } from "/common/dom.js";
import { t } from "/common/i18n.js";
import { ask, choiceButtons } from "/console/dialog.js";

/** Places that patients are sent to most often come first. */
const KINDS = ["laboratory", "imaging", "cashier", "pharmacy", "clinic", "reception", "emergency"];

/**
 * @typedef {{next: string[]|string[][]|null, thenCall: boolean}} Onward `next` null means the hospital's own flow
 * @typedef {{code: string, kind: string, label: string}} QueueChoice
 * @typedef {import("./view.js").Entry} Entry
 */

/** @param {any[]} queues @param {string[]} own codes left out @param {(code: string) => string} nameOf */
export function queueChoices(queues, own, nameOf) {
  return queues.filter((queue) => !own.includes(queue.code))
    .map((queue) => ({ code: queue.code, kind: queue.kind, label: nameOf(queue.code) }));
}

/** @param {Entry} about @param {QueueChoice[]} queues @returns {Promise<string|null>} a queue's code */
export function askTransfer(about, queues) {
  return ask(t("console.transfer.title", { number: about.number }), (done) => [groups(queues, (queue) =>
    element("button", { type: "button", class: "choice", onclick: () => done(queue.code) }, element("span", {}, queue.label)))],
  { lead: t("console.transfer.lead"), about });
}

/** @param {Entry} about @param {QueueChoice[]} queues @param {boolean} mayCall @returns {Promise<Onward|null>} */
export function askSendOn(about, queues, mayCall) {
  return ask(t("console.send.title", { number: about.number }), (done) => sendOnForm(queues, mayCall, done), {
    lead: t("console.send.lead"), about,
  });
}

/** @param {QueueChoice[]} queues @param {boolean} mayCall @param {(onward: Onward) => void} done */
function sendOnForm(queues, mayCall, done) {
  /** @type {string[]} in the order of choice */
  let chosen = [];
  const ordered = radio("order", t("console.send.ordered"), false);
  const order = element("fieldset", { class: "order" }, radio("order", t("console.send.parallel"), true), ordered);
  const thenCall = /** @type {HTMLInputElement} */ (element("input", { type: "checkbox" }));
  thenCall.checked = mayCall;
  const isOrdered = () => /** @type {HTMLInputElement} */ (ordered.firstElementChild).checked;
  const leave = (/** @type {Onward["next"]} */ next) => done({ next, thenCall: thenCall.checked });
  const go = element("button", { type: "button", class: "primary", onclick: () =>
    leave(isOrdered() ? chosen.map((code) => [code]) : chosen) });
  const buttons = new Map(queues.map((queue) => [queue.code, toggle(queue, () => {
    chosen = chosen.includes(queue.code) ? chosen.filter((code) => code !== queue.code) : [...chosen, queue.code];
    refresh();
  })]));
  const refresh = () => {
    for (const [code, button] of buttons) mark(button, chosen.indexOf(code), chosen.length > 1 && isOrdered());
    order.hidden = chosen.length < 2;
    /** @type {HTMLButtonElement} */ (go).disabled = chosen.length === 0;
    go.textContent = chosen.length > 1 ? t("console.send.go_count", { n: chosen.length }) : t("console.send.go");
  };
  order.addEventListener("change", refresh);
  refresh();
  const others = [
    { value: /** @type {Onward["next"]} */ (null), label: t("console.send.default") },
    { value: /** @type {Onward["next"]} */ ([]), label: t("console.send.end") },
  ];
  return [
    choiceButtons(others, leave),
    groups(queues, (queue) => /** @type {HTMLElement} */ (buttons.get(queue.code))),
    element("div", { class: "ending" }, order,
      mayCall ? element("label", { class: "check" }, thenCall, element("span", {}, t("console.send.then_call"))) : null, go),
  ];
}

/** @param {QueueChoice} queue @param {() => void} onclick */
function toggle(queue, onclick) {
  return element("button", { type: "button", class: "choice toggle", "aria-pressed": "false", onclick },
    element("b", { class: "turn", "aria-hidden": "true" }), element("span", {}, queue.label));
}

/** @param {HTMLElement} button @param {number} index @param {boolean} isNumbered */
function mark(button, index, isNumbered) {
  button.setAttribute("aria-pressed", String(index >= 0));
  const turn = /** @type {HTMLElement} */ (button.firstElementChild);
  turn.textContent = index < 0 ? "" : isNumbered ? String(index + 1) : "✓";
}

function radio(/** @type {string} */ name, /** @type {string} */ label, /** @type {boolean} */ isChosen) {
  const input = /** @type {HTMLInputElement} */ (element("input", { type: "radio", name }));
  input.checked = isChosen;
  return element("label", { class: "check" }, input, element("span", {}, label));
}

/** @param {QueueChoice[]} queues @param {(queue: QueueChoice) => HTMLElement} makeButton @returns {HTMLElement} */
function groups(queues, makeButton) {
  const kinds = KINDS.filter((kind) => queues.some((queue) => queue.kind === kind));
  return element("div", { class: "kinds" }, ...kinds.map((kind) =>
    element("section", {}, element("h3", {}, t(`console.kind.${kind}`)),
      element("div", { class: "choices" }, ...queues.filter((queue) => queue.kind === kind).map(makeButton)))));
}
