/* Arranging: tiles are dragged to their place; dropping one sends the same form as the arrows. */

import { draw, prepare } from "./plots.js";

const board = document.getElementById("board");
const form = document.getElementById("move");
let dragged = null;

prepare(JSON.parse(document.getElementById("board-page").textContent));
for (const tile of board.children) {
  const figure = tile.querySelector(".tile-figure");
  tile.figure = figure && JSON.parse(figure.textContent);
  if (tile.figure) draw(tile);
}

const over = (event) => event.target.closest?.(".board-edit > .tile");

board.addEventListener("dragstart", (event) => {
  dragged = over(event);
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.index);
  dragged.classList.add("is-dragged");
});
board.addEventListener("dragover", (event) => {
  const target = over(event);
  if (!dragged || !target) return;
  event.preventDefault();
  for (const tile of board.children) tile.classList.toggle("is-target", tile === target && tile !== dragged);
});
board.addEventListener("drop", (event) => {
  const target = over(event);
  event.preventDefault();
  if (!dragged || !target || target === dragged) return;
  form.elements.index.value = dragged.dataset.index;
  form.elements.to.value = target.dataset.index;
  form.requestSubmit();
});
board.addEventListener("dragend", () => {
  for (const tile of board.children) tile.classList.remove("is-dragged", "is-target");
  dragged = null;
});
