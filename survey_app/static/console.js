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

async function copy(button) {
  await navigator.clipboard.writeText(button.dataset.copy);
  const label = button.textContent;
  button.textContent = button.dataset.copied || "✓";
  setTimeout(() => (button.textContent = label), 1500);
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
document.addEventListener("click", (event) => {
  // a click on the dimmed page closes a dialogue
  if (event.target instanceof HTMLDialogElement && event.target.dataset.firm === undefined) event.target.close();
});
showTheme();
