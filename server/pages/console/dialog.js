// @ts-check
/** One question at a time, in a native modal dialog; Escape and the background mean "never mind". */

import { element } from "/common/dom.js";
import { t } from "/common/i18n.js";

export function hasDialog() {
  return document.querySelector("dialog[open]") !== null;
}

/**
 * Ask and wait for the choice.
 * @template T
 * @param {string} title
 * @param {(done: (value: T) => void) => (Node|string|null)[]} build makes the content; calls *done* with the choice
 * @param {{lead?: string, closing?: string}} [texts]
 * @returns {Promise<T|null>} null when it was left without a choice
 */
export function ask(title, build, { lead = "", closing = t("console.do.cancel_dialog") } = {}) {
  return new Promise((resolve) => {
    /** @type {T|null} */
    let chosen = null;
    const dialog = /** @type {HTMLDialogElement} */ (element("dialog", { class: "ask", "aria-label": title }));
    const done = (/** @type {T} */ value) => {
      chosen = value;
      dialog.close();
    };
    dialog.append(
      element("h2", {}, title),
      ...(lead ? [element("p", { class: "lead" }, lead)] : []),
      ...build(done).filter((part) => part !== null),
      element("button", { type: "button", class: "quiet leave", onclick: () => dialog.close() }, closing),
    );
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
    button.click();
  }
}
