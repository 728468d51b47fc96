/* Dragging: question types from the toolbox, questions by their grip, options by theirs. Everything here can
   also be done with buttons and keys. */

export function enableDragging(root, designer) {
  const line = Object.assign(document.createElement("div"), { className: "drop-line", hidden: true });
  document.body.append(line);
  let drag = null;
  let target = null;

  root.addEventListener("dragstart", (event) => {
    drag = started(event);
    if (!drag) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", drag.name);
    const shown = event.target.closest(".d-card, .entry-line, .tool");
    if (shown) event.dataTransfer.setDragImage(shown, 20, 16);
    document.body.classList.add("dragging");
  });

  root.addEventListener("dragover", (event) => {
    target = drag && (drag.kind === "entry" ? overEntries(event, drag) : overCards(event));
    line.hidden = !target;
    if (!target) return;
    event.preventDefault();
    Object.assign(line.style, { left: `${target.left}px`, top: `${target.top}px`, width: `${target.width}px` });
  });

  root.addEventListener("drop", (event) => {
    if (!target) return;
    event.preventDefault();
    drop(designer, drag, target);
  });

  root.addEventListener("dragend", () => {
    drag = target = null;
    line.hidden = true;
    document.body.classList.remove("dragging");
  });
}

function started({ target }) {
  const tool = target.closest?.("[data-type]");
  if (tool) return { kind: "type", name: tool.dataset.type };
  const entry = target.closest?.("[data-drag=entry]")?.closest("[data-entry]");
  if (entry) return { kind: "entry", name: entry.dataset.entry, list: entry.dataset.list, code: entry.closest("[data-question]").dataset.question };
  const card = target.closest?.("[data-drag=question]")?.closest("[data-question]");
  return card ? { kind: "question", name: card.dataset.question } : null;
}

/* The gap nearest to the pointer among the children of a container. */
function gap(children, y) {
  const index = children.findIndex((child) => {
    const box = child.getBoundingClientRect();
    return y < box.top + box.height / 2;
  });
  return index < 0 ? children.length : index;
}

function edge(container, children, index) {
  const box = container.getBoundingClientRect();
  const at = children[index]?.getBoundingClientRect();
  const last = children.at(-1)?.getBoundingClientRect();
  return { left: box.left, width: box.width, top: at ? at.top - 5 : last ? last.bottom + 4 : box.top + 4 };
}

function overCards(event) {
  const cards = event.target.closest?.("[data-cards]") ?? event.target.closest?.("[data-page]")?.querySelector("[data-cards]");
  if (!cards) return null;
  const children = [...cards.querySelectorAll(":scope > [data-question]")];
  const index = gap(children, event.clientY);
  return { page: cards.dataset.cards, index, ...edge(cards, children, index) };
}

function overEntries(event, drag) {
  const list = event.target.closest?.("ul.entries");
  const children = [...(list?.querySelectorAll(":scope > [data-entry]") ?? [])];
  if (!children.some((child) => child.dataset.entry === drag.name && child.dataset.list === drag.list)) return null;
  const index = gap(children, event.clientY);
  return { index, ...edge(list, children, index) };
}

function drop({ actions, store }, drag, target) {
  if (drag.kind === "type") actions.add(drag.name, { page: target.page, at: target.index });
  else if (drag.kind === "question") actions.move(drag.name, target.page, target.index);
  else moveEntry(actions, store, drag, target.index);
}

function moveEntry(actions, store, { code, list, name }, index) {
  const question = store.doc.pages.flatMap((page) => page.questions ?? []).find((each) => each.code === code);
  const entries = [...question.settings[list]];
  const from = entries.findIndex(({ id }) => id === name);
  const [entry] = entries.splice(from, 1);
  entries.splice(index - (from < index ? 1 : 0), 0, entry);
  actions.set(code, list, entries);
}
