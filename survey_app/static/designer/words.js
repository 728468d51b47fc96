/* The designer's sentences in the manager's language; ids are English. */

let catalogue = {};
export const useWords = (words) => (catalogue = words);

/** t("Page %(n)s", {n: 2}) */
export function t(message, values = {}) {
  return (catalogue[message] ?? message).replace(/%\((\w+)\)s/g, (place, name) => String(values[name] ?? place));
}
