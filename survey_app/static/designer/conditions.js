/* The condition builder: rows of subject, operator and value; groups of rows joined by all or any. */

import { h, icon, iconButton } from "./dom.js";
import { firstValue, fitsKind, FOLDING, NEGATIVE, operators, valueKind } from "./operators.js";
import { operatorOf, refers, sentence } from "./sentence.js";
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

/** A fresh comparison of a subject; of a matrix, of a row ("" : of the whole). */
export function comparisonOf(subject, row = subject.letters.includes("R") ? "any" : "", iteration = subject.turns?.length && !subject.here ? "any" : "") {
  const seen = ofRow(subject, row);
  const base = { [subject.kind]: subject.code, ...(row ? { row } : {}), ...(iteration ? { iteration } : {}) };
  return withOperator(base, operators(seen)[0][0], seen);
}

/** A comparison with an operator and a value that fits it: `operand` where it still does. */
export function withOperator(base, name, subject, operand) {
  const [key, state] = name.split(":");
  if (state) return { ...base, [key]: state === "true" };
  const kind = valueKind(key, subject);
  return { ...base, [key]: operand !== undefined && fitsKind(kind, operand) ? operand : firstValue(kind, subject) };
}

const address = (tree, kind) => Object.fromEntries(Object.entries(tree).filter(([key]) => [kind, "row", "iteration"].includes(key)));
const kindOf = (tree) => ["question", "field", "variable", "quota"].find((each) => each in tree);

/* "Has no answer, or is not a": what people without an answer fulfil as well. */
export function widened(tree) {
  const kind = kindOf(tree);
  const { [kind]: code, row, iteration } = tree;
  const whole = { [kind]: code, ...(iteration ? { iteration } : {}), answered: false };
  return { any: [whole, ...(row ? [{ ...address(tree, kind), answered: false }] : []), tree] };
}

/** Whether people without an answer could be meant, too. */
const leavesOut = (tree) => NEGATIVE.has(operatorOf(tree)[0]) && ![tree.row, tree.iteration].some((each) => each === "any" || each === "every");

/** The comparison inside such a group, or null for any other condition. */
export function narrowed(tree) {
  const last = tree.any?.at(-1);
  if (!last || isGroup(last) || !leavesOut(last)) return null;
  return JSON.stringify(widened(last)) === JSON.stringify(tree) ? last : null;
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
  const whole = narrowed(inside);
  const mode = inside.any && !whole ? "any" : "all";
  const entries = whole ? [inside] : listOf(inside);
  const put = (next) => change(joined(mode, next, negated));
  const replace = (index, next) => put(next ? entries.map((each, i) => (i === index ? next : each)) : entries.filter((_, i) => i !== index));
  const rows = entries.map((entry, index) =>
    isGroup(entry) && !narrowed(entry)
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
      !negated && depth === 0 ? h("button.btn.btn-plain.btn-sm", { type: "button", onclick: () => change({ not: isGroup(inside) && !whole ? inside : { all: entries } }) }, t("Negate")) : null));
}

function row(designer, entry, change, known, index) {
  const narrow = narrowed(entry);
  const tree = narrow ?? entry;
  const kind = kindOf(tree);
  const subject = known.find((each) => each.kind === kind && each.code === tree[kind]);
  const seen = subject && ofRow(subject, tree.row);
  const [name, operand] = operatorOf(tree);
  const base = address(tree, kind);
  const put = (next) => change(narrow && next && leavesOut(next) ? widened(next) : next);
  return h("div.cond-row", { "data-key": `r${index}`, role: "group", "aria-label": t("Condition %(n)s", { n: index + 1 }) },
    subjectField(known, subject, tree, kind, (next) => change(comparisonOf(next))),
    subject?.turns?.length ? turnField(subject, tree, (next) => put(comparisonOf(subject, tree.row, next))) : null,
    subject?.letters.includes("R") ? rowField(subject, tree, (next) => put(comparisonOf(subject, next, tree.iteration))) : null,
    seen ? operatorField(seen, name, (next) => put(withOperator(base, next, seen, operand))) : null,
    seen && operand !== undefined ? valueField(seen, name, operand, (next) => put({ ...base, ...exactly(tree, name), [name]: next }), known) : null,
    seen && folds(seen, name, operand) ? exactField(tree, (on) => put({ ...base, ...(on ? { exact: true } : {}), [name]: operand })) : null,
    seen && leavesOut(tree) ? absentField(designer, tree, narrow, change) : null,
    iconButton("x", t("Remove condition"), () => change(null)));
}

const exactly = ({ exact }, name) => (exact && FOLDING.has(name) ? { exact } : {});
const folds = ({ letters, hasBuckets }, name, operand) => letters.includes("T") && FOLDING.has(name) && operand !== undefined && !(hasBuckets && ["is", "is_not", "in", "not_in"].includes(name) && !refers(operand));

function exactField({ exact }, change) {
  return h("label.form-check.cond-exact", {}, h("input.form-check-input", { type: "checkbox", checked: Boolean(exact), onchange: (event) => change(event.target.checked) }), h("span", {}, t("Exact spelling: capitals, width and spaces count")));
}

/* Negative comparisons have two readings; both are said in words. */
function absentField(designer, tree, narrow, change) {
  const choices = [["out", t("People without an answer: does not hold")], ["in", t("People without an answer: holds as well")]];
  return h("div.cond-absent", {},
    h("select.form-select.form-select-sm", { value: narrow ? "in" : "out", onchange: (event) => change(event.target.value === "in" ? widened(tree) : tree), "aria-label": t("People without an answer") }, choices.map(([value, words]) => h("option", { value }, words))),
    h("p.form-text", {}, narrow
      ? t("Also holds for whoever was not asked or left it empty: %(words)s.", { words: sentence(designer, widened(tree)) })
      : t("Holds only for people who gave another answer: %(words)s.", { words: sentence(designer, tree) })));
}

function turnField(subject, tree, change) {
  const rounds = [...(subject.here ? [["", t("this round")]] : []), ["any", t("any round")], ["every", t("every round")], ...subject.turns.map(({ id, label }) => [id, t("the round of “%(item)s”", { item: label })])];
  return h("select.form-select.form-select-sm", { value: tree.iteration ?? (subject.here ? "" : "any"), onchange: (event) => change(event.target.value), "aria-label": t("Round") },
    rounds.map(([value, words]) => h("option", { value }, words)));
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
  const rows = [["any", t("any row")], ["every", t("every row")], ["", t("the whole question")], ...subject.rows.map(({ id, label }) => [id, label || id])];
  return h("select.form-select.form-select-sm", { value: tree.row ?? "", onchange: (event) => change(event.target.value), "aria-label": t("Row") },
    rows.map(([value, words]) => h("option", { value }, words)));
}

function operatorField(subject, name, change) {
  const offered = operators(subject);
  const known = offered.some(([each]) => each === name);
  return h("select.form-select.form-select-sm.cond-operator", { value: name, onchange: (event) => change(event.target.value), "aria-label": t("Comparison") },
    known ? null : h("option", { value: name }, name),
    offered.map(([value, words]) => h("option", { value }, words)));
}
