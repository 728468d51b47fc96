/* The right-hand panel: settings of whatever is selected. */

import { assign, isEntries } from "./actions.js";
import { conditionEditor, firstCondition } from "./conditions.js";
import { h, icon, iconButton, typed } from "./dom.js";
import { expressionEditor } from "./expressions.js";
import { members, settingField } from "./fields.js";
import { ofSetting } from "./findings.js";
import * as outline from "./outline.js";
import { see } from "./trials.js";
import { codeField, renameEntry } from "./recoding.js";
import { usedBy, usesOf, usesOfEntry } from "./rules.js";
import { t } from "./words.js";

export function panel(designer) {
  const { doc, selected } = designer.store;
  const question = ["question", "entry"].includes(selected.kind) ? outline.question(doc, selected.code) : null;
  const page = selected.kind === "page" ? outline.page(doc, selected.code) : null;
  if (question && selected.kind === "entry") return entryPanel(designer, question, selected) ?? questionPanel(designer, question);
  if (question) return questionPanel(designer, question);
  return page ? pagePanel(designer, page) : hints();
}

const head = (title, small) => h("div.panel-head", { "data-key": "head" }, h("h2", {}, title), small ? h("span.muted.small", {}, small) : null);

const part = (key, title, open, ...inside) => h("details.part", { "data-key": key, open }, h("summary", {}, title, icon("down")), h("div.part-in", {}, inside));

function hints() {
  const keys = [
    ["Ctrl Z", t("undo")], ["Ctrl Shift Z", t("redo")], ["Alt ↑ ↓", t("move a question or an option")],
    ["Enter", t("next option")], ["Delete", t("delete the selected question")], ["Ctrl D", t("duplicate the selected question")],
  ];
  return [
    head(t("How it works")),
    h("ol.hints", { "data-key": "hints" },
      h("li", {}, t("Choose a question type on the left; it lands below the selected question.")),
      h("li", {}, t("Type titles and options right on the card. Several pasted lines become several options.")),
      h("li", {}, t("Select a question to set when it is shown; select a page to set where it leads.")),
      h("li", {}, t("Write {Q1} in a later text, and the answer to Q1 stands there.")),
      h("li", {}, t("The phone on the right shows the real page. Nothing you answer there is stored."))),
    h("dl.keys", { "data-key": "keys" }, keys.map(([key, words]) => h("div", {}, h("dt", {}, h("kbd", {}, key)), h("dd", {}, words)))),
  ];
}

function questionPanel(designer, question) {
  const { actions } = designer;
  const type = designer.types.get(question.type);
  const { code } = question;
  return [
    head(code, type?.label),
    part(`${code}-base`, t("Question"), true,
      typeField(designer, question),
      type?.collects ? requiredField(designer, question) : null,
      settings(designer, question, type)),
    part(`${code}-show`, t("When it is shown"), true,
      conditionEditor(designer, question.show ?? null, (tree) => actions.put(code, "show", tree), { before: code }, t("Shown only if %(condition)s")),
      question.show ? see(designer, `${code}.show`) : h("p.form-text", {}, t("Always shown."))),
    part(`${code}-more`, t("More"), false,
      questionCode(designer, question),
      type?.collects ? h("p.form-text", { "data-key": "piped" }, t("Write {%(code)s} in a later text, and this answer stands there.", { code })) : null,
      usedBy(designer, usesOf(designer, code)),
      type?.collects ? [carryField(designer, question), requiredWhen(designer, question), enableWhen(designer, question), defaultField(designer, question), validations(designer, question)] : null),
  ];
}

function typeField({ actions, data }, question) {
  const families = [...new Set(data.types.map(({ family }) => family))];
  return h("div.field", { "data-key": "type" }, h("label.form-label", { for: "f-type" }, t("Question type")),
    h("select.form-select.form-select-sm", { id: "f-type", value: question.type, onchange: (event) => actions.retype(question.code, event.target.value) },
      data.types.some(({ key }) => key === question.type) ? null : h("option", { value: question.type }, question.type),
      families.map((family) => h("optgroup", { label: family }, data.types.filter((type) => type.family === family).map(({ key, label }) => h("option", { value: key }, label))))));
}

