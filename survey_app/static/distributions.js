/* Pages of distributions and contacts.

   form[data-show]        its dialogue opens with the page: what was entered was not right
   [data-ask="question"]  a button that asks before it acts
   [data-all]             ticks all boxes of its form
   form[data-choose]      asks before its ticks are left behind
   [data-print]           prints
   [data-waiting]         a section still changing: [data-live] sections are fetched again until it is not */

for (const form of document.querySelectorAll("dialog form[data-show]")) form.closest("dialog").showModal();

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  const button = target?.closest("[data-ask]");
  if (button && !window.confirm(button.dataset.ask)) event.preventDefault();
  if (target?.closest("[data-print]")) window.print();
});

document.addEventListener("change", (event) => {
  if (!event.target.matches?.("[data-all]")) return;
  for (const box of event.target.form.querySelectorAll("input[name=contact]")) box.checked = event.target.checked;
});

/* Ticks hold for one page of contacts: leaving it without inviting asks first. */
let sent = false;
document.addEventListener("submit", ({ target }) => (sent ||= target.matches("[data-choose]")));
window.addEventListener("beforeunload", (event) => {
  if (!sent && document.querySelector("[data-choose] input[name=contact]:checked")) event.preventDefault();
});

const PAUSE = 1500;
const PATIENCE = 40;

async function refresh() {
  const reply = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!reply.ok) return;
  const fresh = new DOMParser().parseFromString(await reply.text(), "text/html");
  for (const section of document.querySelectorAll("[data-live]")) {
    const next = fresh.getElementById(section.id);
    if (next && !section.contains(document.activeElement)) section.replaceWith(next);
  }
}

async function follow() {
  for (let round = 0; round < PATIENCE && document.querySelector("[data-waiting]"); round += 1) {
    await new Promise((done) => setTimeout(done, PAUSE));
    if (!document.hidden) await refresh().catch(() => {});
  }
}

follow();
