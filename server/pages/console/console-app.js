// @ts-check
/**
 * `<luot-console>`: the way to a desk: words, the hospital, who is signed in, which room; then the desk itself.
 *
 * The room comes from `?room=`, else from what this browser remembers, else it is asked. A page that opens before the
 * server is there keeps trying.
 */

import { element, fill } from "/common/dom.js";
import { currentLanguage, loadWords, setLanguage, t, wordFiles } from "/common/i18n.js";
import { newKey } from "/common/keys.js";
import "/common/stale.js";
import { Commands, Refusal } from "/console/commands.js";
import { Names } from "/console/format.js";
import { isSafe } from "/console/sign-in.js";
import "/console/desk-header.js";
import "/console/reception-desk.js";
import "/console/room-choice.js";
import "/console/room-desk.js";

const TRY_AGAIN_MS = 2000;
const ROOM = "luot.room";
const LANGUAGE = "luot.language";
/** Roles that may issue numbers (the server's right `tickets.issue`); the server has the last word. */
const ISSUING_ROLES = ["admin", "desk", "lead", "reception"];

class LuotConsole extends HTMLElement {
  #commands = new Commands({ fetch: (...request) => fetch(...request), newKey });
  /** @type {any} */
  #hospital = null;
  /** @type {any} */
  #names = null;
  /** @type {{login: string, role: string, rooms: string[]|null}|null} */
  #session = null;
  #isLooking = false;

  async connectedCallback() {
    await this.#loadWords();
    await this.#load();
    if (!isSafe(location)) return this.#signIn(false);
    return this.#enter(false);
  }

  async #loadWords() {
    for (;;) {
      await loadWords([...wordFiles("/locale/", ["console", "reasons"]), ...wordFiles("/common/locale/", ["live"])]);
      if (t("console.title") !== "console.title") break;
      await pause();
    }
    setLanguage(localStorage.getItem(LANGUAGE) === "en" ? "en" : "vi");
    document.title = t("console.title");
  }

  async #load() {
    while (!this.#hospital) {
      try {
        this.#hospital = await this.#commands.get("/hospital");
      } catch (error) {
        console.warn("hospital.not_loaded", String(error));
        fill(this, [element("p", { class: "loading", role: "status" }, t("console.load_failed"))]);
        await pause();
      }
    }
    this.#names = new Names(this.#hospital);
  }

  /** @param {boolean} isAgain */
  async #enter(isAgain) {
    for (;;) {
      try {
        this.#session = await this.#commands.get("/session");
        return this.#toRoom();
      } catch (error) {
        if (error instanceof Refusal && error.problem.status === 401) return this.#signIn(isAgain);
        console.warn("session.not_known", String(error));
        fill(this, [element("p", { class: "loading", role: "status" }, t("console.load_failed"))]);
        await pause();
      }
    }
  }

  /** @param {boolean} isAgain */
  #signIn(isAgain) {
    this.#session = null;
    const form = /** @type {any} */ (document.createElement("sign-in"));
    fill(this, [form]);
    form.show({
      hospital: this.#names.hospital(),
      isAgain,
      signIn: async (/** @type {string} */ login, /** @type {string} */ password) => {
        await this.#commands.send("/session", { login, password });
        await this.#enter(false);
      },
    });
  }

  get #rooms() {
    const allowed = this.#session ? this.#session.rooms : [];
    return this.#hospital.rooms.filter((/** @type {any} */ room) => allowed === null || allowed.includes(room.code));
  }

  #toRoom() {
    const asked = new URLSearchParams(location.search).get("room");
    const wanted = asked || localStorage.getItem(ROOM);
    const isMine = this.#rooms.some((/** @type {any} */ room) => room.code === wanted);
    if (wanted && isMine) return this.#openDesk(wanted);
    if (!wanted && this.#rooms.length === 1) return this.#openDesk(this.#rooms[0].code);
    return this.#chooseRoom(asked && !isMine ? asked : null);
  }

  /** @param {string|null} refused */
  #chooseRoom(refused) {
    const choice = /** @type {any} */ (document.createElement("room-choice"));
    choice.addEventListener("choose", (/** @type {CustomEvent} */ event) => this.#openDesk(event.detail.room));
    fill(this, [choice]);
    choice.show({ areas: this.#hospital.areas, rooms: this.#rooms, refused, isUnknown: !this.#hospital.rooms.some((/** @type {any} */ room) => room.code === refused), nameOf: (/** @type {string} */ code) => this.#names.roomName(code) });
  }

  /** @param {string} room */
  #openDesk(room) {
    localStorage.setItem(ROOM, room);
    history.replaceState(null, "", `?room=${encodeURIComponent(room)}`);
    const header = /** @type {any} */ (document.createElement("desk-header"));
    const desk = /** @type {any} */ (document.createElement("room-desk"));
    const reception = /** @type {any} */ (document.createElement("reception-desk"));
    fill(this, [header, desk, reception]);
    const tabs = this.#mayIssue() ? ["desk", "reception"] : ["desk"];
    const showTab = (/** @type {string} */ tab) => {
      header.choose(tab);
      desk.hidden = tab !== "desk";
      reception.hidden = tab !== "reception";
    };
    this.#listen(header, desk, showTab);
    const isReception = tabs.length > 1 && this.#names.roomKind(room) === "reception";
    const tab = isReception ? "reception" : "desk";
    header.show({ label: this.#names.roomLabel(room), name: this.#names.roomName(room), login: this.#session ? this.#session.login : "", tabs, tab });
    const parts = { hospital: this.#hospital, names: this.#names, commands: this.#commands, room, header };
    const onSignedOut = () => this.#signIn(true);
    desk.open({ ...parts, onSignedOut, onLost: () => this.#look() });
    if (tabs.length > 1) {
      reception.open({ ...parts, onSignedOut, printers: () => desk.printers, notices: () => desk.notices });
      desk.addEventListener("shown", () => reception.showLink());
    }
    showTab(tab);
  }

  /** @param {any} header @param {any} desk @param {(tab: string) => void} showTab */
  #listen(header, desk, showTab) {
    header.addEventListener("tab", (/** @type {CustomEvent} */ event) => showTab(event.detail.tab));
    desk.addEventListener("wanted", () => showTab("desk"));
    header.addEventListener("help", () => desk.showHelp());
    header.addEventListener("room", () => {
      history.replaceState(null, "", location.pathname);
      this.#chooseRoom(null);
    });
    header.addEventListener("language", () => {
      const language = currentLanguage() === "vi" ? "en" : "vi";
      localStorage.setItem(LANGUAGE, language);
      setLanguage(language);
      this.#toRoom();
    });
    header.addEventListener("out", async () => {
      await this.#commands.send("/session", {}, { method: "DELETE" }).catch(() => {}); // signed out here in any case
      this.#signIn(false);
    });
  }

  #mayIssue() {
    return this.#session !== null && ISSUING_ROLES.includes(this.#session.role);
  }

  /** The link was lost: perhaps because the session ended. */
  async #look() {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      await this.#commands.get("/session");
    } catch (error) {
      if (error instanceof Refusal && error.problem.status === 401 && this.#session) this.#signIn(true);
    } finally {
      this.#isLooking = false;
    }
  }
}

function pause() {
  return new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_MS));
}

customElements.define("luot-console", LuotConsole);
