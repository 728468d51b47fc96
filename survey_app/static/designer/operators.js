/* Which comparisons fit which subject, and what kind of value each asks for. Mirrors the closed list of the
   check (engine/operators.py); a test compares the two on every question type. */

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

const CHOICE = ["is", "is_not", "in", "not_in"];
const LETTERS = {
  Q: CHOICE,
  M: ["any_of", "all_of", "none_of", "exactly", "count"],
  N: ["at_most", "at_least", "equals", "less", "more", "between", ...CHOICE],
  T: ["contains", "starts", "ends", ...CHOICE, "matches", "length"],
  D: ["before", "after", "on", "between", "within", "is", "is_not"],
  K: ["ranks", "any_of", "all_of", "none_of", "count"],
  R: ["count"],
};

const ANSWERED = ["answered:true", "answered:false"];
const STATES = [...ANSWERED, "shown:true", "shown:false", "reached:true", "reached:false"];
export const SIZES = ["at_least", "at_most", "equals", "more", "less", "between"];

/** Comparisons that somebody without an answer never fulfils, although they sound as if. */
export const NEGATIVE = new Set(["is_not", "not_in", "none_of"]);
/** Comparisons of texts that know an exact form. */
export const FOLDING = new Set(["is", "is_not", "in", "not_in", "contains", "starts", "ends", "matches"]);

export const sizes = () => SIZES.map((name) => [name, labels()[name]]);

/** Operators for a subject, most useful first: [name, label]. Names of states carry their value. */
export function operators(subject) {
  const own = labels();
  return operatorNames(subject).map((name) => [name, name === "count" && subject.letters === "R" ? t("number of rows answered") : own[name]]);
}

function operatorNames({ kind, letters, hasBuckets, flag, part }) {
  if (kind === "quota") return ["full:true", "full:false"];
  if (flag) return ["is", "is_not", ...ANSWERED];
  const order = hasBuckets && letters.includes("Q") ? `Q${letters.replace("Q", "")}` : letters;
  const names = new Set([...order].flatMap((letter) => LETTERS[letter] ?? []));
  return [...names, ...(kind === "question" && !part ? STATES : ANSWERED)];
}

const VALUES = {
  is: "one", is_not: "one", in: "some", not_in: "some",
  any_of: "some", all_of: "some", none_of: "some", exactly: "some",
  count: "size", length: "size",
  equals: "number", less: "number", at_most: "number", more: "number", at_least: "number",
  between: "range", contains: "texts", starts: "texts", ends: "texts", matches: "pattern",
  before: "day", after: "day", on: "day", within: "window", ranks: "rank",
};

/** What a comparison asks for: one, flag, date, text, some, words, numbers, number, range, size, texts,
    pattern, day, days, window, rank or "" for states. */
export function valueKind(name, { letters, hasBuckets, flag }) {
  const kind = VALUES[name] ?? "";
  if (kind === "range" && letters.includes("D")) return "days";
  if (kind === "one" && flag) return "flag";
  if (hasBuckets || !["one", "some"].includes(kind)) return kind;
  const counted = letters.includes("N") && !/[TM]/.test(letters);
  if (kind === "some") return counted ? "numbers" : "words";
  if (letters.includes("D")) return "date";
  return counted ? "number" : "text";
}

/** Buckets as [key, label], groups such as "promoter" before single scores. */
export function named(buckets) {
  const isScore = ([key]) => /^-?\d+$/.test(key);
  const all = Object.entries(buckets);
  return [...all.filter((each) => !isScore(each)), ...all.filter(isScore)];
}

/** A first value for a fresh comparison. */
export function firstValue(kind, subject) {
  const [[bucket] = [], [rival] = []] = named(subject.buckets ?? {});
  const day = new Date().toISOString().slice(0, 10);
  const step = subject.steps?.at(-1) ?? 0;
  return {
    one: bucket ?? "", flag: true, date: day, some: [bucket ?? ""], words: [""], numbers: [step], number: step, text: "", texts: "", pattern: "",
    range: [0, 10], size: { at_least: 1 }, day, days: [day, day], window: { last: 7 }, rank: { option: bucket ?? rival ?? "", at_most: 1 },
  }[kind] ?? true;
}

/** Whether an operand still makes sense as this kind of value. */
export function fitsKind(kind, operand) {
  if (["one", "text", "pattern", "texts"].includes(kind)) return typeof operand === "string";
  if (["some", "words"].includes(kind)) return Array.isArray(operand) && operand.every((each) => typeof each === "string");
  if (kind === "number") return typeof operand === "number";
  return false;
}
