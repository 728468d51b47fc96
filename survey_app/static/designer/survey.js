/* The view of settings that hold for the whole survey: presentation, period, score, fields, quotas. */

import { assign } from "./actions.js";
import { conditionEditor, firstCondition } from "./conditions.js";
import { source } from "./dialogs.js";
import { h, icon, iconButton } from "./dom.js";
import { settingField } from "./fields.js";
import { beside } from "./findings.js";
import { nextCode, questions } from "./outline.js";
import { codeField, takeOut } from "./recoding.js";
import { usedBy, usesOf } from "./rules.js";
import { see } from "./trials.js";
import { variableList } from "./variables.js";
import { t } from "./words.js";

export function settingsView(designer) {
  const { store, data } = designer;
  const { doc } = store;
  const settings = doc.settings ?? {};
  const put = (key, value) => store.edit(t("Change survey settings"), (draft) => ((draft.settings ??= {}), (draft.settings[key] = value)), `settings.${key}`);
  const field = (about, value) => settingField({ path: `survey-${about.name}`, ...about }, value, (next) => put(about.name, next));
  return [
    h("div.view-head", { "data-key": "head" }, h("h2", {}, t("Survey settings"))),
    beside(designer, "settings"),
    section("look", t("How it is shown"),
      field({ name: "one_per_screen", kind: "boolean", label: t("One question per screen"), help: t("On phones each question fills the screen; otherwise whole pages scroll."), default: true }, settings.one_per_screen),
      field({ name: "back", kind: "boolean", label: t("Respondents can go back"), default: true }, settings.back),
      field({ name: "progress", kind: "boolean", label: t("Show progress"), default: true }, settings.progress)),
    section("theme", t("Theme"), h("p.form-text", {}, t("Colours are made a little darker or lighter where texts could not be read otherwise.")), themeFields(store)),
    section("time", t("When it is open"),
      moment(t("Opens"), "opens", settings.opens, put), moment(t("Closes"), "closes", settings.closes, put),
      field({ name: "timezone", kind: "choice", label: t("Time zone"), help: t("Days and the figures of a day are counted in it."), choices: zones(data.zones, settings.timezone), default: "Asia/Shanghai" }, settings.timezone)),
    section("redirect", t("Sites an ending may lead to"), h("p.form-text", {}, t("Without https://, for example www.example.com. Addresses on other sites are not followed.")),
      settingField({ name: "redirect_hosts", path: "survey-redirect_hosts", kind: "list", label: t("Sites an ending may lead to"), fields: [{ kind: "text", max: 253 }], max: 20 }, settings.redirect_hosts ?? [], (next) => put("redirect_hosts", next))),
    section("score", t("Main score"), scoreField(designer)),
    section("quality", t("Quality of responses"), h("p.form-text", {}, t("Whoever answers without reading is marked, with the reason. Nothing is deleted, and a mark can be lifted. 0 switches a rule off.")), qualityFields(store)),
    section("fields", t("Fields"), h("p.form-text", {}, t("Facts that come with the link or the invitation, for example a city or an order number. Rules and texts can use them.")), fieldList(designer)),
    section("variables", t("Variables"), h("p.form-text", {}, t("Values worked out from answers, such as a total score. Rules and texts can use them.")), variableList(designer)),
    section("quotas", t("Quotas"), h("p.form-text", {}, t("So many completed responses of one kind; whoever comes later is sent to an ending.")), quotaList(designer),
      field({ name: "reserve_minutes", kind: "integer", label: t("Minutes a place is kept"), help: t("Whoever qualifies has a place until they finish; it is free again so long after their last page. 0: no place is kept, only completed responses count."), min: 0, max: 1440, default: 30 }, settings.reserve_minutes)),
    section("source", t("Document"), h("p.form-text", {}, t("Everything above and everything on the cards is one JSON document. Rare rules can be written there.")),
      h("div.cond-more", {}, h("button.btn.btn-plain.btn-sm", { type: "button", onclick: () => source(designer) }, icon("file"), t("Show as JSON")), h("a.btn.btn-plain.btn-sm", { href: `${data.base}/document` }, icon("download"), t("Download")))),
  ];
}

const section = (key, title, ...inside) => h("section.panel", { "data-key": key }, h("h2", {}, title), inside);

function themeFields(store) {
  const theme = store.doc.settings?.theme ?? {};
  const put = (key, value) => store.edit(t("Change survey settings"), (doc) => { doc.settings ??= {}; doc.settings.theme ??= {}; assign(doc.settings.theme, key, value); }, `settings.theme.${key}`);
  return [
    { name: "logo", kind: "picture", decorative: true, label: t("Logo"), help: t("Stands beside the title.") },
    { name: "accent", kind: "colour", label: t("Colour of buttons and marks"), own: "#0f766e" },
    { name: "background", kind: "colour", label: t("Background colour"), own: "#eef3f2" },
    { name: "picture", kind: "picture", decorative: true, label: t("Background picture"), help: t("Seen around the sheet on wide screens.") },
  ].map((about) => settingField({ path: `survey-${about.name}`, ...about }, theme[about.name] ?? "", (value) => put(about.name, value)));
}

/* Opening and closing are wall-clock times in the survey's zone. */
function moment(label, name, value, put) {
  const id = `f-survey-${name}`;
  return h("div.field", { "data-key": name }, h("label.form-label", { for: id }, label),
    h("input.form-control.form-control-sm.short", { id, type: "datetime-local", value: (value ?? "").slice(0, 16), oninput: ({ target }) => put(name, target.value || null) }));
}

