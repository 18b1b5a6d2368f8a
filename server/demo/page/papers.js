// @ts-check
/** `<demo-papers>`: the slips that came out of the virtual printer, newest first; each opens in full size. */

import { element } from "/common/dom.js";
import { currentLanguage, t } from "/common/i18n.js";

class DemoPapers extends HTMLElement {
  /** @type {Map<string, HTMLElement>} */
  #byName = new Map();

  /** @param {{name: string, at: string, width: number, height: number}[]} papers */
  show(papers) {
    if (!papers.length) {
      this.#byName.clear();
      this.replaceChildren(element("p", { class: "none" }, t("demo.papers.none")));
      return;
    }
    const slips = papers.map((paper) => this.#byName.get(paper.name) || slip(paper));
    this.#byName = new Map(papers.map((paper, index) => [paper.name, slips[index]]));
    if (slips.some((each, index) => this.children[index] !== each) || this.children.length !== slips.length) {
      this.replaceChildren(...slips);
    }
  }
}

/** @param {{name: string, at: string, width: number, height: number}} paper */
function slip({ name, at, width, height }) {
  const time = new Date(at).toLocaleTimeString(currentLanguage() === "vi" ? "vi-VN" : "en-GB");
  const url = `/demo/papers/${encodeURIComponent(name)}`;
  return element("a", { class: "slip", href: url, target: "_blank", rel: "noopener" },
    element("img", { src: url, width, height, alt: t("demo.papers.alt", { time }), loading: "lazy" }),
    element("small", {}, time));
}

customElements.define("demo-papers", DemoPapers);
