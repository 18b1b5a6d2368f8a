// @ts-check
/** Small helpers to make elements. Text only ever goes in as text. Chromium 69 syntax. */

/**
 * Make an element: `element("p", {class: "quiet", "aria-live": "polite"}, "text", child)`.
 * @param {string} name
 * @param {Object<string, any>} [attributes] a function is a listener (`onclick`); null, undefined and false are left out
 * @param {...any} children nodes and texts; null and undefined are left out
 * @returns {HTMLElement}
 */
export function element(name, attributes, ...children) {
  const made = document.createElement(name);
  const all = attributes || {};
  for (const key of Object.keys(all)) {
    if (typeof all[key] === "function") made.addEventListener(key.replace(/^on/, ""), all[key]);
    else if (all[key] !== null && all[key] !== undefined && all[key] !== false) {
      made.setAttribute(key, all[key] === true ? "" : String(all[key]));
    }
  }
  fill(made, children);
  return made;
}

/**
 * Put these children in place of what is there.
 * @param {Element} parent
 * @param {any[]} children
 */
export function fill(parent, children) {
  while (parent.lastChild) parent.removeChild(parent.lastChild);
  for (const child of children) {
    if (child !== null && child !== undefined) parent.append(child);
  }
}

/**
 * Set a text only when it changes, so that a live region speaks once.
 * @param {Element} target
 * @param {string} text
 */
export function setText(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

/**
 * @param {string} selector
 * @param {ParentNode} [root]
 * @returns {HTMLElement} the one that must be there
 */
export function find(selector, root) {
  const found = (root || document).querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error("no element " + selector);
  return found;
}
