/* What the check found, beside its place and in one list. */

import { h, icon } from "./dom.js";
import { ending, page, question } from "./outline.js";
import { witnesses } from "./trials.js";
import { t } from "./words.js";

const SIGNS = { error: "error", warning: "warn", info: "info" };

const codeOf = (finding) => finding.where.split(".")[0];

/** Findings of one question, page or ending. */
export const about = (designer, code) => designer.store.findings.filter((finding) => finding.level !== "info" && codeOf(finding) === code);

/** Sentences for one setting: {"options.0.label": […]} by path below `settings`. */
export function ofSetting(designer, code, name) {
  const start = `${code}.settings.${name}`;
  return about(designer, code).filter(({ where }) => where === start || where.startsWith(`${start}.`)).map(({ message }) => message);
}

/** The findings of a part, to be shown inside it. */
export function beside(designer, code) {
  const all = about(designer, code);
  const found = all.filter((each, index) => all.findIndex(({ message }) => message === each.message) === index);
  if (!found.length) return null;
  return h("ul.findings", {}, found.map((finding, index) => h("li", { "data-key": `f${index}`, class: finding.level }, icon(SIGNS[finding.level]), h("span", {}, finding.message, witnesses(designer, finding)))));
}

export const count = (designer, level) => designer.store.findings.filter((finding) => finding.level === level).length;

/** The whole list; a click leads to the place. */
export function list(designer, close = () => {}) {
  const { findings } = designer.store;
  if (!findings.length) return h("p.all-clear", {}, icon("check"), t("Nothing to mend: questions, rules and texts have been checked."));
  return h("ul.findings.long", {}, findings.map((finding, index) => h("li", { "data-key": `f${index}`, class: finding.level },
    icon(SIGNS[finding.level]),
    h("div", {}, h("button.link-button", { type: "button", onclick: () => (close(), go(designer, finding)) }, placeOf(designer, finding)), h("span", {}, finding.message), witness(finding), witnesses(designer, finding, close)))));
}

function placeOf(designer, finding) {
  const { doc } = designer.store;
  const code = codeOf(finding);
  if (question(doc, code)) return code;
  const index = doc.pages.findIndex((each) => each.code === code);
  if (index >= 0) return t("Page %(n)s", { n: index + 1 });
  if (ending(doc, code)) return t("Ending %(code)s", { code });
  return t("Survey");
}

function witness({ witness: proof }) {
  if (!proof || proof.shortest || proof.conflict) return null; // conditions stand in the sentence already
  const words = typeof proof === "string" ? proof : Array.isArray(proof) ? proof.map((each) => (typeof each === "string" ? each : JSON.stringify(each))).join(" → ") : Object.entries(proof.answers ?? proof).map(([code, value]) => `${code} = ${typeof value === "object" ? JSON.stringify(value) : value}`).join(t(", "));
  return h("small.muted", {}, t("For example: %(witness)s", { witness: words }));
}

/** Shows the part a finding is about. */
export function go(designer, finding) {
  const { doc } = designer.store;
  const code = codeOf(finding);
  if (question(doc, code)) designer.actions.open(code);
  else if (page(doc, code)) {
    designer.store.show("questions");
    designer.store.select({ kind: "page", code });
    designer.focus(`p-${code}`);
  } else designer.store.show(ending(doc, code) || code === "endings" ? "endings" : "settings");
}
