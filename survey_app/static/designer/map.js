/* The view of the logic: pages one below the other with all that they ask, an arc for every way that leads
   elsewhere, and how many respondents took it. For the keyboard and for screen readers it is a tree; every
   arc is a line of words in it. Questions are ordered, so nothing needs to be laid out. */

import { atlas } from "./atlas.js";
import { keys, light, play } from "./compass.js";
import { h, icon } from "./dom.js";
import { go } from "./findings.js";
import { dead, figure, LEADING, lineId, noted, parts, rowId } from "./itinerary.js";
import { bar, help, hits, intro } from "./mapbar.js";
import { brief } from "./subjects.js";
import { t } from "./words.js";

export { drawArcs } from "./arcs.js";

const AGAIN = 800; // milliseconds until more responses are counted
const STALE = 15000; // milliseconds after which figures are asked for again
const SIGNS = { show: "eye", loop: "refresh", quota: "list", jump: "branch", always: "branch", next: "down", skip: "down", left: "exit", kind: "flag" };

/* What is not in the document: how much is shown, what is open, where the focus stands, what was counted. */
class MapState {
  constructor(doc) {
    const { length } = doc.pages;
    this.detail = length > 40 ? "pages" : length > 15 ? "questions" : "all";
    this.turned = new Map(); // pages opened or closed by hand
    this.current = "";
    this.trail = [];
    this.find = "";
    this.hit = 0;
    this.flow = null;
    this.asked = 0;
  }

  open(code) {
    return this.turned.get(code) ?? this.detail !== "pages";
  }
}

export function mapView(designer) {
  const state = (designer.map ??= new MapState(designer.store.doc));
  count(designer, state);
  const all = parts(designer, atlas(designer.store.doc), state.flow?.n ? state.flow : null);
  const notes = noted(designer.store.findings, all);
  const found = hits(state, all);
  const rows = all.flatMap((part) => rowIds(state, part));
  if (!rows.includes(state.current)) state.current = rows[0] ?? "";
  else if (!document.querySelector(".map")) requestAnimationFrame(() => document.getElementById(state.current)?.scrollIntoView({ block: "nearest" }));
  return [
    intro(designer, state),
    bar(designer, state, found),
    help(),
    h("div.map", { "data-key": "map", "data-detail": state.detail },
      mini(all, notes),
      h("div.map-arcs", { "data-key": "arcs", "data-opaque": "", "aria-hidden": "true" }),
      h("ol.map-list", { role: "tree", "data-key": "tree", "aria-label": t("Ways through the survey"), onkeydown: (event) => keys(event, designer, state), onfocusin: (event) => entered(event, state), onmouseover: (event) => light(event.target), onmouseleave: () => light(document.activeElement), onfocusout: (event) => light(event.relatedTarget) },
        all.map((part) => node(designer, state, part, notes, found)))),
  ];
}

/* Asks for the figures when the view opens, and on until all responses are counted. */
function count(designer, state) {
  const rest = state.flow && state.flow.n < state.flow.of ? AGAIN : STALE;
  if (Date.now() - state.asked < rest) return;
  state.asked = Date.now();
  designer.api.ask("GET", "/flow").then((flow) => {
    Object.assign(state, { flow, lost: false });
    if (designer.store.view !== "logic") return;
    designer.render();
    if (flow.n < flow.of) setTimeout(() => designer.store.view === "logic" && designer.render(), AGAIN + 20);
  }).catch(() => {
    state.lost = true; // the map is whole without figures
    if (designer.store.view === "logic") designer.render();
  });
}

/* Lines that are rows of their own, as against those that say something of the row above. */
const rowsOf = (state, part) => part.lines.filter(({ kind }) => kind === "question" || LEADING.has(kind) || (kind === "next" && state.detail !== "questions"));
const rowIds = (state, part) => [rowId(part.code), ...(state.open(part.code) ? rowsOf(state, part).map((line) => lineId(part, line)) : [])];

