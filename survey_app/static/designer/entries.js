/* Options, rows and columns on the card: typed in place, one line each; Enter adds the next, several pasted
   lines become several entries. Ids are made once and never change with the wording. */

import { announce, freshId, h, icon, iconButton, typed } from "./dom.js";
import { entryName, moment, question } from "./outline.js";
import { t } from "./words.js";

const MOST_SHOWN = 12;

/** The editor of one list of a question. `active`: editable; otherwise only shown. */
export function entryEditor(designer, asked, field, active) {
  const entries = asked.settings?.[field.name] ?? [];
  return active ? editor(designer, asked, field, entries) : quiet(asked, field, entries);
}

function quiet(asked, field, entries) {
  return h("ul.entries.quiet", {},
    entries.slice(0, MOST_SHOWN).map((entry) => h("li", { "data-key": entry.id }, mark(asked, field.name), entryName(entry) || h("em", {}, t("(empty)")), badge(entry))),
    entries.length > MOST_SHOWN ? h("li.muted", {}, t("and %(n)s more", { n: entries.length - MOST_SHOWN })) : null);
}

function editor(designer, asked, field, entries) {
  const list = new List(designer, asked.code, field);
  return h("div.entries-box", { "data-key": `entries-${field.name}` },
    h("div.entries-head", {}, h("span", {}, field.label),
      field.source === "directory" ? h("button.link-button", { type: "button", onclick: () => fillFrom(designer, asked.code, list) }, t("Fill from the organisation")) : null,
      h("button.link-button", { type: "button", onclick: () => designer.bulk(asked.code, field) }, t("Edit as text"))),
    h("ul.entries", {}, entries.map((entry, index) => line(designer, asked, list, entry, index, index === entries.length - 1))),
    h("button.btn.btn-plain.btn-sm", { type: "button", onclick: () => list.insert(list.entries.length) }, icon("plus"), t("Add")));
}

/* The sign in front of an entry: what respondents will tap, nothing for rows. */
function mark(asked, name) {
  if (name === "rows") return null;
  return h(`span.entry-mark${/multi/.test(asked.type) ? ".square" : ""}`, { "aria-hidden": "true" });
}

const badge = (entry) => (entry.show ? h("span.tag", { title: t("Shown under a condition") }, icon("branch")) : null);

/* One list of one question as it is now: handlers outlive the drawing they were made for. */
class List {
  constructor(designer, code, field) {
    Object.assign(this, { designer, code, field });
  }

  get entries() {
    return question(this.designer.store.doc, this.code).settings?.[this.field.name] ?? [];
  }

  at(id) {
    return this.entries.findIndex((entry) => entry.id === id);
  }

  write(entries, burst) {
    this.designer.actions.set(this.code, this.field.name, entries, burst);
  }

  focus(index) {
    this.designer.focusOn(`[data-line="${this.code}.${this.field.name}.${index}"]`);
  }

  put(id, name, text) {
    this.write(this.entries.map((entry) => (entry.id === id ? { ...entry, [name]: text } : entry)), `${this.field.name}.${id}.${name}`);
  }

  insert(at, labels = [""], kept = this.entries) {
    const taken = kept.map(({ id }) => id);
    const fresh = labels.map((label) => {
      const id = freshId(taken, this.field.name[0]);
      taken.push(id);
      return { id, label };
    });
    this.write([...kept.slice(0, at), ...fresh, ...kept.slice(at)]);
    this.focus(at + fresh.length - 1);
  }

  drop(id) {
    const index = this.at(id);
    this.write(this.entries.filter((entry) => entry.id !== id));
    this.focus(Math.max(0, index - 1));
  }

  shift(id, by) {
    const [entries, index] = [[...this.entries], this.at(id)];
    if (!entries[index + by]) return;
    entries.splice(index + by, 0, entries.splice(index, 1)[0]);
    this.write(entries);
    announce(t("Now at place %(n)s.", { n: index + by + 1 }));
  }
}

