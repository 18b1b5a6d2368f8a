// @ts-check
/** PURE. How large a number can be shown so that it stays on one line. */

const LONG_NUMBER = 5;
const VERY_LONG_NUMBER = 7;

/** @param {string} number @returns {"large"|"middle"|"small"} */
export function sizeOf(number) {
  if (number.length > VERY_LONG_NUMBER) return "small";
  return number.length > LONG_NUMBER ? "middle" : "large";
}
