/* Fields for the value of a comparison: a value, several, a day, limits, or another answer to compare with. */

import { h, icon, iconButton, typed } from "./dom.js";
import { named, sizes, valueKind } from "./operators.js";
import { refers } from "./sentence.js";
import { ofRow } from "./subjects.js";
import { t } from "./words.js";

const SMALL = "form-control.form-control-sm";

/** The field for `operand` of the operator `name`; `change(operand)` gets JSON of the document format.
    `known` are the subjects that may be compared with. */
export function valueField(subject, name, operand, change, known = []) {
  const kind = valueKind(name, subject);
  const draw = FIELDS[kind];
  return draw && isShown(kind, operand) ? draw(operand, change, { ...subject, known: partners(kind, subject, known) }) : raw(operand, change);
}

/* Lists with references in them are the one form that is written as JSON. */
const isShown = (kind, operand) => !(["some", "words", "numbers"].includes(kind) && [operand].flat().some((each) => each !== null && typeof each === "object"));

const PARTNERS = { one: "QNTD", flag: "Q", date: "D", text: "QT", number: "N", range: "N", texts: "QT", day: "D", days: "D" };

/** Subjects a value may be compared with, rows of matrices each by itself. */
export function partners(kind, subject, known) {
  const wanted = [...(PARTNERS[kind] ?? "")].filter((letter) => !["one"].includes(kind) || subject.letters.includes(letter));
  const fits = ({ letters }) => [...letters].some((letter) => wanted.includes(letter));
  return known.filter((each) => each.kind !== "quota").flatMap(spread).filter((each) => each.single !== false && fits(each) && !(each.code === subject.code && each.kind === subject.kind && !each.row));
}

/** A subject as the single values it has: rounds of a loop, rows of a matrix. */
export function spread(subject) {
  const rounds = subject.turns?.length && !subject.here ? subject.turns.map(({ id, label }) => ({ ...subject, iteration: id, name: `${subject.name} (${label})` })) : [subject];
  return rounds.flatMap((each) => (each.letters.includes("R") ? each.rows.map(({ id, label }) => ({ ...ofRow(each, id), row: id, name: `${each.name} · ${label || id}` })) : [each]));
}

/** What stands for a subject in the document. */
export const reference = ({ kind, code, row, iteration }) => ({ [kind]: code, ...(row ? { row } : {}), ...(iteration ? { iteration } : {}) });

/** A value, or another answer in its place: `draw` draws the value's own field. */
function slot(value, change, subject, kind, draw) {
  const { known = [] } = subject;
  const other = refers(value);
  const swap = () => change(other ? blank(kind, subject) : reference(known[0]));
  return h("span.cond-slot", {},
    other ? referenceField(value, change, known) : draw(),
    known.length || other ? iconButton("link", other ? t("Compare with a value") : t("Compare with another answer"), swap, { "aria-pressed": String(other) }) : null);
}

const blank = (kind, { buckets }) => ({ one: named(buckets ?? {})[0]?.[0] ?? "", flag: true, number: 0, day: { today: 0 }, date: new Date().toISOString().slice(0, 10) })[kind] ?? "";

/** A choice among subjects; `change` gets the reference. */
export function referenceField(value, change, known) {
  const same = (one) => JSON.stringify(Object.entries(reference(one)).sort()) === JSON.stringify(Object.entries(value).sort());
  const at = known.findIndex(same);
  const groups = { question: t("Questions"), field: t("Fields"), variable: t("Variables") };
  return h("select.form-select.form-select-sm.cond-subject", { value: String(at), onchange: (event) => change(reference(known[Number(event.target.value)])), "aria-label": t("What is compared with") },
    at < 0 ? h("option", { value: "-1" }, t("%(code)s (not available here)", { code: value.question ?? value.field ?? value.variable ?? "?" })) : null,
    Object.entries(groups).map(([kind, words]) => {
      const own = known.map((one, i) => [one, i]).filter(([one]) => one.kind === kind);
      return own.length ? h("optgroup", { label: words }, own.map(([one, i]) => h("option", { value: String(i) }, one.name))) : null;
    }));
}

