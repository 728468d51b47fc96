/* The designer's door to the server, and the loop that saves after a second of quiet. */

const QUIET = 900; // milliseconds after the last change
const AGAIN = 4000; // milliseconds until a failed save is tried again

/** What the server refused, or that it could not be reached (status 0). */
export class Refusal extends Error {
  constructor(status, body) {
    super(body?.error ?? "");
    this.status = status;
    this.body = body ?? {};
  }
}

export class Api {
  constructor(base) {
    this.base = base;
    this.token = document.querySelector("meta[name=csrf-token]").content;
  }

  async ask(method, path, body) {
    const headers = { Accept: "application/json", "X-CSRFToken": this.token };
    if (body) headers["Content-Type"] = "application/json";
    let reply;
    try {
      reply = await fetch(this.base + path, { method, headers, body: body && JSON.stringify(body) });
    } catch {
      throw new Refusal(0);
    }
    const json = await reply.json().catch(() => null);
    if (!reply.ok || json === null) throw new Refusal(reply.status, json);
    return json;
  }

  /** Keeps a picture; resolves to its name and address. */
  async picture(file) {
    const headers = { Accept: "application/json", "X-CSRFToken": this.token, "Content-Type": file.type || "application/octet-stream" };
    const reply = await fetch(`${this.base}/pictures`, { method: "POST", headers, body: file }).catch(() => { throw new Refusal(0); });
    const json = await reply.json().catch(() => null);
    if (!reply.ok || json === null) throw new Refusal(reply.status, json);
    return json;
  }

  load = () => this.ask("GET", "/draft");
  save = (document, revision) => this.ask("PUT", "/draft", { document, revision });
  members = (of) => this.ask("GET", `/directory?of=${encodeURIComponent(of)}`);
  coverage = () => this.ask("GET", "/coverage");
  changes = () => this.ask("GET", "/changes");
  rename = (document, code, fresh) => this.ask("POST", "/rename", { document, code, fresh });
  renameEntry = (document, code, id, fresh) => this.ask("POST", "/rename-entry", { document, code, id, fresh });
  without = (document, code) => this.ask("POST", "/without", { document, code });
  publish = (revision) => this.ask("POST", "/publish", { revision });
  copy = (document) => this.ask("POST", "/copy", { document });
}

/** Saves the store's document whenever it has been quiet for a moment. `told(state, refusal)` hears
    "saving", "saved", "offline", "refused" and "conflict". */
export class Autosave {
  constructor(store, api, told) {
    Object.assign(this, { store, api, told, timer: 0, running: null, stopped: false });
    store.subscribe((what) => what === "document" && this.soon(QUIET));
    if (store.dirty) this.soon(0);
  }

  soon(delay) {
    clearTimeout(this.timer);
    if (!this.stopped) this.timer = setTimeout(() => this.now(), delay);
  }

  /** Saves at once; resolves when everything is stored, or to false. */
  async now() {
    clearTimeout(this.timer);
    if (this.running) await this.running;
    if (!this.store.dirty || this.stopped) return !this.stopped;
    this.running = this.once();
    const stored = await this.running;
    this.running = null;
    return stored && this.store.dirty ? this.now() : stored;
  }

  async once() {
    const { doc, revision } = this.store;
    this.told("saving");
    try {
      this.store.saved(doc, await this.api.save(doc, revision));
      this.told("saved");
      return true;
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      this.failed(refusal);
      return false;
    }
  }

  failed(refusal) {
    if (refusal.status === 409) {
      this.stopped = true;
      this.told("conflict", refusal);
    } else if (refusal.status === 0 || refusal.status >= 500 || refusal.status === 429) {
      this.told("offline", refusal);
      this.soon(AGAIN);
    } else {
      this.told("refused", refusal);
    }
  }

  resume() {
    this.stopped = false;
    this.soon(0);
  }
}
