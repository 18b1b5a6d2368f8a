// @ts-check
/** `<sign-in>`: name and password, only where the way to the server is encrypted or stays on this machine. */

import { element, fill, setText } from "/common/dom.js";
import { t } from "/common/i18n.js";
import { Refusal } from "/console/commands.js";

/** @param {{protocol: string, hostname: string}} address @returns {boolean} whether a password may be typed here */
export function isSafe({ protocol, hostname }) {
  const isLoopback = /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
  return protocol === "https:" || isLoopback;
}

class SignIn extends HTMLElement {
  /**
   * @param {{hospital: string, isAgain: boolean, signIn: (login: string, password: string) => Promise<any>}} parts
   *   `signIn` rejects with a Refusal or without an answer
   */
  show({ hospital, isAgain, signIn }) {
    fill(this, [
      element("h1", {}, t("console.sign_in.title")),
      element("p", { class: "lead" }, t("console.sign_in.lead", { hospital })),
      ...(isSafe(location) ? [form(isAgain, signIn)] : needsHttps()),
    ]);
    const first = this.querySelector("input");
    if (first) first.focus();
  }
}

/** @param {boolean} isAgain @param {(login: string, password: string) => Promise<any>} signIn */
function form(isAgain, signIn) {
  const login = input("text", { name: "login", autocomplete: "username", autocapitalize: "none", spellcheck: "false" });
  const password = input("password", { name: "password", autocomplete: "current-password" });
  const show = input("checkbox", { onchange: () => (password.type = show.checked ? "text" : "password") });
  const button = /** @type {HTMLButtonElement} */ (element("button", { class: "primary" }, t("console.sign_in.go")));
  const message = element("p", { class: "refusal", role: "alert" }, isAgain ? t("console.sign_in.again") : "");
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (button.disabled) return;
    if (!login.value.trim() || !password.value) return setText(message, t("console.sign_in.missing"));
    button.disabled = true;
    setText(button, t("console.sign_in.running"));
    setText(message, "");
    try {
      await signIn(login.value.trim(), password.value);
    } catch (error) {
      setText(message, error instanceof Refusal ? error.message : t("console.sign_in.no_answer"));
      password.value = "";
      password.focus();
    } finally {
      button.disabled = false;
      setText(button, t("console.sign_in.go"));
    }
  };
  return element("form", { novalidate: true, onsubmit: submit },
    element("label", {}, element("span", {}, t("console.sign_in.login")), login),
    element("label", {}, element("span", {}, t("console.sign_in.password")), password),
    element("label", { class: "check" }, show, element("span", {}, t("console.sign_in.show"))),
    message, button);
}

/** @returns {HTMLElement[]} what to do instead, over plain http on a host's name */
function needsHttps() {
  const address = `https://${location.host}${location.pathname}${location.search}`;
  return [
    element("section", { class: "strip-notice warning", role: "alert" },
      element("h2", {}, t("console.https.title")),
      element("p", {}, t("console.https.lead"))),
    element("a", { class: "primary", href: address }, t("console.https.go", { address: `https://${location.host}` })),
    element("p", { class: "quiet-text" }, t("console.https.ask")),
  ];
}

function input(/** @type {string} */ type, /** @type {Record<string, any>} */ attributes) {
  return /** @type {HTMLInputElement} */ (element("input", { type, ...attributes }));
}

customElements.define("sign-in", SignIn);