function requiredField({ actions }, question) {
  return settingField({ name: "required", path: "required", kind: "boolean", label: t("An answer is required"), default: false }, Boolean(question.required), (on) => actions.put(question.code, "required", on || undefined));
}

function settings(designer, question, type) {
  const shown = (type?.settings ?? []).filter((field) => !isEntries(field));
  return shown.map((field) => settingField(field, question.settings?.[field.name], (value) => designer.actions.set(question.code, field.name, value, field.name), ofSetting(designer, question.code, field.name)));
}

function requiredWhen(designer, question) {
  if (!question.required) return null;
  const tree = question.required === true ? null : question.required;
  return h("div.field", { "data-key": "required-when" }, h("span.form-label", {}, t("Required only if")),
    conditionEditor(designer, tree, (next) => designer.actions.put(question.code, "required", next ?? true), { before: question.code }, t("Required only if %(condition)s")),
    tree ? see(designer, `${question.code}.required`) : null);
}

const questionCode = (designer, { code }) => codeField(designer, code, {
  label: t("Code"),
  locked: designer.used.includes(code) ? t("Published: answers are stored under this code, so it stays.") : "",
  done: (fresh) => designer.store.select({ kind: "question", code: fresh }),
});

function enableWhen(designer, { code, enable }) {
  return h("div.field", { "data-key": "enable" }, h("span.form-label", {}, t("Can be answered only if")),
    conditionEditor(designer, enable ?? null, (tree) => designer.actions.put(code, "enable", tree), { before: code }, t("Can be answered only if %(condition)s")));
}

/* What is filled in before anybody has answered: a fixed answer or a calculated one. */
function defaultField(designer, { code, default: value, settings }) {
  const put = (next) => designer.actions.put(code, "default", next, "default");
  const calculated = value !== null && typeof value === "object" && !Array.isArray(value);
  const kind = value === undefined || value === null ? "" : calculated ? "calculated" : "fixed";
  const { operators } = designer.types.get(outline.question(designer.store.doc, code).type);
  const start = { "": undefined, fixed: fixedDefault(settings, operators), calculated: { sum: [0] } };
  return h("div.field", { "data-key": "default" }, h("label.form-label", { for: `f-default-${code}` }, t("Default answer")),
    h("select.form-select.form-select-sm", { id: `f-default-${code}`, value: kind, onchange: ({ target }) => put(start[target.value]) },
      [["", t("None")], ["fixed", t("a fixed value")], ["calculated", t("calculated")]].map(([name, words]) => h("option", { value: name }, words))),
    kind === "fixed" ? defaultValue(settings, operators, value, put) : null,
    calculated ? expressionEditor(designer, value, put, { before: code }, "calc") : null);
}

const fixedDefault = (settings, operators) => {
  const first = settings?.options?.[0]?.id;
  if (first) return /[MK]/.test(operators) && !operators.includes("Q") ? [first] : first;
  return operators.includes("N") ? 0 : operators.includes("D") ? new Date().toISOString().slice(0, 10) : operators.includes("T") ? " " : true;
};

function defaultValue(settings, operators, value, put) {
  const options = settings?.options ?? [];
  const choices = options.map((entry) => [entry.id, outline.entryName(entry) || entry.id]);
  const field = (kind, more = {}) => settingField({ name: "fixed", path: "default-fixed", label: t("Value"), kind, ...more }, value, put);
  if (choices.length) return Array.isArray(value) ? field("choices", { choices }) : field("choice", { choices });
  if (typeof value === "boolean") return field("boolean");
  if (typeof value === "number") return field("number");
  if (Array.isArray(value)) return h("input.form-control.form-control-sm.mono", { value: JSON.stringify(value), disabled: true, "aria-label": t("Value as JSON") });
  return operators.includes("D") && !operators.includes("T") ? field("date") : field("text");
}

