// @ts-check
/** `<reception-desk>`: issues a number for any service and class, and prints it on a desk's printer. */

import { element, fill, setText } from "/common/dom.js";
import { currentLanguage, pick, t } from "/common/i18n.js";
import { icon } from "/common/icons.js";
import { Refusal } from "/console/commands.js";
import "/console/desk-notices.js";
import "/console/issued-ticket.js";

const LOOK_EVERY_MS = 3000;
const PAPER_EVERY_MS = 1000;
/** A printer that has not answered by then is unknown: the desk looks at it. */
const PAPER_LOOKS_MAX = 30;
const PRINTER = "luot.printer";
const NO_PRINTER = "";

class ReceptionDesk extends HTMLElement {
  /** @type {any} */
  #parts = null;
  #chosen = { service: "", class: "normal", language: currentLanguage(), printer: localStorage.getItem(PRINTER) || "" };
  /** @type {Record<string, any>} what is open and how many wait, by service */
  #standing = {};
  /** @type {{ticket: any, paper: string}} */
  #issued = { ticket: null, paper: "none" };
  #isBusy = false;
  #timer = 0;
  #services = element("div", { class: "services" });
  #find = /** @type {HTMLInputElement} */ (element("input", { type: "search", autocomplete: "off" }));
  #printer = /** @type {HTMLSelectElement} */ (element("select", {}));
  #go = /** @type {HTMLButtonElement} */ (element("button", { type: "button", class: "primary" }));
  #message = element("p", { class: "message", role: "status" });
  #notices = /** @type {any} */ (document.createElement("desk-notices"));
  #paper = /** @type {any} */ (document.createElement("issued-ticket"));

  /**
   * @param {{hospital: any, names: import("./format.js").Names, commands: import("./commands.js").Commands,
   *   printers: () => any[], notices: () => any, onSignedOut: () => void}} parts
   */
  open(parts) {
    this.#parts = parts;
    this.#build();
    this.#timer = window.setInterval(() => this.#look(), LOOK_EVERY_MS);
    this.#look();
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  #build() {
    const { hospital } = this.#parts;
    this.#find.placeholder = t("console.reception.find");
    this.#find.setAttribute("aria-label", t("console.reception.find"));
    this.#find.addEventListener("input", () => this.#refresh());
    this.#printer.addEventListener("change", () => {
      this.#chosen.printer = this.#printer.value;
      localStorage.setItem(PRINTER, this.#printer.value);
      this.#refresh();
    });
    this.#go.onclick = () => this.#issue();
    this.#paper.addEventListener("reprint", () => this.#reprint());
    const normalFirst = (/** @type {any} */ a, /** @type {any} */ b) => Number(b.code === "normal") - Number(a.code === "normal");
    const classes = hospital.classes.slice().sort(normalFirst)
      .map((/** @type {any} */ each) => ({ value: each.code, label: pick(each.name) }));
    const languages = hospital.site.languages.map((/** @type {string} */ code) =>
      ({ value: code, label: code === "vi" ? "Tiếng Việt" : "English" }));
    fill(this, [
      this.#notices,
      element("section", { class: "service-side" }, this.#find, this.#services),
      element("section", { class: "issue-side" }, this.#paper,
        this.#radios("class", t("console.reception.class"), classes),
        this.#radios("language", t("console.reception.language"), languages),
        element("label", { class: "printer" }, element("span", {}, t("console.reception.printer")), this.#printer),
        this.#go, this.#message),
    ]);
  }

  /** @param {"class"|"language"} name @param {string} title @param {{value: string, label: string}[]} choices */
  #radios(name, title, choices) {
    const make = (/** @type {{value: string, label: string}} */ choice) => {
      const input = /** @type {HTMLInputElement} */ (element("input", { type: "radio", name, value: choice.value }));
      input.checked = this.#chosen[name] === choice.value;
      input.addEventListener("change", () => (this.#chosen[name] = choice.value));
      return element("label", { class: "pill" }, input, element("span", {}, choice.label));
    };
    return element("fieldset", { class: `pills ${name}` }, element("legend", {}, title), ...choices.map(make));
  }

  async #look() {
    if (!this.hidden) {
      try {
        const services = await this.#parts.commands.get("/services");
        this.#standing = Object.fromEntries(services.map((/** @type {any} */ each) => [each.code, each]));
      } catch (error) {
        if (error instanceof Refusal && error.code === "not_signed_in") return this.#parts.onSignedOut();
        console.warn("services.not_known", String(error)); // the counts stay as they were; the header tells of the link
      }
    }
    return this.#refresh();
  }

  get #isOffline() {
    const known = this.#parts.notices();
    return Boolean(known) && known.isOffline;
  }

  /** The desk beside this one has heard something, or nothing for a while. */
  showLink() {
    const known = this.#parts.notices();
    if (known) {
      // Behind the other tab nothing is said twice; each number's paper is told on its own card here.
      const view = { ...known.view, paperless: [], troubled: this.hidden ? [] : known.view.troubled };
      const isOffline = known.isOffline && !this.hidden;
      const merge = { numbers: null, failed: false, running: false };
      this.#notices.show({ ...known, view, isOffline, merge, kept: 0, isLong: false, lead: t("console.reception.offline") });
    }
    this.#drawButton();
  }

  #drawButton() {
    this.#go.disabled = this.#isBusy || this.#isOffline || !this.#chosen.service;
    setText(this.#go, this.#isBusy ? t("console.do.running")
      : this.#isOffline ? t("console.reception.go_offline")
      : this.#chosen.printer ? t("console.reception.go_print") : t("console.reception.go"));
  }

  /** The one road to a redraw. */
  #refresh() {
    const wanted = plain(this.#find.value);
    const found = this.#parts.hospital.services.filter((/** @type {any} */ each) =>
      plain(`${each.name.vi} ${each.name.en || ""} ${each.code}`).includes(wanted));
    this.#drawServices(found);
    this.#drawPrinters();
    this.#drawButton();
    this.#paper.show(this.#issued.ticket, this.#issued.paper, this.#parts.names);
  }

