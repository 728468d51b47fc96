/* New codes, and parts taken out, with everything that refers to them. The server rewrites the document; here it
   becomes one step of undo. */

import { modal } from "./dialogs.js";
import { h, icon } from "./dom.js";
import { usesOf, useList } from "./rules.js";
import { t } from "./words.js";

const TRIES = 3;

/* Asks until nobody has typed meanwhile. Resolves to "" or to a sentence about what is wrong. */
async function rewrite(designer, label, ask) {
  const { store } = designer;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const sent = store.doc;
    let told;
    try {
      told = (await ask(sent)).document;
    } catch (refusal) {
      return refusal.message || t("The server could not be reached. Please try again.");
    }
    if (store.doc !== sent) continue;
    store.edit(label, (doc) => {
      for (const key of Object.keys(doc)) delete doc[key];
      Object.assign(doc, told);
    });
    return "";
  }
  return t("The server could not be reached. Please try again.");
}

/** Gives a part another code everywhere. */
export const rename = (designer, code, fresh) => rewrite(designer, t("Change code"), (doc) => designer.api.rename(doc, code, fresh));

/** Gives an option, row or column another id everywhere. */
export const renameEntry = (designer, code, id, fresh) => rewrite(designer, t("Change code"), (doc) => designer.api.renameEntry(doc, code, id, fresh));

/** A field for the code of a part. `done(fresh)` follows the part; `locked`: why it cannot be changed. */
export function codeField(designer, code, { locked = "", label = t("Name in rules"), give = rename, done = () => {}, bare = false } = {}) {
  const apply = async ({ target }) => {
    const fresh = target.value.trim();
    if (fresh === code) return target.setCustomValidity("");
    const wrong = await give(designer, code, fresh);
    target.setCustomValidity(wrong);
    if (wrong) target.reportValidity();
    else done(fresh);
  };
  const id = `f-code-${code}`;
  const input = h("input.form-control.form-control-sm.short.mono", { id, value: code, onchange: apply, oninput: ({ target }) => target.setCustomValidity(""), spellcheck: "false", autocapitalize: "off", disabled: Boolean(locked), "aria-label": bare ? `${label} ${code}` : null });
  if (bare) return input;
  return h("div.field", { "data-key": "code" }, h("label.form-label", { for: id }, label), input,
    h("div.form-text", {}, locked || t("Letters, digits and underscore. Rules and texts that mention it follow.")));
}

/** Takes a part out. Where others refer to it, says what would break and asks what to do: `plain()` takes out
    the part alone. `inside`: codes that go with it. */
export async function takeOut(designer, code, plain, inside = [code]) {
  const uses = inside.flatMap((each) => usesOf(designer, each, inside));
  const known = [...new Map(uses.map((each) => [each.where, each])).values()];
  if (!known.length) return plain(0);
  const choice = await modal(t("Delete %(code)s?", { code }), (close) => [
    h("div.modal-main", {}, h("p", {}, icon("warn"), " ", t("%(n)s places refer to it and would break:", { n: known.length })), useList(designer, known, close)),
    h("div.modal-end", {},
      h("button.btn.btn-plain", { type: "button", onclick: () => close() }, t("Cancel")),
      h("button.btn.btn-plain", { type: "button", onclick: () => close("keep") }, t("Delete it, keep the rules")),
      h("button.btn.btn-primary", { type: "button", onclick: () => close("all") }, t("Delete it and these rules"))),
  ]);
  if (choice === "keep") return plain(known.length);
  if (choice !== "all") return undefined;
  designer.store.select({ kind: "survey" });
  const wrong = await rewrite(designer, t("Delete"), (doc) => designer.api.without(doc, code));
  return designer.toast(wrong || t("%(code)s deleted with what referred to it.", { code }), !wrong);
}
