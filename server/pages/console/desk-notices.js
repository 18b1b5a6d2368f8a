// @ts-check
/**
 * `<desk-notices>`: what somebody at this desk should know: no connection, a printer in trouble, numbers without paper.
 *
 * Empty when all is well. Fires `reprint` with `{ticket}`, `record` to send the ticks again, `dismiss` to hide a result.
 */

import { element, fill } from "/common/dom.js";
import { t } from "/common/i18n.js";

/**
 * @typedef {{numbers: {done: string[], already: string[], unknown: string[]}|null, failed: boolean, running: boolean}}
 *   Merge
 * @typedef {{view: import("./view.js").RoomView, names: import("./format.js").Names, isOffline: boolean,
 *   lastHeard: number, isLong: boolean, kept: number, merge: Merge, busy: string|null, lead?: string}} Shown
 *   `lead` is what to do without a connection, by default to call by hand
 */

/** Devices named in full; the rest are a count, so that the button below stays in sight. */
const DEVICES_SHOWN = 2;
const PAPERLESS_SHOWN = 4;

class DeskNotices extends HTMLElement {
  #drawn = "";

  /** @param {Shown} shown */
  show(shown) {
    const { view } = shown;
    const drawing = JSON.stringify([{ ...shown, view: null, names: null }, view.troubled, view.paperless]);
    if (drawing === this.#drawn) return;
    this.#drawn = drawing;
    fill(this, [
      shown.isOffline ? offline(shown) : this.#merged(shown),
      this.#papers(shown),
      view.troubled.length ? troubles(view.troubled, shown.names) : null,
    ]);
  }

  /** @param {Shown} shown */
  #merged({ kept, merge }) {
    if (merge.running) return notice("notice", [element("p", {}, t("console.hand.merging", { n: kept }))]);
    if (merge.failed && kept > 0) {
      return notice("danger", [element("p", {}, t("console.hand.failed", { n: kept })),
        this.#button(t("console.hand.retry"), "record")]);
    }
    if (!merge.numbers) return null;
    const { done, already, unknown } = merge.numbers;
    return notice(unknown.length ? "warning" : "notice", [
      done.length ? element("p", {}, t("console.hand.done", { n: done.length, numbers: done.join(", ") })) : null,
      already.length ? element("p", {}, t("console.hand.already", { numbers: already.join(", ") })) : null,
      unknown.length ? element("p", {}, t("console.hand.unknown", { numbers: unknown.join(", ") })) : null,
      this.#button(t("console.do.close"), "dismiss"),
    ], "merge");
  }

  /** @param {Shown} shown */
  #papers({ view, busy, isOffline }) {
    if (!view.paperless.length) return null;
    const first = view.paperless.slice(0, PAPERLESS_SHOWN);
    const more = view.paperless.length - first.length;
    const items = first.map((ticket) => element("li", {},
      element("b", { class: "number" }, ticket.number),
      element("span", {}, t(`console.paper.${ticket.paper}`)),
      element("button", { type: "button", disabled: Boolean(busy) || isOffline,
        onclick: () => this.#fire("reprint", { ticket }) }, t("console.paper.reprint"))));
    return notice("warning", [
      element("p", { title: t("console.paper.lead") }, t("console.paper.title")),
      element("ul", { class: "papers" }, ...items),
      more > 0 ? element("span", {}, t("console.list.more", { n: more })) : null,
    ], "paper");
  }

  #button(/** @type {string} */ label, /** @type {string} */ type) {
    return element("button", { type: "button", onclick: () => this.#fire(type, {}) }, label);
  }

  #fire(/** @type {string} */ type, /** @type {object} */ detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** @param {Shown} shown */
function offline({ names, lastHeard, isLong, kept, lead }) {
  return notice("danger", [
    element("h2", {}, t("console.connection.since", { time: names.time(lastHeard) })),
    element("p", {}, lead || t("console.hand.lead", { time: names.time(lastHeard) })),
    isLong ? element("p", {}, t("console.stale.gone")) : null,
    kept ? element("p", {}, t("console.hand.kept", { n: kept })) : null,
  ], "offline");
}

/** @param {any[]} devices @param {import("./format.js").Names} names */
function troubles(devices, names) {
  const first = devices.slice(0, DEVICES_SHOWN);
  const more = devices.length - first.length;
  return notice("warning", [
    ...first.map((device) => element("p", {}, troubleText(device, names))),
    more > 0 ? element("p", {}, t("console.trouble.more", { n: more })) : null,
  ], "trouble");
}

/** @param {any} device @param {import("./format.js").Names} names */
function troubleText(device, names) {
  const places = names.places(device.places);
  const place = places ? ` (${places})` : "";
  const what = device.trouble ? device.trouble.code : "gone";
  const since = device.trouble ? device.trouble.since : device.since;
  const when = since ? `, ${t("console.trouble.since", { time: names.time(since) })}` : "";
  return `${device.name}${place}: ${t(`console.trouble.${what}`)}${when}`;
}

/** @param {string} meaning @param {(Node|null)[]} parts @param {string} [what] */
function notice(meaning, parts, what = "") {
  return element("section", { class: `strip-notice ${meaning}`, "data-what": what, role: "status" }, ...parts);
}

customElements.define("desk-notices", DeskNotices);
