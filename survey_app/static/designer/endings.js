/* The view of endings: what respondents see last. */

import { assign } from "./actions.js";
import { h, icon, iconButton, typed } from "./dom.js";
import { beside } from "./findings.js";
import { nextCode } from "./outline.js";
import { codeField, takeOut } from "./recoding.js";
import { usedBy, usesOf } from "./rules.js";
import { t } from "./words.js";

const kinds = () => [["completed", t("Completed")], ["screened_out", t("Screened out")], ["over_quota", t("Over quota")]];

export function endingsView(designer) {
  const { store } = designer;
  const endings = store.doc.endings ?? [];
  const edit = (change, burst) => store.edit(t("Change ending"), (doc) => change((doc.endings ??= [])), burst);
  return [
    h("div.view-head", { "data-key": "head" }, h("h2", {}, t("Endings")), h("p.muted", {}, t("Without a jump everybody reaches the first one. Jumps lead to the others."))),
    endings.map((ending, index) => card(designer, ending, index, edit)),
    h("div", { "data-key": "add" }, h("button.btn.btn-plain", { type: "button", onclick: () => edit((list) => list.push({ code: nextCode(store.doc, "end"), title: t("Thank you") })) }, icon("plus"), t("Add ending"))),
  ];
}

const line = (label, id, value, change, placeholder) =>
  h("div.field", {}, h("label.form-label", { for: id }, label), h("input.form-control.form-control-sm", { id, value: value ?? "", placeholder, ...typed(change) }));

function card(designer, ending, index, edit) {
  const put = (key, value) => edit((list) => assign(list[index], key, value), `${ending.code}.${key}`);
  const id = `end-${ending.code}`;
  return h("section.panel.ending", { "data-key": ending.code, id },
    h("div.card-head", {}, icon("flag"), h("span.code", {}, ending.code), index === 0 ? h("span.tag", {}, t("default")) : null,
      h("div.tools", {},
        iconButton("arrow-up", t("Move up"), () => edit((list) => list.splice(index - 1, 0, list.splice(index, 1)[0])), { disabled: index === 0 }),
        iconButton("trash", t("Delete ending"), () => takeOut(designer, ending.code, () => edit((list) => list.splice(index, 1))), { disabled: designer.store.doc.endings.length === 1 }))),
    h("input.bare.card-title", { value: ending.title ?? "", placeholder: t("Thank you"), "aria-label": t("Title of ending %(code)s", { code: ending.code }), ...typed((text) => edit((list) => (list[index].title = text), `${ending.code}.title`)) }),
    h("textarea.form-control.form-control-sm", { rows: 2, value: ending.text ?? "", placeholder: t("Text below (optional)"), "aria-label": t("Text of ending %(code)s", { code: ending.code }), ...typed((text) => put("text", text)) }),
    h("div.field", {}, h("label.form-label", { for: `${id}-kind` }, t("Counts as")),
      h("select.form-select.form-select-sm", { id: `${id}-kind`, value: ending.kind ?? "completed", onchange: (event) => put("kind", event.target.value === "completed" ? undefined : event.target.value) },
        kinds().map(([value, words]) => h("option", { value }, words)))),
    h("div.two", {},
      line(t("Button"), `${id}-button`, ending.button, (text) => put("button", text), t("Continue")),
      line(t("Leads to"), `${id}-url`, ending.url, (text) => put("url", text), "https://")),
    h("div.two", {}, codeField(designer, ending.code), usedBy(designer, usesOf(designer, ending.code))),
    beside(designer, ending.code));
}
