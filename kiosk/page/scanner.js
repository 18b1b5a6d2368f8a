// @ts-check
/**
 * A scanner that types like a keyboard. Its keys come faster than any person's; they are taken off the page, and a whole
 * scan is told once, at its end mark or after a short silence. Nothing of it is written anywhere.
 */

const SCANNER_GAP_MS = 35; // the usual gap of a scan: scanners stay under 20, people over 50
const SAME_SCAN_MS = 400; // a busy machine passes keys on in bursts: what is not whole yet is waited for
const COMPLETE_AFTER_MS = 80;
const DROP_AFTER_MS = 3000;
const SHORTEST = 6; // fewer keys are somebody's hand
const LONGEST = 2000;

/** A slip: the bare token, or the address of the patient's page. */
const SLIP = /^(https?:\/\/\S+\/t\/)?[A-Za-z0-9_-]{16}$/;

export class Scanner {
  /** @param {(scan: string) => void} tell */
  constructor(tell) {
    this._tell = tell;
    this._timer = 0;
    this._forget();
  }

  /** Listen to everything that is typed on the page. */
  listen() {
    document.addEventListener("keydown", (event) => this._key(event), { capture: true });
  }

  /** @param {KeyboardEvent} event */
  _key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    const isEnd = event.key === "Enter";
    const letter = isEnd ? "" : letterOf(event);
    if (!isEnd && letter === "") return;
    if (this._times.length > 0 && event.timeStamp - this._times[this._times.length - 1] > SAME_SCAN_MS) this._forget();
    if (isEnd) return this._end(event);
    this._text += letter;
    this._times.push(event.timeStamp);
    if (this._isScan()) swallow(event);
    if (event.timeStamp - this._times[0] > DROP_AFTER_MS || this._text.length > LONGEST) this._isDropped = true;
    this._flushAfter(SLIP.test(this._text) ? COMPLETE_AFTER_MS : SAME_SCAN_MS);
  }

  /** An end mark may stand inside a card's text too: only what is whole ends with it. @param {KeyboardEvent} event */
  _end(event) {
    if (!this._isScan()) return;
    swallow(event); // else it would press the button that has the focus
    if (SLIP.test(this._text)) this._flush();
  }

  /** @param {number} after_ms */
  _flushAfter(after_ms) {
    clearTimeout(this._timer);
    this._timer = setTimeout(() => this._flush(), after_ms);
  }

  _flush() {
    const scan = this._text;
    const isWhole = this._isScan() && !this._isDropped;
    this._forget();
    if (isWhole) this._tell(scan);
  }

  _forget() {
    clearTimeout(this._timer);
    this._text = "";
    /** @type {number[]} */
    this._times = [];
    this._isDropped = false;
  }

  /** The middle gap decides: one hiccup of a busy machine makes no person of a scanner. */
  _isScan() {
    if (this._times.length < SHORTEST) return false;
    const recent = this._times.slice(-40);
    const gaps = recent.slice(1).map((time, index) => time - recent[index]).sort((a, b) => a - b);
    return gaps[Math.floor(gaps.length / 2)] < SCANNER_GAP_MS;
  }
}

/**
 * The character that the scanner meant. Caps Lock and a Vietnamese input method change what arrives; which key it was,
 * and whether with Shift, stays.
 * @param {KeyboardEvent} event @returns {string} empty for keys that write nothing
 */
function letterOf(event) {
  const isOff = event.key === "Process" || event.key === "Unidentified" || event.key === "Dead";
  const isPlain = event.key.length === 1 && event.key >= " " && event.key <= "~";
  const letter = /^Key([A-Z])$/.exec(event.code);
  if (letter && (isOff || !isPlain || event.getModifierState("CapsLock"))) {
    return event.shiftKey ? letter[1] : letter[1].toLowerCase();
  }
  if (event.key.length === 1) return event.key;
  const digit = /^Digit([0-9])$/.exec(event.code);
  if (isOff && digit && !event.shiftKey) return digit[1];
  if (isOff && event.code === "Minus") return event.shiftKey ? "_" : "-";
  return "";
}

/** @param {Event} event */
function swallow(event) {
  event.preventDefault();
  event.stopPropagation();
}
