// @ts-check
/** How times, waits, names and reasons are written at a desk: in the page's language and the hospital's time zone. */

import { pick, t } from "/common/i18n.js";

/** A device of more places than these stands for the whole house. */
const PLACES_MAX = 2;

/** Names of the hospital's parts, by code; a code that is not known is shown as it is. */
export class Names {
  #hospital;
  #clock;

  /** @param {any} hospital answer of /api/v1/hospital */
  constructor(hospital) {
    this.#hospital = hospital;
    this.#clock = new Intl.DateTimeFormat("vi-VN", {
      hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: hospital.site.timezone,
    });
  }

  hospital() {
    return pick(this.#hospital.site.name);
  }

  /** What staff call the room: its label on the door, such as "12". @param {string} code */
  roomLabel(code) {
    const room = this.#find("rooms", code);
    return room ? room.label : code;
  }

  /** The room inside a sentence: "phòng 12", or its label where that is a name already ("Quầy 1"). @param {string} code */
  place(code) {
    const label = this.roomLabel(code);
    return /^\d/.test(label) ? t("console.room.numbered", { label }) : label;
  }

  /** What is done in the room: its name less the label that stands beside it. @param {string} code */
  roomName(code) {
    const name = pick((this.#find("rooms", code) || {}).name) || code;
    const label = this.roomLabel(code);
    return name.startsWith(`${label} `) ? name.slice(label.length).replace(/^[\s–-]+/, "") : name;
  }

  /** Where a device stands: areas and rooms by their names. @param {string[]|undefined} codes */
  places(codes) {
    const nameOf = (/** @type {string} */ code) =>
      pick((this.#find("areas", code) || this.#find("rooms", code) || {}).name) || code;
    const all = codes || [];
    return all.length > PLACES_MAX ? "" : all.map(nameOf).join(", ");
  }

  queue(/** @type {string} */ code) {
    return pick((this.#find("queues", code) || {}).name) || code;
  }

  service(/** @type {string} */ code) {
    return pick((this.#find("services", code) || {}).name) || code;
  }

  className(/** @type {string} */ code) {
    return pick((this.#find("classes", code) || {}).name) || code;
  }

  /** The kind of a room's first queue: it decides the words ("Vào khám", "Đã đến quầy"). @param {string} code */
  roomKind(code) {
    const room = this.#find("rooms", code);
    const queue = room && this.#find("queues", room.queues[0]);
    return queue ? queue.kind : "clinic";
  }

  /** Time of day at the hospital. @param {string|number} when RFC 3339 or milliseconds */
  time(when) {
    return this.#clock.format(new Date(when));
  }

  /** A reason as part of a sentence. @param {{code: string, facts?: Record<string, any>, text?: string}|null} reason */
  reason(reason) {
    if (!reason) return "";
    if (reason.text) return reason.text;
    const facts = { ...reason.facts };
    if (typeof facts.reason === "string") facts.reason = t(facts.reason);
    if (typeof facts.due === "number" || /T/.test(facts.due || "")) facts.due = this.time(facts.due);
    return t(reason.code, facts);
  }

  #find(/** @type {string} */ list, /** @type {string} */ code) {
    return this.#hospital[list].find((/** @type {any} */ each) => each.code === code);
  }
}

/** How long somebody has waited. @param {string} since RFC 3339 @param {number} now milliseconds */
export function waited(since, now) {
  const minutes = Math.max(0, Math.floor((now - Date.parse(since)) / 60000));
  if (minutes < 60) return t("console.wait.min", { n: minutes });
  return t("console.wait.hours", { h: Math.floor(minutes / 60), mm: String(minutes % 60).padStart(2, "0") });
}
