// @ts-check
/**
 * What a room's desk shows, worked out from the live state: who is called, who waits in which order, who was missed.
 *
 * Pure: state and overlay in, plain objects out. It decides nothing about turns; the order is the server's
 * (`ahead_order`), and what the overlay does not name yet follows by rank.
 */

/**
 * @typedef {{id: string, ticket: string, number: string, queue: string, room: string|null, state: string,
 *   class: string, class_confirmed: boolean, class_reason: string|null, way: string, rank: any, arrived_at: string,
 *   due_at: string|null, since: string, elsewhere: string|null, attempts: number, call: string|null,
 *   reason: Reason|null}} Entry
 * @typedef {{code: string, facts?: Record<string, any>, text?: string}} Reason
 * @typedef {{id: string, entry: string, ticket: string, number: string, room: string, attempt: number,
 *   area: string, called_at: string, state: string, priority: boolean}} Call
 * @typedef {{screens: number, screens_of: number, speaker: string, place: number|null}} Arrival
 * @typedef {{entry: Entry, call: Call|null, stage: "called"|"serving", arrival: Arrival|null,
 *   unannounced: boolean}} Current
 * @typedef {{room: any, current: Current|null, waiting: Entry[], missed: Entry[], paused: Entry[], held: Entry[],
 *   reasons: Record<string, Reason>, paperless: any[], troubled: any[], printers: any[]}} RoomView
 */

/** @type {Record<string, any>} */
const BLANK = Object.freeze({});
const STAGES = ["serving", "called"];
/** An announcement that is still to be said, and one that nobody said. */
const PENDING = ["queued", "sent", "started"];
const UNSAID = ["failed", "expired"];

/**
 * @param {Record<string, Record<string, any>>} state
 * @param {Record<string, Record<string, any>>} overlay
 * @param {string} roomCode
 * @returns {RoomView}
 */
export function roomView(state, overlay, roomCode) {
  const room = (state.rooms || BLANK)[roomCode] || { code: roomCode, queues: [], state: "open" };
  const entries = Object.values(state.entries || BLANK);
  const mine = entries.filter((entry) => room.queues.includes(entry.queue) && isForRoom(entry, roomCode));
  const orders = overlay.queues || BLANK;
  const queues = room.queues.map((/** @type {string} */ code) => orders[code] || BLANK);
  return {
    room,
    current: currentOf(state, overlay, roomCode, entries),
    waiting: inOrder(mine.filter((entry) => entry.state === "waiting"), room.queues, orders),
    missed: latestFirst(mine.filter((entry) => entry.state === "missed")),
    paused: latestFirst(mine.filter((entry) => entry.state === "paused")),
    held: latestFirst(mine.filter((entry) => entry.state === "held")),
    reasons: Object.assign({}, ...queues.map((/** @type {any} */ queue) => queue.reasons || BLANK)),
    paperless: Object.values(state.tickets || BLANK).filter(isPaperless),
    troubled: Object.values(state.devices || BLANK).map(withPresence(overlay)).filter(isTroubled),
    printers: Object.values(state.devices || BLANK).filter((device) => device.role === "kiosk").map(withPresence(overlay)),
  };
}

/** A missed or paused patient belongs to the room that had them; a waiting one to its bound room or to any. */
function isForRoom(/** @type {Entry} */ entry, /** @type {string} */ roomCode) {
  return entry.room === null || entry.room === undefined || entry.room === roomCode;
}

/**
 * @param {Record<string, Record<string, any>>} state
 * @param {Record<string, Record<string, any>>} overlay
 * @param {string} roomCode
 * @param {Entry[]} entries
 * @returns {Current|null}
 */
