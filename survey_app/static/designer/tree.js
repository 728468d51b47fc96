/* The canvas: pages one below the other, each a stack of question cards. */

import { entryEditor } from "./entries.js";
import { h, icon, iconButton, memo, safely, typed } from "./dom.js";
import { isEntries } from "./actions.js";
import { beside } from "./findings.js";
import { loopWords } from "./itinerary.js";
import { sentence } from "./sentence.js";
import { see } from "./trials.js";
import { t } from "./words.js";

export function canvas(designer) {
  const { doc } = designer.store;
  return [
    titleField(designer),
    doc.pages.map((page, index) => pageSection(designer, page, index)),
    h("div.canvas-end", {}, h("button.btn.btn-plain", { type: "button", onclick: () => designer.actions.addPage(doc.pages.length) }, icon("plus"), t("Add page")),
      h("button.ending-row", { type: "button", onclick: () => designer.store.show("endings") }, icon("flag"), t("Endings"), h("span.muted", {}, (doc.endings ?? []).map(({ title, code }) => title || code).join(" · ")))),
  ];
}

function titleField({ store }) {
  const write = (text) => store.edit(t("Change title"), (doc) => (doc.title = text), "title");
  return h("div.survey-title-field", { "data-key": "title" },
    h("textarea.bare.grow", { rows: 1, value: store.doc.title ?? "", placeholder: t("Title of the survey"), "aria-label": t("Title of the survey"), maxlength: 200, onkeydown: oneLine, ...typed(write) }));
}

const oneLine = (event) => event.key === "Enter" && !event.isComposing && event.preventDefault();

function pageSection(designer, page, index) {
  const { store, actions } = designer;
  const chosen = store.selected.kind === "page" && store.selected.code === page.code;
  const questions = page.questions ?? [];
  return h("section.d-page", { "data-key": page.code, id: `p-${page.code}`, class: chosen ? "chosen" : "", "data-page": page.code, tabindex: "-1", "aria-label": t("Page %(n)s", { n: index + 1 }) },
    h("div.page-bar", { onclick: (event) => event.target.closest("button, input, textarea") || store.select({ kind: "page", code: page.code }) },
      h("button.page-number", { type: "button", onclick: () => store.select({ kind: "page", code: page.code }), "aria-pressed": String(chosen) }, t("Page %(n)s", { n: index + 1 })),
      h("input.bare.page-title", { value: page.title ?? "", placeholder: t("Page title (optional)"), "aria-label": t("Title of page %(n)s", { n: index + 1 }), onfocus: () => store.select({ kind: "page", code: page.code }), ...typed((text) => actions.putPage(page.code, "title", text, "title")) }),
      pageTools(designer, page, index)),
    page.show ? note("eye", t("Shown if %(condition)s", { condition: sentence(designer, page.show) }), see(designer, `${page.code}.show`)) : null,
    page.loop ? note("refresh", loopWords(page.loop)) : null,
    beside(designer, page.code),
    h("div.cards", { "data-cards": page.code }, questions.map((question) => kept(designer, question)),
      h("button.add-here", { type: "button", onclick: () => designer.choose(page.code) }, icon("plus"), questions.length ? t("Add question") : t("Choose a question type, or drag one here"))),
    flow(designer, page, chosen));
}

function pageTools({ actions, store }, page, index) {
  const last = store.doc.pages.length - 1;
  return h("div.tools", {},
    iconButton("arrow-up", t("Move page up"), () => actions.movePage(page.code, -1), { disabled: index === 0 }),
    iconButton("arrow-down", t("Move page down"), () => actions.movePage(page.code, 1), { disabled: index === last }),
    iconButton("merge", t("Join with the page above"), () => actions.mergePage(page.code), { disabled: index === 0 }),
    iconButton("trash", t("Delete page"), () => actions.removePage(page.code), { disabled: last === 0 }));
}

const note = (sign, words, more) => h("p.rule-note", {}, icon(sign), h("span", {}, words, more));

/* Where the page leads to. */
function flow(designer, page, chosen) {
  const rules = page.next ?? [];
  const open = () => designer.store.select({ kind: "page", code: page.code });
  return h("div.flow", { class: chosen ? "chosen" : "" },
    rules.map((rule, index) => [h("button.flow-rule", { type: "button", onclick: open, "data-key": `rule${index}` }, icon("branch"),
      rule.when ? t("If %(condition)s, go to %(target)s", { condition: sentence(designer, rule.when), target: designer.target(rule.go) }) : t("Then go to %(target)s", { target: designer.target(rule.go) })), see(designer, `${page.code}.next.${index}`)]),
    h("button.link-button", { type: "button", onclick: open }, icon("branch"), rules.length ? t("Edit jumps") : t("Jump after this page")));
}

