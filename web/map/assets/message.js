// @ts-check
/* What the map says while it waits, and where it fails. */
import { element } from "./elements.js";

const PATIENCE_MS = 400;

export class Message {
  /** @param {HTMLElement} container */
  constructor(container) {
    this.box = element("div", "gui-message");
    this.box.hidden = true;
    container.append(this.box);
    this.patience = 0;
  }

  /** Says it unless something else is said soon. @param {string} text */
  soon(text) {
    clearTimeout(this.patience);
    this.patience = window.setTimeout(() => this.say(text, "status"), PATIENCE_MS);
  }

  /** @param {string} text empty for nothing @param {"alert" | "status"} [role] */
  say(text, role) {
    clearTimeout(this.patience);
    this.box.hidden = !text;
    this.box.textContent = text;
    if (role) this.box.setAttribute("role", role);
  }
}
