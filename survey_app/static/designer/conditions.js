/* The condition builder: rows of subject, operator and value; groups of rows joined by all or any. */

import { h, icon, iconButton } from "./dom.js";
import { firstValue, operators, valueKind } from "./operators.js";
import { operatorOf, sentence } from "./sentence.js";
import { ofRow, subjects } from "./subjects.js";
import { valueField } from "./values.js";
import { t } from "./words.js";

const DEEPEST = 4;

/** A builder for the condition `tree` (null: none). `change(tree)` is told every new state; `where` says
    which questions may be asked (see subjects()). `lead` is the sentence around it. */
export function conditionEditor(designer, tree, change, where, lead) {
  const known = subjects(designer, where);
  if (!tree) {
    const add = () => change(fresh(known));
    return h("div.cond", {}, known.length
      ? h("button.btn.btn-plain.btn-sm", { type: "button", onclick: add }, icon("plus"), t("Add a condition"))
      : h("p.muted.small", {}, t("There is no earlier question a condition could ask for.")));
  }
  return h("div.cond", {}, group(designer, tree, change, known, 0), h("p.cond-words", { "aria-live": "polite" }, icon("branch"), lead ? lead.replace("%(condition)s", sentence(designer, tree)) : sentence(designer, tree)));
}

/** A first comparison for a place in the document, or null when nothing can be asked there. */
export function firstCondition(designer, where) {
  const known = subjects(designer, where);
  return known.length ? fresh(known) : null;
}

/* Conditions nearly always ask for the last score or choice above. */
function fresh(known) {
  const asked = known.filter(({ kind }) => kind === "question");
  return comparisonOf(asked.filter(({ hasBuckets }) => hasBuckets).at(-1) ?? asked.at(-1) ?? known[0]);
}

function comparisonOf(subject, row) {
  const seen = subject.letters.includes("R") ? ofRow(subject, row ?? "any") : subject;
  const base = { [subject.kind]: subject.code, ...(seen === subject ? {} : { row: row ?? "any" }) };
  return withOperator(base, operators(seen)[0][0], seen);
}

function withOperator(base, name, subject, operand) {
  const [key, state] = name.split(":");
  if (state) return { ...base, [key]: state === "true" };
  const kind = valueKind(key, subject);
  return { ...base, [key]: operand !== undefined && fitsKind(kind, operand) ? operand : firstValue(kind, subject) };
}

/* An operand survives a change of operator when it still makes sense. */
function fitsKind(kind, operand) {
  if (["one", "text", "pattern", "texts"].includes(kind)) return typeof operand === "string";
  if (kind === "some") return Array.isArray(operand) && operand.every((each) => typeof each === "string");
  if (kind === "number") return typeof operand === "number";
  return false;
}

const listOf = (tree) => tree.all ?? tree.any ?? [tree];
const isGroup = (tree) => Boolean(tree.all || tree.any || tree.not);

/** A tree with the entries joined by `mode`; one entry needs no group, none is no condition. */
function joined(mode, entries, negated) {
  if (!entries.length) return null;
  const inner = entries.length === 1 && !negated ? entries[0] : { [mode]: entries };
  return negated ? { not: inner } : inner;
}

