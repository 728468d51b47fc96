/* The designer's sentences in the manager's language; ids are English. */

let catalogue = {};
export const useWords = (words) => (catalogue = words);

/** A text whose places stand for values: fill("Page %(n)s", {n: 2}). What has no value stays a place. */
export const fill = (text, values) => text.replace(/%\((\w+)\)s/g, (place, name) => String(values[name] ?? place));

/** t("Page %(n)s", {n: 2}) */
export const t = (message, values = {}) => fill(catalogue[message] ?? message, values);
