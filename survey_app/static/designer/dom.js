/* Elements from descriptions, and a patcher that turns what is shown into what should be shown without
   disturbing the field somebody is typing in. */

let composing = false; // an input method is half-way through a character
document.addEventListener("compositionstart", () => (composing = true), true);
document.addEventListener("compositionend", () => (composing = false), true);

const PROPERTIES = new Set(["value", "checked", "selected", "disabled", "indeterminate"]);
const SVG = "http://www.w3.org/2000/svg";

/** An element: h("button.icon-button", {onclick, "aria-label": "…"}, children…). */
export function h(name, props = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const node = document.createElement(tag);
  if (classes.length) node.className = classes.join(" ");
  node.handlers = {};
  for (const [key, value] of Object.entries(props ?? {})) set(node, key, value);
  for (const child of children.flat(Infinity)) if (child !== null && child !== undefined && child !== false) node.append(child);
  if (node.nodeName === "SELECT" && props?.value !== undefined) node.value = props.value;
  return node;
}

function set(node, key, value) {
  if (value === null || value === undefined || value === false) {
    if (PROPERTIES.has(key)) node[key] = key === "value" ? "" : false;
  } else if (key.startsWith("on")) {
    listen(node, key, value);
  } else if (key === "class") {
    node.className = `${node.className} ${value}`.trim();
  } else if (PROPERTIES.has(key)) {
    node[key] = value;
    if (key === "value") node.dealt = node.value;
  } else {
    node.setAttribute(key, value === true ? "" : value);
  }
}

/* Handlers live in a table of the element, so that patching swaps them without adding listeners. */
function listen(node, key, handler) {
  if (!(key in node.handlers)) node.addEventListener(key.slice(2), (event) => node.handlers[key]?.(event));
  node.handlers[key] = handler;
}

let sprite = "";
export const useIcons = (address) => (sprite = address);

/** An icon of the sprite. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${sprite}#${name}`);
  svg.append(use);
  return svg;
}

/** A button that shows an icon and says its name. */
export const iconButton = (name, label, onclick, props = {}) =>
  h("button.icon-button", { type: "button", title: label, "aria-label": label, onclick, ...props }, icon(name));

const keyOf = (node) => node.dataset?.key;
const fits = (a, b) => a.nodeType === b.nodeType && a.nodeName === b.nodeName && keyOf(a) === keyOf(b);

/** Makes `node` equal to `wanted`, keeping elements, focus and what is being composed. What is inside an
    element with data-opaque is somebody else's. */
export function morph(node, wanted) {
  if (node.nodeType === Node.TEXT_NODE) {
    if (node.data !== wanted.data) node.data = wanted.data;
    return;
  }
  attributes(node, wanted);
  if (wanted.handlers) for (const key of new Set([...Object.keys(node.handlers ?? {}), ...Object.keys(wanted.handlers)])) swap(node, key, wanted.handlers[key]);
  if (node.dataset?.opaque === undefined) children(node, [...wanted.childNodes]);
  properties(node, wanted);
}

function swap(node, key, handler) {
  node.handlers ??= {};
  if (handler) listen(node, key, handler);
  else node.handlers[key] = undefined;
}

function attributes(node, wanted) {
  for (const { name } of [...node.attributes])
    if (!wanted.hasAttribute(name) && !(name === "open" && node.nodeName === "DETAILS") && name !== "style") node.removeAttribute(name);
  for (const { name, value } of wanted.attributes) if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

function properties(node, wanted) {
  if ("checked" in wanted && node.checked !== wanted.checked) node.checked = wanted.checked;
  if ("disabled" in wanted && node.disabled !== wanted.disabled) node.disabled = wanted.disabled;
  if (!("value" in wanted) || node.nodeName === "BUTTON" || node.nodeName === "LI") return;
  const news = node.nodeName === "SELECT" || (node.dealt ?? "") !== wanted.value; // else what is there was typed since
  const typing = document.activeElement === node && (composing || node.type === "number" || !news);
  if (!typing && node.value !== wanted.value) node.value = wanted.value;
  node.dealt = wanted.value;
}

/* What the last drawing of a part depended on, by key. */
const drawn = new Map();

/** A part that is drawn again only when one of `needs` is another object or value than last time. */
export function memo(key, needs, build) {
  const last = drawn.get(key);
  const keep = document.createElement("keep-drawn");
  keep.dataset.key = key;
  keep.unchanged = last?.length === needs.length && last.every((each, i) => Object.is(each, needs[i]));
  keep.build = build;
  drawn.set(key, needs);
  return keep;
}

/* Something new is drawn entirely. */
function whole(node) {
  if (node.nodeType === Node.ELEMENT_NODE) for (const keep of node.querySelectorAll("keep-drawn")) keep.replaceWith(keep.build());
  return node;
}

function children(node, wanted) {
  const keyed = new Map([...node.childNodes].filter(keyOf).map((child) => [keyOf(child), child]));
  let at = node.firstChild;
  for (const each of wanted) {
    const kept = each.unchanged && keyed.get(keyOf(each));
    if (kept) {
      if (kept === at) at = at.nextSibling;
      else node.insertBefore(kept, at);
      continue;
    }
    const next = each.build ? each.build() : each;
    const match = keyOf(next) ? keyed.get(keyOf(next)) : at && fits(at, next) ? at : null;
    if (match && fits(match, next)) {
      if (match === at) at = at.nextSibling;
      else node.insertBefore(match, at);
      morph(match, next);
    } else {
      node.insertBefore(whole(next), at);
    }
  }
  while (at) {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  }
}

/** Shows `wanted` inside `region`; the focused element keeps the focus if it is still there. */
export function show(region, ...wanted) {
  const focused = document.activeElement;
  children(region, wanted.flat(Infinity).filter(Boolean));
  if (focused !== document.activeElement && region.contains(focused)) focused.focus({ preventScroll: true });
}

/** Says something to screen readers. */
export function announce(sentence) {
  const region = document.getElementById("announcer");
  if (region) region.textContent = sentence;
}

/** Handler for fields: calls `change(value)` for every finished input, not for half-composed characters. */
export const typed = (change) => ({
  oninput: (event) => event.isComposing || change(event.target.value, event),
  oncompositionend: (event) => change(event.target.value, event),
});

/** A random id for options and rows; short, and never used twice in a list. */
export function freshId(taken, prefix = "o") {
  const used = new Set(taken);
  for (;;) {
    const id = prefix + Math.random().toString(36).slice(2, 6);
    if (!used.has(id)) return id;
  }
}

/** What `draw` returns, or what `fallback` returns where the document is too odd to be drawn. */
export function safely(draw, fallback) {
  try {
    return draw();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return fallback();
  }
}
