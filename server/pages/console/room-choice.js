// @ts-check
/** `<room-choice>`: the rooms that this person may call from, by area. Fires `choose` with `{room}`. */

import { element, fill } from "/common/dom.js";
import { pick, t } from "/common/i18n.js";

class RoomChoice extends HTMLElement {
  /**
   * @param {{areas: any[], rooms: any[], refused: string|null, isUnknown: boolean,
   *   nameOf: (code: string) => string}} parts
   *   `refused` is a room that was asked for in vain; `isUnknown` when the hospital has no such room
   */
  show({ areas, rooms, refused, isUnknown, nameOf }) {
    const byArea = areas.map((area) => ({ area, rooms: rooms.filter((room) => room.area === area.code) }));
    fill(this, [
      element("h1", {}, t("console.room.title")),
      element("p", { class: "lead" }, t(rooms.length ? "console.room.lead" : "console.room.none")),
      refused ? element("p", { class: "refusal", role: "alert" }, t(isUnknown ? "console.room.unknown" : "console.room.not_yours", { room: refused })) : null,
      ...byArea.filter((each) => each.rooms.length).map((each) => this.#area(each.area, each.rooms, nameOf)),
    ]);
  }

  /** @param {any} area @param {any[]} rooms @param {(code: string) => string} nameOf */
  #area(area, rooms, nameOf) {
    const inOrder = rooms.slice().sort((a, b) => a.order - b.order);
    return element("section", {}, element("h2", {}, pick(area.name)),
      element("div", { class: "rooms" }, ...inOrder.map((room) =>
        element("button", { type: "button", "data-room": room.code, onclick: () => this.#choose(room.code) },
          element("b", {}, room.label), element("span", {}, nameOf(room.code))))));
  }

  #choose(/** @type {string} */ room) {
    this.dispatchEvent(new CustomEvent("choose", { detail: { room } }));
  }
}

customElements.define("room-choice", RoomChoice);
