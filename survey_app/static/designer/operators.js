/* Which comparisons fit which subject, and what kind of value each asks for. Mirrors the closed list of the
   document format; everything else about conditions is in conditions.js and sentence.js. */

import { t } from "./words.js";

/* The list as a function, because words are there only once the page has started. */
const labels = () => ({
  is: t("is"),
  is_not: t("is not"),
  in: t("is one of"),
  not_in: t("is none of"),
  any_of: t("includes any of"),
  all_of: t("includes all of"),
  none_of: t("includes none of"),
  exactly: t("is exactly"),
  count: t("number of choices"),
  equals: t("equals"),
  less: t("is less than"),
  at_most: t("is at most"),
  more: t("is more than"),
  at_least: t("is at least"),
  between: t("is between"),
  contains: t("contains"),
  starts: t("begins with"),
  ends: t("ends with"),
  matches: t("matches pattern"),
  length: t("length"),
  before: t("is before"),
  after: t("is after"),
  on: t("is on"),
  within: t("is within"),
  ranks: t("ranks"),
  "answered:true": t("has an answer"),
  "answered:false": t("has no answer"),
  "shown:true": t("was shown"),
  "shown:false": t("was not shown"),
  "reached:true": t("was reached"),
  "reached:false": t("was not reached"),
  "full:true": t("is full"),
  "full:false": t("is not full"),
});

const LETTERS = {
  Q: ["is", "is_not", "in", "not_in"],
  M: ["any_of", "all_of", "none_of", "exactly", "count"],
  N: ["at_most", "at_least", "equals", "less", "more", "between"],
  T: ["contains", "starts", "ends", "is", "is_not", "matches", "length"],
  D: ["before", "after", "on", "between", "within"],
  K: ["ranks", "any_of", "all_of", "none_of", "count"],
  R: [],
};

const STATES = ["answered:true", "answered:false", "shown:true", "shown:false"];
const SIZES = ["equals", "less", "at_most", "more", "at_least"];

export const sizes = () => SIZES.map((name) => [name, labels()[name]]);
export const label = (name) => labels()[name] ?? name;

/** Operators for a subject, most useful first: [name, label]. Names of states carry their value. */
export function operators({ kind, letters, hasBuckets }) {
  if (kind === "quota") return ["full:true", "full:false"].map((name) => [name, label(name)]);
  const order = hasBuckets && letters.includes("Q") ? `Q${letters.replace("Q", "")}` : letters;
  const names = new Set([...order].flatMap((letter) => LETTERS[letter] ?? []));
  const states = kind === "question" ? STATES : STATES.slice(0, 2);
  return [...names, ...states].map((name) => [name, label(name)]);
}

const VALUES = {
  is: "one", is_not: "one", in: "some", not_in: "some",
  any_of: "some", all_of: "some", none_of: "some", exactly: "some",
  count: "size", length: "size",
  equals: "number", less: "number", at_most: "number", more: "number", at_least: "number",
  between: "range", contains: "texts", starts: "texts", ends: "texts", matches: "pattern",
  before: "day", after: "day", on: "day", within: "window", ranks: "rank",
};

/** What a comparison asks for: one, some, number, range, size, texts, pattern, day, days, window, rank or
    "" for states. */
export function valueKind(name, { letters, hasBuckets }) {
  const kind = VALUES[name] ?? "";
  if (kind === "range" && letters.includes("D")) return "days";
  if (kind === "one" && !hasBuckets && letters.includes("D")) return "day";
  if (kind === "one" && !hasBuckets && letters === "N") return "number";
  if (kind === "some" && !hasBuckets) return "texts";
  if (kind === "one" && !hasBuckets) return "text";
  return kind;
}

/** Buckets as [key, label], groups such as "promoter" before single scores. */
export function named(buckets) {
  const isScore = ([key]) => /^-?\d+$/.test(key);
  const all = Object.entries(buckets);
  return [...all.filter((each) => !isScore(each)), ...all.filter(isScore)];
}

/** A first value for a fresh comparison. */
export function firstValue(kind, subject) {
  const [[bucket] = []] = named(subject.buckets ?? {});
  const day = new Date().toISOString().slice(0, 10);
  return {
    one: bucket ?? "", some: bucket ? [bucket] : [], number: subject.steps?.at(-1) ?? 0, text: "", texts: "", pattern: "",
    range: [0, 10], size: { at_least: 1 }, day, days: [day, day], window: { last: 7 }, rank: { option: bucket ?? "", at_most: 1 },
  }[kind] ?? true;
}