const FIELDS = {
  one: (value, change, subject) => slot(value, change, subject, "one", () => bucketSelect(value, change, subject.buckets)),
  flag: (value, change, subject) => slot(value, change, subject, "flag", () => select(String(value), (next) => change(next === "true"), [["true", t("yes")], ["false", t("no")]], t("Value"))),
  date: (value, change, subject) => slot(value, change, subject, "date", () => dateInput(value, change, t("Day"))),
  text: (value, change, subject) => slot(value, change, subject, "text", () => textInput(value, change, t("Value"))),
  number: (value, change, subject) => slot(value, change, subject, "number", () => numberInput(value, change, t("Number"))),
  range: (value, change, subject) => pair(value, change, (each, put, label) => slot(each, put, subject, "number", () => numberInput(each, put, label))),
  texts: (value, change, subject) => slot(value, change, subject, "text", () => textInput([value].flat().join("、"), (text) => change(short(wordsOf(text))), t("Words, separated by commas"))),
  day: (value, change, subject) => daySlot(value, change, subject, t("Day")),
  days: (value, change, subject) => pair(value, change, (each, put, label) => daySlot(each, put, subject, label)),
  some: (value, change, { buckets }) => bucketBoxes(value, change, buckets),
  words: (value, change) => textInput([value].flat().join("、"), (text) => change(wordsOf(text)), t("Words, separated by commas")),
  numbers: (value, change) => textInput([value].flat().join("、"), (text) => change(numbersOf(text)), t("Numbers, separated by commas")),
  pattern: (value, change) => textInput(value, change, t("Pattern")),
  size: sizeField,
  window: windowField,
  rank: rankField,
};

/* "退款、投诉, 差" → three words. */
const wordsOf = (text) => text.split(/[,，、;；]/).map((each) => each.trim()).filter(Boolean);
const numbersOf = (text) => wordsOf(text).map(Number).filter(Number.isFinite);
/* One word stays a text. */
const short = (words) => (words.length > 1 ? words : (words[0] ?? ""));

const textInput = (value, change, label) => h(`input.${SMALL}`, { value: String(value ?? ""), "aria-label": label, placeholder: label, ...typed((text) => change(text)) });

const numberInput = (value, change, label = t("Number")) =>
  h(`input.${SMALL}.cond-number`, { type: "number", step: "any", value: String(value ?? ""), "aria-label": label, oninput: (event) => event.target.value !== "" && change(Number(event.target.value)) });

const wholeInput = (value, change, label) => numberInput(value, (next) => change(Math.max(0, Math.trunc(next))), label);

const dateInput = (value, change, label) => h(`input.${SMALL}`, { type: "date", value: typeof value === "string" ? value : "", "aria-label": label, oninput: (event) => event.target.value && change(event.target.value) });

const pair = (value, change, draw) => h("span.cond-pair.cond-range", {},
  draw(value?.[0], (next) => change([next, value[1]]), t("From")), h("span", {}, "–"), draw(value?.[1], (next) => change([value[0], next]), t("To")));

function select(value, change, options, label) {
  return h("select.form-select.form-select-sm", { value: String(value), onchange: (event) => change(event.target.value), "aria-label": label },
    options.map(([key, words]) => h("option", { value: key }, words)));
}

function bucketSelect(value, change, buckets, label = t("Value")) {
  const options = named(buckets);
  const known = options.some(([key]) => key === String(value));
  return select(value, change, known ? options : [[String(value), t("%(code)s (not available here)", { code: value })], ...options], label);
}

function bucketBoxes(value, change, buckets) {
  const chosen = [value].flat().map(String);
  const order = [...named(buckets).map(([key]) => key), ...chosen.filter((each) => !(each in buckets))];
  const flip = (key, on) => change(order.filter((each) => (each === key ? on : chosen.includes(each))));
  return h("div.cond-boxes", { role: "group", "aria-label": t("Values") }, order.map((key) =>
    h("label.chip", { "data-key": key }, h("input", { type: "checkbox", checked: chosen.includes(key), onchange: (event) => flip(key, event.target.checked) }), h("span", {}, buckets[key] ?? key))));
}

