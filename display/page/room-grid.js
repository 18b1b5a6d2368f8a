// @ts-check
/** `<luot-room-grid>`: a card for each room that is not closed: its last call, how it stands, who is next. Pages turn. */

import { element, fill } from "/common/dom.js";
import { t } from "/common/i18n.js";

export const ROOMS_A_PAGE = 12;
const PAGE_FOR_S = 10; // time to read twelve cards
const NEXT_MAX = 3;
const LONG_LABEL = 22; // takes two lines: a label that is cut short sends people to the wrong window

/** Columns by how many cards there are; more than 4 would be too narrow to read. */
const COLUMNS = [1, 1, 2, 3, 4, 3, 3, 4, 4, 3, 4, 4, 4];

export class RoomGrid extends HTMLElement {
  /**
   * @param {any} state
   * @param {any} overlays
   * @param {{english: boolean, nowS: number}} around
   */
  show(state, overlays, around) {
    const rooms = openRooms(state.rooms || {});
    const pages = Math.max(1, Math.ceil(rooms.length / ROOMS_A_PAGE));
    const page = Math.floor(around.nowS / PAGE_FOR_S) % pages;
    const each = Math.ceil(rooms.length / pages); // pages of like length: never a full one and a single card
    const shown = rooms.slice(page * each, (page + 1) * each);
    const cards = shown.map((room) => describe(room, state.calls || {}, overlays.queues || {}));
    this._draw(cards, { page, pages, each, english: around.english });
  }

  /** Draw only what changed: a television's browser is slow. @param {any[]} cards @param {any} around */
  _draw(cards, around) {
    const picture = JSON.stringify([cards, around]);
    if (picture === this._picture) return;
    this._picture = picture;
    const columns = COLUMNS[around.each] || 1; // a shorter last page keeps the places of its cards
    const rows = Math.max(1, Math.ceil(around.each / columns));
    const list = element("ul", { class: "rooms", "data-columns": columns, "data-rows": rows });
    fill(list, cards.map((card) => draw(card, around.english)));
    fill(this, [list, around.pages > 1 ? dots(around) : null]);
  }
}

/** @param {Object<string, any>} rooms */
function openRooms(rooms) {
  return Object.keys(rooms)
    .map((code) => rooms[code])
    .filter((room) => room.state !== "closed")
    .sort((first, second) => first.order - second.order || (first.code < second.code ? -1 : 1));
}

/** What a card shows, as data. @param {any} room @param {any} calls @param {any} queues */
function describe(room, calls, queues) {
  const here = Object.keys(calls)
    .map((id) => calls[id])
    .filter((call) => call.room === room.code && call.state !== "missed")
    .sort((first, second) => Date.parse(second.called_at) - Date.parse(first.called_at));
  const call = here.filter((one) => one.state === "called")[0] || here[0];
  const number = call ? call.number : room.last ? room.last.number : null;
  const state = call ? call.state : room.state === "paused" ? "paused" : number ? "past" : "none";
  return { label: room.label, number, state, next: nextFor(room, queues, calls) };
}

/**
 * The heads of the room's queues, one of each in turn. Who is next is told at most once a second, so a number that was
 * called since is left out here.
 * @param {any} room @param {any} queues @param {any} calls @returns {string[]}
 */
function nextFor(room, queues, calls) {
  const inRoom = Object.keys(calls).map((id) => calls[id]).filter((call) => call.state !== "missed").map((call) => call.number);
  const lists = (room.queues || []).map((/** @type {string} */ code) => (queues[code] && queues[code].next) || []);
  const next = [];
  for (let place = 0; place < NEXT_MAX; place += 1) {
    for (const list of lists) {
      if (list[place] && next.indexOf(list[place]) < 0 && inRoom.indexOf(list[place]) < 0) next.push(list[place]);
    }
  }
  return next.slice(0, NEXT_MAX);
}

/** @param {any} card @param {boolean} english */
function draw(card, english) {
  const second = (/** @type {string} */ key) => (english ? element("span", { class: "second", lang: "en" }, t(key, {}, "en")) : null);
  const stateKey = "board.room_" + card.state;
  return element(
    "li",
    { class: "room", "data-state": card.state, "data-label": card.label.length > LONG_LABEL ? "long" : "short" },
    element("p", { class: "room-label" }, card.label),
    element("p", { class: "room-number number", "data-live-number": true }, card.number || "–"),
    element("p", { class: "room-state" }, element("span", {}, t(stateKey)), second(stateKey)),
    element(
      "p",
      { class: "room-next", "data-live-number": true },
      card.next.length ? element("span", { class: "room-next-word" }, t("board.next")) : null,
      card.next.join(" · ")
    )
  );
}

/** @param {{page: number, pages: number}} around */
function dots(around) {
  const made = [];
  for (let page = 0; page < around.pages; page += 1) made.push(element("span", { class: page === around.page ? "dot dot-now" : "dot" }));
  const label = t("board.page", { page: around.page + 1, pages: around.pages });
  return element("p", { class: "dots", role: "img", "aria-label": label }, ...made);
}

customElements.define("luot-room-grid", RoomGrid);
