/* What a condition can ask about: earlier questions, fields, variables, quotas. */

import { entryName, questions } from "./outline.js";
import { t } from "./words.js";

const FIELD_LETTERS = { text: "TQ", number: "N", boolean: "Q", set: "M", date: "D" };
const BUILT_IN = () => ({ channel: t("Channel"), locale: t("Language"), device: t("Device"), unit: t("Unit"), place: t("Printed code") });

/** A title short enough for a list. */
export const brief = (text, length = 18) => {
  const line = String(text ?? "").replace(/\s+/g, " ").trim();
  return line.length > length ? `${line.slice(0, length)}…` : line;
};

const named = (code, title) => (title ? `${code} ${brief(title)}` : code);

/** All subjects of a place in the document. `before`: code of the question that asks; `through`: code of the
    page whose answers are known; `only`: that question; none of them: all questions. */
export function subjects(designer, { before, through, only } = {}) {
  const { doc } = designer.store;
  const spots = questions(doc).filter(({ question }) => !only || question.code === only);
  let end = spots.length;
  if (before) end = spots.findIndex(({ question }) => question.code === before);
  if (through) end = spots.filter(({ pageIndex }) => pageIndex <= doc.pages.findIndex((page) => page.code === through)).length;
  return [
    ...spots.slice(0, end).map(({ question }) => ofQuestion(designer, question)).filter(Boolean),
    ...fields(doc),
    ...(doc.variables ?? []).map(({ code, type }) => ({ kind: "variable", code, name: code, letters: FIELD_LETTERS[type] ?? "TQ", buckets: {} })),
    ...(doc.quotas ?? []).map(({ code }) => ({ kind: "quota", code, name: code, letters: "", buckets: {} })),
  ].map((subject) => ({ ...subject, hasBuckets: Object.keys(subject.buckets).length > 0 }));
}

function fields(doc) {
  const own = (doc.fields ?? []).map(({ code, type }) => ({ code, name: code, letters: FIELD_LETTERS[type] ?? "TQ" }));
  const taken = new Set(own.map(({ code }) => code));
  const built = Object.entries(BUILT_IN()).filter(([code]) => !taken.has(code)).map(([code, name]) => ({ code, name, letters: "TQ" }));
  return [...own, ...built].map((field) => ({ kind: "field", buckets: {}, ...field }));
}

function ofQuestion(designer, question) {
  const type = designer.types.get(question.type);
  if (!type?.collects) return null;
  const fact = designer.facts(question);
  return {
    kind: "question",
    code: question.code,
    name: named(question.code, question.title),
    letters: type.operators,
    buckets: { ...ownLabels(question), ...fact.buckets, ...ownLabels(question) },
    steps: fact.steps ?? [],
    rows: type.operators.includes("R") ? rowsOf(question, fact) : [],
  };
}

/* Rows as they stand on the card right now; the cells of rows, and what else has parts, as the server names them. */
function rowsOf(question, { rows: told = [] }) {
  const own = question.settings?.rows ?? [];
  return own.length && !told.some(({ id }) => id.includes(".")) ? own : told;
}

/* Operators of one row, or those that fit every row. */
function lettersOf(subject, row) {
  const all = subject.letters.replace("R", "");
  const found = subject.rows.filter(({ id }) => id === row || row === "any" || row === "every").map(({ letters }) => letters ?? all);
  return [...(found[0] ?? all)].filter((letter) => found.every((each) => each.includes(letter))).join("");
}

/* Labels as they stand on the card right now, also before the server has seen them. */
const ownLabels = (question) =>
  Object.fromEntries((question.settings?.options ?? []).filter(({ id }) => id).map((entry) => [entry.id, entryName(entry) || entry.id]));

/** A subject as one row (or cell) of a matrix sees it: buckets of that row alone. */
export function ofRow(subject, row) {
  if (!subject.letters.includes("R")) return subject;
  const letters = lettersOf(subject, row ?? "any");
  const own = Object.entries(subject.buckets).filter(([key]) => key.includes(":"));
  const chosen = row && row !== "any" && row !== "every" ? own.filter(([key]) => key.startsWith(`${row}:`)) : own;
  const buckets = Object.fromEntries(chosen.map(([key, label]) => [key.slice(key.indexOf(":") + 1), label]));
  return { ...subject, letters, buckets, hasBuckets: chosen.length > 0 };
}
