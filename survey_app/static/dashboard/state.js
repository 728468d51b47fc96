/* What the page says about its own freshness. */

let since = Date.now();
let words = null;

/* Figures are as of now. */
export function refreshed() {
  since = Date.now();
  tell();
}

export function showState(known, state) {
  words = known;
  const box = document.getElementById("live");
  if (!box) return;
  const said = box.querySelector("[data-live-state]");
  const before = box.dataset.state;
  box.hidden = false;
  box.dataset.state = state;
  said.textContent = words[state];
  if (before !== state && (state === "cut" || before === "cut" || state === "ended"))
    document.getElementById("live-say").textContent = words[state];
  tell();
}

function tell() {
  const age = document.querySelector("[data-live-age]");
  if (!age || !words) return;
  const seconds = Math.round((Date.now() - since) / 1000);
  if (seconds < 2) age.textContent = words.now;
  else if (seconds < 100) age.textContent = words.seconds.replace("{n}", seconds);
  else age.textContent = words.minutes.replace("{n}", Math.round(seconds / 60));
}

setInterval(() => document.hidden || tell(), 1000);
