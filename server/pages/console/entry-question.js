// @ts-check
/** What may be done with one patient of the list: call out of turn with a reason, hold, defer, transfer, return … */

import { element } from "/common/dom.js";
import { t } from "/common/i18n.js";
import { ask, choiceButtons } from "/console/dialog.js";
import { waited } from "/console/format.js";
import { reasonChoices } from "/console/questions.js";

/** @typedef {import("./view.js").Entry} Entry */
/** @typedef {{act: string, reason?: string}} EntryStep */

/** Steps by the entry's state, in the order shown; the server has the last word (`illegal_move`). */
const STEPS = {
  waiting: ["hold", "defer", "transfer", "cancel"],
  held: ["release", "transfer", "cancel"],
  missed: ["transfer", "cancel"],
  paused: ["cancel"],
};
/** What is nearly always wanted of these comes first. */
const RETURNABLE = ["missed", "paused"];
const CALLABLE = ["waiting", "held", "missed"];

/**
 * @param {{entry: Entry, names: import("./format.js").Names, now: number, isNext: boolean,
 *   expected: import("./view.js").Reason|undefined}} facts
 * @returns {Promise<EntryStep|null>}
 */
export function askEntry({ entry, names, now, isNext, expected }) {
  const lead = [
    names.className(entry.class) + (entry.class_confirmed || entry.class === "normal" ? "" : ` (${t("console.list.unconfirmed")})`),
    t(`console.way.${entry.way}`),
    names.queue(entry.queue),
    t("console.entry.waited", { wait: waited(entry.arrived_at, now), time: names.time(entry.arrived_at) }),
    expected ? t("console.entry.expected", { reason: names.reason(expected) }) : "",
    entry.elsewhere ? t("console.list.elsewhere", { room: names.place(entry.elsewhere) }) : "",
  ].filter(Boolean).join(" · ");
  return ask(entry.number, (/** @type {(step: EntryStep) => void} */ done) => [
    RETURNABLE.includes(entry.state) ? primary(t("console.entry.return"), { act: "return" }, done) : null,
    isNext ? primary(t("console.do.next"), { act: "next" }, done) : callSection(entry, done),
    stepSection(entry, done),
  ], { lead, about: entry });
}

/** @param {string} label @param {EntryStep} step @param {(step: EntryStep) => void} done */
function primary(label, step, done) {
  return element("button", { type: "button", class: "primary", "data-act": step.act, onclick: () => done(step) }, label);
}

/** @param {Entry} entry @param {(step: EntryStep) => void} done */
function callSection(entry, done) {
  if (!CALLABLE.includes(entry.state) || entry.elsewhere) return null;
  return element("section", {},
    element("h3", {}, t("console.entry.call")),
    choiceButtons(reasonChoices(), (reason) => done({ act: "call", reason })));
}

/** @param {Entry} entry @param {(step: EntryStep) => void} done */
function stepSection(entry, done) {
  const steps = [...(/** @type {Record<string, string[]>} */ (STEPS)[entry.state] || [])];
  if (entry.class !== "normal" && !entry.class_confirmed) steps.unshift("class");
  const buttons = steps.map((act) =>
    element("button", { type: "button", class: `choice ${act === "cancel" ? "grave" : ""}`, "data-act": act, onclick: () => done({ act }) },
      element("span", {}, t(`console.entry.${act}`))));
  return element("section", {},
    element("h3", {}, t("console.entry.other")),
    element("div", { class: "choices grid" }, ...buttons));
}
