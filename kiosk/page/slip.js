// @ts-check
/** Asks the gateway about a scanned slip. */

import { currentLanguage } from "/common/i18n.js";

const ANSWER_LIMIT_MS = 20_000; // the gateway's own two questions have their limits
/**
 * @typedef {{standing: "waiting"|"called"|"tests"|"missed"|"held"|"ended"|"unknown"|"card"|"silent", ticket?: string,
 *   number?: string, service?: string, language?: string, ahead?: number|null,
 *   wait?: import("./hall.js").Wait|null, where?: string|null, room?: string|null, entry?: string}} Slip
 */

/** @param {string} scan @returns {Promise<Slip>} */
export function readSlip(scan) {
  return ask("/api/kiosk/scan", { scan });
}

/** @param {string} key the same key again changes nothing @param {Slip} slip @returns {Promise<Slip>} */
export function comeBack(key, slip) {
  return ask("/api/kiosk/return", { key, ticket: slip.ticket, entry: slip.entry });
}

/** @param {string} path @param {Object<string, string|undefined>} body @returns {Promise<Slip>} */
async function ask(path, body) {
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json", "Accept-Language": currentLanguage() },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
    });
    if (answer.ok) return await answer.json();
    return { standing: answer.status < 500 ? "unknown" : "silent" };
  } catch {
    return { standing: "silent" };
  }
}
