/* The designer: builds the one object everything hangs on, and draws it whenever the store says so. */

import { Actions } from "./actions.js";
import { Api, Autosave } from "./api.js";
import * as dialogs from "./dialogs.js";
import { enableDragging } from "./dnd.js";
import { announce, h, icon, iconButton, safely, show, useIcons } from "./dom.js";
import { endingsView } from "./endings.js";
import { usePictures } from "./fields.js";
import { count } from "./findings.js";
import { languagesView } from "./languages.js";
import { drawArcs, mapView } from "./map.js";
import { ending, page } from "./outline.js";
import { panel } from "./panel.js";
import { Preview } from "./preview.js";
import { rulesView } from "./rules.js";
import { Store } from "./store.js";
import { brief } from "./subjects.js";
import { settingsView } from "./survey.js";
import { choose, toolbox } from "./toolbox.js";
import { canvas } from "./tree.js";
import { trialsView } from "./trials.js";
import { t, useWords } from "./words.js";

const GROWS = CSS.supports("field-sizing", "content");
const VIEWS = { questions: canvas, logic: mapView, rules: rulesView, trials: trialsView, endings: endingsView, settings: settingsView, languages: languagesView };

class Designer {
  constructor(data) {
    this.data = data;
    this.used = data.used;
    this.types = new Map(data.types.map((type) => [type.key, type]));
    this.store = new Store(data);
    this.actions = new Actions(this);
    this.api = new Api(data.base);
    usePictures((file) => this.api.picture(file));
    this.preview = new Preview(this);
    this.state = "saved";
    this.regions = Object.fromEntries(["views", "tools", "canvas", "panel", "preview", "state"].map((name) => [name, document.getElementById(`d-${name}`)]));
    this.autosave = new Autosave(this.store, this.api, (state, refusal) => this.told(state, refusal));
    this.autosave.stopped = !data.writable;
    this.store.subscribe((what) => {
      if (what === "view") this.regions.canvas.scrollTop = 0;
      this.render();
    });
  }

  /** Draws everything once the running handler is done: the next event must meet controls that know this state. */
  render() {
    if (this.due) return;
    this.due = true;
    queueMicrotask(() => {
      this.due = false;
      this.draw();
    });
  }

  draw() {
    const { view } = this.store;
    const asking = view === "questions";
    if (this.root.dataset.view !== view) window.scrollTo(0, 0); // phones scroll the page, not the canvas
    this.root.dataset.view = view;
    this.root.dataset.preview = this.preview.hidden ? "off" : "on";
    this.root.dataset.sheet = this.store.selected.kind === "survey" ? "" : this.sheet ? "open" : "peek";
    show(this.regions.views, this.viewBar());
    show(this.regions.state, this.stateBar());
    show(this.regions.tools, asking ? toolbox(this) : []);
    show(this.regions.canvas, safely(() => VIEWS[view](this), () => this.odd()));
    show(this.regions.panel, asking ? [this.sheetBar(), ...safely(() => panel(this), () => [this.odd()])] : []);
    show(this.regions.preview, this.preview.hidden ? [] : this.preview.draw());
    this.preview.mount(this.regions.preview);
    this.settle();
  }

  /* After drawing: text areas as high as their text, and the focus where an action wanted it. */
  settle() {
    for (const area of GROWS ? [] : this.root.querySelectorAll("textarea.grow")) {
      area.style.height = "auto";
      area.style.height = `${area.scrollHeight}px`;
    }
    if (!this.data.writable) this.lock();
    if (this.store.view === "logic") drawArcs(this.regions.canvas);
    const wanted = this.wanted && document.querySelector(this.wanted);
    this.wanted = null;
    if (!wanted) return;
    (wanted.disabled ? wanted.closest("[tabindex]") : wanted).focus({ preventScroll: true });
    wanted.scrollIntoView({ block: "nearest" });
  }

  /* Readers may look at everything and change nothing. */
  lock() {
    for (const name of ["tools", "canvas", "panel"])
      for (const control of this.regions[name].querySelectorAll("input, textarea, select, button:not(.page-number, .see-button, .trial button)")) control.disabled = !control.closest(".map-bar");
  }

  /** Draws at once, so that what is typed next goes where the focus went. */
  focusOn(selector) {
    this.wanted = selector;
    this.draw();
  }

  focus(id, inside = "") {
    this.focusOn(`#${CSS.escape(id)} ${inside}`.trim());
  }

  viewBar() {
    const views = { questions: t("Questions"), logic: t("Logic"), rules: t("Rules"), trials: t("Try answers"), endings: t("Endings"), settings: t("Settings"), languages: t("Translations") };
    return Object.entries(views).map(([view, words]) => h("button", { type: "button", "data-key": view, "aria-pressed": String(this.store.view === view), onclick: () => this.store.show(view) }, words));
  }

