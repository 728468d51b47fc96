/* The one state of the designer: the document, what is selected, and the list of patches behind undo.

   History survives a reload of the page (sessionStorage), also with changes the server has not seen yet. */

import { apply, diff, reversed, same } from "./diff.js";

const MOST_STEPS = 300;
const BURST = 1200; // typing pauses shorter than this are one step, in milliseconds

export class Store {
  constructor({ code, document, revision, findings, facts, rules, uses }) {
    Object.assign(this, { code, doc: document, revision, findings, facts, rules, uses });
    this.past = [];
    this.future = [];
    this.selected = { kind: "survey" };
    this.view = "questions";
    this.listeners = [];
    this.restore();
  }

  subscribe(listener) {
    this.listeners.push(listener);
  }

  tell(what) {
    for (const listener of this.listeners) listener(what);
  }

  /** Changes the document: `change` gets a copy to write on. Edits with the same `burst` that follow each
      other closely are one step of undo. */
  edit(label, change, burst = "") {
    const now = structuredClone(this.doc);
    const outcome = change(now);
    const patches = diff(this.doc, now);
    if (!patches.length) return outcome;
    const last = this.past.at(-1);
    if (burst && last?.burst === burst && Date.now() - last.at < BURST) {
      const base = apply(this.doc, reversed(last.patches));
      Object.assign(last, { patches: diff(base, now), at: Date.now() });
    } else {
      this.past.push({ label, burst, at: Date.now(), patches, selected: this.selected });
      if (this.past.length > MOST_STEPS) this.past.shift();
    }
    this.future = [];
    this.doc = apply(this.doc, patches); // untouched parts stay the same objects: what shows them is not drawn anew
    this.changed();
    return outcome;
  }

  undo() {
    const step = this.past.pop();
    if (!step) return null;
    this.doc = apply(this.doc, reversed(step.patches));
    this.future.push({ ...step, after: this.selected });
    this.selected = step.selected;
    this.changed();
    return step;
  }

  redo() {
    const step = this.future.pop();
    if (!step) return null;
    this.doc = apply(this.doc, step.patches);
    this.past.push({ ...step, at: 0 });
    this.selected = step.after ?? this.selected;
    this.changed();
    return step;
  }

  select(selected) {
    if (same(this.selected, selected)) return;
    this.selected = selected;
    this.tell("selected");
  }

  show(view) {
    this.view = view;
    this.tell("view");
  }

  changed() {
    this.dirty = true;
    this.keep();
    this.tell("document");
  }

  /** The server stored `sent` as `revision`. */
  saved(sent, { revision, ...told }) {
    this.revision = revision;
    this.look(told);
    this.dirty = !same(sent, this.doc);
    this.keep();
    this.tell("saved");
  }

  /** Takes over another state of the document, for example somebody else's; undo leads back. */
  adopt({ document, revision, ...told }, label) {
    this.revision = revision;
    this.edit(label, (draft) => {
      for (const key of Object.keys(draft)) delete draft[key];
      Object.assign(draft, document);
    });
    this.look(told);
    this.dirty = false;
    this.keep();
    this.tell("saved");
  }

  /** Takes over what the server says about the document; what is equal stays the same object. */
  look(told) {
    for (const name of ["findings", "facts", "rules", "uses"]) this[name] = apply(this[name], diff(this[name], told[name]));
  }

  keep() {
    const kept = { revision: this.revision, past: this.past, future: this.future, doc: this.dirty ? this.doc : null };
    try {
      sessionStorage.setItem(`designer:${this.code}`, JSON.stringify(kept));
    } catch {
      this.past.splice(0, this.past.length >> 1); // the browser's room is limited: forget the oldest steps
    }
  }

  /* What was not stored is taken up on the revision it was written on: saving it tells whether somebody else
     stored another since. */
  restore() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(`designer:${this.code}`) ?? "null");
      if (kept?.revision !== this.revision && !kept?.doc) return;
      Object.assign(this, { past: kept.past, future: kept.future, revision: kept.revision });
      if (kept.doc) Object.assign(this, { doc: kept.doc, dirty: true });
    } catch {
      /* nothing usable was kept */
    }
  }
}