function group(designer, tree, change, known, depth) {
  const negated = Boolean(tree.not);
  const inside = tree.not ?? tree;
  const mode = inside.any ? "any" : "all";
  const entries = listOf(inside);
  const put = (next) => change(joined(mode, next, negated));
  const replace = (index, next) => put(next ? entries.map((each, i) => (i === index ? next : each)) : entries.filter((_, i) => i !== index));
  const rows = entries.map((entry, index) =>
    isGroup(entry)
      ? h("div.cond-group", { "data-key": `g${index}` }, group(designer, entry, (next) => replace(index, next), known, depth + 1), iconButton("x", t("Remove group"), () => replace(index, null)))
      : row(designer, entry, (next) => replace(index, next), known, index));
  const modes = { all: t("all of these"), any: t("any of these"), "not:all": t("not all of these"), "not:any": t("none of these") };
  const pick = (event) => {
    const [first, second] = event.target.value.split(":");
    change(joined(second ?? first, entries, Boolean(second)));
  };
  const now = (negated ? "not:" : "") + mode;
  return h("div.cond-rows", {},
    entries.length > 1 || negated ? h("select.form-select.form-select-sm.cond-mode", { value: now, onchange: pick, "aria-label": t("How the conditions are joined") },
      Object.entries(modes).map(([value, words]) => h("option", { value }, words))) : null,
    rows,
    h("div.cond-more", {},
      h("button.btn.btn-plain.btn-sm", { type: "button", onclick: () => put([...entries, fresh(known)]) }, icon("plus"), t("Condition")),
      depth < DEEPEST ? h("button.btn.btn-plain.btn-sm", { type: "button", onclick: () => put([...entries, { [mode === "all" ? "any" : "all"]: [fresh(known), fresh(known)] }]) }, icon("plus"), t("Group")) : null,
      !negated && depth === 0 ? h("button.btn.btn-plain.btn-sm", { type: "button", onclick: () => change({ not: isGroup(inside) ? inside : { all: entries } }) }, t("Negate")) : null));
}

function row(designer, tree, change, known, index) {
  const kind = ["question", "field", "variable", "quota"].find((each) => each in tree);
  const subject = known.find((each) => each.kind === kind && each.code === tree[kind]);
  const seen = subject && ofRow(subject, tree.row);
  const [name, operand] = operatorOf(tree);
  const base = Object.fromEntries(Object.entries(tree).filter(([key]) => [kind, "row", "iteration", "exact"].includes(key)));
  return h("div.cond-row", { "data-key": `r${index}` },
    subjectField(known, subject, tree, kind, (next) => change(comparisonOf(next))),
    subject?.letters.includes("R") ? rowField(subject, tree, (next) => change(comparisonOf(subject, next))) : null,
    seen ? operatorField(seen, name, (next) => change(withOperator(base, next, seen, operand))) : null,
    seen && operand !== undefined ? valueField(seen, name, operand, (next) => change({ ...base, [name]: next })) : null,
    iconButton("x", t("Remove condition"), () => change(null)));
}

function subjectField(known, subject, tree, kind, change) {
  const groups = { question: t("Questions"), field: t("Fields"), variable: t("Variables"), quota: t("Quotas") };
  const pick = (event) => change(known[Number(event.target.value)]);
  return h("select.form-select.form-select-sm.cond-subject", { value: String(known.indexOf(subject)), onchange: pick, "aria-label": t("What is asked") },
    subject ? null : h("option", { value: "-1" }, t("%(code)s (not available here)", { code: tree[kind] ?? "?" })),
    Object.entries(groups).map(([each, words]) => {
      const own = known.map((one, i) => [one, i]).filter(([one]) => one.kind === each);
      return own.length ? h("optgroup", { label: words }, own.map(([one, i]) => h("option", { value: String(i) }, one.name))) : null;
    }));
}

function rowField(subject, tree, change) {
  const rows = [["any", t("any row")], ["every", t("every row")], ...subject.rows.map(({ id, label }) => [id, label || id])];
  return h("select.form-select.form-select-sm", { value: tree.row ?? "any", onchange: (event) => change(event.target.value), "aria-label": t("Row") },
    rows.map(([value, words]) => h("option", { value }, words)));
}

function operatorField(subject, name, change) {
  const offered = operators(subject);
  const known = offered.some(([each]) => each === name);
  return h("select.form-select.form-select-sm.cond-operator", { value: name, onchange: (event) => change(event.target.value), "aria-label": t("Comparison") },
    known ? null : h("option", { value: name }, name),
    offered.map(([value, words]) => h("option", { value }, words)));
}
