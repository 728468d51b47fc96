/* The tiles of the page: which are visible, which are out of date, and how they are brought up to date. */

import { clear, draw, flip, save } from "./plots.js";
import { refreshed, repeat } from "./state.js";

const AT_ONCE = 4;

/* What scrolls inside a tile can be reached by keyboard; what does not is no extra stop. */
function reachable(tile) {
  const body = tile.querySelector(".tile-body");
  if (!body) return;
  const scrolls = body.scrollHeight > body.clientHeight + 1;
  if (!scrolls) return body.removeAttribute("tabindex");
  body.tabIndex = 0;
  body.setAttribute("role", "group");
  body.setAttribute("aria-labelledby", tile.getAttribute("aria-labelledby"));
}

export class Board {
  constructor(page) {
    this.page = page;
    this.stamp = page.stamp;
    this.stale = new Set();
    this.visible = new Set();
    this.running = false;
    this.seen = new IntersectionObserver((entries) => this.noticed(entries), { rootMargin: "200px" });
    document.addEventListener("click", (event) => this.clicked(event));
    this.adopt();
  }

  /* Takes over the tiles the server has put into the page. */
  adopt() {
    this.seen.disconnect();
    this.stale.clear();
    this.visible.clear();
    for (const tile of document.querySelectorAll("#board > .tile")) {
      const figure = tile.querySelector(".tile-figure");
      tile.figure = figure && JSON.parse(figure.textContent);
      this.seen.observe(tile);
    }
    refreshed();
  }

  noticed(entries) {
    for (const { target, isIntersecting } of entries) {
      this.visible[isIntersecting ? "add" : "delete"](target);
      if (isIntersecting && target.figure && !target.drawn) draw(target);
      if (isIntersecting) reachable(target);
    }
    this.work();
  }

  /* The server's figures are those of another stamp now. */
  changed(stamp) {
    if (stamp === this.stamp) return refreshed();
    this.stamp = stamp;
    const tiles = document.querySelectorAll("#board > .tile");
    if (!tiles.length) return this.go(location.href);
    for (const tile of tiles) this.stale.add(tile);
    this.work();
  }

  /* Refetches what is out of date and visible, a few tiles at a time; the rest waits until it is seen. */
  async work() {
    if (this.running) return;
    this.running = true;
    const taken = () => [...this.stale].filter((tile) => this.visible.has(tile)).slice(0, AT_ONCE);
    for (let batch = taken(); batch.length; batch = taken()) {
      for (const tile of batch) this.stale.delete(tile);
      const fresh = await Promise.all(batch.map((tile) => this.fetched(tile)));
      batch.forEach((tile, index) => fresh[index] && this.show(tile, fresh[index]));
      refreshed();
    }
    this.running = false;
  }

  async fetched(tile) {
    try {
      const reply = await fetch(tile.dataset.url + location.search, {
        headers: { "If-None-Match": `"${tile.dataset.etag}"`, Accept: "application/json" },
      });
      if (reply.status !== 200) return null;
      tile.dataset.etag = (reply.headers.get("ETag") || "").replaceAll('"', "");
      return await reply.json();
    } catch {
      return null; // the line is cut; the next stamp asks again
    }
  }

  show(tile, fresh) {
    const scrolled = tile.querySelector(".tile-body")?.scrollTop || 0;
    const plot = tile.querySelector(".chart > .plot");
    tile.innerHTML = fresh.html;
    tile.figure = fresh.figure;
    for (const line of document.querySelectorAll("[data-aside]")) line.textContent = fresh.aside;
    if (fresh.figure) draw(tile, plot);
    else clear(plot);
    const body = tile.querySelector(".tile-body");
    if (body) body.scrollTop = scrolled;
    reachable(tile);
    tile.classList.remove("is-fresh");
    void tile.offsetWidth; // restarts the animation
    tile.classList.add("is-fresh");
  }

  /* Shows another window without leaving the page: the server's page for it brings all numbers at once.
     Of several in a row the last one counts. */
  async go(address) {
    const turn = (this.turn = (this.turn || 0) + 1);
    document.getElementById("board")?.classList.add("is-waiting");
    const found = await this.asked(address);
    if (turn !== this.turn) return;
    const next = found?.getElementById("board-root");
    if (!next) return location.assign(address); // signed out, gone or no line: let the browser say so
    const root = document.getElementById("board-root");
    for (const plot of root.querySelectorAll(".plot")) clear(plot);
    root.replaceChildren(...next.childNodes);
    this.stamp = JSON.parse(found.getElementById("board-page").textContent).stamp;
    repeat();
    this.adopt();
  }

  async asked(address) {
    try {
      const reply = await fetch(address, { headers: { Accept: "text/html" } });
      return reply.ok ? new DOMParser().parseFromString(await reply.text(), "text/html") : null;
    } catch {
      return null;
    }
  }

  clicked(event) {
    const tile = event.target.closest?.("#board > .tile");
    if (!tile) return;
    const turned = event.target.closest("[data-flip]");
    if (turned) flip(tile, turned, this.page.words);
    if (event.target.closest("[data-image]")) save(tile);
  }
}
