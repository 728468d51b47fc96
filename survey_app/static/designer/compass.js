/* The keyboard's way over the map, and the arcs that light up on it. */

const PATIENCE = 10000; // milliseconds the preview may take to open

const rows = (tree) => [...tree.querySelectorAll("[role=treeitem]")];
const place = (row) => row.id.slice(2);

/** Arrows go from row to row, Enter opens the place, J follows a way and B comes back, P plays a rule. */
export function keys(event, designer, state) {
  const row = event.target.closest("[role=treeitem]");
  if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
  const done = MOVES[event.key.length === 1 ? event.key.toLowerCase() : event.key]?.(row, designer, state);
  if (done) event.preventDefault();
}

const MOVES = {
  ArrowDown: (row) => step(row, 1),
  ArrowUp: (row) => step(row, -1),
  Home: (row) => reach(rows(row.closest("[role=tree]")).at(0)),
  End: (row) => reach(rows(row.closest("[role=tree]")).filter((each) => each.ariaLevel === "1").at(-1)),
  ArrowRight: (row, designer, state) => (row.ariaExpanded === "false" ? turn(row, designer, state, true) : row.ariaExpanded ? step(row, 1) : true),
  ArrowLeft: (row, designer, state) => (row.ariaExpanded === "true" ? turn(row, designer, state, false) : reach(row.parentElement.closest("[role=treeitem]"))),
  PageDown: (row) => page(row, 1),
  PageUp: (row) => page(row, -1),
  Enter: (row) => open(row),
  " ": (row) => open(row),
  j: follow,
  p: (row, designer) => stay(row) && play(row.dataset.rule, designer),
  b: back,
};

function step(row, by) {
  const all = rows(row.closest("[role=tree]"));
  return reach(all[all.indexOf(row) + by]);
}

/* From page to page, over what is unfolded in between. */
function page(row, by) {
  const tops = rows(row.closest("[role=tree]")).filter((each) => each.ariaLevel === "1");
  const own = row.ariaLevel === "1" ? row : row.parentElement.closest("[role=treeitem]");
  return reach(by < 0 && own !== row ? own : tops[tops.indexOf(own) + by]);
}

function reach(row) {
  row?.focus({ preventScroll: true });
  row?.querySelector(":scope > .map-head, :scope > div")?.scrollIntoView({ block: "nearest" });
  return true;
}

const open = (row) => {
  row.querySelector("[id$='-h']").click();
  return true;
};

/* The page in the preview takes the focus as it opens; whoever came by key goes on from the row. */
function stay(row) {
  if (row.dataset.rule) addEventListener("blur", () => setTimeout(() => row.focus({ preventScroll: true })), { once: true, signal: AbortSignal.timeout(PATIENCE) });
  return true;
}

/** Shows a rule in the preview at the moment it has fired. */
export function play(rule, designer) {
  if (rule) designer.preview.play({ rule }, rule);
  return Boolean(rule);
}

function turn(row, designer, state, wanted) {
  state.turned.set(row.dataset.node, wanted);
  designer.render();
  return true;
}

function follow(row, designer, state) {
  const target = row.dataset.target ?? row.querySelector("[data-to]")?.dataset.to ?? row.dataset.follows;
  const goal = target && document.getElementById(`m-${target}`);
  if (!goal) return true;
  state.trail.push(row.id);
  return reach(goal);
}

function back(row, designer, state) {
  const from = state.trail.pop();
  return from ? reach(document.getElementById(from) ?? row) : true;
}

/** Lights the ways into and out of the page, or the one way, that `element` belongs to; none without. */
export function light(element) {
  const row = element?.closest?.("[role=treeitem]");
  const map = document.querySelector(".map");
  if (!map) return;
  const one = row?.querySelector(":scope > div > [data-way]")?.dataset.way;
  const code = row && place(row.closest(".map-node"));
  const lit = (arc) => (one && row.ariaLevel === "2" ? arc.dataset.way === one : code !== undefined && (arc.dataset.from || "start") === code || arc.dataset.to === code);
  const arcs = [...map.querySelectorAll(".map-arcs [data-way]")];
  for (const arc of arcs) arc.classList.toggle("lit", Boolean(row) && lit(arc));
  map.querySelector(".map-arcs").classList.toggle("some", arcs.some((arc) => arc.classList.contains("lit")));
}
