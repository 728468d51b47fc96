/* The arcs beside the map: drawn once its rows have their places, in lanes that touch no words. */

import { lanes } from "./atlas.js";
import { light } from "./compass.js";

const SVG = "http://www.w3.org/2000/svg";
const FIRST = 20; // pixels from the pages to the first arc
const LANE = 11; // pixels between two arcs side by side
const NARROW = 4; // at least, where there are many
const SPINE = 26; // pixels from the left edge of a page to the line that leads to the next
const ARRIVAL = 15; // pixels from the upper edge of a page to the tips of arcs
const LOWER = 7;
const LEAST = 560; // pixels of width below which words alone must do
const MOST = 0.34; // of the width may be arcs

/** Draws all arcs of a map, and the lines from page to page. */
export function drawArcs(region) {
  const map = region.querySelector(".map");
  const layer = map?.querySelector(".map-arcs");
  if (!layer) return;
  stick(region, map);
  const ways = [...map.querySelectorAll(".map-list [data-way]")].filter((each) => node(map, each.dataset.to));
  const room = rails(map, ways);
  const box = map.getBoundingClientRect();
  const svg = element("svg", { width: box.width, height: map.scrollHeight });
  for (const spine of spines(map, box)) svg.append(spine);
  if (room) for (const drawn of arcs(map, ways, box, room)) svg.append(...drawn);
  layer.replaceChildren(svg);
  light(document.activeElement);
}

const node = (map, code) => map.querySelector(`[data-node="${CSS.escape(code ?? "")}"]`);

/* Where heads stick, and how wide the small map's bits are: the policy allows no styles in markup. */
function stick(region, map) {
  const sticky = region.querySelector(".map-bar");
  const bar = document.querySelector(".d-bar");
  const above = getComputedStyle(sticky).position === "sticky" ? sticky.offsetHeight : (parseFloat(getComputedStyle(bar).top) || 0) + bar.offsetHeight;
  map.style.setProperty("--above", `${above}px`);
  for (const bit of map.querySelectorAll(".map-bit")) bit.style.setProperty("--share", bit.dataset.share ?? 1);
}

/* Makes room for as many lanes as are needed; pixels between them, 0 where the screen is too narrow. */
function rails(map, ways) {
  const order = [...map.querySelectorAll("[data-node]")].map(({ dataset }) => dataset.node);
  const spans = ways.map(({ dataset }) => span(order.indexOf(dataset.from), order.indexOf(dataset.to), dataset));
  const count = Math.max(-1, ...lanes(spans)) + 1;
  const wide = map.parentElement.clientWidth;
  const step = count ? Math.min(LANE, (wide * MOST - FIRST) / count) : LANE;
  const fits = wide >= LEAST && step >= NARROW;
  map.style.setProperty("--rails", count && fits ? `${FIRST + count * step + 4}px` : "0px");
  return fits ? step : 0;
}

const span = (from, to, { to: target, kind }) => ({ top: Math.min(from, to), bottom: Math.max(from, to), rail: `${kind === "quota" ? kind : ""} ${target}` });

function arcs(map, ways, box, step) {
  const all = ways.map((each) => ends(map, each, box));
  const given = lanes(all.map(({ from, to, data }) => span(from, to, data)));
  return all.map((arc, index) => drawn(arc, arc.x + FIRST + given[index] * step));
}

/* An arc begins at its words and ends at the head of its target. */
function ends(map, way, box) {
  const { dataset } = way;
  const start = way.getBoundingClientRect();
  const target = node(map, dataset.to);
  const own = target.getBoundingClientRect();
  const lower = way.matches(".map-chip") ? LOWER : 0; // ways arrive at a folded page above those that leave
  return { data: dataset, x: own.right - box.left, from: start.top + start.height / 2 + lower - box.top, to: own.top + ARRIVAL - box.top };
}

function drawn({ data, x, from, to }, out) {
  const bend = Math.min(10, Math.abs(to - from) / 2);
  const down = to > from ? 1 : -1;
  const path = `M${x + 1} ${from}H${out - bend}Q${out} ${from} ${out} ${from + down * bend}V${to - down * bend}Q${out} ${to} ${out - bend} ${to}H${x + 8}`;
  const about = { "data-way": data.way, "data-from": data.from, "data-to": data.to };
  const thick = 1.4 + 4 * Number(data.share || 0);
  return [element("path", { d: path, class: `k-${data.look}`, "stroke-width": thick, ...about }), element("path", { d: `M${x + 2} ${to}l8 -4.5v9z`, class: `k-${data.look} tip`, ...about })];
}

/* From each page down to what follows it, as thick as many went. */
function* spines(map, box) {
  for (const page of map.querySelectorAll(".map-node[data-follows]:not([data-follows=''])")) {
    const next = node(map, page.dataset.follows);
    if (!next) continue;
    const from = page.getBoundingClientRect();
    const to = next.getBoundingClientRect();
    yield element("path", { d: `M${from.left - box.left + SPINE} ${from.bottom - box.top}V${to.top - box.top}`, class: "spine", "stroke-width": 2 + 4 * Number(page.dataset.through || 0) });
  }
}

function element(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
