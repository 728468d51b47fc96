/* All rules of the survey in words, to be searched; and what uses a part of it. */

import { h, icon, typed } from "./dom.js";
import { go } from "./findings.js";
import { ending, page, question } from "./outline.js";
import { brief, questionName } from "./subjects.js";
import { t } from "./words.js";

const MOST = 8; // uses that are listed before the rest is counted

const kinds = () => ({
  show: t("Shown or hidden"), jump: t("Jumps"), required: t("Required"), enable: t("Can be answered"), validate: t("Refused answers"), default: t("Default answers"),
  carry: t("Options taken over"), loop: t("Repeated pages"), order: t("Order"), quota: t("Quotas"), variable: t("Variables"),
});

/** The view: every rule with its place; a click leads there. */
export function rulesView(designer) {
  const { store } = designer;
  const filter = (designer.ruleFilter ??= { text: "", kind: "" });
  const set = (change) => {
    Object.assign(filter, change);
    designer.render();
  };
  const found = store.rules.filter((rule) => (!filter.kind || rule.kind === filter.kind) && matches(designer, rule, filter.text));
  const present = Object.entries(kinds()).filter(([kind]) => store.rules.some((rule) => rule.kind === kind));
  return [
    h("div.view-head", { "data-key": "head" }, h("h2", {}, t("Rules")), h("p.muted", {}, store.rules.length ? t("Every rule of the survey in words. A click leads to it.") : t("There are no rules yet. Select a question or a page to add one."))),
    store.rules.length ? h("div.rule-filter", { "data-key": "filter" },
      h("input.form-control.form-control-sm", { type: "search", value: filter.text, placeholder: t("Search: code, option or words"), "aria-label": t("Search rules"), ...typed((text) => set({ text })) }),
      h("select.form-select.form-select-sm", { value: filter.kind, "aria-label": t("Kind of rule"), onchange: ({ target }) => set({ kind: target.value }) },
        h("option", { value: "" }, t("All kinds")), present.map(([kind, words]) => h("option", { value: kind }, words)))) : null,
    h("p.muted.small", { "data-key": "count", role: "status" }, store.rules.length ? t("%(n)s of %(all)s rules", { n: found.length, all: store.rules.length }) : ""),
    h("ol.rule-list", { "data-key": "rules" }, found.map((rule) => line(designer, rule))),
  ].filter(Boolean);
}

function line(designer, rule) {
  const faults = designer.store.findings.filter((fault) => fault.level !== "info" && concerns(fault, rule.where));
  const level = faults.some((each) => each.level === "error") ? "error" : faults.length ? "warning" : "";
  return h("li.rule-line", { "data-key": rule.where, class: level },
    h("button.rule-go", { type: "button", onclick: () => follow(designer, rule.where) },
      h("span.rule-kind", {}, kinds()[rule.kind] ?? rule.kind),
      h("span.rule-place", {}, placeName(designer, rule.where)),
      h("span.rule-words", {}, rule.words)),
    faults.length ? h("ul.findings", {}, faults.map((fault, index) => h("li", { "data-key": `f${index}`, class: fault.level }, icon(fault.level === "error" ? "error" : "warn"), fault.message))) : null);
}

const within = (where, place) => where === place || where.startsWith(`${place}.`);

/* The rules of a question or a quota that a finding at it is about, by its code. */
const BELOW = { quota_decided: ".when", unsatisfiable: ".validate", dead_end: ".validate", no_ending: ".validate", emptied: "" };

/* Whether a finding is about a rule: it stands there, or at what the rule keeps from being shown or answered. */
function concerns({ code, where, witness }, place) {
  return within(where, place) || (witness?.conflict ?? []).some((each) => within(each.where, place)) || (code in BELOW && within(place, where + BELOW[code]));
}

/* Every word searched for must be somewhere in the rule. */
function matches(designer, rule, text) {
  const said = `${rule.words} ${rule.where} ${placeName(designer, rule.where)}`.toLowerCase();
  return text.toLowerCase().split(/\s+/).every((word) => said.includes(word));
}

/** What the place of a rule or a text belongs to, in words. */
export function placeName(designer, where) {
  const [first, , third] = where.split(".");
  const code = first === "translations" ? third : first;
  const { doc } = designer.store;
  if (question(doc, code)) return questionName(designer, code);
  if (page(doc, code) || ending(doc, code)) return designer.target(code);
  return code === "scores" || code === "title" ? t("Survey") : code;
}

/** Shows the place of a rule. */
export function follow(designer, where) {
  const { store } = designer;
  const [code, holder, list, index] = where.split(".");
  if (code === "translations") return store.show("languages");
  go(designer, { where });
  const entry = holder === "settings" && question(store.doc, code)?.settings?.[list]?.[Number(index)];
  if (entry?.id) store.select({ kind: "entry", code, list, id: entry.id });
  if (["quotas", "variables", "fields"].some((name) => store.doc[name]?.some((each) => each.code === code))) designer.focusOn(`[data-part="${CSS.escape(code)}"] input, [data-part="${CSS.escape(code)}"] select`);
}

/** Where a part is used, outside itself and without what translates it: [{where, how}]. */
export function usesOf({ store }, code, inside = [code]) {
  const home = (where) => where.split(".")[where.startsWith("translations.") ? 2 : 0];
  return (store.uses[code] ?? []).filter(({ where }) => !inside.includes(home(where)));
}

/** The rules that name an option, a row or a column of a question. */
export function usesOfEntry({ store }, code, id) {
  return store.rules.filter(({ where }) => names(ruleAt(store.doc, where), code, id)).map(({ where, kind }) => ({ where, how: kind }));
}

/* The part of the document a place stands for. */
function ruleAt(doc, where) {
  const [code, ...path] = where.split(".");
  const part = question(doc, code) ?? page(doc, code) ?? ["quotas", "variables"].flatMap((name) => doc[name] ?? []).find((each) => each.code === code);
  return path.reduce((node, key) => node?.[key], part);
}

function names(node, code, id) {
  if (node === null || typeof node !== "object") return false;
  if (!Array.isArray(node) && node.question === code && Object.entries(node).some(([key, value]) => key !== "question" && speaks(value, id))) return true;
  return Object.values(node).some((each) => names(each, code, id));
}

const speaks = (value, id) => (typeof value === "string" ? value.split(/[.:]/).includes(id) : value !== null && typeof value === "object" && Object.values(value).some((each) => speaks(each, id)));

/** A list of uses; a click leads to each. */
export function useList(designer, uses, close = () => {}) {
  return h("ul.uses", {}, uses.slice(0, MOST).map(({ where, how }) => h("li", { "data-key": where },
    h("button.link-button", { type: "button", onclick: () => (close(), follow(designer, where)) }, useName(designer, where, how)))),
    uses.length > MOST ? h("li.muted", {}, t("and %(n)s more", { n: uses.length - MOST })) : null);
}

function useName(designer, where, how) {
  const rule = designer.store.rules.find((each) => each.where === where);
  const place = placeName(designer, where);
  if (rule) return t("%(place)s: %(words)s", { place, words: brief(rule.words, 80) });
  if (how === "score") return t("Main score");
  if (how === "translation") return t("A translated text of %(place)s", { place });
  return how === "setting" ? t("A setting of %(place)s", { place }) : t("A text of %(place)s", { place });
}

/** What uses the selected part, for its panel; nothing where nothing does. */
export function usedBy(designer, uses) {
  return h("div.field", { "data-key": "uses" }, h("span.form-label", {}, t("Used by")),
    uses.length ? useList(designer, uses) : h("p.form-text", {}, t("No rule and no text refers to it.")));
}
