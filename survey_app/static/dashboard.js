/* A live dashboard: the server has put all numbers into the page; this draws the charts over them and keeps
   both up to date. */

import { follow } from "./dashboard/live.js";
import { showState } from "./dashboard/state.js";
import { Board } from "./dashboard/board.js";
import { filters } from "./dashboard/filters.js";
import { prepare } from "./dashboard/plots.js";

const page = JSON.parse(document.getElementById("board-page").textContent);
const kiosk = document.getElementById("board-root").dataset.kiosk;
if (kiosk === "dark" || kiosk === "light") document.documentElement.dataset.bsTheme = kiosk;

prepare(page);
const board = new Board(page);
filters(board);
follow(page, {
  stamp: (stamp) => board.changed(stamp),
  state: (state) => showState(page.words, state),
});

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-print]")) window.print();
});
