/* What a condition can ask about: earlier questions, fields, variables, quotas. */

import { entryName, question as find, questions } from "./outline.js";
import { t } from "./words.js";

const FIELD_LETTERS = { text: "TQ", number: "N", boolean: "Q", set: "M", date: "D" };
const BUILT_IN = () => ({ channel: t("Channel"), locale: t("Language"), device: t("Device"), unit: t("Unit"), place: t("Printed code") });

/** A title short enough for a list. */
export const brief = (text, length = 18) => {
  const line = [...String(text ?? "").replace(/\s+/g, " ").trim()];
  return line.length > length ? `${line.slice(0, length).join("")}…` : line.join("");
};

const LONGEST = 20; // characters of a title in a sentence

/** A question in a sentence: its code and the beginning of its title. */
export function questionName({ store }, code) {
  const title = brief(find(store.doc, code)?.title, LONGEST);
  return title ? t("%(code)s “%(title)s”", { code, title }) : code;
}

/** What a comparison or a reference is about, in words. */
export function nameOf(designer, tree) {
  if ("question" in tree) return ofRound(designer, tree, rowed(designer, tree, questionName(designer, tree.question)));
  const own = (designer.store.doc.fields ?? []).some(({ code }) => code === tree.field);
  return (own ? "" : BUILT_IN()[tree.field]) || (tree.field ?? tree.variable ?? "?");
}
export const subjectName = nameOf;

function rowed(designer, { question, row }, subject) {
  if (row === undefined) return subject;
  if (row === "any") return t("any row of %(subject)s", { subject });
  if (row === "every") return t("every row of %(subject)s", { subject });
  const asked = find(designer.store.doc, question);
  const told = (designer.facts(asked).rows ?? []).find(({ id }) => id === row)?.label;
  return t("%(subject)s · %(row)s", { subject, row: label(asked, "rows", row) || told || row });
}

function ofRound({ store }, { question, iteration }, subject) {
  if (iteration === undefined) return subject;
  if (iteration === "any") return t("%(subject)s in any round", { subject });
  if (iteration === "every") return t("%(subject)s in every round", { subject });
  const item = turns({ store }, question).find(({ id }) => id === iteration)?.label ?? iteration;
  return t("%(subject)s in the round of “%(item)s”", { subject, item });
}

/** The turns of the loop a question is in: [{id, label}]; empty outside loops. */
export function turns({ store }, code) {
  const loop = questions(store.doc).find(({ question }) => question.code === code)?.page.loop;
  const source = loop && find(store.doc, loop.over?.question);
  if (!source) return [];
  if (!loop.over.pick) return Array.from({ length: Math.min(loop.max ?? MOST_TURNS, MOST_TURNS) }, (_, n) => ({ id: String(n + 1), label: String(n + 1) }));
  const { options, rows } = source.settings ?? {};
  return (options ?? rows ?? []).slice(0, MOST_TURNS).map(({ id, label: words }) => ({ id, label: words || id }));
}

const MOST_TURNS = 50;

const label = (asked, list, id) => (asked?.settings?.[list] ?? []).find((entry) => entry?.id === String(id))?.label;

/** What a value or bucket that a comparison names is called. */
export function valueName(designer, { question, row }, value) {
  if (typeof value === "boolean") return value ? t("yes") : t("no");
  const asked = find(designer.store.doc, question);
  const facts = designer.facts(asked);
  if (row === undefined) return label(asked, "options", value) || facts.buckets?.[value] || String(value);
  const seen = (facts.rows ?? []).filter(({ id }) => id === row || row === "any" || row === "every");
  return label(asked, "columns", value) || seen.map(({ buckets }) => buckets?.[value]).find(Boolean) || String(value);
}

/** Operator letters of a question's type. */
export const letters = ({ types }, question) => types.get(question?.type)?.operators ?? "";

const named = (code, title) => (title ? `${code} ${brief(title)}` : code);

/** All subjects of a place in the document. `before`: code of the question that asks; `upto`: that question
    may ask for itself; `through`: code of the page whose answers are known; `only`: that question; none of them:
    all questions. */
