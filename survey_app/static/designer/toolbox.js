/* The toolbox: question types by family; whatever is installed appears by itself. */

import { h, icon, memo, show, typed } from "./dom.js";
import { modal } from "./dialogs.js";
import { t } from "./words.js";

/* Signs by what an answer can be asked for, so that types nobody here knows get a fitting one too. */
function sign({ operators, collects, key }) {
  if (!collects) return "page";
  if (key.includes("matrix") || operators.includes("R")) return "matrix";
  if (operators.includes("K")) return "rank";
  if (operators.includes("D")) return "date";
  if (operators.includes("N") && operators.includes("Q")) return "score";
  if (operators.includes("N")) return "sliders";
  if (operators.includes("T")) return "text";
  return operators.includes("M") ? "list" : "choice";
}

export function toolbox(designer) {
  const look = (words) => {
    designer.sought = words;
    designer.render();
  };
  const tool = (type) => h("button.tool", { type: "button", draggable: "true", "data-type": type.key, "data-key": type.key, title: type.hint, onclick: () => designer.actions.add(type.key) },
    icon(sign(type)), h("span", {}, type.label));
  const sought = designer.sought ?? "";
  const list = () => h("div", { "data-key": "tool-types" }, families(designer.data.types, sought, "h2", "div.tool-list", tool));
  return [finder(sought, look), memo("tool-types", [sought], list)]; // all the types: not built anew for every letter
}

/** Asks for a type and adds it to a page; what phones use instead of the toolbox at the side. */
export async function choose(designer, page) {
  const key = await modal(t("Add question"), (close) => {
    const tool = (type) => h("button.tool.tall", { type: "button", "data-key": type.key, onclick: () => close(type.key) }, icon(sign(type)), h("span", {}, h("strong", {}, type.label), h("small.muted", {}, type.hint)));
    const list = h("div", {});
    const look = (words) => show(list, families(designer.data.types, words, "h3", "div.tool-grid", tool));
    look("");
    return h("div.modal-main", {}, finder("", look), list);
  }, { wide: true });
  if (key) designer.actions.add(key, { page });
}

const finder = (value, look) =>
  h("input.form-control.form-control-sm.tool-find", { type: "search", "data-key": "find", value, placeholder: t("Find a question type"), "aria-label": t("Find a question type"), ...typed(look) });

/* The types that have all the words in their name, hint or code, family by family. */
function families(types, words, head, list, tool) {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const fitting = types.filter(({ label, hint, key, family }) => wanted.every((word) => [label, hint, key, family].join(" ").toLowerCase().includes(word)));
  if (!fitting.length) return [h("p.muted.small", { "data-key": "none", role: "status" }, t("There is no such question type."))];
  return [...new Set(fitting.map(({ family }) => family))].map((family) => h("section.family", { "data-key": family }, h(head, {}, family),
    h(list, {}, fitting.filter((type) => type.family === family).map(tool))));
}
