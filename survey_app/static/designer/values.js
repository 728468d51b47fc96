/* Fields for the value of a comparison. */

import { h, typed } from "./dom.js";
import { named, sizes, valueKind } from "./operators.js";
import { t } from "./words.js";

const SMALL = "form-control.form-control-sm";

/** The field for `operand` of the operator `name`; `change(operand)` gets JSON of the document format. */
export function valueField(subject, name, operand, change) {
  const kind = valueKind(name, subject);
  const draw = FIELDS[kind];
  return draw && (isPlain(operand) || kind in OBJECTS) ? draw(operand, change, subject) : raw(operand, change);
}

const isPlain = (operand) => operand === null || typeof operand !== "object" || (Array.isArray(operand) && operand.every(isPlain));

const OBJECTS = { size: 1, day: 1, days: 1, window: 1, rank: 1 };

const FIELDS = {
  one: (value, change, { buckets }) => bucketSelect(value, change, buckets),
  some: (value, change, { buckets }) => bucketBoxes(value, change, buckets),
  number: (value, change) => numberInput(value, change, t("Number")),
  range: (value, change) => pair(value, change, numberInput),
  text: (value, change) => textInput(value, change, t("Value")),
  pattern: (value, change) => textInput(value, change, t("Pattern")),
  texts: (value, change) => textInput([value].flat().join("、"), (text) => change(wordsOf(text)), t("Words, separated by commas")),
  size: sizeField,
  day: dayField,
  days: (value, change) => pair(value, change, dayField),
  window: windowField,
  rank: rankField,
};

/* "退款、投诉, 差" → three words; one word stays a text. */
function wordsOf(text) {
  const words = text.split(/[,，、;；]/).map((each) => each.trim()).filter(Boolean);
  return words.length > 1 ? words : words[0] ?? "";
}

const textInput = (value, change, label) => h(`input.${SMALL}`, { value: String(value ?? ""), "aria-label": label, placeholder: label, ...typed((text) => change(text)) });

const numberInput = (value, change, label = t("Number")) =>
  h(`input.${SMALL}.cond-number`, { type: "number", step: "any", value: String(value ?? ""), "aria-label": label, oninput: (event) => event.target.value !== "" && change(Number(event.target.value)) });

const pair = (value, change, draw) => h("span.cond-pair", {},
  draw(value?.[0], (next) => change([next, value[1]]), t("From")), h("span", {}, "–"), draw(value?.[1], (next) => change([value[0], next]), t("To")));

function select(value, change, options, label) {
  return h("select.form-select.form-select-sm", { value: String(value), onchange: (event) => change(event.target.value), "aria-label": label },
    options.map(([key, words]) => h("option", { value: key }, words)));
}

function bucketSelect(value, change, buckets) {
  const options = named(buckets);
  const known = options.some(([key]) => key === String(value));
  return select(value, change, known ? options : [[String(value), t("%(code)s (not available here)", { code: value })], ...options], t("Value"));
}

function bucketBoxes(value, change, buckets) {
  const chosen = Array.isArray(value) ? value.map(String) : [String(value)];
  const order = [...named(buckets).map(([key]) => key), ...chosen.filter((each) => !(each in buckets))];
  const flip = (key, on) => change(order.filter((each) => (each === key ? on : chosen.includes(each))));
  return h("div.cond-boxes", { role: "group", "aria-label": t("Values") }, order.map((key) =>
    h("label.chip", { "data-key": key }, h("input", { type: "checkbox", checked: chosen.includes(key), onchange: (event) => flip(key, event.target.checked) }), h("span", {}, buckets[key] ?? key))));
}

function sizeField(value, change) {
  const limits = typeof value === "object" && value ? value : { equals: value };
  const [name, limit] = Object.entries(limits)[0] ?? ["at_least", 1];
  return h("span.cond-pair", {}, select(name, (next) => change({ [next]: limit }), sizes(), t("Comparison")), numberInput(limit, (next) => change({ [name]: next })));
}

/* A day of the calendar, or one counted from the day of answering. */
function dayField(value, change, label = t("Day")) {
  const relative = typeof value === "object" && value !== null;
  const today = new Date().toISOString().slice(0, 10);
  return h("span.cond-pair", {},
    select(relative ? "today" : "date", (next) => change(next === "today" ? { today: 0 } : today), [["date", t("date")], ["today", t("today plus days")]], label),
    relative ? numberInput(value.today ?? 0, (next) => change({ today: Math.trunc(next) }), t("Days")) : h(`input.${SMALL}`, { type: "date", value: value ?? "", "aria-label": label, oninput: (event) => event.target.value && change(event.target.value) }));
}

function windowField(value, change) {
  const name = "next" in value ? "next" : "last";
  return h("span.cond-pair", {}, select(name, (next) => change({ [next]: value[name] }), [["last", t("the last days")], ["next", t("the next days")]], t("Direction")), numberInput(value[name], (next) => change({ [name]: Math.trunc(next) }), t("Days")));
}

function rankField(value, change, { buckets }) {
  return h("span.cond-pair", {}, bucketSelect(value.option, (next) => change({ ...value, option: next }), buckets), h("span", {}, t("in the first")), numberInput(value.at_most ?? 1, (next) => change({ option: value.option, at_most: Math.trunc(next) })));
}

/* Comparisons with another answer and other rare forms: as they stand in the document. */
function raw(value, change) {
  const read = (event) => {
    try {
      change(JSON.parse(event.target.value));
      event.target.setCustomValidity("");
    } catch {
      event.target.setCustomValidity(t("This is not valid JSON."));
    }
  };
  return h(`input.${SMALL}.mono`, { value: JSON.stringify(value), "aria-label": t("Value as JSON"), onchange: read });
}
