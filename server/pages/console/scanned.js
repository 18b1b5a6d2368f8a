// @ts-check
/** From a scan at the desk to the patient of this room's list, or to a sentence that says where the slip stands. */

import { t } from "/common/i18n.js";
import { NoAnswer } from "/console/commands.js";

/** The state that says most about where a patient is comes first. */
const STATES = ["called", "serving", "waiting", "missed", "paused", "held", "planned"];

/**
 * @param {string} scan
 * @param {{commands: import("./commands.js").Commands, view: import("./view.js").RoomView,
 *   names: import("./format.js").Names}} desk
 * @returns {Promise<{entry: import("./view.js").Entry}|{text: string}|null>} null when the session has ended
 */
export async function whoseScan(scan, { commands, view, names }) {
  try {
    const read = await commands.send("/scans", { scan });
    if (read.kind !== "ticket") return { text: t("console.scan.not_a_slip") };
    const listed = [...view.waiting, ...view.missed, ...view.paused, ...view.held];
    const entry = listed.find((each) => each.ticket === read.ticket);
    if (entry) return { entry };
    return { text: standing(await commands.get(`/tickets/${read.ticket}`), names) };
  } catch (error) {
    if (error instanceof NoAnswer) return { text: t("console.scan.no_answer") };
    const refusal = /** @type {import("./commands.js").Refusal} */ (error);
    return refusal.code === "not_signed_in" ? null : { text: refusal.message };
  }
}

/** @param {any} ticket @param {import("./format.js").Names} names */
function standing(ticket, names) {
  const { number } = ticket;
  const entries = (ticket.entries || []).filter((/** @type {any} */ each) => STATES.includes(each.state));
  if (ticket.state !== "open" || !entries.length) return t("console.scan.ended", { number });
  const [entry] = entries.sort((/** @type {any} */ a, /** @type {any} */ b) => STATES.indexOf(a.state) - STATES.indexOf(b.state));
  const place = entry.room ? `${names.queue(entry.queue)}, ${names.place(entry.room)}` : names.queue(entry.queue);
  return t(`console.scan.${entry.state}`, { number, place });
}
