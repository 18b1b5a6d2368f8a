// @ts-check
/** Which service: large tiles, eight on a page; a hospital with more has a page for each of its groups. */

import { element, fill } from "/common/dom.js";
import { t } from "/common/i18n.js";
import { icon } from "/common/icons.js";
import { pagesOf } from "../pages.js";
import { want } from "../wishes.js";
import { ServiceTile } from "./service-tile.js";

customElements.define("service-tile", ServiceTile);

export class ServiceStep extends HTMLElement {
  constructor() {
    super();
    this._page = 0;
    this._drawn = "";
    /** @type {import("../hall.js").Service[]} */
    this._services = [];
    /** @type {import("../hall.js").HallState["groups"]} */
    this._groups = [];
    this._grid = element("div", { class: "tiles" });
    this._tabs = element("nav", { class: "tabs", "aria-label": t("service.title") });
    this._none = element("p", { class: "none", hidden: true }, t("service.none"));
  }

  connectedCallback() {
    if (this.firstChild) return;
    fill(this, [
      element("h1", {}, t("service.title")), this._tabs, this._grid, this._none,
      element("div", { class: "ways" },
        element("button", { class: "button button-kiosk", onclick: () => want(this, "home") }, icon("back"), t("page.back"))),
    ]);
  }

  /** @param {import("../hall.js").HallState} state */
  show(state) {
    this._services = state.services;
    this._groups = state.groups;
    this._refresh();
  }

  _refresh() {
    const pages = pagesOf(this._services, this._groups, (n) => t("service.page", { n }));
    this._page = Math.min(this._page, pages.length - 1);
    const shown = pages[this._page].services;
    const drawn = JSON.stringify([this._page, pages.map((page) => page.label), shown.map((service) => service.code)]);
    if (drawn !== this._drawn) this._draw(pages, shown);
    this._drawn = drawn;
    this._grid.querySelectorAll("service-tile").forEach((tile, index) => {
      /** @type {ServiceTile} */ (tile).show(shown[index]);
    });
    this._none.hidden = shown.length > 0;
  }

  /** @param {import("../pages.js").Page[]} pages @param {import("../hall.js").Service[]} shown */
  _draw(pages, shown) {
    fill(this._grid, shown.map(() => element("service-tile")));
    this._grid.dataset.count = String(shown.length);
    this._tabs.hidden = pages.length < 2;
    fill(this._tabs, pages.map((page, index) => element("button", {
      class: "tab", "aria-current": index === this._page ? "page" : null, onclick: () => this._turn(index),
    }, page.label)));
  }

  /** @param {number} page */
  _turn(page) {
    this._page = page;
    this._refresh();
    const tab = this._tabs.children[page];
    if (tab instanceof HTMLElement) tab.focus();
  }
}