  /** @param {any[]} found */
  #drawServices(found) {
    const drawing = JSON.stringify([found.map((each) => each.code), this.#standing, this.#chosen.service]);
    if (this.#services.dataset.drawing === drawing) return;
    this.#services.dataset.drawing = drawing;
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.service : undefined;
    fill(this.#services, found.length ? found.map((each) => this.#tile(each))
      : [element("p", { class: "after" }, t("console.reception.none_found"))]);
    const again = focused && this.#services.querySelector(`[data-service="${focused}"]`);
    if (again) /** @type {HTMLElement} */ (again).focus();
  }

  /** @param {any} service */
  #tile(service) {
    const standing = this.#standing[service.code];
    const isClosed = standing !== undefined && !standing.open;
    const opens = isClosed && standing.opens_at ? t("console.reception.opens", { time: standing.opens_at }) : "";
    const about = isClosed ? opens || t("console.reception.closed")
      : standing ? t("console.reception.waiting", { n: standing.waiting }) : "";
    return element("button", {
      type: "button", class: "tile", "data-service": service.code, disabled: isClosed,
      "aria-pressed": String(service.code === this.#chosen.service),
      onclick: () => {
        this.#chosen.service = service.code;
        this.#refresh();
      },
    }, icon(service.icon), element("span", {}, pick(service.name)), element("small", {}, about));
  }

  #drawPrinters() {
    const printers = this.#parts.printers();
    const drawing = JSON.stringify(printers);
    if (this.#printer.dataset.drawing === drawing && this.#printer.options.length) return;
    this.#printer.dataset.drawing = drawing;
    const trouble = (/** @type {any} */ each) =>
      each.trouble ? ` – ${t(`console.trouble.${each.trouble.code}`)}` : each.online === false ? ` – ${t("console.trouble.gone")}` : "";
    fill(this.#printer, [
      element("option", { value: NO_PRINTER }, t("console.reception.no_printer")),
      ...printers.map((/** @type {any} */ each) =>
        element("option", { value: each.id }, [each.name, this.#parts.names.places(each.places)].filter(Boolean).join(", ") + trouble(each))),
    ]);
    if (printers.length === 1 && localStorage.getItem(PRINTER) === null) this.#chosen.printer = printers[0].id;
    this.#printer.value = this.#chosen.printer;
    if (this.#printer.selectedIndex < 0) this.#printer.value = this.#chosen.printer = NO_PRINTER;
  }

  async #issue() {
    if (this.#isBusy || this.#isOffline || !this.#chosen.service) return;
    this.#issued = { ticket: null, paper: "sending" }; // the last patient's number is not this one's
    const { service, language, printer } = this.#chosen;
    const body = { service, class: this.#chosen.class, language, ...(printer ? { print_at: printer } : {}) };
    await this.#run(async () => {
      const ticket = await this.#parts.commands.send("/tickets", body, { onRepeat: (/** @type {number} */ n) => this.#repeat(n) });
      this.#issued = { ticket, paper: printer ? "pending" : "none" };
      this.#paper.scrollIntoView({ block: "nearest" });
      this.#chosen.class = "normal"; // the next patient's class is asked anew
      const normal = /** @type {HTMLInputElement|null} */ (this.querySelector('input[name="class"][value="normal"]'));
      if (normal) normal.checked = true;
      if (printer) this.#followPaper(ticket.id);
    });
  }

  #reprint() {
    const { ticket } = this.#issued;
    return this.#run(async () => {
      await this.#parts.commands.send(`/tickets/${ticket.id}/reprint`, { device: this.#chosen.printer || null });
      setText(this.#message, t("console.did.reprint", { number: ticket.number }));
    });
  }

  /** @param {() => Promise<void>} what */
  async #run(what) {
    this.#isBusy = true;
    setText(this.#message, "");
    this.#message.dataset.kind = "running";
    this.#refresh();
    try {
      await what();
      this.#message.dataset.kind = "did";
    } catch (error) {
      this.#message.dataset.kind = "refused";
      setText(this.#message, error instanceof Refusal ? error.message : t("console.do.no_answer"));
      if (error instanceof Refusal && error.code === "not_signed_in") this.#parts.onSignedOut();
    } finally {
      if (this.#issued.paper === "sending") this.#issued.paper = "none";
      this.#isBusy = false;
      this.#refresh();
    }
  }

  #repeat(/** @type {number} */ n) {
    setText(this.#message, t("console.do.repeating", { n }));
  }

  /** Ask for the paper's outcome until it is known, another ticket is issued, or the limit is reached. @param {string} id */
  async #followPaper(id) {
    for (let look = 0; look < PAPER_LOOKS_MAX; look += 1) {
      await new Promise((resolve) => setTimeout(resolve, PAPER_EVERY_MS));
      if (!this.isConnected || !this.#issued.ticket || this.#issued.ticket.id !== id) return;
      const ticket = await this.#parts.commands.get(`/tickets/${id}`).catch(() => null); // asked again in a second
      const isShown = this.#issued.ticket && this.#issued.ticket.id === id;
      if (ticket && ticket.paper !== "pending") return isShown ? this.#tell(ticket.paper) : undefined;
    }
    if (this.#issued.ticket && this.#issued.ticket.id === id) this.#tell("unknown");
  }

  #tell(/** @type {string} */ paper) {
    this.#issued = { ...this.#issued, paper };
    this.#refresh();
  }
}

/** Without marks and case, so that "noi" finds "Nội". @param {string} text */
function plain(text) {
  return text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/g, "d");
}

customElements.define("reception-desk", ReceptionDesk);
