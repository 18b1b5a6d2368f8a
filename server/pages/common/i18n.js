// @ts-check
/**
 * The words of a page: JSON files of sentences by key, Vietnamese first.
 *
 *   await loadWords([{language: "vi", url: "/locale/phone.vi.json"}, {language: "en", url: "/locale/phone.en.json"}]);
 *   setLanguage("en");
 *   t("phone.ahead", {n: 12})
 *
 * A sentence that a language lacks is shown in Vietnamese, and one that nobody wrote as its key: never an empty screen.
 */

const FIRST = "vi";

/** @type {Object<string, Object<string, any>>} */
const words = {};
let language = FIRST;

/**
 * Load files of sentences; a file that cannot be had is left out, the others still speak.
 * @param {{language: string, url: string}[]} files
 * @returns {Promise<any>}
 */
export function loadWords(files) {
  return Promise.all(
    files.map((file) =>
      fetch(file.url)
        .then((answer) => (answer.ok ? answer.json() : {}))
        .then((sentences) => addWords(file.language, sentences))
        .catch((error) => console.warn("words.missing", file.url, String(error)))
    )
  );
}

/**
 * The files of these names, in every language: `wordFiles("/locale/", ["phone"])` → /locale/phone.vi.json, /locale/phone.en.json
 * @param {string} folder
 * @param {string[]} names
 * @param {string[]} [languages]
 */
export function wordFiles(folder, names, languages) {
  const files = [];
  for (const name of names) {
    for (const code of languages || ["vi", "en"]) files.push({ language: code, url: folder + name + "." + code + ".json" });
  }
  return files;
}

/** @param {string} code @param {Object<string, any>} sentences */
export function addWords(code, sentences) {
  words[code] = Object.assign(words[code] || {}, sentences);
}

/** @param {string} code */
export function setLanguage(code) {
  language = code;
  document.documentElement.lang = code;
}

/** @returns {string} */
export function currentLanguage() {
  return language;
}

/**
 * The sentence for a key with its facts in it: `{n}` becomes facts.n.
 * @param {string} key
 * @param {Object<string, any>} [facts]
 * @param {string} [code] another language than the current one
 * @returns {string}
 */
export function t(key, facts, code) {
  const found = lookUp(words[code || language], key) || lookUp(words[FIRST], key) || key;
  return found.replace(/\{(\w+)\}/g, (whole, name) => (facts && name in facts ? String(facts[name]) : whole));
}

/**
 * The text of a `{vi, en}` object in the current language, else in Vietnamese.
 * @param {Object<string, string>|null|undefined} texts
 * @param {string} [code]
 * @returns {string}
 */
export function pick(texts, code) {
  if (!texts) return "";
  return texts[code || language] || texts[FIRST] || "";
}

/** @param {any} sentences @param {string} key @returns {string|null} */
function lookUp(sentences, key) {
  if (!sentences) return null;
  if (typeof sentences[key] === "string") return sentences[key];
  const found = key.split(".").reduce((inner, part) => (inner ? inner[part] : null), sentences);
  return typeof found === "string" ? found : null;
}
