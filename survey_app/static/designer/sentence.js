/* A condition in words. The server says the same (engine/comparisons.py); a test compares the two. */

import { question } from "./outline.js";
import { letters, nameOf, subjectName, valueName } from "./subjects.js";
import { fill, t } from "./words.js";

const ADDRESS = new Set(["question", "field", "variable", "quota", "row", "iteration", "exact"]);
const STATES = ["answered", "shown", "reached"];
const LIMITS = ["equals", "less", "at_most", "more", "at_least"];

/** Name and operand of the one operator of a comparison; states carry their value in the name. */
export function operatorOf(tree) {
  if ("quota" in tree) return [`full:${tree.full ?? true}`, undefined];
  const name = Object.keys(tree).find((key) => !ADDRESS.has(key)) ?? "";
  return STATES.includes(name) ? [`${name}:${tree[name]}`, undefined] : [name, tree[name]];
}

/** The whole condition as one sentence; an ellipsis for one that is not finished. */
export function sentence(designer, tree) {
  if (!tree) return "";
  try {
    return new Teller(designer).condition(tree);
  } catch {
    return "…";
  }
}

/* Texts with their places: filled once the subject and the value have words. */
const PHRASES = {
  "answered:true": () => t("%(subject)s has an answer"),
  "answered:false": () => t("%(subject)s has no answer"),
  "shown:true": () => t("%(subject)s was shown"),
  "shown:false": () => t("%(subject)s was not shown"),
  "reached:true": () => t("%(subject)s was reached"),
  "reached:false": () => t("%(subject)s was not reached"),
  is: () => t("%(subject)s is %(value)s"),
  is_not: () => t("%(subject)s is not %(value)s"),
  in: () => t("%(subject)s is one of %(value)s"),
  not_in: () => t("%(subject)s is none of %(value)s"),
  any_of: () => t("%(subject)s includes any of %(value)s"),
  all_of: () => t("%(subject)s includes all of %(value)s"),
  none_of: () => t("%(subject)s includes none of %(value)s"),
  exactly: () => t("%(subject)s is exactly %(value)s"),
  equals: () => t("%(subject)s equals %(value)s"),
  less: () => t("%(subject)s is less than %(value)s"),
  at_most: () => t("%(subject)s is at most %(value)s"),
  more: () => t("%(subject)s is more than %(value)s"),
  at_least: () => t("%(subject)s is at least %(value)s"),
  contains: () => t("%(subject)s contains any of %(value)s"),
  starts: () => t("%(subject)s begins with any of %(value)s"),
  ends: () => t("%(subject)s ends with any of %(value)s"),
  matches: () => t("%(subject)s matches the pattern %(value)s"),
  before: () => t("%(subject)s is before %(value)s"),
  after: () => t("%(subject)s is after %(value)s"),
  on: () => t("%(subject)s is on %(value)s"),
};
/* Of lists with one entry. */
const SINGLE = {
  in: PHRASES.is,
  not_in: PHRASES.is_not,
  any_of: () => t("%(subject)s includes %(value)s"),
  all_of: () => t("%(subject)s includes %(value)s"),
  none_of: () => t("%(subject)s does not include %(value)s"),
  exactly: PHRASES.exactly,
  contains: () => t("%(subject)s contains %(value)s"),
  starts: () => t("%(subject)s begins with %(value)s"),
  ends: () => t("%(subject)s ends with %(value)s"),
};
const LIMIT = {
  equals: () => t("exactly %(n)s"),
  less: () => t("less than %(n)s"),
  at_most: () => t("at most %(n)s"),
  more: () => t("more than %(n)s"),
  at_least: () => t("at least %(n)s"),
};

const quoted = (text) => t("“%(text)s”", { text });
const listed = (parts) => parts.join(t(", "));

/** Whether an operand stands for something else. */
export const refers = (value) => value !== null && typeof value === "object" && ["question", "field", "variable"].some((kind) => kind in value);

/** A day of the calendar, or one counted from the day of answering. */
export function dayWords(day) {
  if (day === null || typeof day !== "object") return String(day ?? "");
  if (!day.today) return t("today");
  return day.today < 0 ? t("%(n)s days ago", { n: -day.today }) : t("in %(n)s days", { n: day.today });
}

/** Limits of a count: {"at_least": 2, "at_most": 4}, or one number. */
export function limitWords(operand) {
  const limits = typeof operand === "object" ? operand : { equals: operand };
  return listed(Object.entries(limits).map(([name, n]) => (name === "between" ? t("%(low)s to %(high)s", { low: n[0], high: n[1] }) : fill(LIMIT[name](), { n }))));
}

class Teller {
  constructor(designer) {
    this.designer = designer;
  }