/* Answers that are refused, or questioned once, although the type allows them. */
function validations(designer, question) {
  const rules = question.validate ?? [];
  const put = (next, burst) => designer.actions.put(question.code, "validate", next, burst);
  const edit = (index, key, value, burst) => put(rules.map((rule, i) => {
    const copy = { ...rule };
    if (i === index) assign(copy, key, value);
    return copy;
  }), burst);
  const fresh = () => ({ when: firstCondition(designer, { only: question.code }), message: "" });
  return h("div.field", { "data-key": "validate" }, h("span.form-label", {}, t("Refuse answers")),
    rules.map((rule, index) => h("div.rule", { "data-key": `v${index}` },
      h("div.rule-head", {}, h("strong", {}, t("If")), iconButton("x", t("Remove rule"), () => put(rules.filter((_, i) => i !== index)))),
      conditionEditor(designer, rule.when ?? null, (tree) => edit(index, "when", tree), { upto: question.code }, t("Refused if %(condition)s")),
      h("input.form-control.form-control-sm", { value: rule.message ?? "", placeholder: t("What the customer reads"), "aria-label": t("What the customer reads"), ...typed((text) => edit(index, "message", text, `validate${index}`)) }),
      h("label.form-check", {}, h("input.form-check-input", { type: "checkbox", checked: Boolean(rule.soft), onchange: (event) => edit(index, "soft", event.target.checked || undefined) }), h("span", {}, t("Only ask once whether it is right"))),
      see(designer, `${question.code}.validate.${index}.when`))),
    h("button.btn.btn-plain.btn-sm", { type: "button", onclick: () => put([...rules, fresh()]) }, icon("plus"), t("Add rule")));
}

function entryPanel(designer, question, { list, id }) {
  const field = designer.types.get(question.type)?.settings.find(({ name }) => name === list);
  const entries = question.settings?.[list] ?? [];
  const entry = entries.find((each) => each.id === id);
  if (!field || !entry) return null;
  const write = (next, burst) => designer.actions.set(question.code, list, entries.map((each) => (each.id === id ? next : each)), burst);
  const rest = field.fields.filter(({ name }) => !["id", "label"].includes(name));
  const show = (tree) => {
    const copy = { ...entry };
    assign(copy, "show", tree);
    write(copy);
  };
  return [
    head(outline.entryName(entry) || id, `${question.code} · ${field.label}`),
    h("button.btn.btn-plain.btn-sm", { "data-key": "back", type: "button", onclick: () => designer.store.select({ kind: "question", code: question.code }) }, icon("left"), t("Back to the question")),
    rest.length ? part(`${id}-details`, t("Details"), true, members(rest, entry, (next) => write(next, id), `${question.code}.${id}`)) : null,
    part(`${id}-show`, t("When it is shown"), true, conditionEditor(designer, entry.show ?? null, show, { before: question.code }, t("Shown only if %(condition)s")), entry.show ? see(designer, `${question.code}.settings.${list}.${entries.indexOf(entry)}.show`) : h("p.form-text", {}, t("Always shown."))),
    part(`${id}-more`, t("More"), false, entryCode(designer, question, list, id), usedBy(designer, usesOfEntry(designer, question.code, id))),
  ].filter(Boolean);
}

function entryCode(designer, { code }, list, id) {
  const locked = designer.used.includes(code) ? t("Published: answers are stored under this code, so it stays.") : "";
  const done = (fresh) => designer.store.select({ kind: "entry", code, list, id: fresh });
  return codeField(designer, id, { label: t("Stored as"), locked, done, give: (_, old, fresh) => renameEntry(designer, code, old, fresh) });
}

