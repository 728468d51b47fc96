/* Differences between two JSON values as a list of reversible patches.

   {path, was, now}            a value set; `undefined` stands for an absent key
   {path, at, out: [], in: []} a run of list entries replaced */

const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

/** Patches that lead from `was` to `now`. */
export function diff(was, now, path = []) {
  if (same(was, now)) return [];
  if (Array.isArray(was) && Array.isArray(now)) return lists(was, now, path);
  if (isObject(was) && isObject(now)) {
    const keys = new Set([...Object.keys(was), ...Object.keys(now)]);
    return [...keys].flatMap((key) => diff(was[key], now[key], [...path, key]));
  }
  return [{ path, was, now }];
}

function lists(was, now, path) {
  if (was.length === now.length && was.filter((each, i) => !same(each, now[i])).length === 1) {
    const at = was.findIndex((each, i) => !same(each, now[i]));
    if (typeof was[at] === "object" && typeof now[at] === "object") return diff(was[at], now[at], [...path, at]);
  }
  let head = 0;
  while (head < was.length && head < now.length && same(was[head], now[head])) head += 1;
  let tail = 0;
  while (tail < was.length - head && tail < now.length - head && same(was[was.length - 1 - tail], now[now.length - 1 - tail])) tail += 1;
  return [{ path, at: head, out: was.slice(head, was.length - tail), in: now.slice(head, now.length - tail) }];
}

/** Whether two JSON values are equal; the order of keys does not count. */
export function same(a, b) {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && same(a[key], b[key]));
}

/** `value` with the patches applied: a new value that shares every untouched part with the old one. */
export const apply = (value, patches) => patches.reduce((now, patch) => put(now, patch, 0), value);

/** The patches that undo these. */
export const reversed = (patches) =>
  [...patches].reverse().map((patch) =>
    "at" in patch ? { path: patch.path, at: patch.at, out: patch.in, in: patch.out } : { path: patch.path, was: patch.now, now: patch.was });

function put(node, patch, depth) {
  if (depth === patch.path.length) return replaced(node, patch);
  const step = patch.path[depth];
  const copy = Array.isArray(node) ? [...node] : { ...node };
  const next = put(copy[step], patch, depth + 1);
  if (next === undefined) delete copy[step];
  else copy[step] = next;
  return copy;
}

function replaced(node, patch) {
  if (!("at" in patch)) return patch.now;
  const copy = [...node];
  copy.splice(patch.at, patch.out.length, ...patch.in);
  return copy;
}
