/* Options, rows and columns on the card: typed in place, one line each; Enter adds the next, several pasted
   lines become several entries. Ids are made once and never change with the wording. */

import { announce, freshId, h, icon, iconButton, typed } from "./dom.js";
import { t } from "./words.js";

/** The editor of one list of a question. `active`: editable; otherwise only shown. */
export function entryEditor(designer, question, field, active) {
  const list = question.settings?.[field.name] ?? [];
  if (!active) return h("ul.entries.quiet", {}, list.slice(0, 12).map((entry) => h("li", { "data-key": entry.id }, mark(question), entry.label || h("em", {}, t("(empty)")), badge(entry))), list.length > 12 ? h("li.muted", {}, t("and %(n)s more", { n: list.length - 12 })) : null);
  return h("div.entries-box", { "data-key": `entries-${field.name}` },
    h("div.entries-head", {}, h("span", {}, field.label),
      h("button.link-button", { type: "button", onclick: () => designer.bulk(question.code, field) }, t("Edit as text"))),
    h("ul.entries", {}, list.map((entry, index) => line(designer, question, field, list, entry, index))),
    h("button.btn.btn-plain.btn-sm", { type: "button", onclick: () => insert(designer, question, field, list, list.length) }, icon("plus"), t("Add")));
}

const mark = (question) => h(`span.entry-mark${/multi/.test(question.type) ? ".square" : ""}`, { "aria-hidden": "true" });
const badge = (entry) => (entry.show ? h("span.tag", { title: t("Shown under a condition") }, icon("branch")) : null);

function line(designer, question, field, list, entry, index) {
  const { actions, store } = designer;
  const write = (next, burst) => actions.set(question.code, field.name, next, burst);
  const label = (text) => write(list.map((each, i) => (i === index ? { ...each, label: text } : each)), `${field.name}.${entry.id}`);
  const chosen = store.selected.kind === "entry" && store.selected.id === entry.id && store.selected.list === field.name;
  return h("li.entry-line", { "data-key": entry.id, class: chosen ? "chosen" : "", "data-entry": entry.id, "data-list": field.name },
    h("span.grip", { draggable: "true", "data-drag": "entry", title: t("Drag to move") }, icon("grip")),
    mark(question),
    h("input.bare", { value: entry.label ?? "", placeholder: t("Option text"), "aria-label": t("%(list)s %(n)s", { list: field.label, n: index + 1 }), "data-line": `${question.code}.${field.name}.${index}`,
      ...typed(label), onkeydown: (event) => keys(event, designer, question, field, list, index), onpaste: (event) => paste(event, designer, question, field, list, index) }),
    iconButton("arrow-up", t("Move up"), () => shift(designer, question, field, list, index, -1), { disabled: index === 0, class: "when-active" }),
    iconButton("arrow-down", t("Move down"), () => shift(designer, question, field, list, index, 1), { disabled: index === list.length - 1, class: "when-active" }),
    iconButton("branch", entry.show ? t("Shown under a condition") : t("Details and condition"), () => store.select(chosen ? { kind: "question", code: question.code } : { kind: "entry", code: question.code, list: field.name, id: entry.id }), { class: entry.show ? "on" : "", "aria-pressed": String(chosen) }),
    iconButton("x", t("Remove"), () => drop(designer, question, field, list, index)));
}

const focusLine = (designer, question, field, index) => designer.focusOn(`[data-line="${question.code}.${field.name}.${index}"]`);

function insert(designer, question, field, list, at, labels = [""]) {
  const taken = list.map(({ id }) => id);
  const fresh = labels.map((label) => {
    const id = freshId(taken, field.name[0]);
    taken.push(id);
    return { id, label };
  });
  designer.actions.set(question.code, field.name, [...list.slice(0, at), ...fresh, ...list.slice(at)]);
  focusLine(designer, question, field, at + fresh.length - 1);
}

function drop(designer, question, field, list, index) {
  designer.actions.set(question.code, field.name, list.filter((_, i) => i !== index));
  focusLine(designer, question, field, Math.max(0, index - 1));
}

function shift(designer, question, field, list, index, by) {
  if (!list[index + by]) return;
  const next = [...list];
  next.splice(index + by, 0, next.splice(index, 1)[0]);
  designer.actions.set(question.code, field.name, next);
  announce(t("Now at place %(n)s.", { n: index + by + 1 }));
}

function keys(event, designer, question, field, list, index) {
  if (event.isComposing) return;
  if (event.key === "Enter") {
    event.preventDefault();
    insert(designer, question, field, list, index + 1);
  } else if (event.key === "Backspace" && !event.target.value && list.length > 1) {
    event.preventDefault();
    drop(designer, question, field, list, index);
  } else if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
    event.preventDefault();
    event.stopPropagation();
    shift(designer, question, field, list, index, event.key === "ArrowUp" ? -1 : 1);
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    focusLine(designer, question, field, index + (event.key === "ArrowDown" ? 1 : -1));
  }
}

function paste(event, designer, question, field, list, index) {
  const lines = linesOf(event.clipboardData.getData("text/plain"));
  if (lines.length < 2) return;
  event.preventDefault();
  const kept = list[index].label ? list : list.filter((_, i) => i !== index);
  insert(designer, question, field, kept, list[index].label ? index + 1 : index, lines);
  announce(t("%(n)s entries pasted.", { n: lines.length }));
}

/** Lines of a text, without bullets and empty lines. */
export const linesOf = (text) => text.split(/\r?\n/).map((each) => each.replace(/^\s*(?:[-*•·]|\d+[.、)])\s*/, "").trim()).filter(Boolean);

/** Entries for lines of text. A line that reads like an entry keeps its id and condition; a reworded line
    takes over the entry that stood in its place. */
export function entriesOf(lines, list, prefix) {
  const free = new Map(list.map((entry) => [entry.id, entry]));
  const found = lines.map((label) => take(free, [...free.values()].find((entry) => entry.label === label)));
  const taken = list.map(({ id }) => id);
  return lines.map((label, index) => {
    const entry = found[index] ?? take(free, list[index]) ?? { id: freshId(taken, prefix) };
    taken.push(entry.id);
    return { ...entry, label };
  });
}

function take(free, entry) {
  return entry && free.delete(entry.id) ? entry : undefined;
}
