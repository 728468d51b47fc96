/* The line to the server: events where they come through, else a conditional question every few seconds.
   A page in the background lets go of the line and asks again when it is looked at. */

const EVERY = 5000;
const SILENCE = 40000; // the server gives a sign of life every 15 s

export function follow(page, on) {
  let source = null;
  let etag = "";
  let timer = 0;
  let watch = 0;
  let failures = 0;

  const heard = () => {
    clearTimeout(watch);
    watch = setTimeout(cut, SILENCE);
  };

  function listen() {
    stop();
    source = new EventSource(page.stream);
    source.addEventListener("open", () => {
      failures = 0;
      on.state("live");
      heard();
    });
    source.addEventListener("stamp", (event) => {
      heard();
      on.stamp(JSON.parse(event.data).stamp);
    });
    source.addEventListener("end", () => ask(true));
    source.addEventListener("error", cut);
  }

  /* Broken lines: one quiet second chance, then polling, from which we return to events. */
  function cut() {
    stop();
    failures += 1;
    on.state("cut");
    timer = setTimeout(() => (failures > 1 ? ask(false) : listen()), 1000);
  }

  async function ask(back) {
    stop();
    try {
      const reply = await fetch(page.stampUrl, { headers: { "If-None-Match": etag, Accept: "application/json" } });
      if ([401, 403, 404].includes(reply.status) || reply.redirected) return on.state("ended");
      if (reply.status === 200) {
        etag = reply.headers.get("ETag") || "";
        on.stamp((await reply.json()).stamp);
      } else if (reply.status !== 304) {
        throw new Error(String(reply.status));
      }
      on.state("polling");
      failures += 1;
      timer = setTimeout(() => (back || failures % 6 === 0 ? listen() : ask(false)), back ? 1000 : EVERY);
    } catch {
      on.state("cut");
      timer = setTimeout(() => ask(false), EVERY);
    }
  }

  function stop() {
    clearTimeout(timer);
    clearTimeout(watch);
    source?.close();
    source = null;
  }

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) return listen();
    stop();
    on.state("paused");
  });
  window.addEventListener("pagehide", stop);
  window.addEventListener("pageshow", (event) => event.persisted && listen());
  window.addEventListener("online", listen);
  window.addEventListener("offline", () => on.state("cut"));
  if (document.hidden) on.state("paused");
  else listen();
}
