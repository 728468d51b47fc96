/* The view of translations: every sentence of the survey beside its wording in another language. */

import { isEntries } from "./actions.js";
import { h, icon, iconButton, memo, typed } from "./dom.js";
import { t } from "./words.js";

const OFFERED = { zh_CN: "简体中文", zh_TW: "繁體中文", en: "English", ja: "日本語", ko: "한국어", fr: "Français", de: "Deutsch", es: "Español", ru: "Русский", th: "ไทย", vi: "Tiếng Việt", ar: "العربية" };

const nameOf = (locale) => OFFERED[locale] ?? locale;

/** Every sentence of a document: {key, text, place}. Keys are those of the document format. */
export function sentences(doc, types) {
  const found = [{ key: "title", text: doc.title, place: t("Survey") }];
  const add = (key, text, place) => text && found.push({ key, text, place });
  for (const page of doc.pages) {
    add(`${page.code}.title`, page.title, page.code);
    add(`${page.code}.section`, page.section, page.code);
    for (const question of page.questions ?? []) ofQuestion(question, types.get(question.type), add);
  }
  for (const ending of doc.endings ?? []) for (const name of ["title", "text", "button"]) add(`${ending.code}.${name}`, ending[name], ending.code);
  return found;
}

function ofQuestion(question, type, add) {
  const { code } = question;
  add(`${code}.title`, question.title, code);
  add(`${code}.help`, question.help, code);
  for (const field of type?.settings ?? []) {
    const value = question.settings?.[field.name];
    if (["text", "longtext"].includes(field.kind)) add(`${code}.${field.name}`, value, code);
    if (isEntries(field)) ofEntries(field, value ?? [], `${code}.${field.name}`, (key, text) => add(key, text, code));
  }
  (question.validate ?? []).forEach((rule, index) => add(`${code}.validate.${index}.message`, rule.message, code));
}

/* Entries may hold entries again, as the columns of a table their options. */
function ofEntries(field, entries, start, add) {
  for (const entry of entries) {
    for (const part of wordsOf(field)) add(`${start}.${entry.id}.${part}`, entry[part]);
    for (const part of field.fields.filter(isEntries)) ofEntries(part, entry[part.name] ?? [], `${start}.${entry.id}.${part.name}`, add);
  }
}

const wordsOf = (field) => field.fields.filter(({ kind, name }) => name !== "id" && ["text", "longtext"].includes(kind)).map(({ name }) => name);

export function languagesView(designer) {
  const { store } = designer;
  const { doc } = store;
  const own = doc.locale ?? "zh_CN";
  const locales = Object.keys(doc.translations ?? {});
  const locale = locales.includes(designer.locale) ? designer.locale : locales[0];
  return [
    h("div.view-head", { "data-key": "head" }, h("h2", {}, t("Translations")),
      h("p.muted", {}, t("The survey is written in %(name)s. Respondents get their own language where you have translated it.", { name: nameOf(own) })),
      h("div.language-bar", {},
        locales.length ? h("div.segmented", { role: "group", "aria-label": t("Language") }, locales.map((each) => h("button", { type: "button", "aria-pressed": String(each === locale), onclick: () => ((designer.locale = each), designer.render()) }, nameOf(each)))) : null,
        addLanguage(designer, own, locales),
        locale ? iconButton("trash", t("Remove this language"), () => store.edit(t("Remove language"), (draft) => delete draft.translations[locale])) : null)),
    locale ? table(designer, locale) : h("p.muted", { "data-key": "none" }, t("No other language yet.")),
  ];
}

function addLanguage(designer, own, locales) {
  const add = ({ target }) => {
    designer.locale = target.value;
    designer.store.edit(t("Add language"), (doc) => ((doc.translations ??= {}), (doc.translations[target.value] ??= {})));
  };
  return h("select.form-select.form-select-sm.short", { value: "", onchange: add, "aria-label": t("Add language") },
    h("option", { value: "" }, t("Add language")), Object.entries(OFFERED).filter(([code]) => code !== own && !locales.includes(code)).map(([code, name]) => h("option", { value: code }, name)));
}

function table(designer, locale) {
  const { store, types } = designer;
  const words = store.doc.translations[locale] ?? {};
  const all = sentences(store.doc, types);
  const done = all.filter(({ key }) => words[key]).length;
  const write = (key, text) => store.edit(t("Translate"), (doc) => (text ? (doc.translations[locale][key] = text) : delete doc.translations[locale][key]), `${locale}.${key}`);
  return [
    h("p.small", { "data-key": "count" }, done === all.length ? [icon("check"), t("All %(all)s texts are translated.", { all: all.length })] : t("%(done)s of %(all)s texts are translated; the rest is shown in the survey's own language.", { done, all: all.length })),
    h("div.translations", { "data-key": "table" }, all.map(({ key, text, place }) => memo(key, [locale, text, words[key]], () => h("div.translation", { "data-key": key, class: words[key] ? "" : "open" },
      h("span.code", {}, place), h("span.original", {}, text),
      h("textarea.form-control.form-control-sm.grow", { rows: 1, lang: locale.replace("_", "-"), value: words[key] ?? "", "aria-label": t("%(text)s in %(language)s", { text, language: nameOf(locale) }), ...typed((next) => write(key, next)) }))))),
  ];
}