function node(designer, state, part, notes, found) {
  const id = rowId(part.code);
  const open = state.open(part.code);
  const rows = rowsOf(state, part);
  const own = notes.get(part.head.where) ?? [];
  const within = open ? own : foundIn(part, notes); // a folded page speaks for all that is in it
  const said = part.lines.filter((line, index) => ["show", "loop", "left", "kind"].includes(line.kind) && !(line.kind === "show" && part.lines[index - 1]?.kind === "question"));
  return h("li.map-node", { role: "treeitem", id, "data-key": part.code || "start", "data-node": part.code, "data-follows": part.follows, "data-through": share(part), tabindex: state.current === id ? "0" : "-1",
    class: [`is-${part.kind}`, part.looped ? "looped" : "", dead(own, part.head.where) ? "dead" : "", found.some((each) => each.id === id) ? "hit" : ""].join(" "),
    "aria-level": "1", "aria-expanded": rows.length ? String(open) : null, "data-rule": part.lines[0]?.where === `${part.code}.show` ? part.lines[0].where : null, "aria-labelledby": `${id}-h`, "aria-describedby": `${id}-d` },
    h("div.map-head", { id: `${id}-h`, onclick: () => openPart(designer, part) },
      rows.length ? h("span.map-fold", { "aria-hidden": "true", onclick: (event) => fold(event, designer, state, part) }, icon("right")) : h("span.map-fold", { "aria-hidden": "true" }),
      part.kind === "ending" ? icon("flag") : null,
      h("span.map-name", {}, part.head.text), within.length ? sign(within) : null,
      open ? null : [chips(designer, part, notes), leavers(part)],
      figureOf(part.head)),
    h("div.map-said-of", { id: `${id}-d` }, open || part.kind === "ending" ? [said.map((line) => words(line, notes)), own.map(remark)] : null),
    open && rows.length ? h("ul.map-lines", { role: "group" }, rows.map((line) => row(designer, state, part, line, notes, found))) : null,
    through(part));
}

const share = (part) => part.lines.find(({ kind }) => kind === "next")?.share ?? null;
const foundIn = ({ head, lines }, notes) => [...new Set([head, ...lines].flatMap(({ where }) => notes.get(where) ?? []))];
const figureOf = (line) => (line.n === null ? null : h("span.map-figure", {}, figure(line)));

/* How many went on to what follows, beside the line that leads there. */
function through(part) {
  const next = part.lines.find(({ kind }) => kind === "next");
  return next && next.n !== null ? h("span.map-through", { "aria-hidden": "true" }, figure(next)) : null;
}

const sign = (findings) => {
  const worst = findings.some(({ level }) => level === "error") ? "error" : "warning";
  return h("span.map-sign", { class: worst, title: findings.map(({ message }) => message).join("\n") }, icon(worst === "error" ? "error" : "warn"), h("span.visually-hidden", {}, findings.map(({ message }) => message).join(" ")));
};

const remark = (finding, index) => h("p.map-remark", { class: finding.level, "data-key": `remark${index}` }, icon(finding.level === "error" ? "error" : "warn"), finding.message);

function words(line, notes) {
  const own = notes.get(line.where) ?? [];
  return [h("p.map-line", { class: [`k-${line.kind}`, dead(own, line.where) ? "dead" : ""].join(" "), "data-kind": line.kind, "data-where": line.where }, icon(SIGNS[line.kind]), h("span", {}, line.text), figureOf(line)), line.where ? own.map(remark) : null];
}

/* The ways out of a folded page in short; their words stay for those who listen. */
function chips(designer, part, notes) {
  return part.lines.filter(({ kind }) => LEADING.has(kind)).map((line) =>
    h("span.map-chip", { class: `k-${way(part, line, notes)["data-look"]}`, title: line.text, "data-kind": line.kind, ...way(part, line, notes) },
      h("span", { "aria-hidden": "true" }, `→ ${brief(designer.target(line.to), 16)}`, line.n === null ? "" : ` ${figure(line)}`),
      h("span.visually-hidden", {}, ` ${line.text} ${figure(line)} `)));
}

