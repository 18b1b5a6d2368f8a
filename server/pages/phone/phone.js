// @ts-check
/**
 * The patient's own page at /t/TOKEN: the number, where it stands, where to go. No name, nothing to press but the language.
 *
 * The token in the address is the whole right. The first answer comes over HTTP, because only that one can say "unknown";
 * from then on the live link tells, and each change takes the one road `refresh`.
 */

import "/common/stale.js";
import "./language-switch.js";
import "./turn.js";
import { find, setText } from "/common/dom.js";
import { currentLanguage, loadWords, pick, setLanguage, t, wordFiles } from "/common/i18n.js";
import { Live } from "/common/live.js";
import { describe } from "./standing.js";

const AGAIN_MS = 5000;
const LANGUAGES = ["vi", "en"];
const REMEMBERED = "luot.language";
const CALLED_PATTERN_MS = [400, 200, 400, 200, 800];
const NOT_FOUND = 404;

class PhonePage {
  /** @param {string} token */
  constructor(token) {
    this.token = token;
    this.live = new Live(["ticket:" + token]);
    this.turn = /** @type {import("./turn.js").Turn} */ (find("luot-turn"));
    this.isUnknown = false;
    /** @type {string|null} the queue for which the way was asked */
    this.askedFor = null;
    /** @type {any} */
    this.hospital = null;
    /** @type {any} the last answer over HTTP: what stands until the live link says more, and after the visit has ended */
    this.ticket = null;
  }

  start() {
    const languages = /** @type {import("./language-switch.js").LanguageSwitch} */ (find("luot-language-switch"));
    languages.offer(LANGUAGES, (code) => this.speak(code));
    this.speak(remembered() || preferred());
    this.askHospital();
    this.askTicket();
  }

  /** @param {string} code */
  speak(code) {
    setLanguage(code);
    remember(code);
    this.refresh();
  }

  refresh() {
    const shown = describe({ isUnknown: this.isUnknown, ticket: this.ticket, live: this.live, hospital: this.hospital });
    this.turn.show(shown);
    this.askTheWay(shown);
    if (this.hospital) setText(find("#hospital"), pick(this.hospital.site.name));
    document.title = shown.number ? shown.number + " · " + t("phone.title") : t("phone.title");
    if (shown.kind === "called" && this.calledFor !== shown.callId) this.knock();
    this.calledFor = shown.callId;
    const switcher = /** @type {import("./language-switch.js").LanguageSwitch} */ (find("luot-language-switch"));
    switcher.show(currentLanguage());
  }

  /** The live link says the queue but not where it is: asked once for each queue. @param {import("./standing.js").Standing} shown */
  askTheWay(shown) {
    if (shown.kind !== "waiting" || !shown.queue || shown.queue === this.ticket.queue || shown.queue === this.askedFor) return;
    this.askedFor = shown.queue;
    this.askTicket();
  }

  /** Being called shakes the phone, where it may and once it was touched. */
  knock() {
    if (navigator.vibrate) navigator.vibrate(CALLED_PATTERN_MS);
  }

  askTicket() {
    fetch("/api/v1/t/" + encodeURIComponent(this.token), { cache: "no-store" })
      .then((answer) => {
        if (answer.status === NOT_FOUND) this.isUnknown = true;
        else if (!answer.ok) throw new Error("status " + answer.status);
        return this.isUnknown ? null : answer.json();
      })
      .then((ticket) => this.follow(ticket))
      .catch(() => setTimeout(() => this.askTicket(), AGAIN_MS));
  }

  /** @param {any} ticket null when nobody knows the token: then there is nothing to follow */
  follow(ticket) {
    this.ticket = ticket;
    if (ticket && !this.isFollowing) {
      this.isFollowing = true;
      this.live.subscribe(() => this.refresh());
      this.live.start();
      /** @type {any} */ (find("luot-stale")).watch(this.live);
    }
    this.refresh();
  }

  /** Names of places; the page works without them. */
  askHospital() {
    fetch("/api/v1/hospital")
      .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error("status " + answer.status))))
      .then((hospital) => {
        this.hospital = hospital;
        this.refresh();
      })
      .catch(() => setTimeout(() => this.askHospital(), AGAIN_MS));
  }
}

/** @returns {string|null} */
function remembered() {
  try {
    return localStorage.getItem(REMEMBERED);
  } catch (error) {
    return null; // a phone that forbids storage still has a language
  }
}

/** @param {string} code */
function remember(code) {
  try {
    localStorage.setItem(REMEMBERED, code);
  } catch (error) {
    return; // see remembered
  }
}

/** Vietnamese, unless the phone speaks something else. */
function preferred() {
  return (navigator.language || "vi").toLowerCase().indexOf("vi") === 0 ? "vi" : "en";
}

const token = decodeURIComponent(location.pathname.replace(/\/+$/, "").split("/").pop() || "");
const files = wordFiles("/locale/", ["phone"]).concat(wordFiles("/common/locale/", ["live"]));
loadWords(files).then(() => new PhonePage(token).start());
