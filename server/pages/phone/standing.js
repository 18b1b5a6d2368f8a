// @ts-check
/**
 * Where a patient stands, as data for the page: which of eight situations, and its facts. Pure.
 *
 * @typedef {"loading"|"unknown"|"waiting"|"called"|"serving"|"held"|"missed"|"ended"} Kind
 * @typedef {{kind: Kind, number: string, callId: string|null, service: string, room: any, place: string, queue: string|null, where: string, ahead: number|null,
 *   wait: {low_s: number, high_s: number}|null, elsewhere: string|null, also: string[]}} Standing
 */

import { pick } from "/common/i18n.js";

/** What an entry's state is to its patient; the first that fits is what matters most. @type {[string, Kind][]} */
const KINDS = [
  ["called", "called"],
  ["serving", "serving"],
  ["missed", "missed"],
  ["waiting", "waiting"],
  ["held", "held"],
  ["paused", "held"],
  ["planned", "held"],
];

/**
 * @param {{isUnknown: boolean, ticket: any, hospital: any, live: {state: any, overlays: any, hasState: boolean}}} known
 * @returns {Standing}
 */
export function describe(known) {
  if (known.isUnknown) return standing("unknown", {});
  if (!known.ticket) return standing("loading", {});
  const state = known.live.hasState ? known.live.state : { tickets: {}, entries: {}, calls: {} };
  const ticket = first(state.tickets) || known.ticket;
  const facts = { number: ticket.number, service: serviceName(ticket.service, known.hospital) };
  if (ticket.state && ticket.state !== "open") return standing("ended", facts);
  if (!known.live.hasState) return standing("waiting", Object.assign(facts, waitOf(known.ticket), { where: known.ticket.where || "" }));
  const found = foremost(state.entries || {});
  return found ? withEntry(found, known, facts) : standing("ended", facts);
}

/** @param {{entry: any, kind: Kind}} found @param {any} known @param {any} facts @returns {Standing} */
function withEntry(found, known, facts) {
  const entry = found.entry;
  const overlay = known.live.overlays.ticket || {};
  const calls = values(known.live.state.calls).filter((call) => call.state === found.kind);
  const call = calls[0] || null;
  const room = roomOf(call ? call.room : entry.room, known.hospital);
  const about = Object.assign(facts, {
    room: found.kind === "called" || found.kind === "serving" || found.kind === "missed" ? room : null,
    callId: call ? call.id : null,
    place: queueName(entry.queue, known.hospital),
    queue: entry.queue,
    where: found.kind === "waiting" ? whereOf(known.ticket, entry.queue) : "",
    elsewhere: entry.elsewhere || null,
    also: others(known.live.state.entries, entry).map((other) => queueName(other.queue, known.hospital)),
  });
  return standing(found.kind, Object.assign(about, found.kind === "waiting" ? waitOf(overlay.entry ? overlay : known.ticket) : {}));
}

/** Of several entries the one to act on. @param {any} entries @returns {{entry: any, kind: Kind}|null} */
function foremost(entries) {
  for (const pair of KINDS) {
    const entry = values(entries).filter((one) => one.state === pair[0])[0];
    if (entry) return { entry, kind: pair[1] };
  }
  return null;
}

/** Where this patient waits besides: several tests may be open at once. @param {any} entries @param {any} entry */
function others(entries, entry) {
  return values(entries).filter((other) => other.id !== entry.id && other.state === "waiting");
}

/** @param {Kind} kind @param {any} facts @returns {Standing} */
function standing(kind, facts) {
  const blank = { number: "", callId: null, service: "", room: null, place: "", queue: null, where: "", ahead: null, wait: null, elsewhere: null, also: [] };
  return Object.assign({ kind }, blank, facts);
}

/** Where to wait, as long as it is told of the queue in which this patient waits now. @param {any} ticket @param {string} queue */
function whereOf(ticket, queue) {
  return ticket.queue === queue ? ticket.where || "" : "";
}

/** @param {any} source */
function waitOf(source) {
  return { ahead: typeof source.ahead === "number" ? source.ahead : null, wait: source.wait || null };
}

/** @param {string|null} code @param {any} hospital @returns {any} */
function roomOf(code, hospital) {
  if (!code) return null;
  const known = hospital && byCode(hospital.rooms, code);
  if (!known) return { label: code, name: {}, area: null };
  return { label: known.label, name: known.name, area: byCode(hospital.areas, known.area) };
}

/** @param {string|undefined} code @param {any} hospital @returns {string} */
function queueName(code, hospital) {
  const known = code && hospital && byCode(hospital.queues, code);
  return known ? pick(known.name) : "";
}

/** @param {string|undefined} code @param {any} hospital @returns {string} */
function serviceName(code, hospital) {
  const known = code && hospital && byCode(hospital.services, code);
  return known ? pick(known.name) : "";
}

/** @param {any[]|undefined} list @param {string} code */
function byCode(list, code) {
  return (list || []).filter((one) => one.code === code)[0] || null;
}

/** @param {any} collection */
function first(collection) {
  return values(collection)[0] || null;
}

/** @param {any} collection @returns {any[]} */
function values(collection) {
  return Object.keys(collection || {}).map((id) => collection[id]);
}
