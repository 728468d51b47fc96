/* Calculations by clicking: a value, another answer, sums, arithmetic, one thing or another, points per choice.
   What has no form of its own is written as JSON, which the check looks at. */

import { conditionEditor, firstCondition } from "./conditions.js";
import { h, icon, iconButton, typed } from "./dom.js";
import { named } from "./operators.js";
import { refers } from "./sentence.js";
import { subjects } from "./subjects.js";
import { reference, referenceField, spread } from "./values.js";
import { t } from "./words.js";

const least = (name) => (["add", "multiply"].includes(name) ? 2 : 1);
const DEEPEST = 3;
const GROUPS = ["sum", "mean", "min", "max", "count"];
const MANY = [...GROUPS, "add", "multiply", "concat"];
const TWO = ["subtract", "divide", "modulo", "days_between"];
const ONE = ["round", "age", "length", "lower"];

/** Kinds of calculations: [name, label]. */
export const kinds = () => [
  ["literal", t("a fixed value")], ["other", t("an answer, a field or a variable")],
  ["sum", t("sum")], ["mean", t("mean")], ["min", t("lowest")], ["max", t("highest")], ["count", t("how many are answered")],
  ["if", t("one of two values, by a condition")], ["lookup", t("points per answer")],
  ["add", t("plus")], ["subtract", t("minus")], ["multiply", t("times")], ["divide", t("divided by")], ["modulo", t("remainder of a division")], ["round", t("rounded")],
  ["days_between", t("days between two dates")], ["age", t("age from a date of birth")], ["today", t("today plus days")],
  ["concat", t("texts put together")], ["length", t("length of a text")], ["lower", t("text in small letters")],
  ["json", t("something else, as JSON")],
];

/** An editor for the calculation `tree`; `where` as for conditions. */
export function expressionEditor(designer, tree, change, where, key) {
  const context = { designer, where, known: subjects(designer, where) };
  return h("div.calc", { "data-key": key }, node(context, tree, change, 0),
    kindOf(tree) === "json" ? null : h("details.calc-text", {}, h("summary", {}, t("As JSON")), json(context, tree, change)));
}

const kindOf = (tree) => {
  if (tree === null || typeof tree !== "object") return "literal";
  if (refers(tree)) return "other";
  const [name, ...more] = Object.keys(tree);
  const shaped = !more.length && SHAPES[name]?.(tree[name]);
  return shaped ? name : "json";
};

/* Whether the operands have the form that the fields show. */
const SHAPES = {
  ...Object.fromEntries(MANY.map((name) => [name, Array.isArray])),
  ...Object.fromEntries(TWO.map((name) => [name, (list) => Array.isArray(list) && list.length === 2])),
  ...Object.fromEntries(ONE.map((name) => [name, (list) => !Array.isArray(list) || list.length === 1 || (name === "round" && list.length === 2 && Number.isInteger(list[1]))])),
  if: (list) => Array.isArray(list) && list.length === 3,
  lookup: (list) => Array.isArray(list) && list.length > 1 && refers(list[0]) && typeof list[1] === "object",
  today: Number.isInteger,
};

function node(context, tree, change, depth) {
  const kind = kindOf(tree);
  const offered = kinds().filter(([name]) => name === kind || (name !== "json" && (depth < DEEPEST || ["literal", "other"].includes(name))));
  const pick = ({ target }) => change(fresh(context, target.value, tree));
  return h("div.calc-node", {},
    h("select.form-select.form-select-sm", { value: kind, onchange: pick, "aria-label": t("What it is") }, offered.map(([name, words]) => h("option", { value: name }, words))),
    FIELDS[kind] ? FIELDS[kind](context, tree, change, depth) : operands(context, tree, kind, change, depth));
}

/** A calculation of another kind; operands stay where it takes them. */
export function fresh(context, kind, tree) {
  const old = kindOf(tree);
  const held = MANY.includes(old) || TWO.includes(old) ? tree[old] : old === "json" ? [] : [tree];
  const first = context.known.filter((each) => each.kind !== "quota").flatMap(spread)[0];
  if (kind === "literal") return 0;
  if (kind === "other") return first ? reference(first) : 0;
  if (kind === "today") return { today: 0 };
  if (kind === "if") return { if: [firstCondition(context.designer, context.where), 1, 0] };
  if (kind === "lookup") return table(context, choices(context)[0]);
  if (MANY.includes(kind)) return { [kind]: [...held, ...Array(Math.max(0, least(kind) - held.length)).fill(0)] };
  if (TWO.includes(kind)) return { [kind]: [held[0] ?? 0, held[1] ?? 1] };
  return { [kind]: [held[0] ?? 0] };
}

