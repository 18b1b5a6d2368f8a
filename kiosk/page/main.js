// @ts-check
/** Loads the words, then lets the kiosk stand up. */

import { loadWords, setLanguage } from "/common/i18n.js";
import { LuotKiosk } from "./luot-kiosk.js";

const LANGUAGES = ["vi", "en"];

await loadWords(LANGUAGES.map((language) => ({ language, url: `/api/kiosk/locale/${language}.json` })));
setLanguage(LANGUAGES[0]);
customElements.define("luot-kiosk", LuotKiosk);

// Nothing happens by a long press, and a finger that trembles is one tap, not one tap on each of two screens.
document.addEventListener("contextmenu", (event) => event.preventDefault());
document.addEventListener("click", stopSecondTap, { capture: true });

/** @param {MouseEvent} event whose `detail` counts the taps at one place within half a second */
function stopSecondTap(event) {
  if (event.detail < 2) return;
  event.preventDefault();
  event.stopPropagation();
}