function zones(all, current) {
  const first = ["Asia/Shanghai", "Asia/Hong_Kong", "Asia/Taipei", "Asia/Urumqi", "UTC"];
  const known = [...first, ...all.filter((zone) => !first.includes(zone))];
  return (current && !known.includes(current) ? [current, ...known] : known).map((zone) => [zone, zone]);
}

function scoreField({ store, types }) {
  const scored = questions(store.doc).map(({ question }) => question).filter(({ type }) => types.get(type)?.operators.includes("N"));
  return settingField({ name: "main", path: "survey-main", kind: "choice", label: t("The figure dashboards begin with"), default: "", choices: [["", t("The first NPS question")], ...scored.map(({ code, title }) => [code, `${code} ${title ?? ""}`])] },
    store.doc.scores?.main ?? "", (code) => store.edit(t("Change main score"), (doc) => ((doc.scores ??= {}), assign(doc.scores, "main", code))));
}

function qualityFields(store) {
  const quality = store.doc.settings?.quality ?? {};
  const put = (key, value) => store.edit(t("Change survey settings"), (doc) => assign(((doc.settings ??= {}).quality ??= {}), key, value ?? undefined), `quality.${key}`);
  const field = (name, label, help, usual, max) => settingField({ name, path: `quality-${name}`, kind: "integer", label, help, default: usual, min: 0, max }, quality[name], (value) => put(name, value));
  return [
    field("speed", t("Too fast: below so many per cent of the usual time"), t("The usual time is that of reading and answering the questions a respondent saw."), 40, 100),
    field("pace", t("Too fast beside others: below so many per cent of their time"), t("Applies from 30 completed responses on."), 33, 100),
    field("alike_rows", t("Matrix rows answered alike, at least"), t("Only if every matrix of five rows or more is answered alike, or two of them are."), 10, 1000),
    field("alike_scores", t("The same score in a row, at least"), t("Counted over questions on the same scale."), 6, 100),
    field("repeat_hours", t("Answered again within so many hours"), t("From the same phone or by the same contact. Choose 0 where many people share one tablet."), 24, 87600),
    settingField({ name: "exclude", path: "quality-exclude", kind: "boolean", label: t("Dashboards leave marked responses out unless told otherwise"), default: false }, quality.exclude, (value) => put("exclude", value)),
  ];
}

const FIELD_TYPES = () => [["text", t("Text")], ["number", t("Number")], ["date", t("Date")], ["boolean", t("Yes or no")]];
const ORIGINS = () => [["url", t("Link parameter")], ["invitation", t("Invitation")], ["contact", t("Contact")]];

function fieldList(designer) {
  const { store } = designer;
  const list = store.doc.fields ?? [];
  const edit = (change) => store.edit(t("Change fields"), (doc) => change((doc.fields ??= [])));
  const pick = (index, key, choices, label) => h("select.form-select.form-select-sm", { value: list[index][key] ?? choices[0][0], "aria-label": label, onchange: (event) => edit((fields) => (fields[index][key] = event.target.value)) }, choices.map(([value, words]) => h("option", { value }, words)));
  return [
    list.map((field, index) => h("div", { "data-key": `field${index}`, "data-part": field.code },
      h("div.field-row", {},
        codeField(designer, field.code, { bare: true, label: t("Name of the field") }),
        pick(index, "type", FIELD_TYPES(), t("Kind")), pick(index, "from", ORIGINS(), t("Comes from")),
        iconButton("x", t("Remove field"), () => takeOut(designer, field.code, () => edit((fields) => fields.splice(index, 1))))),
      usesOf(designer, field.code).length ? usedBy(designer, usesOf(designer, field.code)) : null)),
    h("button.btn.btn-plain.btn-sm", { type: "button", onclick: () => edit((fields) => fields.push({ code: nextCode(store.doc, "field"), type: "text", from: "url" })) }, icon("plus"), t("Add field")),
  ];
}

function quotaList(designer) {
  const { store } = designer;
  const list = store.doc.quotas ?? [];
  const edit = (change, burst) => store.edit(t("Change quotas"), (doc) => change((doc.quotas ??= [])), burst);
  const targets = (store.doc.endings ?? []).map(({ code }) => [code, designer.target(code)]);
  const first = firstCondition(designer, {});
  const fresh = () => edit((quotas) => quotas.push({ code: nextCode(store.doc, "quota"), when: first, limit: 100, then: { go: targets.at(-1)?.[0] ?? "" } }));
  return [
    list.map((quota, index) => h("div.rule", { "data-key": quota.code, "data-part": quota.code },
      h("div.rule-head", {}, codeField(designer, quota.code, { bare: true }), iconButton("x", t("Remove quota"), () => takeOut(designer, quota.code, () => edit((quotas) => quotas.splice(index, 1))))),
      conditionEditor(designer, quota.when ?? null, (tree) => edit((quotas) => assign(quotas[index], "when", tree)), {}, t("Counts if %(condition)s")),
      settingField({ name: "limit", path: `${quota.code}-limit`, kind: "integer", label: t("Limit"), min: 1 }, quota.limit, (limit) => limit && edit((quotas) => (quotas[index].limit = limit), `${quota.code}.limit`)),
      settingField({ name: "go", path: `${quota.code}-go`, kind: "choice", label: t("Then go to"), choices: targets }, quota.then?.go ?? "", (go) => edit((quotas) => (quotas[index].then = { go }))),
      see(designer, `${quota.code}.when`),
      beside(designer, quota.code))),
    h("button.btn.btn-plain.btn-sm", { type: "button", disabled: !first, onclick: fresh }, icon("plus"), t("Add quota")),
  ];
}