function line(designer, asked, list, entry, index, last) {
  const { store } = designer;
  const { field, code } = list;
  const { id } = entry;
  const chosen = store.selected.kind === "entry" && store.selected.id === id && store.selected.list === field.name;
  const open = () => store.select(chosen ? { kind: "question", code } : { kind: "entry", code, list: field.name, id });
  return h("li.entry-line", { "data-key": id, class: chosen ? "chosen" : "", "data-entry": id, "data-list": field.name },
    h("span.grip", { draggable: "true", "data-drag": "entry", title: t("Drag to move") }, icon("grip")),
    mark(asked, field.name),
    moment(entry) ? h("span.muted.entry-moment", {}, moment(entry)) : null,
    h("input.bare", { value: entry.label ?? "", placeholder: t("Option text"), "aria-label": t("%(list)s %(n)s", { list: field.label, n: index + 1 }), "data-line": `${code}.${field.name}.${index}`,
      ...typed((text) => list.put(id, "label", text)), onkeydown: (event) => keys(event, list, id), onpaste: (event) => paste(event, list, id) }),
    partner(list, entry),
    iconButton("arrow-up", t("Move up"), () => list.shift(id, -1), { disabled: index === 0, class: "when-active" }),
    iconButton("arrow-down", t("Move down"), () => list.shift(id, 1), { disabled: last, class: "when-active" }),
    iconButton("branch", entry.show ? t("Shown under a condition") : t("Details and condition"), open, { class: entry.show ? "on" : "", "aria-pressed": String(chosen) }),
    iconButton("x", t("Remove"), () => list.drop(id)));
}

/* Copies the directory in: known ids take the new names, fresh ones follow, nobody is thrown out. */
async function fillFrom(designer, code, list) {
  const of = question(designer.store.doc, code).settings?.source ?? "units";
  let told;
  try {
    told = (await designer.api.members(of)).entries;
  } catch (refusal) {
    designer.toast(refusal.status === 403 ? t("Your role may not see the people of the organisation.") : t("The organisation could not be read. Please try again."));
    return;
  }
  const { written, added } = filled(list.entries, told);
  list.write(written);
  designer.toast(t("%(n)s members added, %(all)s in all.", { n: added, all: written.length }));
}

/** Entries with what the directory told. Empty ones make room. */
export function filled(entries, told) {
  const kept = entries.filter(({ label }) => label);
  const names = new Map(told.map(({ id, label }) => [id, label]));
  const known = new Set(kept.map(({ id }) => id)), labels = new Set(kept.map(({ label }) => label));
  const fresh = told.filter(({ id, label }) => !known.has(id) && !labels.has(label));
  const written = [...kept.map((entry) => (names.has(entry.id) ? { ...entry, label: names.get(entry.id) } : entry)), ...fresh];
  return { written, added: fresh.length };
}

/* The other text an entry cannot do without, such as the opposite of a semantic differential. */
function partner(list, entry) {
  const part = list.field.fields.find(({ name, kind, required }) => required && kind === "text" && !["id", "label"].includes(name));
  if (!part) return null;
  return h("input.bare", { value: entry[part.name] ?? "", placeholder: part.label, "aria-label": `${entry.label}: ${part.label}`, ...typed((text) => list.put(entry.id, part.name, text)) });
}

function keys(event, list, id) {
  if (event.isComposing) return;
  const index = list.at(id);
  if (event.key === "Enter") list.insert(index + 1);
  else if (event.key === "Backspace" && !event.target.value && list.entries.length > 1) list.drop(id);
  else if (event.altKey && event.key === "ArrowUp") list.shift(id, -1);
  else if (event.altKey && event.key === "ArrowDown") list.shift(id, 1);
  else if (event.key === "ArrowUp") list.focus(index - 1);
  else if (event.key === "ArrowDown") list.focus(index + 1);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function paste(event, list, id) {
  const lines = linesOf(event.clipboardData.getData("text/plain"));
  if (lines.length < 2) return;
  event.preventDefault();
  const index = list.at(id);
  const empty = !list.entries[index].label;
  list.insert(empty ? index : index + 1, lines, empty ? list.entries.filter((entry) => entry.id !== id) : list.entries);
  announce(t("%(n)s entries pasted.", { n: lines.length }));
}

/** Lines of a text, without bullets and empty lines. */
export const linesOf = (text) => text.split(/\r?\n/).map((each) => each.replace(/^\s*(?:[-*•·]|\d+[.、)])\s*/, "").trim()).filter(Boolean);

/** Entries for lines of text. A line that reads like an entry keeps its id and condition; a reworded line
    takes over the entry that stood in its place. */
export function entriesOf(lines, list, prefix) {
  const free = new Map(list.map((entry) => [entry.id, entry]));
  const found = lines.map((label) => take(free, [...free.values()].find((entry) => entryName(entry) === label)));
  const taken = list.map(({ id }) => id);
  return lines.map((label, index) => {
    const entry = found[index] ?? take(free, list[index]) ?? { id: freshId(taken, prefix) };
    taken.push(entry.id);
    return found[index] ?? { ...entry, label };
  });
}

function take(free, entry) {
  return entry && free.delete(entry.id) ? entry : undefined;
}