function currentOf(state, overlay, roomCode, entries) {
  const here = entries.filter((entry) => entry.room === roomCode && STAGES.includes(entry.state));
  const entry = latestFirst(here)[0];
  if (!entry) return null;
  const calls = Object.values(state.calls || BLANK);
  const call = (entry.call && (state.calls || BLANK)[entry.call]) || calls.find((each) => each.entry === entry.id) || null;
  const arrival = call ? arrivalOf(state, overlay, call) : null;
  const stage = entry.state === "serving" ? "serving" : "called";
  const unannounced = stage === "called" && arrival !== null && UNSAID.includes(arrival.speaker);
  return { entry, call, stage, arrival, unannounced };
}

/**
 * Where the call has arrived: screens from the overlay, the voice from the announcements of the area.
 * @param {Record<string, Record<string, any>>} state
 * @param {Record<string, Record<string, any>>} overlay
 * @param {Call} call
 * @returns {Arrival}
 */
function arrivalOf(state, overlay, call) {
  const counted = (overlay.arrivals || BLANK)[call.id] || BLANK;
  const all = Object.values(state.announcements || BLANK).sort(byIssue);
  const own = all.filter((each) => (each.calls || []).includes(call.id)).pop();
  const area = (state.areas || BLANK)[call.area];
  const isSilent = Boolean(area) && area.has_speaker === false;
  const before = own ? all.filter((each) => each.area === own.area && PENDING.includes(each.state) && byIssue(each, own) < 0) : [];
  return {
    screens: counted.screens || 0,
    screens_of: counted.screens_of || 0,
    speaker: own ? own.state : counted.speaker || (isSilent ? "none" : ""),
    place: own ? before.length + 1 : counted.place || null,
  };
}

function byIssue(/** @type {any} */ a, /** @type {any} */ b) {
  return Date.parse(a.issued_at) - Date.parse(b.issued_at) || (a.id < b.id ? -1 : Number(a.id > b.id));
}

/**
 * The order of call: queue by queue as the room lists them, within a queue the server's order, then by rank.
 * @param {Entry[]} waiting
 * @param {string[]} codes the room's queues
 * @param {Record<string, {ahead_order?: string[]}>} orders
 * @returns {Entry[]}
 */
export function inOrder(waiting, codes, orders) {
  const place = new Map();
  for (const code of codes) ((orders[code] || BLANK).ahead_order || []).forEach((id, index) => place.set(id, index));
  const placeOf = (/** @type {Entry} */ entry) => (place.has(entry.id) ? place.get(entry.id) : Number.MAX_SAFE_INTEGER);
  return waiting.slice().sort((a, b) =>
    codes.indexOf(a.queue) - codes.indexOf(b.queue) || placeOf(a) - placeOf(b) || byRank(a, b));
}

function byRank(/** @type {Entry} */ a, /** @type {Entry} */ b) {
  if (a.rank !== b.rank) return a.rank < b.rank ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}

/** @param {Entry[]} entries */
function latestFirst(entries) {
  return entries.slice().sort((a, b) => Date.parse(b.since) - Date.parse(a.since));
}

function isPaperless(/** @type {any} */ ticket) {
  return ticket.state === "open" && (ticket.paper === "failed" || ticket.paper === "unknown");
}

/** A lost kiosk gives no numbers; a lost screen or voice shows with each call (arrivals). */
function isTroubled(/** @type {any} */ device) {
  return Boolean(device.trouble) || (device.role === "kiosk" && device.online === false);
}

function withPresence(/** @type {Record<string, any>} */ overlay) {
  return (/** @type {any} */ device) => ({ ...device, ...((overlay.devices || BLANK)[device.id] || BLANK) });
}

/**
 * Those whom typed digits may mean: the exact printed number, else the numbers that end in these digits.
 * @param {Entry[]} entries
 * @param {string} typed
 * @returns {Entry[]}
 */
export function matching(entries, typed) {
  const wanted = typed.trim().toUpperCase();
  const exact = entries.filter((entry) => entry.number.toUpperCase() === wanted);
  if (exact.length || !/^\d+$/.test(wanted)) return exact;
  const value = Number(wanted);
  return entries.filter((entry) => {
    const digits = /(\d+)$/.exec(entry.number);
    return digits !== null && Number(digits[1]) === value;
  });
}
