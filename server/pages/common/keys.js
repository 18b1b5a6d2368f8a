// @ts-check
/** Idempotency keys on plain http too, where a browser has no crypto.randomUUID. */

/** @returns {string} 128 random bits as 32 hexadecimal digits */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
