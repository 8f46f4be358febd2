// @ts-check
/* What stands around the map: buttons, the way back, base map choice, the line of sources. */
/** @import { Control, ControlPosition } from "leaflet" */
/** @import { Basemap, Region, View, Words } from "./types" */
import { regionName } from "./cards.js";
import { button, element, fill } from "./elements.js";
import { isPlacing } from "./state.js";

/** From which width on the legend stands open beside what is fitted. */
export const WIDE = 640;
const SVG = "http://www.w3.org/2000/svg";
const ICONS = {
  home: "M3 11.5 12 4l9 7.5M6 9.5V20h12V9.5",
  full: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
  leave: "M9 4v5H4M20 9h-5V4M15 20v-5h5M4 15h5v5",
};

/** @param {keyof typeof ICONS} name */
const icon = (name) => {
  const drawing = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  path.setAttribute("d", ICONS[name]);
  drawing.append(path);
  return drawing;
};

/** @param {HTMLButtonElement} made @param {keyof typeof ICONS} name @param {string} label */
const dress = (made, name, label) => {
  made.title = label;
  made.setAttribute("aria-label", label);
  made.replaceChildren(icon(name));
};

/** @param {keyof typeof ICONS} name @param {string} label @param {() => void} act */
const iconButton = (name, label, act) => {
  const made = button("gui-button", undefined, act);
  dress(made, name, label);
  return made;
};

/**
 * A control of Leaflet's; clicks in it do not reach the map.
 * @param {ControlPosition} position
 * @param {string} className
 * @param {(box: HTMLElement) => void} fillBox
 * @returns {Control}
 */
export const control = (position, className, fillBox) => {
  const made = new L.Control({ position });
  made.onAdd = () => {
    const box = element("div", className);
    L.DomEvent.disableClickPropagation(box);
    L.DomEvent.disableScrollPropagation(box);
    fillBox(box);
    return box;
  };
  return made;
};

/** @param {View} view @param {() => void} home @param {() => void} toggleFull */
export const buttonsControl = ({ state: { words } }, home, toggleFull) =>
  control("topleft", "leaflet-bar gui-bar", (box) => {
    const full = iconButton("full", words.full_screen, toggleFull);
    full.classList.add("gui-full-button");
    box.append(iconButton("home", words.reset_view, home), full);
  });

/** @param {HTMLElement} container @param {Words} words @param {boolean} full */
export const showFull = (container, words, full) => {
  const made = /** @type {HTMLButtonElement | null} */ (container.querySelector(".gui-full-button"));
  if (made) dress(made, full ? "leave" : "full", full ? words.exit_full_screen : words.full_screen);
};

/** @param {View} view */
export const zoomControl = ({ state: { words } }) =>
  L.control.zoom({ position: "topleft", zoomInTitle: words.zoom_in, zoomOutTitle: words.zoom_out });

/** @param {View} view @param {string} chosen @param {(id: string) => void} choose */
export const basemapControl = ({ state: { basemaps, words } }, chosen, choose) =>
  control("topleft", "gui-panel gui-basemap", (box) => {
    const select = element("select");
    select.setAttribute("aria-label", words.basemap);
    select.title = words.basemap;
    for (const basemap of basemaps) {
      const option = element("option", "", basemap.label);
      option.value = basemap.id;
      select.append(option);
    }
    select.value = chosen;
    select.addEventListener("change", () => choose(select.value));
    box.append(select);
  });

/** Where one is, and the way back. @param {View} view @param {Region} region @param {() => void} back */
export const placeControl = (view, region, back) =>
  control("topleft", "gui-panel gui-place", (box) => {
    const above = region.level === "county" ? regionName(view, region.parent) : "";
    const path = [above, regionName(view, region.adcode)].filter(Boolean).join(" › ");
    box.append(element("span", "", path), button("", view.state.words.back, back));
  });

/** @param {View} view @param {Basemap | undefined} basemap */
export const noteControl = (view, basemap) =>
  control("bottomright", "gui-note", (box) => {
    box.textContent = [view.state.note, basemap?.attribution].filter(Boolean).join(" · ");
    box.hidden = !box.textContent;
  });

/** Says which row of a visitor's own list is being placed. @param {View} view */
export const placingControl = ({ state }) =>
  isPlacing(state) &&
  control("topleft", "gui-panel gui-hint", (box) => {
    const { placing, words } = state.list;
    box.setAttribute("role", "status");
    box.textContent = fill(words.place_row, { n: placing });
  });
