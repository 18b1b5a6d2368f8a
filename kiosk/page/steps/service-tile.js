// @ts-check
/** One service to touch: its picture and name, how many wait and how long; or that it is closed and until when. */

import { element, fill, setText } from "/common/dom.js";
import { pick, t } from "/common/i18n.js";
import { icon } from "/common/icons.js";
import { sayWait } from "../waits.js";
import { want } from "../wishes.js";

export class ServiceTile extends HTMLElement {
  /** @param {import("../hall.js").Service} service shown in place: what a finger is on is never taken away */
  show(service) {
    if (!this.firstChild) this._make(service);
    const isOpen = service.open;
    this._button.toggleAttribute("disabled", !isOpen);
    setText(this._name, pick(service.name));
    setText(this._hint, pick(service.hint || null));
    this._hint.hidden = !this._hint.textContent;
    setText(this._people, isOpen ? people(service.waiting) : t("service.closed"));
    setText(this._wait, isOpen ? sayWait("service", service.waiting ? service.wait : null) : opens(service));
  }

  /** @param {import("../hall.js").Service} service */
  _make(service) {
    this._name = element("span", { class: "tile-name" });
    this._hint = element("span", { class: "tile-hint" });
    this._people = element("span", { class: "tile-people" });
    this._wait = element("span", { class: "tile-wait" });
    this._button = element("button", {
      class: "tile", "data-service": service.code, onclick: () => want(this, "service", service.code),
    },
    element("span", { class: "round-icon" }, icon(service.icon || "ticket")),
    element("span", { class: "tile-words" }, this._name, " ", this._hint),
    element("span", { class: "tile-facts" }, this._people, " ", this._wait));
    fill(this, [this._button]);
  }
}

/** @param {number|null} waiting */
function people(waiting) {
  if (waiting === null || waiting === undefined) return "";
  return waiting === 0 ? t("service.nobody") : t("service.waiting", { n: waiting });
}

/** @param {import("../hall.js").Service} service */
function opens(service) {
  return service.opens_at ? t("service.opens_at", { time: service.opens_at }) : "";
}
