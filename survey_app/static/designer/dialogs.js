/* Dialogues of the designer: conflict, bulk text, publishing, the document as text. */

import { h, icon, iconButton } from "./dom.js";
import { entriesOf, linesOf } from "./entries.js";
import { count, list } from "./findings.js";
import { entryName, question } from "./outline.js";
import { t } from "./words.js";

/** Opens a modal dialogue; resolves with the value given to `close`, or undefined when it is dismissed. */
export function modal(title, build, { wide = false, firm = false } = {}) {
  return new Promise((resolve) => {
    let outcome;
    const close = (value) => {
      outcome = value;
      box.close();
    };
    const box = h("dialog.modal-box", { class: wide ? "modal-wide" : "", "aria-label": title, "data-firm": firm ? "" : null, onclose: () => (box.remove(), resolve(outcome)) });
    if (firm) box.addEventListener("cancel", (event) => event.preventDefault());
    box.append(h("div.modal-top", {}, h("h2", {}, title), firm ? null : iconButton("x", t("Close"), () => close())), ...[build(close)].flat());
    document.body.append(box);
    box.showModal();
  });
}

const button = (words, onclick, style = "btn-plain", props = {}) => h(`button.btn.${style}`, { type: "button", onclick, ...props }, words);

/** What a refusal says, or that nobody answered. */
const why = (refusal) => refusal.message || t("The server could not be reached. Please try again.");

/** Somebody else saved: reload theirs, or keep mine as a copy. Nothing is lost either way; asks again until it
    is done. `said`: why the last choice could not be carried out. */
export async function conflict(designer, said = "") {
  const choice = await modal(t("Somebody else changed this survey"), (close) => [
    h("div.modal-main", {}, h("p", {}, t("While you were editing, another person (or another tab) saved a newer state. Your own state is still here.")),
      h("ul", {}, h("li", {}, t("Load theirs: you see their state; your own stays one undo away.")), h("li", {}, t("Keep mine as a copy: a new survey is made from your state; theirs stays as it is."))),
      h("p.said", { role: "alert" }, said)),
    h("div.modal-end", {}, button(t("Load theirs"), () => close("theirs")), button(t("Keep mine as a copy"), () => close("mine"), "btn-primary")),
  ], { firm: true });
  try {
    await (choice === "mine" ? keepMine(designer) : loadTheirs(designer));
  } catch (refusal) {
    await conflict(designer, why(refusal));
  }
}

async function keepMine({ store, api }) {
  const { url } = await api.copy(store.doc);
  store.dirty = false;
  store.keep();
  window.location.assign(url);
}

async function loadTheirs({ store, api, autosave }) {
  store.adopt(await api.load(), t("Load theirs"));
  autosave.resume();
}

/** The sign-in has ended; what was written waits in this tab for the next one. */
export async function signedOut(designer) {
  await modal(t("You are signed out"), (close) => [
    h("div.modal-main", {}, h("p", {}, t("Nothing is lost: your changes wait in this tab and are saved as soon as you have signed in again."))),
    h("div.modal-end", {}, button(t("Sign in again"), () => close(), "btn-primary")),
  ], { firm: true });
  designer.leaving = true;
  window.location.reload();
}

/** Edits a list of options as lines of text. */
export async function bulk(designer, code, field) {
  const entries = question(designer.store.doc, code).settings?.[field.name] ?? [];
  const text = await modal(field.label, (close) => {
    const area = h("textarea.form-control", { rows: 12, "aria-label": field.label, value: entries.map(entryName).join("\n") });
    return [
      h("div.modal-main", {}, h("p.muted", {}, t("One per line. Paste from a table or a document; existing entries keep their answers.")), area),
      h("div.modal-end", {}, button(t("Cancel"), () => close()), button(t("Apply"), () => close(area.value), "btn-primary")),
    ];
  });
  if (text !== undefined) designer.actions.set(code, field.name, entriesOf(linesOf(text), entries, field.name[0]));
}

