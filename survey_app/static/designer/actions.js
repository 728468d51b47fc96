/* What a manager can do to the questionnaire. Every verb is one step of undo and says what it did. */

import { announce, freshId } from "./dom.js";
import * as outline from "./outline.js";
import { takeOut } from "./recoding.js";
import { t } from "./words.js";

const FIRST_OPTIONS = 3;

export class Actions {
  constructor(designer) {
    this.designer = designer;
    this.store = designer.store;
  }

  get doc() {
    return this.store.doc;
  }

  /** Adds a question of a type: at a given place, else after the selected question, else at the end. */
  add(key, spot = {}) {
    const type = this.designer.types.get(key);
    const code = outline.nextCode(this.doc, "Q", this.designer.used);
    const { selected } = this.store;
    const page = spot.page ?? (selected.kind === "page" ? selected.code : undefined);
    const after = !page && ["question", "entry"].includes(selected.kind) ? selected.code : undefined;
    this.store.edit(t("Add question"), (doc) => outline.add(doc, blankQuestion(type, code), { ...spot, page, after }));
    this.open(code, true);
    announce(t("%(type)s added as %(code)s.", { type: type.label, code }));
  }

  /** Selects a question and brings it into view; with `title` its title gets the focus. */
  open(code, title = false) {
    this.store.show("questions");
    this.store.select({ kind: "question", code });
    this.designer.focus(`q-${code}`, title ? "textarea" : "");
  }

  remove(code) {
    return takeOut(this.designer, code, (count) => this.drop(code, count));
  }

  /** Takes out the question alone; `count` other places refer to it. */
  drop(code, count) {
    const spot = outline.place(this.doc, code);
    const next = spot.page.questions[spot.index + 1] ?? spot.page.questions[spot.index - 1];
    this.store.edit(t("Delete question"), (doc) => outline.remove(doc, code));
    this.store.select(next ? { kind: "question", code: next.code } : { kind: "page", code: spot.page.code });
    this.designer.focus(next ? `q-${next.code}` : `p-${spot.page.code}`);
    this.designer.toast(count ? t("%(code)s deleted. %(count)s other places refer to it.", { code, count }) : t("%(code)s deleted.", { code }), true);
  }

  duplicate(code) {
    const fresh = outline.nextCode(this.doc, "Q", this.designer.used);
    this.store.edit(t("Duplicate question"), (doc) => outline.duplicate(doc, code, fresh));
    this.open(fresh);
    announce(t("%(code)s copied as %(fresh)s.", { code, fresh }));
  }

  step(code, by) {
    const held = document.activeElement?.closest("button")?.getAttribute("aria-label");
    const moved = this.store.edit(t("Move question"), (doc) => outline.step(doc, code, by));
    if (!moved) return;
    this.designer.focus(`q-${code}`, held ? `[aria-label="${CSS.escape(held)}"]` : "");
    announce(this.whereabouts(code));
  }

  move(code, page, index) {
    this.store.edit(t("Move question"), (doc) => outline.move(doc, code, page, index));
    announce(this.whereabouts(code));
  }

  whereabouts(code) {
    const { pageIndex, index, page } = outline.place(this.doc, code);
    return t("%(code)s is now number %(n)s of %(all)s on page %(page)s.", { code, n: index + 1, all: page.questions.length, page: pageIndex + 1 });
  }

  /** Changes one question; edits with the same burst join into one step. */
  change(code, label, write, burst = "") {
    this.store.edit(label, (doc) => write(outline.question(doc, code), doc), burst && `${code}.${burst}`);
  }

  /** Sets or removes (undefined, null, "") one member of a question. */
  put(code, key, value, burst = "") {
    this.change(code, t("Change question"), (question) => assign(question, key, value), burst);
  }

  set(code, name, value, burst = "") {
    this.change(code, t("Change settings"), (question) => {
      question.settings ??= {};
      if (value === undefined) delete question.settings[name];
      else question.settings[name] = value;
    }, burst && `settings.${burst}`);
  }

