// @ts-check
/** PURE. How long a wait is said to be, in whole minutes, rounded outward. */

import { t } from "/common/i18n.js";

const MINUTE_S = 60;

/**
 * @param {string} place "service" on a tile, "ticket" under a number
 * @param {{low_s: number, high_s: number}|null|undefined} wait
 * @returns {string} empty when nobody knows
 */
export function sayWait(place, wait) {
  if (!wait) return "";
  const low = Math.floor(wait.low_s / MINUTE_S);
  const high = Math.max(1, Math.ceil(wait.high_s / MINUTE_S));
  if (low < 1) return t(`${place}.wait_short`, { high });
  if (low === high) return t(`${place}.wait_about`, { high });
  return t(`${place}.wait_range`, { low, high });
}