/** The whole document as text, for what the designer has no field for. */
export async function source(designer) {
  const applied = await modal(t("Document as JSON"), (close) => {
    const area = h("textarea.form-control.mono", { rows: 20, spellcheck: "false", "aria-label": t("Document as JSON"), value: JSON.stringify(designer.store.doc, null, 2) });
    const said = h("p.said", { role: "alert" });
    const apply = async () => {
      try {
        const document = JSON.parse(area.value);
        await designer.api.ask("POST", "/check", { document });
        close(document);
      } catch (error) {
        said.textContent = error instanceof SyntaxError ? t("This is not valid JSON.") : why(error);
      }
    };
    return [h("div.modal-main", {}, area, said), h("div.modal-end", {}, h("a.btn.btn-plain", { href: `${designer.data.base}/document` }, icon("download"), t("Download")), button(t("Cancel"), () => close()), button(t("Apply"), apply, "btn-primary", { disabled: !designer.data.writable }))];
  }, { wide: true });
  if (applied) designer.store.edit(t("Edit document"), (doc) => {
    for (const key of Object.keys(doc)) delete doc[key];
    Object.assign(doc, applied);
  });
}

/** The list of findings. */
export const findings = (designer) => modal(t("Check"), (close) => h("div.modal-main", {}, list(designer, close)), { wide: true });

/** Shows what publishing means, then publishes. `ready()`: the server has looked. */
export async function publish(designer, ready) {
  const told = await whatChanges(designer);
  ready();
  if (!told) return;
  const { html, same, live, revision } = told;
  const version = await modal(t("Publish"), (close) => [
    h("div.modal-main", {}, verdict(designer, close), h("h3", {}, live ? t("What changes against version %(n)s", { n: live }) : t("What will be published")), report(html)),
    publishButtons(designer, close, { live, revision, same }),
  ], { wide: true });
  if (version) await published(designer, version);
}

/* Saves and asks what publishing changes; says why where that is not known. */
async function whatChanges(designer) {
  if (!(await designer.autosave.now())) return designer.toast(designer.stateWords());
  return designer.api.changes().catch((refusal) => designer.toast(why(refusal)));
}

/* What changes is told by the server, as on the page of versions. */
function report(html) {
  const box = h("div");
  box.innerHTML = html;
  return box;
}

function verdict(designer, close) {
  const errors = count(designer, "error");
  if (!designer.store.findings.some(({ level }) => level !== "info")) return h("p.all-clear", {}, icon("check"), t("Nothing to mend: questions, rules and texts have been checked."));
  return [h("p", {}, errors ? t("%(n)s errors must be mended first.", { n: errors }) : t("Please look at these points; they do not stop you.")), list(designer, close)];
}

function publishButtons(designer, close, { live, revision, same }) {
  const said = h("p.said", { role: "alert" });
  const go = async (event) => {
    event.currentTarget.disabled = true;
    try {
      close((await designer.api.publish(revision)).version);
    } catch (refusal) {
      said.textContent = refusal.message || t("Publishing failed. Please try again.");
      event.target.disabled = false;
    }
  };
  const blocked = count(designer, "error") > 0 || same;
  return h("div.modal-end", {}, said, button(t("Cancel"), () => close()), button(t("Publish as version %(n)s", { n: live + 1 }), go, "btn-primary", { disabled: blocked, "data-act": "publish" }));
}

async function published(designer, version) {
  designer.data.live = version;
  designer.published();
  await modal(t("Version %(n)s is live", { n: version }), (close) => [
    h("div.modal-main", {}, h("p", {}, t("New respondents get this version at once; those in the middle of answering finish the one they began."))),
    h("div.modal-end", {}, button(t("Go on editing"), () => close()), h("a.btn.btn-primary", { href: `${designer.data.base}/distributions` }, icon("send"), t("Distribute"))),
  ]);
}
