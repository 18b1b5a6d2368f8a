// @ts-check
/** How a part of the page says what the patient wants: events that rise to the frame (`kiosk-start`, `kiosk-home` …). */

/**
 * @param {HTMLElement} from
 * @param {"start"|"service"|"back"|"home"|"take"} wish
 * @param {any} [detail]
 */
export function want(from, wish, detail) {
  from.dispatchEvent(new CustomEvent(`kiosk-${wish}`, { bubbles: true, detail }));
}

/**
 * Let a screen reader say this.
 * @param {HTMLElement} from
 * @param {string} sentence
 */
export function say(from, sentence) {
  from.dispatchEvent(new CustomEvent("kiosk-say", { bubbles: true, detail: sentence }));
}