  /** Another type: settings that the new type knows too are kept. */
  retype(code, key) {
    const type = this.designer.types.get(key);
    const names = new Set(type.settings.map(({ name }) => name));
    const lost = Object.entries(outline.question(this.doc, code).settings ?? {}).some(([name, value]) => !names.has(name) && value !== "" && value !== null);
    this.change(code, t("Change type"), (question) => {
      const kept = Object.entries(question.settings ?? {}).filter(([name]) => names.has(name));
      question.type = key;
      question.settings = { ...blankQuestion(type, code).settings, ...Object.fromEntries(kept) };
    });
    if (lost) this.designer.toast(t("%(code)s is now: %(type)s. What this type does not have, such as options, is gone.", { code, type: type.label }), true);
  }

  addPage(index) {
    const code = this.store.edit(t("Add page"), (doc) => outline.addPage(doc, index));
    this.store.select({ kind: "page", code });
    this.designer.focus(`p-${code}`);
    announce(t("Page %(n)s added.", { n: index + 1 }));
  }

  changePage(code, write, burst = "") {
    this.store.edit(t("Change page"), (doc) => write(outline.page(doc, code)), burst && `${code}.${burst}`);
  }

  putPage(code, key, value, burst = "") {
    this.changePage(code, (page) => assign(page, key, value), burst);
  }

  movePage(code, by) {
    this.store.edit(t("Move page"), (doc) => outline.movePage(doc, code, by));
    announce(t("Page moved to place %(n)s.", { n: this.doc.pages.findIndex((page) => page.code === code) + 1 }));
  }

  mergePage(code) {
    const joined = this.store.edit(t("Join pages"), (doc) => outline.mergePage(doc, code));
    this.store.select({ kind: "page", code: joined });
  }

  splitPage(code) {
    this.store.edit(t("Split page"), (doc) => outline.splitPage(doc, code));
  }

  removePage(code) {
    const inside = (outline.page(this.doc, code).questions ?? []).map((question) => question.code);
    return takeOut(this.designer, code, () => this.dropPage(code, inside.length), [code, ...inside]);
  }

  dropPage(code, count) {
    this.store.edit(t("Delete page"), (doc) => outline.removePage(doc, code));
    this.store.select({ kind: "survey" });
    this.designer.toast(count ? t("Page deleted with %(count)s questions.", { count }) : t("Page deleted."), true);
  }

  undo() {
    const step = this.store.undo();
    if (step) announce(t("Undone: %(label)s", { label: step.label }));
  }

  redo() {
    const step = this.store.redo();
    if (step) announce(t("Done again: %(label)s", { label: step.label }));
  }
}

/** Sets a member, or removes it when there is nothing to keep. */
export function assign(holder, key, value) {
  if (value === undefined || value === null || value === "" || (Array.isArray(value) && !value.length)) delete holder[key];
  else holder[key] = value;
}

/** A question of a type with nothing but what it cannot do without. */
function blankQuestion(type, code) {
  const lists = type.settings.filter((field) => isEntries(field) && (field.required || field.min || ["options", "rows", "columns"].includes(field.name)) && !field.default?.length);
  const settings = Object.fromEntries(lists.map((field) => [field.name, firstEntries(field)]));
  const demanded = type.collects && type.operators !== "T"; // nobody likes to be made to write
  return { code, type: type.key, title: "", ...(demanded ? { required: true } : {}), settings };
}

/** Whether a list setting holds entries with an id and a label, such as options. */
export const isEntries = (field) => field.kind === "list" && ["id", "label"].every((name) => field.fields?.some((part) => part.name === name));

function firstEntries(field) {
  const count = field.source ? 0 : Math.max(field.min ?? 0, FIRST_OPTIONS); // what is filled from elsewhere begins empty
  const name = (n) => ({ rows: t("Row %(n)s", { n }), columns: t("Column %(n)s", { n }) })[field.name] ?? t("Option %(n)s", { n });
  const made = [];
  for (let n = 1; n <= count; n += 1) made.push({ id: freshId(made.map(({ id }) => id), field.name[0]), label: name(n) });
  return made;
}
