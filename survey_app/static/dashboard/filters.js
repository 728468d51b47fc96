/* Filters change the address and the figures, not the page; the address can be shared and gone back to. */

const KEPT = ["kiosk"];

export function filters(board) {
  const go = (address) => {
    history.pushState(null, "", address);
    board.go(address);
  };

  const sent = (form) => {
    const given = [...new FormData(form)].filter(([, value]) => value);
    const query = new URLSearchParams(given);
    if (query.has("from") || query.has("to")) query.delete("period");
    for (const name of KEPT) {
      const value = new URLSearchParams(location.search).get(name);
      if (value) query.set(name, value);
    }
    const text = query.toString();
    return form.action + (text ? `?${text}` : "");
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("#filters a, .board-note a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    go(link.href);
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches?.("#filters select")) go(sent(event.target.form));
  });
  document.addEventListener("submit", (event) => {
    if (event.target.id !== "filters") return;
    event.preventDefault();
    go(sent(event.target));
  });
  window.addEventListener("popstate", () => board.go(location.href));
}
