// @ts-check
/**
 * From an action to what is sent: asks what must be asked, and gives the requests in order. It sends nothing itself.
 *
 * A plan is null when the nurse left a question unanswered.
 *
 * @typedef {{path: string, body?: object, accepts?: string}} Step `accepts` is a refusal that ends the plan well
 * @typedef {{steps: Step[], did: string, facts?: Record<string, string>}} Plan
 * @typedef {{view: import("./view.js").RoomView, room: string, hospital: any, now: number,
 *   names: import("./format.js").Names}} Desk
 * @typedef {import("./view.js").Entry} Entry
 */

import { askEntry } from "/console/entry-question.js";
import { askCancel, askPrevious, askReason, askWhich } from "/console/questions.js";
import { askSendOn, askTransfer, queueChoices } from "/console/queue-question.js";
import { matching } from "/console/view.js";

/** How many places a patient is put back at a time (DOMAIN: once, by five). */
const DEFER_BY = 5;

/**
 * @param {string} action
 * @param {Desk} desk
 * @param {any} [detail] `typed` of a number, `entry` of a row, `ticket` of a reprint
 * @returns {Promise<Plan|null>}
 */
export async function planFor(action, desk, detail) {
  const { view, room } = desk;
  const number = view.current ? view.current.entry.number : "";
  const onRoom = (/** @type {string} */ path) => ({ steps: [{ path: `/rooms/${room}/${path}` }], facts: { number } });
  switch (action) {
    case "next": return planNext(desk);
    case "start": return isStage(view, "called") ? { ...onRoom("start"), did: "start" } : null;
    case "recall": return isStage(view, "called") ? { ...onRoom("recall"), did: "recall" } : null;
    case "no_show": return isStage(view, "called") ? { ...onRoom("no-show"), did: "no_show" } : null;
    case "finish": return view.current ? { ...onRoom("finish"), did: "finish" } : null;
    case "send_on": return planSendOn(desk);
    case "undo": return { ...onRoom("undo"), did: "undo" };
    case "number": return planNumber(desk, detail.typed);
    case "pick": return planPicked(desk, detail.entry);
    case "reprint": return {
      steps: [{ path: `/tickets/${detail.ticket.id}/reprint`, body: { device: detail.device || null } }],
      did: "reprint", facts: { number: detail.ticket.number },
    };
    default: return null;
  }
}

/**
 * What to ask after a refusal that a person can answer.
 * @param {import("./commands.js").Refusal} refusal @param {Plan} plan @returns {Promise<Plan|null>}
 */
export async function planAfter(refusal, plan) {
  const last = plan.steps[plan.steps.length - 1];
  const body = /** @type {any} */ (last.body || {});
  if (refusal.code === "reason_missing") {
    const reason = await askReason(body.number || "");
    return reason ? { ...plan, steps: [{ ...last, body: { ...body, reason } }] } : null;
  }
  if (refusal.code === "ambiguous_number") {
    const candidates = (refusal.problem.candidates || []).map((/** @type {any} */ each) => each.number || each);
    const number = candidates.length ? await askWhich(body.number, candidates) : null;
    return number ? { ...plan, steps: [{ ...last, body: { ...body, number } }] } : null;
  }
  return null;
}

/** @param {Desk} desk @returns {Promise<Plan|null>} */
function planNext(desk) {
  return before(desk, { steps: [{ path: `/rooms/${desk.room}/call-next` }], did: "next" });
}

/** @param {Desk} desk @returns {Promise<Plan|null>} */
async function planSendOn({ view, room, hospital, names }) {
  if (!view.current) return null;
  const { number } = view.current.entry;
  const queues = queueChoices(hospital.queues, view.room.queues, (code) => names.queue(code));
  const onward = await askSendOn(view.current.entry, queues, view.waiting.length > 0);
  if (!onward) return null;
  /** @type {Step[]} */
  const steps = [{ path: `/rooms/${room}/finish`, body: onward.next ? { next: onward.next } : {} }];
  if (onward.thenCall) steps.push({ path: `/rooms/${room}/call-next`, body: {}, accepts: "nobody_waiting" });
  return { steps, did: onward.thenCall ? "next" : "finish", facts: { number } };
}

/** @param {Desk} desk @param {string} typed @returns {Promise<Plan|null>} */
async function planNumber(desk, typed) {
  const { view, room } = desk;
  const found = matching([...view.waiting, ...view.held, ...view.missed], typed);
  const path = `/rooms/${room}/call-number`;
  if (found.length === 0) return before(desk, { steps: [{ path, body: { number: typed } }], did: "next" });
  const number = found.length === 1 ? found[0].number : await askWhich(typed, found.map((entry) => entry.number));
  const entry = found.find((each) => each.number === number);
  if (!entry) return null;
  if (entry === nextOf(view)) return planNext(desk);
  const reason = await askReason(entry.number, entry);
  return reason ? before(desk, { steps: [{ path, body: { number: entry.number, reason } }], did: "next" }) : null;
}

/** @param {Desk} desk @param {Entry} entry @returns {Promise<Plan|null>} */
async function planPicked(desk, entry) {
  const { view, names, now } = desk;
  const isNext = entry === nextOf(view);
  const step = await askEntry({ entry, names, now, isNext, expected: view.reasons[entry.id] });
  if (!step) return null;
  if (step.act === "next") return planNext(desk);
  if (step.act === "call") {
    const path = `/rooms/${desk.room}/call/${entry.id}`;
    return before(desk, { steps: [{ path, body: { reason: step.reason } }], did: "next" });
  }
  return planStep(desk, entry, step.act);
}

/** @param {Desk} desk @param {Entry} entry @param {string} act @returns {Promise<Plan|null>} */
async function planStep({ hospital, names }, entry, act) {
  const { number } = entry;
  const plan = (/** @type {object} */ body, /** @type {Record<string, string>} */ facts = {}) =>
    ({ steps: [{ path: `/entries/${entry.id}/${act}`, body }], did: act, facts: { number, ...facts } });
  if (act === "defer") return plan({ by: DEFER_BY });
  if (act === "class") return plan({ class: entry.class, reason: entry.class_reason || "staff" });
  if (act === "cancel") return (await askCancel(entry)) ? plan({}) : null;
  if (act !== "transfer") return plan({});
  const queues = queueChoices(hospital.queues, [entry.queue], (code) => names.queue(code));
  const queue = await askTransfer(entry, queues);
  return queue ? plan({ queue }, { queue: names.queue(queue) }) : null;
}

/** Somebody who is called but not in has to be settled in the same command. @param {Desk} desk @param {Plan} plan */
async function before({ view }, plan) {
  if (!isStage(view, "called") || !view.current) return plan;
  const previous = await askPrevious(view.current.entry);
  if (!previous) return null;
  return { ...plan, steps: plan.steps.map((step) => ({ ...step, body: { ...step.body, previous } })) };
}

/** @param {import("./view.js").RoomView} view */
function nextOf(view) {
  return view.waiting.find((entry) => !entry.elsewhere);
}

/** @param {import("./view.js").RoomView} view @param {string} stage */
function isStage(view, stage) {
  return view.current !== null && view.current.stage === stage;
}
