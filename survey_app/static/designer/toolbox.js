/* The toolbox: question types by family; whatever is installed appears by itself. */

import { h, icon } from "./dom.js";
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
  const { data } = designer;
  const families = [...new Set(data.types.map(({ family }) => family))];
  return families.map((family) => h("section.family", { "data-key": family }, h("h2", {}, family),
    h("div.tool-list", {}, data.types.filter((type) => type.family === family).map((type) => tool(type, () => designer.actions.add(type.key))))));
}

const tool = (type, onclick) =>
  h("button.tool", { type: "button", draggable: "true", "data-type": type.key, "data-key": type.key, title: type.hint, onclick }, icon(sign(type)), h("span", {}, type.label));

/** Asks for a type and adds it to a page; what phones use instead of the toolbox at the side. */
export async function choose(designer, page) {
  const { data } = designer;
  const families = [...new Set(data.types.map(({ family }) => family))];
  const key = await modal(t("Add question"), (close) => h("div.modal-main", {}, families.map((family) => h("section.family", {}, h("h3", {}, family),
    h("div.tool-grid", {}, data.types.filter((type) => type.family === family).map((type) => h("button.tool.tall", { type: "button", onclick: () => close(type.key) }, icon(sign(type)), h("span", {}, h("strong", {}, type.label), h("small.muted", {}, type.hint)))))))), { wide: true });
  if (key) designer.actions.add(key, { page });
}
