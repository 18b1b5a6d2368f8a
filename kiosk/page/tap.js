// @ts-check
/**
 * One tap: handed to the gateway under its key until the gateway has it, then followed until the paper is out.
 *
 * Everything may be repeated without harm: the key makes it one ticket. A page that is loaded anew in the middle goes on
 * with the key that it left in the tab"s memory; the key is forgotten on the way back to the start.
 */

const ASK_MS = 200;
const RETRY_MS = 500;
const ANSWER_LIMIT_MS = 5000;
const MEMORY = "luot-tap";

/**
 * @typedef {{key: string, service: string, class: string|null, language: string}} Tap
 * @typedef {{key: string, state: "waiting"|"issued"|"printing"|"printed"|"paper_trouble"|"refused", number?: string,
 *   service?: string, ahead?: number|null, wait?: {low_s: number, high_s: number}|null, where?: string|null,
 *   class_mark?: string|null, class_note?: string|null, trouble?: string, code?: string, sentence?: string}} Standing
 */

const FINAL = new Set(["printed", "paper_trouble", "refused"]);

/**
 * Carry a tap through; calls `tell` at each change of where it stands, the last time with a final state.
 * @param {Tap} tap
 * @param {(standing: Standing) => void} tell
 * @param {AbortSignal} signal ends the following, never the ticket
 */
export async function carryTap(tap, tell, signal) {
  sessionStorage.setItem(MEMORY, JSON.stringify(tap));
  let seen = "";
  let isHeld = false;
  while (!signal.aborted) {
    const standing = isHeld ? await ask(tap.key) : await hand(tap);
    if (signal.aborted) return;
    if (standing === "unknown") {
      isHeld = false; // the gateway lost its disk: hand it in again, under the same key
    } else if (standing !== null) {
      isHeld = true;
      const text = JSON.stringify(standing);
      if (text !== seen) tell(standing);
      seen = text;
      if (FINAL.has(standing.state)) return;
    }
    await pause(standing === null ? RETRY_MS : ASK_MS);
  }
}

/** @returns {Tap|null} the tap that this tab was following when it was loaded anew */
export function rememberedTap() {
  try {
    return JSON.parse(sessionStorage.getItem(MEMORY) || "null");
  } catch {
    return null;
  }
}

/** Nothing of the last patient stays. */
export function forgetTap() {
  sessionStorage.removeItem(MEMORY);
}

/** @param {Tap} tap @returns {Promise<Standing|null>} null: try again */
async function hand(tap) {
  const answer = await call("/api/kiosk/tap", {
    method: "POST",
    headers: { "Content-Type": "application/json", "Accept-Language": tap.language },
    body: JSON.stringify(tap),
  });
  if (answer === null || answer.status >= 500) return null;
  const content = await answer.json().catch(() => null);
  if (content === null) return null;
  if (answer.ok) return content;
  return { key: tap.key, state: "refused", code: content.code, sentence: content.detail };
}

/** @param {string} key @returns {Promise<Standing|"unknown"|null>} */
async function ask(key) {
  const answer = await call(`/api/kiosk/tap/${encodeURIComponent(key)}`, {});
  if (answer === null) return null;
  if (answer.status === 404) return "unknown";
  return answer.ok ? answer.json().catch(() => null) : null;
}

/** @param {string} path @param {RequestInit} request @returns {Promise<Response|null>} */
async function call(path, request) {
  try {
    return await fetch(path, { ...request, signal: AbortSignal.timeout(ANSWER_LIMIT_MS) });
  } catch {
    return null;
  }
}

/** @param {number} ms */
function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
