// @ts-check
/**
 * Tells a wedge scanner from a person: both type on the same keyboard.
 *
 * Keys that follow each other this closely are a scanner's. Outside of fields the first key of what may be a scan waits
 * a moment, so that a slip's letters press no shortcut; a person's key is then passed on as if it came just now. Inside
 * a field keys are let through, and a scan that turns out complete is taken out of the field again.
 */

import { FIELDS, PRESSABLE } from "/console/shortcuts.js";

/** A gap under 20 ms is a scanner, one over 50 ms a person (DOMAIN.md 4). */
const SCANNER_GAP_MS = 30;
/** Once three keys came so fast, a computer that stutters does not cut the scan in two. */
const WITHIN_SCAN_GAP_MS = 80;
const SURE_AFTER = 3;
const HOLD_MS = 60;
const SILENCE_MS = 80;
/** A late Enter of the same scan must not press what has opened meanwhile. */
const LATE_ENTER_MS = 400;
const SHORTEST_SCAN = 9;
/** A slip without a closing Enter is known by its shape. */
const SLIP = /^(?:https?:\/\/\S+\/t\/)?[A-Za-z0-9_-]{16}$/;
const SILENT_KEYS = ["Shift", "CapsLock", "Unidentified"];

export class Scanner {
  #onScan;
  #text = "";
  #lastAt = -Infinity;
  #doneAt = -Infinity;
  /** @type {KeyboardEvent|null} */
  #held = null;
  #holdTimer = 0;
  #silenceTimer = 0;
  /** @type {{field: HTMLInputElement, value: string}|null} what stood in the field before */
  #before = null;

  /** @param {(scan: string) => void} onScan */
  constructor(onScan) {
    this.#onScan = onScan;
  }

  start() {
    window.addEventListener("keydown", this, true);
  }

  stop() {
    window.removeEventListener("keydown", this, true);
    this.#drop();
  }

  /** @param {KeyboardEvent} event */
  handleEvent(event) {
    if (!event.isTrusted || event.repeat || SILENT_KEYS.includes(event.key)) return;
    const gap = event.timeStamp - this.#lastAt;
    const isCommand = event.ctrlKey || event.altKey || event.metaKey;
    if (event.key === "Enter") this.#enter(event, gap);
    else if (isCommand || !characterOf(event)) this.#release();
    else this.#character(event, gap);
  }

  /** @param {KeyboardEvent} event @param {number} gap */
  #character(event, gap) {
    const isScan = this.#text !== "" && gap <= (this.#text.length >= SURE_AFTER ? WITHIN_SCAN_GAP_MS : SCANNER_GAP_MS);
    if (!isScan) this.#release();
    clearTimeout(this.#holdTimer);
    this.#held = null;
    this.#lastAt = event.timeStamp;
    this.#text += characterOf(event);
    const field = fieldOf(event);
    if (field && !this.#before) this.#before = { field, value: field.value };
    if (!field && isScan) swallow(event);
    if (!field && !isScan && mayWait(event)) this.#hold(event);
    clearTimeout(this.#silenceTimer);
    this.#silenceTimer = window.setTimeout(() => this.#silence(), SILENCE_MS);
  }

  /** @param {KeyboardEvent} event @param {number} gap */
  #enter(event, gap) {
    const isLate = event.timeStamp - this.#doneAt <= LATE_ENTER_MS;
    const isClosing = this.#text.length > 1 && gap <= SILENCE_MS;
    if (isLate || (isClosing && (this.#text.length >= SHORTEST_SCAN || !fieldOf(event)))) swallow(event);
    if (isClosing && this.#text.length >= SHORTEST_SCAN) this.#finish(event.timeStamp);
    else this.#release();
  }

  /** @param {KeyboardEvent} event */
  #hold(event) {
    swallow(event);
    this.#held = event;
    this.#holdTimer = window.setTimeout(() => this.#pass(), HOLD_MS);
  }

  /** It was a person's key. */
  #pass() {
    const held = this.#held;
    this.#held = null;
    clearTimeout(this.#holdTimer);
    if (!held || !(held.target instanceof Element)) return;
    const target = held.target.isConnected ? held.target : document.body;
    const { key, code, shiftKey } = held;
    target.dispatchEvent(new KeyboardEvent("keydown", { key, code, shiftKey, bubbles: true, cancelable: true, composed: true }));
  }

  #silence() {
    if (SLIP.test(this.#text)) this.#finish(performance.now());
    else this.#release();
  }

  /** @param {number} at */
  #finish(at) {
    const scan = this.#text;
    this.#doneAt = at;
    if (this.#before) {
      this.#before.field.value = this.#before.value;
      this.#before.field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    this.#drop();
    this.#onScan(scan);
  }

  #release() {
    this.#pass();
    this.#drop();
  }

  #drop() {
    clearTimeout(this.#holdTimer);
    clearTimeout(this.#silenceTimer);
    this.#held = null;
    this.#before = null;
    this.#text = "";
  }
}

/** What a key types, whatever the Vietnamese input method makes of it. @param {KeyboardEvent} event */
function characterOf(event) {
  if (/^[\x20-\x7e]$/.test(event.key)) return event.key;
  const letter = /^Key([A-Z])$/.exec(event.code);
  if (!letter) return event.key.length === 1 ? event.key : "";
  return event.shiftKey !== event.getModifierState("CapsLock") ? letter[1] : letter[1].toLowerCase();
}

/** Digits go to the number box at once, and Space to the button that has the focus. @param {KeyboardEvent} event */
function mayWait(event) {
  const target = event.target instanceof Element ? event.target : null;
  if (event.key === " ") return !(target && target.closest(PRESSABLE));
  return !/^\d$/.test(event.key) || Boolean(target && target.closest("dialog"));
}

/** @param {Event} event @returns {HTMLInputElement|null} */
function fieldOf(event) {
  const target = event.composedPath()[0];
  return target instanceof Element ? target.closest(FIELDS) : null;
}

/** @param {Event} event */
function swallow(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}