/* A card is drawn again only when something it shows has changed. */
function kept(designer, question) {
  const { store } = designer;
  const { selected, doc, findings } = store;
  const own = selected.code === question.code;
  const ends = `${doc.pages[0].questions?.[0]?.code === question.code} ${doc.pages.at(-1).questions?.at(-1)?.code === question.code}`;
  const rule = question.show ? safely(() => sentence(designer, question.show), () => "") : "";
  return memo(question.code, [question, own && selected, designer.facts(question), findings, ends, rule], () => safely(() => card(designer, question), () => odd(designer, question)));
}

/* A question whose JSON no card can show. */
const odd = (designer, question) => h("article.d-card", { "data-key": question.code, "data-question": question.code, id: `q-${question.code}` },
  h("div.card-head", {}, h("span.code", {}, question.code), cardTools(designer, question)),
  h("p.muted", {}, t("This question is written in a way no card can show.")),
  h("button.btn.btn-plain.btn-sm", { type: "button", onclick: () => designer.source() }, icon("file"), t("Show as JSON")),
  beside(designer, question.code));

function card(designer, question) {
  const { store, actions } = designer;
  const { selected } = store;
  const active = ["question", "entry"].includes(selected.kind) && selected.code === question.code;
  const type = designer.types.get(question.type);
  const select = () => active || store.select({ kind: "question", code: question.code });
  return h("article.d-card", { "data-key": question.code, id: `q-${question.code}`, "data-question": question.code, class: active ? "active" : "", tabindex: "0",
    "aria-label": `${question.code} ${question.title ?? ""}`, "aria-current": active ? "true" : null,
    onclick: (event) => event.target.closest("button") || select(), onfocusin: (event) => event.target.closest(".entry-line, .card-tools, .see-button") || select(), onkeydown: (event) => keys(event, designer, question) },
    h("div.card-head", {},
      h("span.grip", { draggable: "true", "data-drag": "question", title: t("Drag to move") }, icon("grip")),
      h("span.code", {}, question.code), h("span.type", {}, type?.label ?? t("Type %(type)s is not installed", { type: question.type })),
      question.required ? h("span.tag.must", {}, question.required === true ? t("required") : t("required sometimes")) : null,
      cardTools(designer, question)),
    h("textarea.bare.grow.card-title", { rows: 1, value: question.title ?? "", maxlength: 1000, placeholder: type?.collects === false ? t("Text") : t("What do you want to ask?"), "aria-label": t("Title of %(code)s", { code: question.code }), onkeydown: oneLine, ...typed((text) => actions.change(question.code, t("Change title"), (each) => (each.title = text), "title")) }),
    active || question.help ? h("input.bare.card-help", { value: question.help ?? "", placeholder: t("Help below the title (optional)"), "aria-label": t("Help of %(code)s", { code: question.code }), ...typed((text) => actions.put(question.code, "help", text, "help")) }) : null,
    body(designer, question, type, active),
    question.show ? note("branch", t("Only if %(condition)s", { condition: sentence(designer, question.show) }), see(designer, `${question.code}.show`)) : null,
    beside(designer, question.code));
}

function body(designer, question, type, active) {
  if (!type) return null;
  const lists = type.settings.filter(isEntries);
  const steps = designer.facts(question).steps ?? [];
  return h("div.card-body", {},
    lists.map((field) => (active || question.settings?.[field.name]?.length ? entryEditor(designer, question, field, active) : null)),
    !lists.length && steps.length ? h("div.steps", { "aria-hidden": "true" }, steps.map((step) => h("span", {}, String(step)))) : null,
    !lists.length && !steps.length && type.collects ? h("div.blank-line", { "aria-hidden": "true" }) : null);
}

function cardTools({ actions, store }, question) {
  const { doc } = store;
  const first = doc.pages[0].questions?.[0]?.code === question.code;
  const last = doc.pages.at(-1).questions?.at(-1)?.code === question.code;
  return h("div.tools.card-tools", {},
    iconButton("arrow-up", t("Move up"), () => actions.step(question.code, -1), { disabled: first }),
    iconButton("arrow-down", t("Move down"), () => actions.step(question.code, 1), { disabled: last }),
    iconButton("split", t("Begin a new page here"), () => actions.splitPage(question.code)),
    iconButton("copy", t("Duplicate"), () => actions.duplicate(question.code)),
    iconButton("trash", t("Delete"), () => actions.remove(question.code)));
}

/* Keys of a card itself, not of the fields in it. */
function keys(event, { actions }, question) {
  if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
    event.preventDefault();
    actions.step(question.code, event.key === "ArrowUp" ? -1 : 1);
  } else if (event.target === event.currentTarget) {
    if (event.key === "Delete") actions.remove(question.code);
    else if (event.key === "Enter") event.target.querySelector("textarea").focus();
    else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "d") actions.duplicate(question.code);
    else return;
    event.preventDefault();
  }
}