  stateBar() {
    const { store, actions, data } = this;
    const errors = count(this, "error");
    const warnings = count(this, "warning");
    return [
      h("span.save-state", { "data-key": "saved", "data-state": data.writable ? this.state : "reading", role: "status" }, this.stateWords()),
      iconButton("undo", t("Undo (Ctrl+Z)"), () => actions.undo(), { disabled: !store.past.length, "data-key": "undo" }),
      iconButton("redo", t("Redo (Ctrl+Shift+Z)"), () => actions.redo(), { disabled: !store.future.length, "data-key": "redo" }),
      h("button.btn.btn-plain.btn-sm.check-button", { type: "button", "data-key": "check", "data-level": errors ? "error" : warnings ? "warning" : "good", onclick: () => dialogs.findings(this) },
        icon(errors ? "error" : warnings ? "warn" : "check"), h("span", {}, errors ? t("%(n)s errors", { n: errors }) : warnings ? t("%(n)s hints", { n: warnings }) : t("Checked"))),
      h("button.btn.btn-plain.btn-sm", { type: "button", "data-key": "preview", "aria-pressed": String(!this.preview.hidden), onclick: () => this.preview.toggle() }, icon("eye"), h("span", {}, t("Preview"))),
      h("a.btn.btn-plain.btn-sm.optional", { href: `${data.base}/versions`, "data-key": "versions" }, icon("clock"), h("span", {}, t("Versions"))),
      data.publishable ? h("button.btn.btn-primary.btn-sm", { type: "button", "data-key": "publish", id: "publish", "aria-busy": this.looking ? "true" : null, onclick: () => this.publish() }, icon("send"), t("Publish")) : null,
    ];
  }

  stateWords() {
    if (!this.data.writable) return t("Read only");
    return { saving: t("Saving…"), saved: this.store.dirty ? t("Saving…") : t("Saved"), offline: t("Not saved yet: no connection. Trying again."), refused: this.refusal || t("Not saved."), conflict: t("Changed by somebody else") }[this.state];
  }

  sheetBar() {
    const turn = () => {
      this.sheet = !this.sheet;
      this.render();
    };
    return h("div.sheet-bar", { "data-key": "sheet" }, h("span", {}, this.store.selected.code ?? ""),
      h("button.btn.btn-plain.btn-sm", { type: "button", "aria-expanded": String(Boolean(this.sheet)), onclick: turn }, icon(this.sheet ? "check" : "sliders"), this.sheet ? t("Done") : t("Settings")));
  }

  told(state, refusal) {
    this.state = state;
    this.refusal = refusal?.message ?? "";
    if (state === "conflict") dialogs.conflict(this);
    if (state === "refused" && (refusal.status === 401 || refusal.body.stale)) dialogs.signedOut(this);
    this.render();
  }

  /** A short message with a way back. */
  toast(words, undo = false) {
    const box = document.getElementById("d-toast");
    clearTimeout(this.toasting);
    show(box, h("div.toast-in", {}, h("span", {}, words), undo ? h("button.link-button", { type: "button", onclick: () => (this.actions.undo(), show(box)) }, t("Undo")) : null));
    announce(words);
    this.toasting = setTimeout(() => show(box), 8000);
  }

  /** What is known about a question's answers; until the server has seen it, what holds for its type. */
  facts(question) {
    return this.store.facts[question?.code] ?? this.types.get(question?.type)?.facts ?? {};
  }

  odd() {
    return h("div.panel", { "data-key": "odd" }, h("p", {}, t("This part of the document is written in a way the designer cannot show.")),
      h("button.btn.btn-plain.btn-sm", { type: "button", onclick: () => this.source() }, icon("file"), t("Show as JSON")));
  }

  /** A jump's target in words. */
  target(code) {
    const { doc } = this.store;
    if (page(doc, code)) return `${t("Page %(n)s", { n: doc.pages.findIndex((each) => each.code === code) + 1 })}${page(doc, code).title ? ` ${brief(page(doc, code).title)}` : ""}`;
    return ending(doc, code) ? t("Ending: %(title)s", { title: brief(ending(doc, code).title || code) }) : code || "?";
  }

  choose = (page) => choose(this, page);
  source = () => dialogs.source(this);
  bulk = (code, field) => dialogs.bulk(this, code, field);

  /** One dialogue at a time, however often it is asked for while the server is looking. */
  async publish() {
    if (this.publishing) return;
    const look = (looking) => {
      this.looking = looking;
      this.render();
    };
    this.publishing = true;
    look(true);
    await dialogs.publish(this, () => look(false)).finally(() => (this.publishing = false));
    look(false);
  }

  published() {
    this.used = [...new Set([...this.used, ...this.store.doc.pages.flatMap((each) => (each.questions ?? []).map(({ code }) => code))])];
    const badge = document.querySelector(".survey-head .state");
    if (badge) Object.assign(badge, { className: "state state-live", textContent: t("Live") });
    this.render();
  }

  start(root) {
    this.root = root;
    enableDragging(root, this);
    document.addEventListener("keydown", (event) => this.keys(event));
    window.addEventListener("beforeunload", (event) => this.store.dirty && this.data.writable && !this.leaving && event.preventDefault());
    window.addEventListener("resize", () => this.store.view === "logic" && drawArcs(this.regions.canvas));
    window.addEventListener("online", () => this.autosave.soon(0));
    this.preview.hidden = window.innerWidth < 1100;
    this.draw();
    root.dataset.ready = "";
  }

  keys(event) {
    const command = event.ctrlKey || event.metaKey;
    if (!command || document.querySelector("dialog[open]")) return;
    const key = event.key.toLowerCase();
    if (key === "z" || key === "y") {
      event.preventDefault();
      key === "y" || event.shiftKey ? this.actions.redo() : this.actions.undo();
    } else if (key === "s") {
      event.preventDefault();
      this.autosave.now();
    }
  }
}

const data = JSON.parse(document.getElementById("designer-data").textContent);
useWords(data.words);
useIcons(data.icons);
new Designer(data).start(document.getElementById("designer"));
