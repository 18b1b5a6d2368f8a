// @ts-check
/** PURE. How services are spread over pages that a slow reader can take in at one look. */

import { pick } from "/common/i18n.js";

export const TILES_MAX = 8;

/** @typedef {{label: string, services: import("./hall.js").Service[]}} Page */

/**
 * One page where all fit. Otherwise by group where the hospital names groups, and each at most `TILES_MAX` long; always
 * at least one page, and every service on exactly one.
 * @param {import("./hall.js").Service[]} services
 * @param {{code: string, name: import("./hall.js").Names}[]} groups
 * @param {(n: number) => string} label of a page without a group
 * @returns {Page[]}
 */
export function pagesOf(services, groups, label) {
  if (services.length <= TILES_MAX) return [{ label: label(1), services }];
  /** @type {Map<string, import("./hall.js").Service[]>} */
  const byName = new Map();
  for (const service of services) {
    const name = groupName(service.group, groups);
    byName.set(name, [...(byName.get(name) || []), service]);
  }
  /** @type {Page[]} */
  const pages = [];
  for (const [name, members] of byName) {
    const count = Math.ceil(members.length / TILES_MAX);
    const size = Math.ceil(members.length / count); // 9 are 5 and 4, not 8 and a lonely one
    for (let part = 0; part < count; part += 1) {
      const named = count > 1 ? `${name} ${part + 1}` : name;
      pages.push({ label: name ? named : label(pages.length + 1), services: members.slice(part * size, (part + 1) * size) });
    }
  }
  return pages;
}

/** @param {string|null|undefined} code @param {{code: string, name: import("./hall.js").Names}[]} groups */
function groupName(code, groups) {
  const group = groups.find((one) => one.code === code);
  return group ? pick(group.name) : "";
}
