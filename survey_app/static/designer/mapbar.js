/* What stands above the map: what it is of, how much of it is shown, what is looked for, what signs mean. */

import { announce, h, icon } from "./dom.js";
import { lineId, rowId } from "./itinerary.js";
import { t } from "./words.js";

/** What the map is of. */
export function intro({ store: { doc } }, state) {
  const shown = doc.pages.reduce((sum, page) => sum + (page.show ? 1 : 0) + (page.questions ?? []).filter(({ show }) => show).length, 0);
  const jumps = doc.pages.reduce((sum, page) => sum + (page.next ?? []).length, 0);
  return h("div.view-head.map-intro", { "data-key": "head" }, h("h2", {}, t("Logic")), h("p.muted", {}, t("%(shown)s conditions, %(jumps)s jumps. A click leads to the place.", { shown, jumps })),
    h("p.map-said.muted", {}, figuresWords(state)));
}

/** Stays in sight: how much is shown, what is looked for, the way to the file. */
export function bar(designer, state, found) {
  const levels = { pages: t("Pages"), questions: t("Pages and questions"), all: t("All with rules") };
  const turn = (detail) => {
    Object.assign(state, { detail });
    state.turned.clear();
    designer.render();
  };
  return h("div.map-bar", { "data-key": "bar" },
    h("div.segmented", { role: "group", "aria-label": t("How much is shown") }, Object.entries(levels).map(([detail, words]) =>
      h("button", { type: "button", "data-key": detail, "aria-pressed": String(state.detail === detail), onclick: () => turn(detail) }, words))),
    search(designer, state, found),
    h("a.btn.btn-plain.btn-sm", { href: `${designer.data.base}/flow.svg?detail=${state.detail}`, download: "", "data-key": "svg" }, icon("download"), t("Drawing (SVG)")));
}

function figuresWords({ flow, lost }) {
  if (!flow && lost) return t("The figures could not be read just now; the map is whole without them.");
  if (!flow) return t("Counting responses…");
  if (!flow.version) return t("Shares of respondents appear here once the survey is published and answered.");
  if (!flow.of) return t("Version %(version)s has no responses yet. Once it has, every way says how many took it.", { version: flow.version });
  if (flow.n < flow.of) return t("Version %(version)s: the latest %(n)s of %(all)s responses are counted, the rest follows.", { version: flow.version, n: flow.n, all: flow.of });
  return t("Version %(version)s: %(n)s responses. A share is of those who reached the page.", { version: flow.version, n: flow.n });
}

/** What lines and keys mean. */
export const help = () => h("details.map-help", { "data-key": "help" }, h("summary", {}, t("Signs and keys")), legend(), keyHelp());

function legend() {
  const ways = { jump: t("Jump under a condition"), always: t("Jump always"), quota: t("Once a quota is full"), skip: t("Pages in between were not shown"), dead: t("Without effect") };
  return h("ul.map-legend", {}, Object.entries(ways).map(([kind, words]) => h("li", {}, h("span.map-sample", { class: `k-${kind}`, "aria-hidden": "true" }), words)),
    h("li", {}, h("span.map-sample.looped", { "aria-hidden": "true" }), t("Repeated")));
}

function keyHelp() {
  const all = { "↑ ↓": t("previous and next"), "← →": t("fold and unfold"), Enter: t("open the place"), J: t("follow the way"), B: t("and back"), P: t("See it happen"), "Home End": t("first and last") };
  return h("dl.map-keys", {}, Object.entries(all).map(([key, words]) => h("div", {}, h("dt", {}, key.split(" ").map((each) => h("kbd", {}, each))), h("dd", {}, words))));
}

function search(designer, state, found) {
  const type = (event) => {
    Object.assign(state, { find: event.target.value, hit: 0 });
    designer.render();
  };
  const key = (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape") Object.assign(state, { find: "", hit: 0 });
    else if (event.key === "Enter" && found.length) visit(designer, state, found);
    else if (event.key === "ArrowDown" && found.length) visit(designer, state, found, true);
    else return;
    event.preventDefault();
    designer.render();
  };
  return h("div.map-find", { "data-key": "find", role: "search" }, icon("search"),
    h("input.form-control.form-control-sm", { type: "search", value: state.find, placeholder: t("Page number, question or text"), "aria-label": t("Find on the map"), oninput: type, onkeydown: key }),
    state.find ? h("span.muted", { role: "status" }, found.length ? t("%(n)s found", { n: found.length }) : t("Nothing found")) : null);
}

/* Goes to the next place found, with the focus or only with the eyes. */
function visit(designer, state, found, focus = false) {
  const { id, code, text } = found[state.hit++ % found.length];
  if (code && id !== rowId(code)) state.turned.set(code, true);
  designer.draw();
  const row = document.getElementById(id);
  state.current = id;
  if (focus) row?.focus();
  row?.scrollIntoView({ block: "center" });
  announce(text);
}

/** Rows that hold what is looked for; a whole page number comes first. */
export function hits({ find }, all) {
  const wanted = find.trim().toLowerCase();
  if (!wanted) return [];
  const rows = all.flatMap((part) => [{ id: rowId(part.code), code: part.code, text: part.head.text }, ...part.lines.filter(({ kind }) => kind === "question").map((line) => ({ id: lineId(part, line), code: part.code, text: line.text }))]);
  const number = all.find((part, index) => part.kind === "page" && String(all.slice(0, index + 1).filter(({ kind }) => kind === "page").length) === wanted);
  const holds = ({ id, text }) => text.toLowerCase().includes(wanted) && id !== (number && rowId(number.code));
  return [...(number ? [rows.find(({ id }) => id === rowId(number.code))] : []), ...rows.filter(holds)];
}
