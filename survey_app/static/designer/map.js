/* The view of the logic: pages one below the other, what is shown under which condition, and an arc for every
   jump. Questions are ordered, so nothing needs to be laid out: arcs run down the margin. */

import { h, icon } from "./dom.js";
import { about } from "./findings.js";
import { questions } from "./outline.js";
import { sentence } from "./sentence.js";
import { brief } from "./subjects.js";
import { t } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
const LANE = 13; // pixels between two arcs side by side
const FIRST = 26; // pixels from the pages to the first arc

export function mapView(designer) {
  const { doc } = designer.store;
  const shown = questions(doc).filter(({ question }) => question.show).length + doc.pages.filter((page) => page.show).length;
  const jumps = doc.pages.reduce((sum, page) => sum + (page.next ?? []).length, 0);
  return [
    h("div.view-head", { "data-key": "head" }, h("h2", {}, t("Logic")), h("p.muted", {}, t("%(shown)s conditions, %(jumps)s jumps. A click leads to the place.", { shown, jumps }))),
    h("div.map", { "data-key": "map" },
      h("div.map-arcs", { "data-key": "arcs", "data-opaque": "", "aria-hidden": "true" }),
      h("ol.map-list", {},
        doc.pages.map((page, index) => pageNode(designer, page, index)),
        (doc.endings ?? []).map((ending) => h("li.map-node.map-ending", { "data-key": ending.code, "data-node": ending.code },
          h("button.map-name", { type: "button", onclick: () => designer.store.show("endings") }, icon("flag"), brief(ending.title || ending.code, 40)))))),
  ];
}

function pageNode(designer, page, index) {
  const { store, actions } = designer;
  const open = () => {
    store.show("questions");
    store.select({ kind: "page", code: page.code });
    designer.focus(`p-${page.code}`);
  };
  const faults = about(designer, page.code).filter(({ level }) => level === "error");
  const leaves = (page.next ?? []).some((rule) => !rule.when);
  return h("li.map-node", { "data-key": page.code, "data-node": page.code, class: leaves ? "leaves" : "" },
    h("button.map-name", { type: "button", onclick: open }, t("Page %(n)s", { n: index + 1 }), page.title ? ` ${brief(page.title, 30)}` : ""),
    page.show ? h("p.map-rule", {}, icon("eye"), t("Only if %(condition)s", { condition: sentence(designer, page.show) })) : null,
    h("ul.map-questions", {}, (page.questions ?? []).map((question) => h("li", { "data-key": question.code },
      h("button.map-question", { type: "button", onclick: () => actions.open(question.code) }, h("span.code", {}, question.code), h("span", {}, brief(question.title, 40))),
      question.show ? h("p.map-rule", {}, icon("eye"), t("Only if %(condition)s", { condition: sentence(designer, question.show) })) : null))),
    (page.next ?? []).map((rule, at) => h("button.map-jump", { type: "button", "data-key": `j${at}`, "data-to": rule.go ?? "", class: [rule.when ? "" : "always", faults.some(({ where }) => where.startsWith(`${page.code}.next.${at}`)) ? "wrong" : ""].join(" "), onclick: open },
      icon("branch"), rule.when ? t("If %(condition)s, go to %(target)s", { condition: sentence(designer, rule.when), target: designer.target(rule.go) }) : t("Then go to %(target)s", { target: designer.target(rule.go) }))));
}

/** Draws the arcs once the list has its places. */
export function drawArcs(region) {
  const map = region.querySelector(".map");
  const layer = map?.querySelector(".map-arcs");
  if (!layer) return;
  const box = map.getBoundingClientRect();
  const arcs = lanes([...map.querySelectorAll(".map-jump")].map((jump) => ends(map, jump, box)).filter(Boolean));
  const svg = element("svg", { width: box.width, height: box.height });
  for (const arc of arcs) svg.append(...drawn(arc));
  layer.replaceChildren(svg);
}

function ends(map, jump, box) {
  const target = map.querySelector(`[data-node="${CSS.escape(jump.dataset.to)}"]`);
  if (!target) return null;
  const from = jump.getBoundingClientRect();
  const to = target.getBoundingClientRect();
  return { kind: jump.className.replace("map-jump", "").trim(), x: to.right - box.left, fromX: from.right - box.left, from: from.top + from.height / 2 - box.top, to: to.top + 22 - box.top };
}

/* Arcs that overlap get lanes of their own, short ones inside. */
function lanes(arcs) {
  const done = [];
  for (const arc of [...arcs].sort((a, b) => Math.abs(a.to - a.from) - Math.abs(b.to - b.from))) {
    const beside = done.filter((other) => Math.min(arc.from, arc.to) <= Math.max(other.from, other.to) && Math.max(arc.from, arc.to) >= Math.min(other.from, other.to));
    const taken = new Set(beside.map(({ lane }) => lane));
    arc.lane = 0;
    while (taken.has(arc.lane)) arc.lane += 1;
    done.push(arc);
  }
  return done;
}

function drawn({ kind, x, fromX, from, to, lane }) {
  const out = x + FIRST + lane * LANE;
  const bend = Math.min(10, Math.abs(to - from) / 2);
  const down = to > from ? 1 : -1;
  const path = `M${fromX + 2} ${from}H${out - bend}Q${out} ${from} ${out} ${from + down * bend}V${to - down * bend}Q${out} ${to} ${out - bend} ${to}H${x + 7}`;
  return [element("path", { d: path, class: kind }), element("path", { d: `M${x + 3} ${to}l7 -4v8z`, class: `${kind} tip` })];
}

function element(name, attributes) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
}
