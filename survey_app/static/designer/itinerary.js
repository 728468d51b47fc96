/* What a map says, line by line: the same as engine/itinerary.py says in the drawing. A line is {kind, text,
   where, to, n, share}; a part has a code, a kind, a head, lines, what follows it, and whether it is repeated. */

import { sentence } from "./sentence.js";
import { brief } from "./subjects.js";
import { fill, t } from "./words.js";

const FEW = 10; // shares of fewer respondents say nothing; their number alone is shown

/* Codes of findings that say a part or a rule has no effect on anybody. */
const DEAD = new Set(["never_shown", "ending_unreached", "shadowed", "contradiction", "quota_impossible", "quota_decided"]);

/** Whether findings say that a place itself, not something in it, has no effect on anybody. */
export const dead = (findings, place) => findings.some(({ code, where }) => DEAD.has(code) && [place, place.replace(/\.when$/, ""), `${place}.show`, `${place}.when`].includes(where));

/** Kinds of lines that lead elsewhere than to what follows. */
export const LEADING = new Set(["jump", "always", "quota", "skip"]);

const LOOPS = () => ({
  chosen: t("Repeated for every choice in %(code)s"),
  not_chosen: t("Repeated for everything not chosen in %(code)s"),
  shown: t("Repeated for everything shown in %(code)s"),
});
const KINDS = () => ({ completed: t("Completed"), screened_out: t("Screened out"), over_quota: t("Over quota") });

export const share = (n, of) => (of >= FEW ? n / of : null);

/** A number and its share in short: "34% · 120"; "" for no number. */
export const figure = ({ n = null, share: part = null }) => (n === null ? "" : part === null ? String(n) : `${Math.floor(100 * part + 0.5)}% · ${n}`);

const line = (kind, text, more = {}) => ({ kind, text, where: "", to: "", n: null, share: null, ...more });

/** All parts from the beginning to the last ending. `flow`: what the server counted, or null. */
export function parts(designer, map, flow) {
  const tell = { designer, map, flow };
  const start = { code: "", kind: "start", head: line("head", t("Start"), { n: flow ? flow.n : null }), lines: map.start.map((arc) => arcLine(tell, arc)), follows: map.pages[0]?.code ?? "" };
  return [...(map.start.length || flow?.n ? [start] : []), ...map.pages.map((page) => pagePart(tell, page)), ...map.endings.map((ending) => endingPart(tell, ending))];
}

const counts = (flow, code) => (flow ? flow.pages[code] ?? { reached: 0, left: 0 } : null);

function pagePart(tell, page) {
  const own = counts(tell.flow, page.code);
  const title = page.body.title ? ` ${brief(page.body.title, 30)}` : "";
  const head = line("head", t("Page %(n)s", { n: page.number }) + title, { where: page.code, n: own && own.reached, share: own && share(own.reached, tell.flow.n) });
  return { code: page.code, kind: "page", head, lines: pageLines(tell, page, own), follows: page.follows, looped: page.loop !== null };
}

function pageLines(tell, page, own) {
  const left = own?.left ? [line("left", t("Left here"), { n: own.left, share: share(own.left, own.reached) })] : [];
  return [
    ...shownIf(tell, page.body, page.code),
    ...(page.loop ? [line("loop", loopWords(page.loop), { where: `${page.code}.loop` })] : []),
    ...(page.body.questions ?? []).flatMap((question) => [line("question", `${question.code} ${brief(question.title, 40)}`, { where: question.code }), ...shownIf(tell, question, question.code)]),
    ...page.arcs.map((arc) => arcLine(tell, arc)),
    ...onward(tell, page, own),
    ...left,
  ];
}

const shownIf = ({ designer }, { show = null }, code) => (show === null ? [] : [line("show", t("Only if %(condition)s", { condition: sentence(designer, show) }), { where: `${code}.show` })]);

