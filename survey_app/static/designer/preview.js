/* The phone beside the editor: the real page of the stored draft, shown again after every save. */

import { h, icon, iconButton } from "./dom.js";
import { t } from "./words.js";

export class Preview {
  constructor(designer) {
    this.designer = designer;
    this.device = "phone";
    this.looks = 0;
    this.frame = h("iframe", { title: t("Preview"), "data-key": "frame" });
    designer.store.subscribe((what) => (what === "saved" || what === "selected") && this.follow(what));
  }

  /** Shows the page of the selected question; after a save always anew. */
  follow(what) {
    if (what === "selected") this.scene = null;
    const address = this.address();
    if (what === "saved" || address !== this.shown) this.load(address);
  }

  address() {
    const { store, data } = this.designer;
    if (this.scene) return `${data.base}/preview?${new URLSearchParams(this.scene)}`;
    const { selected } = store;
    const at = ["page", "question", "entry"].includes(selected.kind) ? selected.code : "";
    return `${data.base}/preview${at ? `?at=${encodeURIComponent(at)}` : ""}`;
  }

  load(address = this.address()) {
    if (this.hidden || !this.frame.contentWindow) return;
    this.shown = address;
    this.looks += 1; // the browser opens an address it knows where it was left, not where it begins
    this.frame.contentWindow.location.replace(`${address}${address.includes("?") ? "&" : "?"}look=${this.looks}`);
  }

  /** Shows an example instead of the selected question: `scene` is what the address asks for, `words` names
      it. A question that is selected afterwards is shown again. */
  play(scene, words) {
    Object.assign(this, { scene, words });
    const fresh = this.hidden;
    this.hidden = false;
    this.designer.render();
    if (!fresh) this.load();
  }

  leave() {
    this.scene = null;
    this.designer.render();
    this.load();
  }

  turn(device) {
    this.device = device;
    this.designer.render();
  }

  toggle() {
    this.hidden = !this.hidden;
    this.designer.render();
  }

  draw() {
    const button = (device, words) => h("button", { type: "button", "aria-pressed": String(this.device === device), onclick: () => this.turn(device) }, icon(device), h("span", {}, words));
    return [
      h("div.preview-bar", { "data-key": "bar" },
        h("div.segmented", { role: "group", "aria-label": t("Device") }, button("phone", t("Phone")), button("desktop", t("Computer"))),
        h("div.tools", {}, iconButton("refresh", t("Start over"), () => this.load()), h("a.icon-button", { href: `${this.designer.data.base}/preview`, target: "_blank", title: t("Open in a new tab"), "aria-label": t("Open in a new tab") }, icon("arrow-right")), iconButton("x", t("Close"), () => this.toggle(), { class: "narrow-only" }))),
      h("div.device", { "data-key": "device", "data-opaque": "", class: this.device }),
      this.scene ? h("p.preview-scene", { "data-key": "scene", role: "status" }, h("span", {}, t("Example for %(place)s", { place: this.words })), h("button.link-button", { type: "button", onclick: () => this.leave() }, t("End example"))) : null,
      h("p.muted.small", { "data-key": "note" }, t("The real page. Nothing you answer here is stored.")),
    ].filter(Boolean);
  }

  /** Puts the one frame into the drawn device; the frame itself is never drawn anew. */
  mount(region) {
    const device = region.querySelector(".device");
    if (device && this.frame.parentNode !== device) {
      device.append(this.frame);
      this.frame.src = this.shown = this.address();
    }
  }
}
