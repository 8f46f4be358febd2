// @ts-check
/* Which part of the land the map shows, and how large it stands on the page. */
/** @import { Map as LeafletMap } from "leaflet" */
/** @import { View } from "./types" */
import { showFull, WIDE } from "./controls.js";
import { listBounds, placingBounds } from "./own_list.js";
import { boundsOf } from "./region_canvas.js";
import { isPlacing } from "./state.js";

const LEGEND_WIDTH = 202;
const COVERS_PAGE = "position:fixed;inset:0;width:100vw;height:100vh;z-index:999999;border:0";

/** What the map comes back to: the list, what is in focus, or all there is. @param {View} view */
const homeBounds = ({ regions, state }) => {
  const region = regions.byCode.get(state.focus) || regions.all.find(({ level }) => level === "province");
  const list = listBounds(state);
  if (list || region) return list || boundsOf(/** @type {NonNullable<typeof region>} */ (region));
  const whole = L.latLngBounds([]);
  for (const one of regions.all) whole.extend(boundsOf(one));
  return whole;
};

export class Extent {
  /** @param {LeafletMap} map @param {(view: View) => void} refitted called where the frame's size changed what fits */
  constructor(map, refitted) {
    this.map = map;
    this.container = map.getContainer();
    this.refitted = refitted;
    this.view = /** @type {View | null} */ (null);
    this.legendOpen = /** @type {boolean | undefined} */ (undefined);
    this.touched = false;
    this.full = false;
    this.framed = false;
    this.frameStyle = "";
    const touch = () => {
      this.touched = true;
    };
    for (const type of ["pointerdown", "wheel", "keydown"]) {
      this.container.addEventListener(type, touch, { capture: true, passive: true });
    }
    new ResizeObserver(() => this.resized()).observe(this.container);
    document.addEventListener("fullscreenchange", () => this.setFull(Boolean(document.fullscreenElement)));
  }

  /** @param {boolean} animate */
  home(animate) {
    if (!this.view) return;
    const all = homeBounds(this.view);
    this.touched = false;
    if (all.isValid()) this.map.fitBounds(all, { animate, ...this.margins() });
  }

  /** The row to be placed comes into view, with the county it should lie in. */
  lookAtPlacing() {
    if (!this.view || !isPlacing(this.view.state)) return;
    this.map.closePopup();
    const around = placingBounds(this.view, this.view.state.list);
    if (around) this.map.fitBounds(around, this.margins());
  }

  /** On wide screens the open legend stands beside what is fitted, not on it. */
  margins() {
    const { x, y } = this.map.getSize();
    const wide = x >= WIDE;
    const beside = wide && this.legendOpen !== false ? LEGEND_WIDTH : 8;
    return {
      paddingTopLeft: L.point(wide ? 46 : 8, 10),
      paddingBottomRight: L.point(Math.min(beside, x / 3), Math.min(24, y / 10)),
    };
  }

  /** The frame gets its size in steps: what fits is fitted again until a reader moves the map. */
  resized() {
    this.map.invalidateSize({ pan: false });
    if (!this.view || this.touched) return;
    this.home(false);
    this.refitted(this.view);
    this.lookAtPlacing();
  }

  toggleFull() {
    if (document.fullscreenElement) document.exitFullscreen();
    else if (document.fullscreenEnabled && !this.framed) {
      document.documentElement.requestFullscreen().catch(() => this.fillWindow());
    } else this.fillWindow();
  }

  /** Where the browser forbids full screen, the frame itself covers the page. */
  fillWindow() {
    this.framed = !this.framed;
    const frame = /** @type {HTMLElement | null} */ (window.frameElement);
    if (frame) {
      if (this.framed) this.frameStyle = frame.style.cssText;
      frame.style.cssText = this.framed ? COVERS_PAGE : this.frameStyle;
    }
    this.setFull(this.framed);
  }

  /** @param {boolean} full */
  setFull(full) {
    if (!this.view) return;
    this.full = full;
    this.container.classList.toggle("gui-full", full);
    showFull(this.container, this.view.state.words, full);
    this.map.invalidateSize({ pan: false });
    this.home(false);
  }
}
