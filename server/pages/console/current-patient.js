// @ts-check
/** `<current-patient>`: the number that is called or served here, why it was chosen, and where the call has arrived. */

import { element } from "/common/dom.js";
import { t } from "/common/i18n.js";
import { icon } from "/common/icons.js";

/** One announcement takes about this long (server/docs/live.md). */
const ANNOUNCEMENT_S = 8;

class CurrentPatient extends HTMLElement {
  #drawn = "";

  /**
   * @param {import("./view.js").RoomView} view
   * @param {import("./format.js").Names} names
   * @param {boolean} isOffline
   */
  show({ current, waiting }, names, isOffline) {
    const drawing = JSON.stringify([current, waiting.length, isOffline]);
    if (drawing === this.#drawn) return; // what has not changed is not said again
    this.#drawn = drawing;
    this.dataset.stage = current ? current.stage : "none";
    this.replaceChildren(...(current ? this.#filled(current, names) : this.#empty(waiting.length, isOffline)));
  }

  /** @param {number} waiting @param {boolean} isOffline */
  #empty(waiting, isOffline) {
    const hint = isOffline ? "console.current.by_hand" : waiting ? "console.current.none_hint" : "console.list.waiting_none";
    return [
      icon(waiting ? "people" : "check"),
      element("p", { class: "none" }, t("console.current.none")),
      element("p", { class: "why" }, t(hint, { n: waiting })),
    ];
  }

  /** @param {import("./view.js").Current} current @param {import("./format.js").Names} names */
  #filled({ entry, call, stage, arrival, unannounced }, names) {
    const isPriority = entry.class !== "normal";
    const attempt = call ? call.attempt : entry.attempts;
    return [
      element("p", { class: "stage" },
        element("b", {}, t(`console.current.${stage}`)),
        attempt > 1 ? element("span", { class: "attempt" }, t("console.current.attempt", { n: attempt })) : null,
        element("span", {}, t("console.current.since", { time: names.time(entry.since) }))),
      element("p", { class: "number" }, entry.number),
      isPriority ? element("p", { class: "class-mark" }, names.className(entry.class), unconfirmed(entry)) : null,
      entry.reason ? element("p", { class: "why" }, t("console.current.why", { reason: names.reason(entry.reason) })) : null,
      unannounced ? element("p", { class: "unannounced", role: "alert" }, t("console.arrival.unannounced")) : null,
      stage === "called" && arrival ? element("p", { class: "arrival" }, arrivalText(arrival, unannounced)) : null,
    ].filter((part) => part !== null);
  }
}

/** @param {import("./view.js").Entry} entry */
function unconfirmed(entry) {
  return entry.class_confirmed ? "" : ` · ${t("console.list.unconfirmed")}`;
}

/** @param {import("./view.js").Arrival} arrival @param {boolean} unannounced said loudly elsewhere */
function arrivalText(arrival, unannounced) {
  const screens = arrival.screens_of
    ? t("console.arrival.screens", { n: arrival.screens, of: arrival.screens_of }) : t("console.arrival.no_screens");
  return unannounced || !arrival.speaker ? screens : `${screens} · ${speakerText(arrival)}`;
}

/** @param {import("./view.js").Arrival} arrival */
function speakerText({ speaker, place }) {
  if (speaker === "queued" && place && place > 1) {
    return t("console.arrival.queued", { place, s: Math.ceil(((place - 1) * ANNOUNCEMENT_S) / 5) * 5 });
  }
  return t(speaker === "queued" ? "console.arrival.queued_soon" : `console.arrival.${speaker}`);
}

customElements.define("current-patient", CurrentPatient);
