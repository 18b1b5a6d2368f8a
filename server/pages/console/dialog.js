// @ts-check
/** One question at a time, in a native modal dialog; Escape and the background mean "never mind". */

import { element } from "/common/dom.js";
import { t } from "/common/i18n.js";

export function hasDialog() {
  return document.querySelector("dialog[open]") !== null;
}

/** Leave an open question without a choice. */
export function leaveQuestion() {
  const dialog = /** @type {HTMLDialogElement|null} */ (document.querySelector("dialog[open]"));
  if (dialog) dialog.close();
}

/**
 * Take back a question about somebody whom another desk has moved on meanwhile: its answer would hit the wrong state.
 * @param {Record<string, {state: string}>} entries
 * @returns {boolean} whether a question was taken back
 */
export function withdrawQuestion(entries) {
  const dialog = /** @type {HTMLDialogElement|null} */ (document.querySelector("dialog[open][data-entry]"));
  const entry = dialog && entries[dialog.dataset.entry || ""];
  if (!dialog || (entry && entry.state === dialog.dataset.state)) return false;
  dialog.close();
  return true;
}

/**
 * Ask and wait for the choice.
 * @template T
 * @param {string} title
 * @param {(done: (value: T) => void) => (Node|string|null)[]} build makes the content; calls *done* with the choice
 * @param {{lead?: string, closing?: string, about?: import("./view.js").Entry}} [texts] `about` is whom the question is about
 * @returns {Promise<T|null>} null when it was left without a choice
 */
export function ask(title, build, { lead = "", closing = t("console.do.cancel_dialog"), about } = {}) {
  return new Promise((resolve) => {
    /** @type {T|null} */
    let chosen = null;
    const dialog = /** @type {HTMLDialogElement} */ (element("dialog", {
      class: "ask", "aria-label": title, "data-entry": about && about.id, "data-state": about && about.state,
    }));
    const done = (/** @type {T} */ value) => {
      chosen = value;
      dialog.close();
    };
    dialog.append(
      element("h2", { tabindex: "-1", autofocus: true }, title), // a second Enter must not answer
      ...(lead ? [element("p", { class: "lead" }, lead)] : []),
      ...build(done).filter((part) => part !== null),
    );
    const leave = element("button", { type: "button", class: "quiet leave", onclick: () => dialog.close() }, closing);
    (dialog.querySelector(".ending") || dialog).append(leave);
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    dialog.addEventListener("keydown", pressNumbered);
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(chosen);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/**
 * @template T
 * @param {{value: T, label: string, hint?: string, kind?: string}[]} choices
 * @param {(value: T) => void} done
 * @returns {HTMLElement} large buttons, numbered 1–9 for the keyboard
 */
export function choiceButtons(choices, done) {
  const buttons = choices.map(({ value, label, hint, kind }, index) =>
    element("button", { type: "button", class: `choice ${kind || ""}`, "data-number": String(index + 1), onclick: () => done(value) },
      element("kbd", { "aria-hidden": "true" }, String(index + 1)),
      element("span", {}, label),
      ...(hint ? [element("small", {}, hint)] : [])));
  return element("div", { class: "choices" }, ...buttons);
}

/** @param {KeyboardEvent} event */
function pressNumbered(event) {
  const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
  const dialog = /** @type {HTMLElement} */ (event.currentTarget);
  const isField = /** @type {Element} */ (event.target).matches("input, select, textarea");
  if (!digit || isField || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  const button = /** @type {HTMLElement|null} */ (dialog.querySelector(`button[data-number="${digit[1]}"]`));
  if (button) {
    event.preventDefault();
    event.stopPropagation(); // the dialog is closed when the desk would hear the key: it would take it for a shortcut
    button.click();
  }
}
