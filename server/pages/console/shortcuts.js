// @ts-check
/**
 * Which key does what at a room's desk. Pure: a key press in, the name of an action out.
 *
 * Letters are read by their place on the keyboard (`event.code`): Vietnamese input methods change what a letter key
 * types. No shortcut fires while somebody types in a field, while a dialog is open, or together with Ctrl, Alt or Meta.
 */

/** @type {Record<string, string>} */
const ACTIONS = {
  KeyN: "next",
  KeyR: "recall",
  KeyS: "start",
  KeyF: "finish",
  KeyX: "no_show",
  KeyG: "send_on",
  KeyU: "undo",
};
/** Where letters and digits mean something else; a box to tick is no such field. */
export const FIELDS = "input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]";
/** Space presses these by itself. */
export const PRESSABLE = "button, input, a, summary, [role=tab], [role=button]";

/** For the list of shortcuts: keys as printed on the keyboard, and the action. */
export const SHORTCUTS = [
  { keys: ["N", "␣"], action: "next" },
  { keys: ["R"], action: "recall" },
  { keys: ["S"], action: "start" },
  { keys: ["F"], action: "finish" },
  { keys: ["G"], action: "send_on" },
  { keys: ["X"], action: "no_show" },
  { keys: ["U"], action: "undo" },
  { keys: ["0–9", "↵"], action: "number" },
  { keys: ["?"], action: "help" },
];

/**
 * @param {KeyboardEvent} event
 * @param {boolean} hasDialog
 * @returns {{action: string, digit?: string}|null}
 */
export function shortcutOf(event, hasDialog) {
  const target = /** @type {Element|null} */ (event.composedPath()[0] instanceof Element ? event.composedPath()[0] : null);
  if (hasDialog || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return null;
  if (target && target.closest(FIELDS)) return null;
  if (event.key === "?") return { action: "help" };
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code);
  if (digit && !event.shiftKey) return { action: "number", digit: digit[1] };
  if (event.code === "Space") return target && target.closest(PRESSABLE) ? null : { action: "next" };
  return event.shiftKey || !ACTIONS[event.code] ? null : { action: ACTIONS[event.code] };
}