const leavers = (part) => part.lines.filter(({ kind }) => kind === "left").map((line) => h("span.map-gone", {}, icon(SIGNS.left), h("span.visually-hidden", {}, line.text), figure(line)));

const way = (part, line, notes) => ({ "data-way": lineId(part, line), "data-from": part.code, "data-to": line.to, "data-look": dead(notes.get(line.where) ?? [], line.where) ? "dead" : line.kind, "data-share": line.share });

function row(designer, state, part, line, notes, found) {
  const id = lineId(part, line);
  const own = notes.get(line.where) ?? [];
  const leads = LEADING.has(line.kind);
  const shown = part.lines[part.lines.indexOf(line) + 1];
  const under = line.kind === "question" && shown?.kind === "show" && shown.where === `${line.where}.show` ? shown : null;
  const rule = under?.where ?? (line.kind === "question" ? null : line.where || null);
  return h("li.map-row", { role: "treeitem", id, "data-key": id, tabindex: state.current === id ? "0" : "-1", "aria-level": "2", "aria-labelledby": `${id}-h`, "data-target": line.to || null, "data-rule": rule,
    class: [dead(own, line.where) ? "dead" : "", found.some((each) => each.id === id) ? "hit" : ""].join(" ") },
    h("div", { id: `${id}-h`, onclick: () => openLine(designer, part, line) },
      h("p.map-line", { class: `k-${line.kind}`, "data-where": line.where, "data-kind": line.kind, ...(leads ? way(part, line, notes) : {}) },
        line.kind === "question" ? named(line.text) : [icon(SIGNS[line.kind]), h("span.full", {}, line.text)],
        leads ? h("span.short", { "aria-hidden": "true" }, `→ ${designer.target(line.to)}`) : null, figureOf(line)),
      own.map(remark), under && words(under, notes), eye(designer, rule)));
}

/* For the mouse what the key P does. */
const eye = (designer, rule) => rule && h("span.map-see", { "aria-hidden": "true", title: t("Show in the preview what happens"), onclick: (event) => (event.stopPropagation(), play(rule, designer)) }, icon("eye"));

const named = (text) => [h("span.code", {}, text.split(" ", 1)[0]), h("span", {}, ` ${text.slice(text.indexOf(" ") + 1)}`)];

function fold(event, designer, state, part) {
  event.stopPropagation();
  state.turned.set(part.code, !state.open(part.code));
  designer.render();
}

function openPart(designer, { code, kind }) {
  if (kind === "start") designer.store.show("settings");
  else go(designer, { where: code });
}

function openLine(designer, part, { kind, where, to }) {
  if (kind === "next" || kind === "skip") document.getElementById(rowId(to))?.focus();
  else if (kind === "quota" || kind === "question") go(designer, { where });
  else openPart(designer, part);
}

/* Whatever has the focus is where Tab comes back to. */
function entered(event, state) {
  const row = event.target.closest("[role=treeitem]");
  if (!row) return;
  document.getElementById(state.current)?.setAttribute("tabindex", "-1");
  row.setAttribute("tabindex", "0");
  state.current = row.id;
  light(row);
}

/* The whole survey at a glance, at the edge of wide screens: as wide as many came there. */
function mini(all, notes) {
  const to = (code) => document.getElementById(rowId(code))?.scrollIntoView({ block: "start" });
  return h("div.map-mini", { "data-key": "mini", "aria-hidden": "true" }, all.map((part) => {
    const found = foundIn(part, notes);
    const worst = found.some(({ level }) => level === "error") ? "error" : found.length ? "warning" : "";
    return h("span.map-bit", { "data-key": part.code || "start", class: [`is-${part.kind}`, worst, part.looped ? "looped" : ""].join(" "), title: part.head.text, "data-share": part.head.share, onclick: () => to(part.code) });
  }));
}
