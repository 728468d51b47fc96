/* Controls drawn from the description of a settings form: one per kind of field. */

import { freshId, h, icon, iconButton, typed } from "./dom.js";
import { t } from "./words.js";

/** A labelled control for a described field. `change(value)` gets JSON, or undefined to fall back to the
    default. `findings` are sentences to show below. */
export function settingField(field, value, change, findings = []) {
  const id = `f-${field.path ?? field.name}`;
  const shown = value === undefined ? field.default : value;
  const draw = KINDS[field.kind] ?? KINDS.text;
  const control = draw({ ...field, id }, shown, change);
  const described = findings.length ? `${id}-said` : null;
  if (described) control.setAttribute?.("aria-describedby", described);
  return h("div.field", { "data-key": id },
    field.kind === "boolean" ? control : [h("label.form-label", { for: id }, field.label), control],
    field.help ? h("div.form-text", {}, field.help) : null,
    findings.map((said) => h("div.said", { id: described }, said)));
}

const KINDS = { text, longtext, colour, integer: number, decimal: number, boolean, choice, choices, date, list, group, picture };

let keepPicture = null;
/** `keep(file)` stores a picture and resolves to {name, address}. */
export const usePictures = (keep) => (keepPicture = keep);

const shownAt = (name) => `/media/${name}`;

function text({ id, max, required }, value, change) {
  return h("input.form-control.form-control-sm", { id, value: value ?? "", maxlength: max, "aria-required": required ? "true" : null, ...typed((next) => change(next)) });
}

function longtext({ id, max, source }, value, change) {
  const finish = ({ target }) => source === "codes" && coded(target.value) !== target.value && change(coded(target.value));
  return h("textarea.form-control.form-control-sm", { id, rows: 3, value: value ?? "", maxlength: max, onchange: finish, ...typed((next) => change(next)) });
}

const CODED = /^\s*[A-Za-z0-9][\w.-]*\s*[,，;\s]\s*\S/;

/** Lines of a code and a label each; a line that is a label alone gets a code. */
export function coded(text) {
  const taken = new Set(text.match(/\w+/g));
  let n = 0;
  const fresh = () => {
    do n += 1; while (taken.has(`n${n}`));
    return `n${n}`;
  };
  return text.split("\n").map((line) => (line.trim() && !CODED.test(line) ? line.replace(/\S/, (first) => `${fresh()} ${first}`) : line)).join("\n");
}

function number({ id, kind, min, max }, value, change) {
  const read = ({ target }) => change(target.value === "" ? (target.validity.badInput ? undefined : null) : Number(target.value));
  return h("input.form-control.form-control-sm.short", { id, type: "number", step: kind === "integer" ? "1" : "any", min, max, value: value ?? "", oninput: read });
}

function boolean({ id, label }, value, change) {
  return h("label.form-check.form-switch", {},
    h("input.form-check-input", { id, type: "checkbox", role: "switch", checked: Boolean(value), onchange: (event) => change(event.target.checked) }),
    h("span.form-check-label", {}, label));
}

/* A colour, or none: then the page's own. */
function colour({ id, own }, value, change) {
  return h("div.cond-more", {},
    h("input.form-control.form-control-sm.form-control-color", { id, type: "color", value: value || own, oninput: ({ target }) => change(target.value) }),
    value ? h("button.btn.btn-plain.btn-sm", { type: "button", onclick: () => change("") }, t("Reset")) : h("span.form-text", {}, t("As usual")));
}

function choice({ id, choices }, value, change) {
  const pick = ({ target }) => change(choices.find(([key]) => String(key) === target.value)[0]);
  return h("select.form-select.form-select-sm", { id, value: String(value ?? ""), onchange: pick },
    choices.map(([key, label]) => h("option", { value: String(key) }, label)));
}

