// @ts-check
/**
 * A stale screen says so: a dot at 6 s of silence, a banner at 15 s, dimmed at 60 s, numbers hidden at 10 min.
 *
 * `<luot-stale>` shows dot and banner; `document.documentElement.dataset.stale` names the stage for the page's own style:
 * base.css dims what is marked `data-live` and hides what is marked `data-live-number`.
 */

import { element, setText } from "./dom.js";
import { t } from "./i18n.js";

/** From the longest: the first that fits. */
const STAGES = [
  { name: "hidden", fromS: 600 },
  { name: "dimmed", fromS: 60 },
  { name: "banner", fromS: 15 },
  { name: "dot", fromS: 6 },
];
const LOOK_EVERY_MS = 1000;

/** @param {number} silentS @returns {"fresh"|"dot"|"banner"|"dimmed"|"hidden"} */
export function stageOf(silentS) {
  for (const stage of STAGES) {
    if (silentS >= stage.fromS) return /** @type {any} */ (stage.name);
  }
  return "fresh";
}

class StaleMark extends HTMLElement {
  connectedCallback() {
    if (this._banner) return;
    this._banner = element("p", { class: "stale-banner", role: "status" });
    this.append(element("span", { class: "stale-dot", "aria-hidden": "true" }), this._banner);
  }

  /**
   * Keep showing how stale the link is.
   * @param {{silentS: number}} live
   */
  watch(live) {
    const look = () => this.show(live.silentS);
    look();
    setInterval(look, LOOK_EVERY_MS);
  }

  /** @param {number} silentS */
  show(silentS) {
    const stage = stageOf(silentS);
    if (document.documentElement.dataset.stale !== stage) document.documentElement.dataset.stale = stage;
    this.dataset.stage = stage;
    if (this._banner) setText(this._banner, sentence(stage, silentS));
  }
}

/** @param {string} stage @param {number} silentS @returns {string} */
function sentence(stage, silentS) {
  if (stage === "hidden") return t("live.stale_hidden");
  if (stage === "dimmed") return t("live.stale_dimmed", { minutes: Math.floor(silentS / 60) });
  return stage === "banner" ? t("live.stale_banner") : "";
}

customElements.define("luot-stale", StaleMark);