function pagePanel(designer, page) {
  const { actions, store } = designer;
  const index = store.doc.pages.indexOf(page);
  return [
    head(t("Page %(n)s", { n: index + 1 }), page.title),
    part(`${page.code}-next`, t("After this page"), true, jumps(designer, page)),
    part(`${page.code}-show`, t("When it is shown"), true, index === 0
      ? h("p.form-text", {}, t("The first page is always shown."))
      : conditionEditor(designer, page.show ?? null, (tree) => actions.putPage(page.code, "show", tree), { through: store.doc.pages[index - 1].code }, t("Shown only if %(condition)s")), page.show ? see(designer, `${page.code}.show`) : null),
    part(`${page.code}-more`, t("More"), Boolean(page.section || page.loop),
      settingField({ name: "section", path: `${page.code}-section`, kind: "text", label: t("Section"), help: t("Pages with the same section title belong together.") }, page.section ?? "", (text) => actions.putPage(page.code, "section", text, "section")),
      orderField(designer, page),
      codeField(designer, page.code, { done: (fresh) => store.select({ kind: "page", code: fresh }) }),
      usedBy(designer, usesOf(designer, page.code)),
      loopField(designer, page, index)),
  ];
}

function jumps(designer, page) {
  const rules = page.next ?? [];
  const put = (next) => designer.actions.putPage(page.code, "next", next);
  const edit = (index, change) => put(rules.map((rule, i) => (i === index ? change({ ...rule }) : rule)));
  const { pages, endings } = outline.destinations(designer.store.doc, page.code);
  const go = endings.at(-1)?.code ?? pages.at(-1)?.code ?? "";
  const first = firstCondition(designer, { through: page.code });
  return [
    rules.map((rule, index) => h("div.rule", { "data-key": `j${index}` },
      h("div.rule-head", {}, h("strong", {}, rule.when ? t("If") : t("In all other cases")), rules.length > 1 ? [iconButton("arrow-up", t("Earlier"), () => put(swap(rules, index, index - 1)), { disabled: index === 0 }), iconButton("arrow-down", t("Later"), () => put(swap(rules, index, index + 1)), { disabled: index === rules.length - 1 })] : null, iconButton("x", t("Remove jump"), () => put(rules.filter((_, i) => i !== index)))),
      rule.when ? conditionEditor(designer, rule.when, (tree) => edit(index, (copy) => (assign(copy, "when", tree), copy)), { through: page.code }) : null,
      h("label.go", {}, h("span", {}, t("go to")), targetField(designer, page, rule.go, (code) => edit(index, (copy) => ({ ...copy, go: code })))), see(designer, `${page.code}.next.${index}`))),
    h("div.cond-more", { "data-key": "more" },
      h("button.btn.btn-plain.btn-sm", { type: "button", onclick: () => put([...rules, { when: first, go }]), disabled: !first }, icon("plus"), t("Jump under a condition")),
      rules.some((rule) => !rule.when) ? null : h("button.btn.btn-plain.btn-sm", { type: "button", onclick: () => put([...rules, { go }]) }, icon("plus"), t("Jump always"))),
    h("p.form-text", { "data-key": "else" }, rules.length ? t("The first rule that holds wins; otherwise the next page follows.") : t("The next page follows. Jumps lead forward only.")),
  ];
}

function swap(list, a, b) {
  const next = [...list];
  [next[a], next[b]] = [next[b], next[a]];
  return next;
}

function targetField(designer, page, go, change) {
  const { pages, endings } = outline.destinations(designer.store.doc, page.code);
  const known = [...pages, ...endings].some(({ code }) => code === go);
  return h("select.form-select.form-select-sm", { value: go, onchange: (event) => change(event.target.value), "aria-label": t("Target of the jump") },
    known ? null : h("option", { value: go }, t("%(code)s (not available here)", { code: go })),
    pages.length ? h("optgroup", { label: t("Pages") }, pages.map(({ code }) => h("option", { value: code }, designer.target(code)))) : null,
    h("optgroup", { label: t("Endings") }, endings.map(({ code }) => h("option", { value: code }, designer.target(code)))));
}

