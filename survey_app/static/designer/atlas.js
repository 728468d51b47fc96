/* A survey's ways as they are written down: what follows what, and what may lead elsewhere. The same as
   engine/atlas.py reads from the same document, so that the view and the drawing tell one story. */

const listed = (node, name) => (Array.isArray(node?.[name]) ? node[name].filter(isObject) : []);
const isObject = (node) => node !== null && typeof node === "object" && !Array.isArray(node);
const text = (code) => (typeof code === "string" ? code : "");

/** {pages: [{code, number, body, loop, follows, arcs}], endings, start: arcs}; an arc is {where, source, target,
    kind: "jump" | "always" | "quota", when, limit}. */
export function atlas(doc) {
  const pages = listed(doc, "pages");
  const endings = listed(doc, "endings");
  const quotas = quotaArcs(doc, pages);
  const after = [...pages.slice(1), ...endings.slice(0, 1)].map(({ code }) => code);
  const stops = pages.map((page, index) => stop(page, index, after[index] ?? "", quotas));
  return { pages: stops, endings, start: quotas.filter(({ at }) => at < 0).map(({ arc }) => arc) };
}

export const arcs = (map) => [...map.start, ...map.pages.flatMap((page) => page.arcs)];

/** What a drawing must tell, as engine/atlas.py has it. */
export const facts = (map) => ({
  pages: map.pages.map(({ code, number, loop, follows }) => ({ code, number, loop, follows })),
  endings: map.endings.map(({ code }) => code),
  arcs: arcs(map),
});

function stop(page, index, after, quotas) {
  const jumps = jumpArcs(page);
  const own = quotas.filter(({ at }) => at === index).map(({ arc }) => arc);
  const leaves = jumps.some(({ kind }) => kind === "always");
  return { code: page.code, number: index + 1, body: page, loop: isObject(page.loop) ? page.loop : null, follows: leaves ? "" : after, arcs: [...own, ...jumps] };
}

function jumpArcs(page) {
  const rules = Array.isArray(page.next) ? page.next : [];
  return rules.map((rule, index) => isObject(rule) && { where: `${page.code}.next.${index}`, source: page.code, target: text(rule.go), kind: rule.when ?? null ? "jump" : "always", when: rule.when ?? null, limit: null }).filter(Boolean);
}

function quotaArcs(doc, pages) {
  const stands = new Map(pages.flatMap((page, index) => listed(page, "questions").map(({ code }) => [code, index])));
  const values = new Map(listed(doc, "variables").map(({ code, value }) => [code, value]));
  return listed(doc, "quotas").map((quota) => {
    const at = Math.max(-1, ...[...asked(quota.when, values)].map((code) => stands.get(code) ?? -1));
    const arc = { where: `${text(quota.code)}.when`, source: pages[at]?.code ?? "", target: text(quota.then?.go), kind: "quota", when: quota.when ?? null, limit: quota.limit ?? null };
    return { at, arc };
  });
}

/* Questions a condition rests on, also through variables. */
function asked(tree, values) {
  const found = new Set();
  const seen = new Set();
  const waiting = [tree];
  while (waiting.length) {
    const node = waiting.pop();
    if (node === null || typeof node !== "object") continue;
    if (typeof node.question === "string") found.add(node.question);
    if (values.has(node.variable) && !seen.has(node.variable)) waiting.push(values.get(seen.add(node.variable) && node.variable));
    waiting.push(...Object.values(node));
  }
  return found;
}

/** A lane per span {top, bottom, rail}, counted outwards: rails beside each other never share one, short ones
    lie inside. */
export function lanes(spans) {
  const rails = new Map();
  for (const { top, bottom, rail } of spans) {
    const known = rails.get(rail) ?? { top, bottom };
    rails.set(rail, { top: Math.min(known.top, top), bottom: Math.max(known.bottom, bottom) });
  }
  const given = new Map();
  for (const [rail, own] of [...rails].sort(([a, one], [b, other]) => one.bottom - one.top - (other.bottom - other.top) || one.top - other.top || (a < b ? -1 : 1))) {
    const taken = new Set([...given].filter(([other]) => beside(own, rails.get(other))).map(([, lane]) => lane));
    let lane = 0;
    while (taken.has(lane)) lane += 1;
    given.set(rail, lane);
  }
  return spans.map(({ rail }) => given.get(rail));
}

const beside = (one, other) => one.top <= other.bottom && other.top <= one.bottom;
