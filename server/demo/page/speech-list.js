// @ts-check
/** `<speech-list>`: the last announcements as sound; one that plays keeps playing when a new one comes. */

import { element } from "/common/dom.js";
import { currentLanguage, t } from "/common/i18n.js";

/** A visitor listens to the last few. */
const SHOWN_MAX = 6;

class SpeechList extends HTMLElement {
  /** @type {Map<string, HTMLElement>} */
  #byName = new Map();

  /** @param {{name: string, at: string}[]} announcements newest first */
  show(announcements) {
    if (!announcements.length) {
      this.replaceChildren(element("p", { class: "none" }, t("demo.speech.none")));
      return;
    }
    const first = announcements.slice(0, SHOWN_MAX);
    const rows = new Map(first.map((each) => [each.name, this.#byName.get(each.name) || row(each)]));
    for (const child of [...this.children]) if (![...rows.values()].includes(/** @type {any} */ (child))) child.remove();
    [...rows.values()].reverse().forEach((each) => each.isConnected || this.prepend(each));
    this.#byName = rows;
  }
}

/** @param {{name: string, at: string}} announcement */
function row({ name, at }) {
  const time = new Date(at).toLocaleTimeString(currentLanguage() === "vi" ? "vi-VN" : "en-GB");
  const src = `/demo/speech/${encodeURIComponent(name)}`;
  return element("figure", {}, element("figcaption", {}, time),
    element("audio", { controls: true, preload: "none", src, "aria-label": time }));
}

customElements.define("speech-list", SpeechList);