/* One or more limits that all hold: at least 2, at most 4. */
function sizeField(value, change) {
  const limits = Object.entries(typeof value === "object" && value ? value : { equals: value });
  const put = (index, name, limit) => change(Object.fromEntries(limits.map((each, i) => (i === index ? [name, limit] : each))));
  const free = sizes().map(([name]) => name).filter((name) => !limits.some(([taken]) => taken === name));
  return h("div.cond-limits", {},
    limits.map(([name, limit], index) => h("span.cond-pair", { "data-key": `l${index}` },
      select(name, (next) => put(index, next, limitFor(next, limit)), sizes().filter(([each]) => each === name || free.includes(each)), t("Comparison")),
      name === "between" ? pair(limit, (next) => put(index, name, next), wholeInput) : wholeInput(limit, (next) => put(index, name, next), t("Number")),
      limits.length > 1 ? iconButton("x", t("Remove limit"), () => change(Object.fromEntries(limits.filter((_, i) => i !== index)))) : null)),
    free.length ? h("button.link-button", { type: "button", onclick: () => change(Object.fromEntries([...limits, [free[0], limitFor(free[0], limits.at(-1)[1])]])) }, icon("plus"), t("Another limit")) : null);
}

const limitFor = (name, limit) => {
  const [low, high] = [limit].flat();
  return name === "between" ? [low, high ?? low + 1] : low;
};

/* A day of the calendar, one counted from the day of answering, or another date. */
function daySlot(value, change, subject, label) {
  return slot(value, change, subject, "day", () => dayField(value, change, label));
}

function dayField(value, change, label) {
  const relative = typeof value === "object" && value !== null;
  const today = new Date().toISOString().slice(0, 10);
  return h("span.cond-pair", {},
    select(relative ? "today" : "date", (next) => change(next === "today" ? { today: 0 } : today), [["date", t("date")], ["today", t("today plus days")]], label),
    relative ? numberInput(value.today ?? 0, (next) => change({ today: Math.trunc(next) }), t("Days")) : dateInput(value, change, label));
}

function windowField(value, change) {
  const name = "next" in value ? "next" : "last";
  return h("span.cond-pair", {}, select(name, (next) => change({ [next]: value[name] }), [["last", t("the last days")], ["next", t("the next days")]], t("Direction")), wholeInput(value[name], (next) => change({ [name]: next }), t("Days")));
}

/* An option among the first so many, at a certain place, or before another option. */
function rankField(value, change, { buckets }) {
  const { option, ...rest } = value;
  const [name, limit] = Object.entries(rest)[0] ?? ["at_most", 1];
  const places = Object.fromEntries(Object.entries(buckets).filter(([key]) => !key.includes(":")));
  const rival = Object.keys(places).find((key) => key !== option) ?? option;
  const pick = (next) => change({ option, [next]: next === "before" ? rival : typeof limit === "number" ? limit : 1 });
  const forms = [["at_most", t("in the first")], ["equals", t("at place")], ["more", t("after place")], ["before", t("before")]];
  return h("span.cond-rank", {},
    bucketSelect(option, (next) => change({ ...value, option: next }), places, t("Option")),
    select(name, pick, forms.some(([each]) => each === name) ? forms : [...forms, ...sizes().filter(([each]) => each === name)], t("Place")),
    name === "before" ? bucketSelect(limit, (next) => change({ option, before: next }), places, t("Other option")) : wholeInput(limit, (next) => change({ ...value, [name]: next }), t("Number")));
}

/* The rare forms: as they stand in the document. */
function raw(value, change) {
  const read = (event) => {
    try {
      change(JSON.parse(event.target.value));
      event.target.setCustomValidity("");
    } catch {
      event.target.setCustomValidity(t("This is not valid JSON."));
      event.target.reportValidity();
    }
  };
  return h(`input.${SMALL}.mono`, { value: JSON.stringify(value), "aria-label": t("Value as JSON"), onchange: read });
}
