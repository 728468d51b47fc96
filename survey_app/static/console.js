/* What every console page can do: theme, menus, dialogues, dismissing messages, copying, confirming.

   data-theme="auto|light|dark"   chooses the theme
   data-open="#id" / data-close   opens / closes a <dialog>
   data-dismiss                   removes the message around it
   data-copy="text"               copies; the element says data-copied afterwards
   data-confirm="question"        on a form: asks before it is sent */

const on = (selector, event, act) =>
  document.addEventListener(event, (e) => {
    const found = e.target instanceof Element && e.target.closest(selector);
    if (found) act(found, e);
  });

function chosenTheme() {
  try {
    return localStorage.getItem("theme") || "auto";
  } catch {
    return "auto"; // storage may be forbidden
  }
}

function showTheme() {
  for (const button of document.querySelectorAll("[data-theme]"))
    button.setAttribute("aria-pressed", String(button.dataset.theme === chosenTheme()));
}

function chooseTheme(button) {
  try {
    localStorage.setItem("theme", button.dataset.theme);
  } catch {
    return;
  }
  document.dispatchEvent(new Event("theme"));
  showTheme();
}

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]"))
    if (menu !== except) menu.open = false;
}

function openDialog(button) {
  closeMenus();
  document.querySelector(button.dataset.open)?.showModal();
}

/* Pages that are served unencrypted have no clipboard of their own. */
function copySelected(button) {
  const area = Object.assign(document.createElement("textarea"), { value: button.dataset.copy, readOnly: true, className: "visually-hidden" });
  button.after(area);
  area.select();
  document.execCommand("copy");
  area.remove();
  button.focus();
}

async function copy(button) {
  if (button.classList.contains("copied")) return;
  await (navigator.clipboard ? navigator.clipboard.writeText(button.dataset.copy) : copySelected(button));
  const label = [...button.childNodes];
  button.classList.add("copied");
  button.replaceChildren(button.dataset.copied || "✓");
  setTimeout(() => {
    button.replaceChildren(...label);
    button.classList.remove("copied");
  }, 1500);
}

on("[data-theme]", "click", chooseTheme);
on("[data-open]", "click", openDialog);
on("[data-close]", "click", (button) => button.closest("dialog").close());
on("[data-dismiss]", "click", (button) => button.parentElement.remove());
on("[data-copy]", "click", copy);
on("form[data-confirm]", "submit", (form, event) => {
  if (!window.confirm(form.dataset.confirm)) event.preventDefault();
});
document.addEventListener("click", (event) => closeMenus(event.target.closest?.("details.menu")));
document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (open) {
    open.open = false;
    open.querySelector("summary").focus();
  }
});
let pressed = null; // marking text may end beside a dialogue: what counts is where the pointer went down
document.addEventListener("pointerdown", (event) => (pressed = event.target));
on("dialog", "input", (dialog, { target }) => target.type === "search" || (dialog.dataset.written = ""));
document.addEventListener("click", ({ target }) => {
  // a click on the dimmed page closes a dialogue in which nothing has been written
  if (!(target instanceof HTMLDialogElement) || target !== pressed) return;
  if (target.dataset.firm === undefined && target.dataset.written === undefined) target.close();
});
showTheme();