function orderField({ actions }, page) {
  const choices = [["fixed", t("As written")], ["random", t("Random")], ["random_keep_last", t("Random, the last stays last")], ["reverse_half", t("Reversed for half of the respondents")]];
  return settingField({ name: "order", path: `${page.code}-order`, kind: "choice", label: t("Order of the questions"), choices, default: "fixed" }, page.order, (order) => actions.putPage(page.code, "order", order === "fixed" ? undefined : order));
}

/* Options taken over from an earlier question, as far as they were chosen there. */
function carryField(designer, question) {
  const { actions, store, types } = designer;
  const hasOptions = (each) => types.get(each.type)?.settings.some((field) => field.name === "options" && isEntries(field));
  const all = outline.questions(store.doc).map((spot) => spot.question);
  const earlier = all.slice(0, all.findIndex(({ code }) => code === question.code)).filter(hasOptions);
  if (!hasOptions(question) || (!earlier.length && !question.carry)) return null;
  const { code, carry } = question;
  const put = (change) => actions.put(code, "carry", { pick: "chosen", ...carry, ...change });
  const sources = [["", t("None")], ...earlier.map((each) => [each.code, `${each.code} ${each.title ?? ""}`.trim()])];
  return [
    settingField({ name: "carry", path: `${code}-carry`, kind: "choice", label: t("Take over options from"), choices: sources }, carry?.from ?? "", (from) => (from ? put({ from }) : actions.put(code, "carry", undefined))),
    carry ? settingField({ name: "pick", path: `${code}-pick`, kind: "choice", label: t("Which of them"), choices: [["chosen", t("those chosen")], ["not_chosen", t("those not chosen")], ["shown", t("those shown")]] }, carry.pick, (pick) => put({ pick })) : null,
  ];
}

const entriesOf = (question) => question?.settings?.options ?? question?.settings?.rows ?? [];
/* A loop runs over the options of an earlier question outside loops, or as often as its number says. */
const runs = ({ types, store }, question) => !outline.place(store.doc, question.code).page.loop && types.get(question.type)?.collects && (entriesOf(question).length > 0 || types.get(question.type).operators.includes("N"));

function overWords(question) {
  const code = `${question.code} ${question.title ?? ""}`.trim();
  return entriesOf(question).length ? t("for every choice in %(code)s", { code }) : t("as often as the number in %(code)s says", { code });
}

/* A page that is asked once per chosen option, or a number of times. */
function loopField(designer, page, index) {
  const { actions, store } = designer;
  const asked = outline.questions(store.doc).filter(({ pageIndex, question }) => pageIndex < index && runs(designer, question));
  const over = page.loop?.over?.question ?? "";
  const pick = (code) => {
    const many = entriesOf(outline.question(store.doc, code)).length > 0;
    actions.putPage(page.code, "loop", code ? { over: { question: code, ...(many ? { pick: "chosen" } : {}) }, max: page.loop?.max ?? 5 } : undefined);
  };
  return [
    h("div.field", { "data-key": "loop" }, h("label.form-label", { for: "f-loop" }, t("Repeat this page")),
      h("select.form-select.form-select-sm", { id: "f-loop", value: over, onchange: (event) => pick(event.target.value) },
        h("option", { value: "" }, t("Not repeated")), asked.map(({ question }) => h("option", { value: question.code }, overWords(question)))),
      page.loop ? h("p.form-text", {}, t("Write {item} in the texts of this page where the name of the round belongs.")) : null),
    page.loop?.over?.pick ? settingField({ name: "pick", path: `${page.code}-pick`, kind: "choice", label: t("Which of them"), choices: [["chosen", t("those chosen")], ["not_chosen", t("those not chosen")], ["shown", t("those shown")]] }, page.loop.over.pick, (pick) => actions.putPage(page.code, "loop", { ...page.loop, over: { ...page.loop.over, pick } })) : null,
    page.loop ? settingField({ name: "max", path: `${page.code}-max`, kind: "integer", label: t("At most so many times"), min: 1, max: 50 }, page.loop.max ?? 5, (max) => max && actions.putPage(page.code, "loop", { ...page.loop, max }, "max")) : null,
  ];
}
