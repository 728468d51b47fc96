/* The chat of the console without reloading: the form is sent as it is, and the chat of the page that comes
   back takes the place of this one. Without this script the form works by itself. */

const lines = () => document.querySelector(".chat-lines");

function settle() {
  lines().scrollTop = lines().scrollHeight;
  document.querySelector(".chat-form input[name=text]")?.focus({ preventScroll: true });
}

async function send(form) {
  const data = new FormData(form);
  const reply = await fetch(form.action, { method: "POST", body: new URLSearchParams(data) });
  if (!reply.ok) throw new Error(String(reply.status));
  const fresh = new DOMParser().parseFromString(await reply.text(), "text/html").getElementById("chat");
  document.getElementById("chat").replaceWith(fresh);
  settle();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches(".chat-form")) return;
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  send(form).catch(() => form.submit()); // the key is the same: heard twice, it counts once
});

settle();
