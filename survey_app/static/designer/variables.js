/* Variables of the survey: each a code, a kind and a calculation. */

import { h, icon, iconButton } from "./dom.js";
import { expressionEditor } from "./expressions.js";
import { beside } from "./findings.js";
import { nextCode } from "./outline.js";
import { codeField, takeOut } from "./recoding.js";
import { usedBy, usesOf } from "./rules.js";
import { t } from "./words.js";

const KINDS = () => [["number", t("Number")], ["text", t("Text")], ["boolean", t("Yes or no")], ["date", t("Date")], ["set", t("Several values")]];

export function variableList(designer) {
  const { store } = designer;
  const list = store.doc.variables ?? [];
  const edit = (change, burst) => store.edit(t("Change variables"), (doc) => change((doc.variables ??= [])), burst);
  const fresh = () => edit((variables) => variables.push({ code: nextCode(store.doc, "v"), type: "number", value: 0 }));
  return [
    list.map((variable, index) => card(designer, variable, index, edit)),
    h("button.btn.btn-plain.btn-sm", { type: "button", onclick: fresh }, icon("plus"), t("Add variable")),
  ];
}

function card(designer, variable, index, edit) {
  const { code, type } = variable;
  const words = designer.store.rules.find(({ where }) => where === `${code}.value`)?.words;
  const uses = usesOf(designer, code);
  return h("div.rule", { "data-key": code, "data-part": code },
    h("div.rule-head", {}, codeField(designer, code, { bare: true }),
      h("select.form-select.form-select-sm.short", { value: type ?? "number", "aria-label": t("Kind"), onchange: ({ target }) => edit((variables) => (variables[index].type = target.value)) }, KINDS().map(([value, label]) => h("option", { value }, label))),
      iconButton("x", t("Remove variable"), () => takeOut(designer, code, () => edit((variables) => variables.splice(index, 1))))),
    expressionEditor(designer, variable.value ?? null, (next) => edit((variables) => (variables[index].value = next), `${code}.value`), {}, "value"),
    words ? h("p.cond-words", { "aria-live": "polite" }, icon("branch"), words) : null,
    uses.length ? usedBy(designer, uses) : null,
    beside(designer, code));
}