const choices = ({ known }) => known.filter(({ kind }) => kind === "question").flatMap(spread).filter(({ hasBuckets, letters }) => hasBuckets && /[QMN]/.test(letters));
const table = (context, subject) => (subject ? { lookup: [reference(subject), Object.fromEntries(named(subject.buckets).map(([key]) => [key, 0]))] } : 0);

const FIELDS = {
  literal: (context, tree, change) => h("input.form-control.form-control-sm", { value: tree === null ? "" : String(tree), "aria-label": t("Value"), placeholder: t("empty"), ...typed((text) => change(literal(text))) }),
  other: ({ known }, tree, change) => referenceField(tree, change, whole(known)),
  today: (context, tree, change) => h("input.form-control.form-control-sm.cond-number", { type: "number", step: "1", value: String(tree.today), "aria-label": t("Days"), oninput: ({ target }) => target.value !== "" && change({ today: Math.trunc(Number(target.value)) }) }),
  if: choiceOfTwo,
  lookup: points,
  json,
};

const literal = (text) => (text === "" ? null : /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text);
/* Questions of a loop can be meant as a whole where several values are taken together. */
const whole = (known) => known.filter((each) => each.kind !== "quota").flatMap((each) => (each.turns?.length && !each.here ? [...spread({ ...each, turns: [], name: `${each.name} (${t("every round")})` }), ...spread(each)] : spread(each)));

function operands(context, tree, name, change, depth) {
  const list = [tree[name]].flat();
  const put = (next) => change({ [name]: next });
  const edit = (index) => (next) => put(list.map((each, i) => (i === index ? next : each)));
  const shown = ONE.includes(name) ? list.slice(0, 1) : list;
  return h("div.calc-parts", {},
    shown.map((each, index) => h("div.calc-part", { "data-key": `o${index}`, role: "group", "aria-label": t("Part %(n)s", { n: index + 1 }) }, node(context, each, edit(index), depth + 1),
      MANY.includes(name) && list.length > least(name) ? iconButton("x", t("Remove part"), () => put(list.filter((_, i) => i !== index))) : null)),
    name === "round" ? h("label.go", {}, h("span", {}, t("Decimals")), h("input.form-control.form-control-sm.cond-number", { type: "number", min: "0", max: "10", step: "1", value: String(list[1] ?? 0), oninput: ({ target }) => target.value !== "" && put([list[0], Math.trunc(Number(target.value))]) })) : null,
    MANY.includes(name) ? h("button.link-button", { type: "button", onclick: () => put([...list, fresh(context, "other", 0)]) }, icon("plus"), t("Another part")) : null);
}

function choiceOfTwo(context, tree, change, depth) {
  const [when, then, otherwise] = tree.if;
  const put = (index) => (next) => change({ if: tree.if.map((each, i) => (i === index ? next : each)) });
  const part = (words, value, index) => h("div.calc-part", { "data-key": `b${index}`, role: "group", "aria-label": words }, h("span.form-text", {}, words), node(context, value, put(index), depth + 1));
  return h("div.calc-parts", {},
    conditionEditor(context.designer, when, (next) => next && put(0)(next), context.where, t("If %(condition)s")),
    part(t("then"), then, 1), part(t("otherwise"), otherwise, 2));
}

function points(context, tree, change) {
  const [about, values] = tree.lookup;
  const offered = choices(context);
  const subject = offered.find((each) => JSON.stringify(reference(each)) === JSON.stringify(about));
  const keys = [...new Set([...(subject ? named(subject.buckets).map(([key]) => key) : []), ...Object.keys(values)])];
  const put = (key, text) => {
    const next = { ...values, [key]: Number(text) };
    if (text === "") delete next[key];
    change({ lookup: [about, next, ...tree.lookup.slice(2)] });
  };
  return h("div.calc-parts", {},
    referenceField(about, (next) => change(table(context, offered.find((each) => JSON.stringify(reference(each)) === JSON.stringify(next)))), offered),
    h("div.calc-points", {}, keys.map((key) => h("label.calc-point", { "data-key": key }, h("span", {}, subject?.buckets[key] ?? key),
      h("input.form-control.form-control-sm.cond-number", { type: "number", step: "any", value: String(values[key] ?? ""), oninput: ({ target }) => put(key, target.value) })))));
}

function json(context, tree, change) {
  const read = ({ target }) => {
    try {
      change(JSON.parse(target.value));
      target.setCustomValidity("");
    } catch {
      target.setCustomValidity(t("This is not valid JSON."));
      target.reportValidity();
    }
  };
  return h("textarea.form-control.form-control-sm.mono", { rows: 4, value: JSON.stringify(tree, null, 1), "aria-label": t("Value as JSON"), spellcheck: "false", onchange: read });
}