  condition(tree, inner = false) {
    if (tree.all || tree.any) {
      const parts = (tree.all ?? tree.any).map((each) => this.condition(each, true));
      const joined = parts.join(tree.all ? t(" and ") : t(" or "));
      return inner && parts.length > 1 ? t("(%(inner)s)", { inner: joined }) : joined;
    }
    if (tree.not) return t("not (%(inner)s)", { inner: this.condition(tree.not) });
    if ("quota" in tree) return tree.full ?? true ? t("quota %(code)s is full", { code: tree.quota }) : t("quota %(code)s is not full", { code: tree.quota });
    const comparison = this.comparison(tree, ...operatorOf(tree));
    return tree.exact ? t("%(comparison)s (exact spelling)", { comparison }) : comparison;
  }

  comparison(tree, name, operand) {
    const [state] = name.split(":");
    if (state === "answered" && !("question" in tree)) return this.about(tree, name === "answered:true" ? t("%(subject)s has a value") : t("%(subject)s has no value"));
    return (this[KIND[name] ?? ""] ?? this.plain).call(this, tree, name, operand);
  }

  about(tree, text, values = {}) {
    return fill(text, { subject: subjectName(this.designer, tree), ...values });
  }

  value(tree, value) {
    return refers(value) ? nameOf(this.designer, value) : quoted(valueName(this.designer, tree, value));
  }

  plain(tree, name) {
    return this.about(tree, PHRASES[name]());
  }

  one(tree, name, operand) {
    if (refers(operand)) return this.about(tree, name === "is" ? t("%(subject)s is the same as %(value)s") : t("%(subject)s differs from %(value)s"), { value: nameOf(this.designer, operand) });
    const bare = typeof operand === "number" && valueName(this.designer, tree, operand) === String(operand);
    if (bare) return this.about(tree, name === "is" ? t("%(subject)s equals %(value)s") : t("%(subject)s does not equal %(value)s"), { value: operand });
    return this.about(tree, PHRASES[name](), { value: this.value(tree, operand) });
  }

  some(tree, name, operand) {
    if (!operand.length) return this.about(tree, t("%(subject)s is answered with nothing chosen"));
    const table = operand.length === 1 ? SINGLE : PHRASES;
    return this.about(tree, table[name](), { value: listed(operand.map((each) => this.value(tree, each))) });
  }

  count(tree, name, operand) {
    const rows = letters(this.designer, question(this.designer.store.doc, tree.question)).includes("R") && !("row" in tree);
    return this.about(tree, rows ? t("%(subject)s has %(limits)s rows answered") : t("%(subject)s has %(limits)s chosen"), { limits: limitWords(operand) });
  }

  length(tree, name, operand) {
    return this.about(tree, t("%(subject)s has %(limits)s characters"), { limits: limitWords(operand) });
  }

  bound(operand) {
    return refers(operand) ? nameOf(this.designer, operand) : dayWords(operand);
  }

  compared(tree, name, operand) {
    return this.about(tree, PHRASES[name](), { value: this.bound(operand) });
  }

  between(tree, name, [low, high]) {
    return this.about(tree, t("%(subject)s is between %(low)s and %(high)s"), { low: this.bound(low), high: this.bound(high) });
  }

  text(tree, name, operand) {
    const parts = [operand].flat().map((each) => (refers(each) ? nameOf(this.designer, each) : quoted(each)));
    return this.about(tree, (parts.length === 1 ? SINGLE : PHRASES)[name](), { value: listed(parts) });
  }

  pattern(tree, name, operand) {
    return this.about(tree, PHRASES.matches(), { value: quoted(operand) });
  }

  window(tree, name, operand) {
    const [[direction, n]] = Object.entries(operand);
    return this.about(tree, direction === "next" ? t("%(subject)s is within the next %(n)s days") : t("%(subject)s is within the last %(n)s days"), { n });
  }

  ranks(tree, name, operand) {
    const option = this.value(tree, operand.option);
    const limits = Object.fromEntries(Object.entries(operand).filter(([key]) => LIMITS.includes(key)));
    const named = Object.keys(limits);
    const parts = [];
    if (named.length === 1 && named[0] === "at_most") parts.push(this.about(tree, t("%(subject)s ranks %(option)s among the first %(n)s"), { option, n: limits.at_most }));
    else if (named.length) parts.push(this.about(tree, t("%(subject)s ranks %(option)s at place %(limits)s"), { option, limits: limitWords(limits) }));
    if ("before" in operand) parts.push(this.about(tree, t("%(subject)s ranks %(option)s before %(rival)s"), { option, rival: this.value(tree, operand.before) }));
    return parts.join(t(" and "));
  }
}

/* Which way of telling fits an operator. */
const KIND = {
  is: "one", is_not: "one", in: "some", not_in: "some", any_of: "some", all_of: "some", none_of: "some", exactly: "some",
  count: "count", length: "length", equals: "compared", less: "compared", at_most: "compared", more: "compared", at_least: "compared",
  between: "between", contains: "text", starts: "text", ends: "text", matches: "pattern",
  before: "compared", after: "compared", on: "compared", within: "window", ranks: "ranks",
};
