// @ts-check
/** `<issued-ticket>`: the number that was just issued, very large, and whether its paper came out. Fires `reprint`. */

import { element, fill } from "/common/dom.js";
import { t } from "/common/i18n.js";

class IssuedTicket extends HTMLElement {
  /**
   * @param {any} ticket answer of POST /tickets, or null before the first and while one is asked for
   * @param {string} paper "pending", "confirmed", "failed", "unknown", "none", or "sending" without a ticket
   * @param {import("./format.js").Names} names
   */
  show(ticket, paper, names) {
    this.dataset.paper = ticket ? paper : "";
    if (!ticket) return fill(this, [element("p", { class: "why" }, t(paper === "sending" ? "console.do.running" : "console.reception.choose"))]);
    const mayReprint = paper === "failed" || paper === "unknown" || paper === "confirmed";
    const wait = ticket.wait && t("console.reception.wait", {
      low: Math.round(ticket.wait.low_s / 60), high: Math.round(ticket.wait.high_s / 60),
    });
    const ahead = ticket.ahead === null || ticket.ahead === undefined ? "" : t("console.reception.ahead", { n: ticket.ahead });
    return fill(this, [
      element("p", { class: "stage" }, t("console.reception.issued")),
      element("p", { class: "number" }, ticket.number),
      element("p", { class: "service" }, names.service(ticket.service)),
      ticket.class === "normal" ? null : element("p", { class: "class-mark" }, names.className(ticket.class)),
      element("p", { class: "why" }, [ahead, wait].filter(Boolean).join(" · ")),
      element("p", { class: "paper-state", role: "status" }, t(`console.reception.paper.${paper}`)),
      mayReprint ? element("button", { type: "button", class: "quiet", onclick: () => this.#reprint() },
        t("console.paper.reprint")) : null,
    ]);
  }

  #reprint() {
    this.dispatchEvent(new CustomEvent("reprint"));
  }
}

customElements.define("issued-ticket", IssuedTicket);