/** What a loop goes over, and how often at most. */
export function loopWords({ over, max }) {
  const text = fill(LOOPS()[over?.pick] ?? (typeof over?.pick === "string" ? LOOPS().chosen : t("Repeated as often as %(code)s says")), { code: over?.question || "?" });
  return max ? t("%(repeated)s, at most %(n)s times", { repeated: text, n: max }) : text;
}

function arcLine({ designer, flow }, arc) {
  const of = arc.source ? counts(flow, arc.source)?.reached ?? 0 : flow?.n ?? 0;
  const n = flow && led(flow, arc, ruleOf(designer, arc));
  return line(arc.kind, wayWords(designer, arc), { where: arc.where, to: arc.target, n, share: n === null ? null : share(n, of) });
}

const ruleOf = ({ store }, { source, where }) => store.doc.pages.find(({ code }) => code === source)?.next?.[where.split(".next.")[1]];

/* How many a rule led on; a jump is the live version's if it says the same. */
function led(flow, arc, rule) {
  const same = arc.kind === "quota" ? ({ by }) => by === arc.where : (each) => Boolean(each.rule) && canonical(each.rule) === canonical(rule);
  return flow.arcs.filter((each) => each.source === arc.source && same(each)).reduce((sum, { n }) => sum + n, 0);
}

const canonical = (node) => JSON.stringify(node, (_, value) => (value && typeof value === "object" && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value));

function wayWords(designer, { kind, where, target, when, limit }) {
  const values = { condition: sentence(designer, when), target: designer.target(target) };
  if (kind === "always") return t("Then go to %(target)s", values);
  if (kind === "jump") return t("If %(condition)s, go to %(target)s", values);
  return t("Quota %(code)s, at most %(limit)s: if %(condition)s, go to %(target)s once it is full", { ...values, code: where.replace(/\.when$/, ""), limit: limit ?? "?" });
}

function follows(designer, { arcs, follows: code }) {
  const target = { target: designer.target(code) };
  return arcs.length ? t("Otherwise %(target)s", target) : t("Next comes %(target)s", target);
}

/* What follows without a jump, and where people came because pages in between were not shown. */
function onward({ designer, flow }, page, own) {
  const went = Object.fromEntries((flow?.arcs ?? []).filter(({ source, by, target }) => source === page.code && by === "" && target !== page.code).map(({ target, n }) => [target, n]));
  const said = (kind, text, to, n) => line(kind, text, { to, n, share: n === null ? null : share(n, own.reached) });
  const next = page.follows && (page.arcs.length || flow) ? [said("next", follows(designer, page), page.follows, flow ? went[page.follows] ?? 0 : null)] : [];
  const skipped = Object.entries(went).filter(([to]) => to !== page.follows).sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));
  return [...next, ...skipped.map(([to, n]) => said("skip", t("Straight on to %(target)s", { target: designer.target(to) }), to, n))];
}

function endingPart({ flow }, ending) {
  const n = flow ? flow.endings[ending.code] ?? 0 : null;
  const head = line("head", brief(ending.title || ending.code, 40), { where: ending.code, n, share: n === null ? null : share(n, flow.n) });
  return { code: ending.code, kind: "ending", state: ending.kind ?? "completed", head, lines: [line("kind", KINDS()[ending.kind] ?? t("Completed"))], follows: "", looped: false };
}

/** The ids a part and a line have on the map. */
export const rowId = (code) => `m-${code || "start"}`;
export const lineId = (part, { kind, where, to }) => `m-${where || `${part.code || "start"}-${kind}-${to}`}`;

/** Place → the findings to be told there: those about it, or about something in it that has no line. */
export function noted(findings, all) {
  const places = new Set(all.flatMap(({ head, lines }) => [head, ...lines].map(({ where }) => where)).filter(Boolean));
  const found = new Map();
  for (const finding of findings) {
    const steps = finding.where.split(".");
    const outward = steps.map((_, index) => steps.slice(0, steps.length - index).join(".")).flatMap((step) => [step, `${step}.when`]);
    const place = outward.find((each) => places.has(each));
    if (place !== undefined && finding.level !== "info") found.set(place, [...(found.get(place) ?? []), finding]);
  }
  return found;
}
