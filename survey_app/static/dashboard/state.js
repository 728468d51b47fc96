/* What the page says about its own freshness. */

let since = Date.now();
let words = null;
let state = "";

/* Figures are as of now. */
export function refreshed() {
  since = Date.now();
  tell();
}

export function showState(known, now) {
  const heard = now !== state && (now === "cut" || state === "cut" || now === "ended");
  words = known;
  state = now;
  repeat();
  const aloud = document.getElementById("live-say");
  if (heard && aloud) aloud.textContent = words[state];
}

/* Says it again on a part of the page that is new. */
export function repeat() {
  const box = document.getElementById("live");
  if (!box || !state) return;
  box.hidden = false;
  box.dataset.state = state;
  box.querySelector("[data-live-state]").textContent = words[state];
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
