// @ts-check
/** The questions that a desk asks: the reason of a call out of turn, what became of the one who was called, … */

import { element } from "/common/dom.js";
import { t } from "/common/i18n.js";
import { ask, choiceButtons } from "/console/dialog.js";
import { SHORTCUTS } from "/console/shortcuts.js";

/** Codes of the reasons for a call out of turn (the server's list). */
export const OUT_OF_TURN = [
  "condition_worse", "results_ready", "staff_request", "wheelchair", "late_return", "wrong_order", "other_documented",
];

/**
 * @param {string} number @param {import("./view.js").Entry} [about]
 * @returns {Promise<string|null>} a reason's code
 */
export function askReason(number, about) {
  return ask(`${number}: ${t("console.entry.why")}`, (done) => [choiceButtons(reasonChoices(), done)], {
    lead: t("console.entry.why_lead"), about,
  });
}

export function reasonChoices() {
  return OUT_OF_TURN.map((code) => ({ value: code, label: capital(t(code)) }));
}

/**
 * What became of the patient who was called.
 * @param {import("./view.js").Entry} about @returns {Promise<"missed"|"finish"|null>}
 */
export function askPrevious(about) {
  /** @type {{value: "missed"|"finish", label: string}[]} */
  const choices = [
    { value: "missed", label: t("console.previous.missed") },
    { value: "finish", label: t("console.previous.finish") },
  ];
  return ask(t("console.previous.title", { number: about.number }), (done) => [choiceButtons(choices, done)], {
    lead: t("console.previous.lead"), about,
  });
}

/** @param {string} typed @param {string[]} numbers @returns {Promise<string|null>} the number that was meant */
export function askWhich(typed, numbers) {
  const choices = numbers.map((number) => ({ value: number, label: number, kind: "number" }));
  return ask(t("console.number.which"), (done) => [choiceButtons(choices, done)], {
    lead: t("console.number.which_lead", { typed }),
  });
}

/** @param {import("./view.js").Entry} about @returns {Promise<boolean>} */
export async function askCancel(about) {
  const choices = [{ value: true, label: t("console.cancel.yes"), kind: "grave" }];
  const answer = await ask(t("console.cancel.title", { number: about.number }), (done) => [choiceButtons(choices, done)], {
    lead: t("console.cancel.lead"), about,
  });
  return answer === true;
}

/**
 * List the shortcuts, with the switch that turns them off.
 * @param {boolean} isOn
 * @param {(isOn: boolean) => void} onSwitch
 */
export function showShortcuts(isOn, onSwitch) {
  const label = (/** @type {string} */ action) =>
    action === "start" ? t("console.keys.start") : t(`console.do.${action}`);
  const rows = SHORTCUTS.map(({ keys, action }) =>
    element("div", { class: "shortcut" }, element("dt", {}, ...keys.map((key) => element("kbd", {}, key))), element("dd", {}, label(action))));
  const toggle = /** @type {HTMLInputElement} */ (element("input", { type: "checkbox" }));
  toggle.checked = isOn;
  toggle.addEventListener("change", () => onSwitch(toggle.checked));
  return ask(t("console.keys.title"), () => [
    element("dl", { class: "shortcuts" }, ...rows),
    element("label", { class: "check" }, toggle, element("span", {}, t("console.keys.on"))),
  ], { lead: t("console.keys.lead"), closing: t("console.do.close") });
}

function capital(/** @type {string} */ text) {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}
