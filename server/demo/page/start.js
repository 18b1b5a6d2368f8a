// @ts-check
/** `<luot-start>`: the demo's start page: what to open, what comes out of the printer, what was said last. */

import { element, fill, setText } from "/common/dom.js";
import { currentLanguage, loadWords, pick, setLanguage, t, wordFiles } from "/common/i18n.js";
import { icon } from "/common/icons.js";
import "/demo/page/papers.js";
import "/demo/page/printer-mood.js";
import "/demo/page/speech-list.js";

const LOOK_EVERY_MS = 1000;
const LANGUAGE = "luot.language";
/** @type {Record<string, string>} */
const ICONS = { kiosk: "ticket", board: "screen", console: "bell", phone: "phone", printer: "printer" };

class LuotStart extends HTMLElement {
  #papers = /** @type {any} */ (document.createElement("demo-papers"));
  #mood = /** @type {any} */ (document.createElement("printer-mood"));
  #speech = /** @type {any} */ (document.createElement("speech-list"));
  #lost = element("p", { class: "lost", role: "status" });
  #screens = element("ul", { class: "screens" });
  #staff = element("tbody", {});
  #links = "";

  async connectedCallback() {
    await loadWords(wordFiles("/locale/", ["demo"]));
    setLanguage(localStorage.getItem(LANGUAGE) === "en" ? "en" : "vi");
    this.#build();
    for (;;) {
      await this.#refresh();
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  #build() {
    document.title = t("demo.title");
    this.#links = "";
    const columns = ["login", "password", "role"].map((name) => element("th", { scope: "col" }, t(`demo.staff.${name}`)));
    fill(this, [
      element("header", {},
        element("div", {}, element("h1", {}, t("demo.title")), element("p", { class: "lead" }, t("demo.lead"))),
        element("button", { type: "button", class: "language", onclick: () => this.#switch() },
          currentLanguage() === "vi" ? "English" : "Tiếng Việt")),
      this.#lost,
      element("main", {},
        section("screens-part", "demo.links", this.#screens,
          element("h3", {}, t("demo.steps")),
          element("ol", { class: "steps" }, ...[1, 2, 3].map((n) => element("li", {}, t(`demo.step.${n}`)))),
          element("h3", {}, t("demo.staff")), element("p", { class: "hint" }, t("demo.staff.lead")),
          element("table", {}, element("thead", {}, element("tr", {}, ...columns)), this.#staff)),
        section("papers-part", "demo.papers", element("p", { class: "hint" }, t("demo.papers.lead")), this.#papers),
        element("div", { class: "side" },
          section("mood-part", "demo.printer", element("p", { class: "hint" }, t("demo.printer.lead")), this.#mood),
          section("speech-part", "demo.speech", element("p", { class: "hint" }, t("demo.speech.lead")), this.#speech))),
    ]);
  }

  #switch() {
    const language = currentLanguage() === "vi" ? "en" : "vi";
    localStorage.setItem(LANGUAGE, language);
    setLanguage(language);
    this.#build();
    this.#refresh();
  }

  /** The one road to a redraw. */
  async #refresh() {
    const [links, papers, mood, speech] = await Promise.all(
      ["links.json", "papers", "printer", "speech"].map((name) => ask(`/demo/${name}`)));
    setText(this.#lost, links === null ? t("demo.lost") : "");
    if (links) this.#drawLinks(links);
    if (papers) this.#papers.show(papers);
    this.#mood.show(mood ? mood.state : null);
    if (speech) this.#speech.show(speech);
  }

  /** @param {{links: any[], staff: any[]}} all */
  #drawLinks({ links = [], staff = [] }) {
    const drawing = JSON.stringify([links, staff]);
    if (drawing === this.#links) return;
    this.#links = drawing;
    fill(this.#screens, links.map(({ kind, title, url }) => element("li", {},
      element("a", { href: url, target: "_blank", rel: "noopener", "data-kind": kind }, icon(ICONS[kind] || "screen"),
        element("span", {}, element("b", {}, pick(title)), element("small", {}, t(`demo.kind.${ICONS[kind] ? kind : "other"}`))),
        icon("forward")))));
    fill(this.#staff, staff.map(({ login, password, role }) => element("tr", {},
      element("td", {}, element("code", {}, login)), element("td", {}, element("code", {}, password)),
      element("td", {}, roleText(role)))));
  }
}

function roleText(/** @type {string} */ role) {
  const known = t(`demo.role.${role}`);
  return known === `demo.role.${role}` ? role : known;
}

/** @param {string} name @param {string} title @param {...Node} parts */
function section(name, title, ...parts) {
  return element("section", { class: name }, element("h2", {}, t(title)), ...parts);
}

/** @param {string} path @returns {Promise<any>} null when it cannot be had now */
async function ask(path) {
  try {
    const answer = await fetch(path, { cache: "no-store" });
    return answer.ok ? await answer.json() : null;
  } catch (error) {
    console.warn("demo.not_reached", path, String(error)); // asked again in a second, and the page says so
    return null;
  }
}

customElements.define("luot-start", LuotStart);
