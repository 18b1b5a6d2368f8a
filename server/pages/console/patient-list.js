// @ts-check
/**
 * `<patient-list>`: who waits, in the order in which the server would call; beside it the missed, paused and held.
 *
 * Rows keep their elements (and the focus) from one redraw to the next. Fires `pick` with `{entry}`, and without a
 * server `tick` with `{entry}`.
 */

import { element } from "/common/dom.js";
import { t } from "/common/i18n.js";
import { waited } from "/console/format.js";

/** @typedef {import("./view.js").Entry} Entry */
/**
 * @typedef {{view: import("./view.js").RoomView, names: import("./format.js").Names, now: number, isOffline: boolean,
 *   ticked: Map<string, string>}} Shown
 */

const TABS = /** @type {const} */ (["waiting", "missed", "paused", "held"]);
/** More rows than a nurse reads; the count says how many follow. */
const ROWS_MAX = 80;

class PatientList extends HTMLElement {
  /** @type {typeof TABS[number]} */
  #tab = "waiting";
  #tabs = TABS.map((name) => element("button", { type: "button", role: "tab", "data-tab": name }));
  #rows = element("ol", { class: "rows", role: "tabpanel" });
  #after = element("p", { class: "after" });
  /** @type {Map<string, HTMLElement>} */
  #byEntry = new Map();
  /** @type {Shown|null} */
  #shown = null;

  connectedCallback() {
    if (this.firstChild) return;
    for (const tab of this.#tabs) tab.onclick = () => this.#choose(/** @type {any} */ (tab.dataset.tab));
    this.append(element("div", { role: "tablist" }, ...this.#tabs), this.#rows, this.#after);
  }

  /** @param {Shown} shown */
  show(shown) {
    this.#shown = shown;
    for (const tab of this.#tabs) this.#drawTab(tab, shown.view);
    const entries = shown.view[this.#tab];
    this.#rows.setAttribute("aria-label", t(`console.list.${this.#tab}`));
    this.#place(entries.slice(0, ROWS_MAX).map((entry, index) => this.#row(entry, index, shown)));
    const more = entries.length - ROWS_MAX;
    this.#after.textContent = entries.length === 0
      ? t(`console.list.${this.#tab}_none`)
      : more > 0 ? t("console.list.more", { n: more }) : "";
  }

  #choose(/** @type {typeof TABS[number]} */ tab) {
    this.#tab = tab;
    this.#rows.scrollTop = 0;
    if (this.#shown) this.show(this.#shown);
  }

  /** @param {HTMLElement} tab @param {import("./view.js").RoomView} view */
  #drawTab(tab, view) {
    const name = /** @type {typeof TABS[number]} */ (tab.dataset.tab);
    tab.setAttribute("aria-selected", String(name === this.#tab));
    const count = String(view[name].length);
    if (tab.dataset.count === count && tab.firstChild) return;
    tab.dataset.count = count;
    tab.replaceChildren(element("span", {}, t(`console.list.${name}`)), element("b", {}, count));
  }

  /** Put the rows in order, moving as few as possible so that focus and scroll stay. @param {HTMLElement[]} rows */
  #place(rows) {
    const kept = new Set(rows);
    for (const old of [...this.#rows.children]) if (!kept.has(/** @type {HTMLElement} */ (old))) old.remove();
    rows.forEach((row, index) => {
      if (this.#rows.children[index] !== row) this.#rows.insertBefore(row, this.#rows.children[index] || null);
    });
    this.#byEntry = new Map(rows.map((row) => [row.dataset.entry || "", row]));
  }

  /** @param {Entry} entry @param {number} index @param {Shown} shown */
  #row(entry, index, shown) {
    const wait = waited(this.#tab === "waiting" ? entry.arrived_at : entry.since, shown.now);
    const tickedAt = shown.ticked.get(entry.id) || "";
    const drawing = JSON.stringify([entry, index, wait, this.#tab, shown.isOffline, tickedAt]);
    const row = this.#byEntry.get(entry.id) || element("li", { "data-entry": entry.id });
    if (row.dataset.drawing === drawing) return row;
    row.dataset.drawing = drawing;
    row.classList.toggle("ticked", tickedAt !== "");
    row.classList.toggle("elsewhere", Boolean(entry.elsewhere));
    const hadFocus = row.contains(document.activeElement);
    row.replaceChildren(this.#face(entry, index, wait, shown, tickedAt), ...this.#tickButton(entry, shown, tickedAt));
    if (hadFocus) /** @type {HTMLElement} */ (row.firstElementChild).focus();
    return row;
  }

  /** @param {Entry} entry @param {number} index @param {string} wait @param {Shown} shown @param {string} tickedAt */
  #face(entry, index, wait, { names, isOffline }, tickedAt) {
    const face = element("button", { type: "button", class: "face", onclick: () => this.#fire("pick", entry) },
      element("span", { class: "place", "aria-hidden": "true" }, this.#tab === "waiting" ? String(index + 1) : ""),
      element("span", { class: "number" }, entry.number),
      element("span", { class: "about" }, ...marks(entry, names, tickedAt)),
      element("span", { class: "wait" }, wait));
    /** @type {HTMLButtonElement} */ (face).disabled = isOffline;
    return face;
  }

  /** @param {Entry} entry @param {Shown} shown @param {string} tickedAt */
  #tickButton(entry, { isOffline }, tickedAt) {
    if (!isOffline || this.#tab === "paused") return [];
    const label = tickedAt ? t("console.hand.untick") : t("console.hand.tick");
    return [element("button", { type: "button", class: "tick", "aria-label": `${label} ${entry.number}`,
      onclick: () => this.#fire("tick", entry) }, label)];
  }

  #fire(/** @type {string} */ type, /** @type {Entry} */ entry) {
    this.dispatchEvent(new CustomEvent(type, { detail: { entry } }));
  }
}

/** @param {Entry} entry @param {import("./format.js").Names} names @param {string} tickedAt */
function marks(entry, names, tickedAt) {
  const isPriority = entry.class !== "normal";
  const className = names.className(entry.class) + (entry.class_confirmed ? "" : ` · ${t("console.list.unconfirmed")}`);
  return [
    tickedAt ? element("span", { class: "mark ticked" }, t("console.hand.ticked", { time: names.time(tickedAt) })) : null,
    entry.elsewhere
      ? element("span", { class: "mark away" }, t("console.list.elsewhere", { room: names.place(entry.elsewhere) })) : null,
    isPriority ? element("span", { class: "mark priority" }, className) : element("span", { class: "plain" }, names.className(entry.class)),
    entry.way === "walk_in" ? null : element("span", { class: `mark ${entry.way}` }, wayText(entry, names)),
  ].filter((part) => part !== null);
}

/** @param {Entry} entry @param {import("./format.js").Names} names */
function wayText(entry, names) {
  const isDue = entry.way === "appointment" && entry.due_at;
  return isDue ? t("console.list.due", { time: names.time(entry.due_at || "") }) : t(`console.way.${entry.way}`);
}

customElements.define("patient-list", PatientList);
