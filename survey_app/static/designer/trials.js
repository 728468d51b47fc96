/* Trying answers: for every rule an example respondent, shown on the real page as soon as the rule has fired. */

import { h, icon } from "./dom.js";
import { ending, entryName, page, question } from "./outline.js";
import { sentence } from "./sentence.js";
import { brief } from "./subjects.js";
import { t } from "./words.js";

const LONGEST = 12000; // characters of a respondent in an address
const MOST = 4; // answers of an example that are named
const AGAIN = 4000; // milliseconds until examples are asked for again that did not come

/** A small button that shows a rule in the preview at the moment it has fired. */
export const see = (designer, place) =>
  h("button.see-button", { type: "button", "data-key": `see-${place}`, "data-place": place, title: t("Show in the preview what happens"), onclick: () => designer.preview.play({ rule: place }, place) }, icon("eye"), t("See it happen"));

/** Buttons for the respondents a finding brings along; none where it has no such witness. */
export function witnesses(designer, { witness, where }, close = () => {}) {
  if (!witness || typeof witness !== "object" || Array.isArray(witness)) return [];
  const known = [[witness, t("Show in the preview")], [witness.shortest, t("Show the shortest path")], [witness.longest, t("Show the longest path")]];
  const play = (respondent) => () => {
    close();
    designer.preview.play({ rule: where, respondent: encoded(respondent) }, where || t("Survey"));
  };
  return known.filter(([respondent]) => respondent?.answers && encoded(respondent).length <= LONGEST)
    .map(([respondent, words], index) => h("button.see-button", { type: "button", "data-key": `w${index}`, onclick: play(respondent) }, icon("eye"), words));
}

/* A respondent as an address carries it: base64 of JSON, with the letters addresses like. */
function encoded({ answers, fields, full }) {
  const bytes = new TextEncoder().encode(JSON.stringify({ answers, fields: fields ?? {}, full: full ?? [] }));
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The view: a table of all rules and endings, each with an example. */
export function trialsView(designer) {
  const found = load(designer);
  const head = (...inside) => h("div.view-head", { "data-key": "head" }, h("h2", {}, t("Try answers")), inside);
  if (!found) return [head(h("p.muted", {}, t("Looking for examples…")))];
  const rows = found.places.filter(({ place, respondent }) => respondent === null || place.includes(".") || ending(designer.store.doc, place));
  const open = rows.filter(({ respondent }) => respondent === null).length;
  return [
    head(h("p.muted", {}, open && found.respondents.length ? t("%(n)s made-up respondents come to the rules and endings below. Nothing of this is stored.", { n: found.respondents.length }) : found.respondents.length ? t("%(n)s made-up respondents between them see every question, meet every rule and reach every ending. Nothing of this is stored.", { n: found.respondents.length }) : t("Add a question, and examples appear here."))),
    open ? h("p.trial-open", { "data-key": "open" }, icon("warn"), t("For %(n)s places no example was found. They may be unreachable: look at what the check says.", { n: open })) : null,
    rows.length ? h("div.trials", { "data-key": "rows", role: "table", "aria-label": t("Examples by rule") }, rows.map((row) => trial(designer, found, row))) : h("p.muted", { "data-key": "none" }, t("There are no rules yet.")),
  ].filter(Boolean);
}

/* Asks the server once for every saved state; until then shows what it said last. */
function load(designer) {
  const { store, api } = designer;
  const trials = (designer.trials ??= { revision: -1, found: null });
  if (trials.revision !== store.revision) {
    trials.revision = store.revision;
    const look = (found) => {
      Object.assign(trials, found ? { found } : { revision: -1 });
      designer.render();
    };
    api.coverage().then(look, () => setTimeout(look, AGAIN));
  }
  return trials.found;
}

function trial(designer, found, { place, respondent, about }) {
  const example = found.respondents[respondent];
  return h("div.trial", { "data-key": place, "data-place": place, role: "row", class: example ? "" : "open" },
    h("div.trial-rule", { role: "cell" }, h("button.link-button", { type: "button", onclick: () => open(designer, place) }, place.split(".")[0]), h("span", {}, ruleWords(designer, place))),
    h("div.trial-said", { role: "cell" }, example ? said(example, about) : h("span.muted", {}, t("No example"))),
    h("div.trial-go", { role: "cell" }, example ? h("button.btn.btn-plain.btn-sm", { type: "button", onclick: () => designer.preview.play({ rule: place }, place) }, icon("eye"), t("Fill like this")) : null));
}

/* What an example answers: first what the rule speaks of. */
function said(example, about) {
  const codes = Object.keys(example.said);
  const named = codes.filter((code) => about.includes(code.split("@")[0]));
  const shown = (named.length ? named : codes).slice(0, MOST);
  const parts = [
    ...Object.entries(example.fields).map(([code, value]) => [code, String(value)]),
    ...shown.map((code) => [code, brief(example.said[code], 24)]),
    ...example.full.map((code) => [code, t("quota is full")]),
  ];
  return parts.length ? parts.map(([code, words]) => h("span.trial-answer", {}, h("span.code", {}, code), words)) : h("span.muted", {}, t("leaves everything empty"));
}

function open(designer, place) {
  const { store, actions } = designer;
  const [code] = place.split(".");
  if (question(store.doc, code)) actions.open(code);
  else if (page(store.doc, code)) {
    store.show("questions");
    store.select({ kind: "page", code });
    designer.focus(`p-${code}`);
  } else store.show(ending(store.doc, code) ? "endings" : "settings");
}

/** What stands at a place, in words. */
export function ruleWords(designer, place) {
  const { doc } = designer.store;
  const [code, name, ...path] = place.split(".");
  const words = (tree) => ({ condition: sentence(designer, tree) });
  const asked = question(doc, code);
  if (!name) return ending(doc, code) ? designer.target(code) : brief(asked?.title ?? page(doc, code)?.title ?? "", 40);
  if (name === "show") return t("Shown only if %(condition)s", words((asked ?? page(doc, code))?.show));
  if (name === "required") return t("Required only if %(condition)s", words(asked?.required));
  if (name === "enable") return t("Can be answered only if %(condition)s", words(asked?.enable));
  if (name === "validate") return t("Refused if %(condition)s", words(asked?.validate?.[path[0]]?.when));
  if (name === "carry") return t("Takes over options from %(code)s", { code: asked?.carry?.from ?? "?" });
  if (name === "settings") return entryWords(designer, asked?.settings?.[path[0]]?.[path[1]]);
  if (name === "next") return jumpWords(designer, page(doc, code)?.next?.[path[0]]);
  return t("Counts if %(condition)s", words((doc.quotas ?? []).find((quota) => quota.code === code)?.when));
}

const entryWords = (designer, entry) => (entry ? t("“%(text)s” shown only if %(condition)s", { text: brief(entryName(entry) || entry.id, 20), condition: sentence(designer, entry.show) }) : "");

function jumpWords(designer, rule) {
  if (!rule) return "";
  const target = designer.target(rule.go);
  return rule.when ? t("If %(condition)s, go to %(target)s", { condition: sentence(designer, rule.when), target }) : t("Then go to %(target)s", { target });
}
