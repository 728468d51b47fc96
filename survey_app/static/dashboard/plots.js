/* Charts. Plotly is fetched after the numbers are on the screen; its looks follow the page's theme. */

let page = null;
let library = null;
let queue = Promise.resolve();
const chinese = document.documentElement.lang.startsWith("zh");

const idle = window.requestIdleCallback || ((act) => setTimeout(act, 50));
const pause = () => new Promise((go) => idle(go, { timeout: 400 }));

export function prepare(given) {
  page = given;
  new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
  window.addEventListener("beforeprint", resize);
  window.addEventListener("afterprint", resize);
}

/* The library, or null where it cannot be had: then the numbers stay as they are. */
function plotly() {
  library ??= new Promise((resolve) => {
    const script = document.createElement("script");
    script.src = page.plotly;
    script.onload = () => resolve(localised(window.Plotly));
    script.onerror = () => {
      library = null;
      resolve(null);
    };
    document.head.append(script);
  });
  return library;
}

function localised(Plotly) {
  const months = Array.from({ length: 12 }, (_, month) => `${month + 1}月`);
  const days = ["周日", "周一", "周二", "周三", "周四", "周五", "周六"];
  Plotly.register({
    moduleType: "locale",
    name: "zh-CN",
    dictionary: {},
    format: { days, shortDays: days, months, shortMonths: months, date: "%Y-%m-%d" },
  });
  return Plotly;
}

/* Draws a tile's figure over its numbers, one tile after the other so that the page stays responsive.
   ``old`` is the tile's plot from before, which takes its place at once and is then only changed. */
export function draw(tile, old = null) {
  tile.drawn = true;
  if (old) place(tile, old);
  queue = queue.then(pause).then(() => drawn(tile)).catch((error) => console.warn("chart", error));
  return queue;
}

function place(tile, plot) {
  const chart = tile.querySelector(".chart");
  if (!chart) return;
  chart.append(plot);
  chart.classList.add("is-drawn");
  const tools = tile.querySelector(".tile-tools");
  if (tools) tools.hidden = false;
}

async function drawn(tile) {
  const Plotly = await plotly();
  if (!Plotly || !tile.figure || !tile.isConnected) return;
  let plot = tile.querySelector(".chart > .plot");
  if (!plot) {
    plot = Object.assign(document.createElement("div"), { className: "plot" });
    plot.setAttribute("aria-hidden", "true"); // the numbers beneath say the same
    place(tile, plot);
  }
  if (!plot.isConnected) return;
  const { data, layout } = dressed(tile.figure, plot);
  plot.tall = layout.height || 0;
  plot.parentElement.classList.toggle("is-tall", plot.tall > 0);
  await Plotly.react(plot, data, layout, options());
  if (!plot.watched) {
    plot.watched = new ResizeObserver(() => fit(plot));
    plot.watched.observe(plot.parentElement);
  }
  if (tile.classList.contains("is-table")) showTable(tile, true);
}

export function clear(plot) {
  if (!plot) return;
  plot.watched?.disconnect();
  if (window.Plotly) window.Plotly.purge(plot);
}

const options = () => ({ displayModeBar: false, responsive: false, locale: chinese ? "zh-CN" : "en", doubleClick: false });

function dressed(figure, plot) {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const layout = { ...figure.layout, autosize: true, template: template(colour, plot) };
  const room = plot.parentElement.clientHeight;
  const folded = (layout.yaxis?.ticktext || []).some((label) => label.includes("<br>"));
  const least = layout.height * (folded ? 0.9 : 0.6); // lines of labels must not lie over each other
  if (layout.height && !(layout.meta || {}).tall && least <= room) delete layout.height; // a long chart scrolls, others fit
  for (const name of Object.keys(layout))
    if (/^xaxis/.test(name) && layout[name].type === "date") layout[name] = { ...dates(figure.data), ...layout[name] };
  return { data: structuredClone(figure.data), layout };
}

function template(colour, plot) {
  const axis = {
    gridcolor: colour("--line"),
    linecolor: colour("--line"),
    zerolinecolor: colour("--line-strong"),
    tickfont: { color: colour("--muted") },
  };
  const look = getComputedStyle(plot);
  return {
    layout: {
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      font: { family: look.fontFamily, size: document.body.classList.contains("kiosk") ? 15 : 12, color: colour("--text") },
      hoverlabel: { bgcolor: colour("--surface"), bordercolor: colour("--line-strong"), font: { color: colour("--text") } },
      xaxis: axis,
      yaxis: axis,
      dragmode: false,
    },
  };
}

/* A date axis in the reader's language; few points are each named, many by the library's own choice. */
function dates(traces) {
  const days = [...new Set(traces.flatMap((trace) => trace.x || []))].sort();
  const long = days.length > 1 && new Date(days.at(-1)) - new Date(days[0]) > 300 * 864e5;
  const look = {
    tickformat: chinese ? (long ? "%Y年%-m月" : "%-m月%-d日") : long ? "%b %Y" : "%b %-d",
    hoverformat: chinese ? "%Y年%-m月%-d日" : "%b %-d, %Y",
    nticks: 7,
  };
  return days.length <= 8 ? { ...look, tickvals: days } : look;
}

function redraw() {
  for (const tile of document.querySelectorAll("#board > .tile"))
    if (tile.drawn && tile.figure) draw(tile);
}

function resize() {
  for (const plot of document.querySelectorAll(".chart.is-drawn > .plot")) fit(plot);
}

/* As wide as its tile; plotly's own way would squeeze a long chart into it too. */
function fit(plot) {
  const width = plot.clientWidth;
  if (!width || !window.Plotly) return;
  if (plot.tall) window.Plotly.relayout(plot, { width, height: plot.tall });
  else window.Plotly.Plots.resize(plot);
}

/* Chart or table. */
export function flip(tile, button, words) {
  const table = !tile.classList.contains("is-table");
  showTable(tile, table);
  button.setAttribute("aria-label", table ? words.chart : words.table);
  button.title = table ? words.chart : words.table;
}

function showTable(tile, table) {
  tile.classList.toggle("is-table", table);
  tile.querySelector("[data-flip]")?.setAttribute("aria-pressed", String(table));
  const plot = tile.querySelector(".chart > .plot");
  if (!table && plot) fit(plot);
}

/* The chart as a picture, on the theme's own ground. */
export async function save(tile) {
  const Plotly = await plotly();
  const plot = tile.querySelector(".chart > .plot");
  if (!Plotly || !plot) return;
  const title = tile.querySelector("h2").textContent.trim();
  const ground = getComputedStyle(document.documentElement).getPropertyValue("--surface").trim();
  const { width, height } = plot.getBoundingClientRect();
  const figure = { data: plot.data, layout: { ...plot.layout, paper_bgcolor: ground, title: { text: title, font: { size: 14 } }, margin: { ...plot.layout.margin, t: 48 } } };
  await Plotly.downloadImage(figure, { format: "png", scale: 2, width: Math.max(width, 480), height: Math.max(height, 300), filename: title.slice(0, 60) });
}