export function subjects(designer, { before, upto, through, only } = {}) {
  const { doc } = designer.store;
  const spots = questions(doc).filter(({ question }) => !only || question.code === only);
  const home = spots.find(({ question }) => question.code === (before ?? upto ?? only))?.page.code ?? through;
  let end = spots.length;
  if (before) end = spots.findIndex(({ question }) => question.code === before);
  if (upto) end = spots.findIndex(({ question }) => question.code === upto) + 1;
  if (through) end = spots.filter(({ pageIndex }) => pageIndex <= doc.pages.findIndex((page) => page.code === through)).length;
  return [
    ...spots.slice(0, end).map(({ question, page }) => ofQuestion(designer, question, page.code === home)).filter(Boolean),
    ...fields(doc),
    ...(doc.variables ?? []).map(({ code, type }) => ({ kind: "variable", code, name: code, ...typeOf(type ?? "number"), buckets: {} })),
    ...(doc.quotas ?? []).map(({ code }) => ({ kind: "quota", code, name: code, letters: "", buckets: {} })),
  ].map((subject) => ({ ...subject, hasBuckets: Object.keys(subject.buckets).length > 0 }));
}

const typeOf = (type) => ({ letters: FIELD_LETTERS[type] ?? "TQ", flag: type === "boolean" });

function fields(doc) {
  const own = (doc.fields ?? []).map(({ code, type }) => ({ code, name: code, ...typeOf(type ?? "text") }));
  const taken = new Set(own.map(({ code }) => code));
  const built = Object.entries(BUILT_IN()).filter(([code]) => !taken.has(code)).map(([code, name]) => ({ code, name, letters: "TQ" }));
  return [...own, ...built].map((field) => ({ kind: "field", buckets: {}, ...field }));
}

function ofQuestion(designer, question, here) {
  const type = designer.types.get(question.type);
  if (!type?.collects) return null;
  const fact = designer.facts(question);
  return {
    kind: "question",
    code: question.code,
    name: named(question.code, question.title),
    letters: type.operators,
    buckets: { ...ownLabels(question), ...told(type, fact), ...ownLabels(question) },
    steps: fact.steps ?? [],
    single: fact.single,
    rows: type.operators.includes("R") ? rowsOf(question, fact) : [],
    turns: turns(designer, question.code),
    here,
  };
}

/* Places of a ranking are asked for with an operator of their own. */
const told = ({ operators }, { buckets = {} }) => (operators === "K" ? Object.fromEntries(Object.entries(buckets).filter(([key]) => !key.includes(":"))) : buckets);

/* Rows as they stand on the card right now; the cells of rows, and what else has parts, as the server names them. */
function rowsOf(question, { rows: known = [] }) {
  const own = (question.settings?.rows ?? []).filter(({ id }) => id);
  if (!own.length || known.some(({ id }) => id.includes("."))) return known;
  const inside = Object.fromEntries((question.settings.columns ?? []).filter(({ id }) => id).map((entry) => [entry.id, entryName(entry) || entry.id]));
  return own.map(({ id, label: words }) => {
    const row = known.find((each) => each.id === id) ?? known[0] ?? {};
    return { ...row, id, label: words, buckets: { ...row.buckets, ...inside } };
  });
}

/* Operators of one row, or those that fit every row. */
function lettersOf(subject, row) {
  const all = subject.letters.replace("R", "");
  const found = subject.rows.filter(({ id }) => id === row || row === "any" || row === "every").map(({ letters: own }) => own ?? all);
  return [...(found[0] ?? all)].filter((letter) => found.every((each) => each.includes(letter))).join("");
}

/* Labels as they stand on the card right now, also before the server has seen them. */
const ownLabels = (question) =>
  Object.fromEntries((question.settings?.options ?? []).filter(({ id }) => id).map((entry) => [entry.id, entryName(entry) || entry.id]));

/** A subject as one row (or cell) of a matrix sees it: operators and buckets of that row alone. Without a row
    only the number of answered rows can be asked for. */
export function ofRow(subject, row) {
  if (!subject.letters.includes("R")) return subject;
  if (!row) return { ...subject, letters: "R", buckets: {}, hasBuckets: false };
  const seen = subject.rows.filter(({ id }) => id === row || row === "any" || row === "every");
  const buckets = Object.assign({}, ...seen.map((each) => each.buckets ?? {}).reverse());
  return { ...subject, part: true, single: seen.length === 1 ? seen[0].single : undefined, letters: lettersOf(subject, row), buckets, hasBuckets: Object.keys(buckets).length > 0 };
}