function choices({ id, choices: offered, label }, value, change) {
  const chosen = new Set(value ?? []);
  const flip = (key, on) => change(offered.map(([each]) => each).filter((each) => (each === key ? on : chosen.has(each))));
  return h("div.cond-boxes", { id, role: "group", "aria-label": label }, offered.map(([key, words]) =>
    h("label.chip", { "data-key": key }, h("input", { type: "checkbox", checked: chosen.has(key), onchange: (event) => flip(key, event.target.checked) }), h("span", {}, words))));
}

/* A picture that is uploaded at once. The field may be drawn anew meanwhile: its handlers of that moment take
   the name, so that nothing that was typed since is lost. */
function picture({ id, label, decorative }, value, change) {
  const pick = async ({ target }) => {
    const [file] = target.files;
    target.value = "";
    if (!file) return;
    tell(id, t("Uploading…"));
    try {
      const { name } = await keepPicture(file);
      document.getElementById(id)?.dispatchEvent(new CustomEvent("kept", { detail: name }));
      tell(id, "");
    } catch (refusal) {
      tell(id, refusal.message || t("The picture could not be uploaded."), "said");
    }
  };
  return h("div.picture-field", { id, role: "group", "aria-label": label, onkept: ({ detail }) => change(detail) },
    value ? h("img.picture-shown", { src: shownAt(value), alt: "" }) : null,
    h("div.picture-tools", {},
      h("label.btn.btn-plain.btn-sm", { class: value ? "" : "picture-first" }, icon("upload"), h("span", {}, value ? t("Replace") : t("Upload a picture")),
        h("input.visually-hidden", { type: "file", accept: "image/jpeg,image/png,image/webp,image/gif", onchange: pick })),
      value ? iconButton("x", t("Remove"), () => change("")) : null),
    h("p.form-text", { "data-opaque": "", role: "status", "data-key": "state" }),
    value && !decorative ? h("p.form-text", { "data-key": "hint" }, t("Say what is to be seen in it, for people who cannot see it.")) : null);
}

function tell(id, sentence, kind = "form-text") {
  const place = document.querySelector(`[id="${CSS.escape(id)}"] > [role="status"]`);
  if (place) Object.assign(place, { textContent: sentence, className: kind });
}

function date({ id }, value, change) {
  return h("input.form-control.form-control-sm.short", { id, type: "date", value: value ?? "", oninput: (event) => change(event.target.value || null) });
}

/* A list of plain values or of small groups without ids. */
function list({ id, label, fields = [], max }, value, change) {
  const entries = value ?? [];
  const single = fields.length === 1 && !fields[0].name;
  const put = (index, next) => change(entries.map((each, i) => (i === index ? next : each)));
  const fresh = (part) => (part.name === "id" ? freshId(entries.map((each) => each.id), "o") : part.default);
  const blank = () => (single ? "" : Object.fromEntries(fields.map((part) => [part.name, fresh(part)])));
  return h("div.entry-list", { id, role: "group", "aria-label": label },
    entries.map((each, index) => h("div.entry", { "data-key": `e${index}` },
      single ? KINDS[fields[0].kind]({ ...fields[0], id: `${id}-${index}` }, each, (next) => put(index, next))
        : members(fields, each, (next) => put(index, next), `${id}-${index}`),
      iconButton("x", t("Remove"), () => change(entries.filter((_, i) => i !== index))))),
    entries.length < (max ?? 1000) ? h("button.btn.btn-plain.btn-sm", { type: "button", onclick: () => change([...entries, blank()]) }, icon("plus"), t("Add")) : null);
}

function group({ id, fields, label }, value, change) {
  return h("fieldset.group", { id, "aria-label": label }, members(fields, value ?? {}, change, id));
}

/** The controls of all members of a group. */
export function members(fields, value, change, path) {
  return fields.map((part) => settingField({ ...part, path: `${path}.${part.name}` }, value[part.name], (next) => {
    const copy = { ...value };
    if (next === undefined) delete copy[part.name];
    else copy[part.name] = next;
    change(copy);
  }));
}
