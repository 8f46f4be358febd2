// @ts-check
/* Few points: real markers that the keyboard reaches and a screen reader names. */
/** @import { Icon, LatLng, LeafletEvent, Marker, MarkerCluster } from "leaflet" */
/** @import { View } from "./types" */
import { nameOf } from "./cards.js";
import { fill } from "./elements.js";
import { clusterRadius, clusterReach } from "./grouping.js";
import { drawCluster, lookOf, partsOf, smallCanvas, symbolCanvas } from "./symbols.js";

const MOST = 400;
const RADIUS = 7;

/** @param {number[]} chosen */
export const fitsMarkers = (chosen) => chosen.length <= MOST;

/**
 * An icon that is a canvas; drawn and named only when it is shown.
 * @param {{ draw: () => HTMLCanvasElement, name: () => string, className?: string }} options
 * @returns {Icon}
 */
export const drawnIcon = ({ draw, name, className = "gui-marker" }) => new DrawnIcon(draw, name, className);

class DrawnIcon extends L.Icon {
  /** @param {() => HTMLCanvasElement} draw @param {() => string} name @param {string} className */
  constructor(draw, name, className) {
    // Leaflet asks for an address though none is used.
    super({ iconUrl: "-", className });
    this._draw = draw;
    this._name = name;
  }

  createIcon() {
    const box = document.createElement("div");
    const canvas = this._draw();
    box.append(canvas);
    box.setAttribute("aria-label", this._name());
    this.options.iconSize = [parseFloat(canvas.style.width), parseFloat(canvas.style.height)];
    this._setIconStyles(box, "icon");
    return box;
  }

  /** @returns {any} */
  createShadow() {
    return null;
  }
}

/** @param {Marker} marker */
export const pointOf = (marker) => /** @type {number} */ (marker.options.point);

/** @param {View} view @param {number} i */
const symbolIcon = (view, i) =>
  drawnIcon({ draw: () => symbolCanvas(lookOf(view, i), view.paint, RADIUS), name: () => nameOf(view, i) });

/** @param {View} view @param {MarkerCluster} cluster */
const clusterIcon = (view, cluster) => {
  const members = cluster.getAllChildMarkers().map(pointOf);
  const radius = clusterRadius(members.length);
  return drawnIcon({
    draw: () =>
      smallCanvas(radius * 2 + 6, (pen, middle) =>
        drawCluster(pen, middle, middle, radius, partsOf(view, members), members.length, view.paint),
      ),
    name: () => fill(view.state.words.cluster, { n: members.length }),
  });
};

/**
 * A MarkerCluster layer of the chosen points; `open` shows one.
 * @param {View} view
 * @param {(i: number, latlng: LatLng, byKeyboard: boolean) => void} open
 */
export const markerLayer = (view, open) => {
  const layer = L.markerClusterGroup({
    maxClusterRadius: clusterReach,
    showCoverageOnHover: false,
    iconCreateFunction: (cluster) => clusterIcon(view, cluster),
    animate: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
    spiderLegPolylineOptions: { weight: 1, color: view.paint.spider, opacity: 0.8 },
  });
  const markers = view.chosen.map((i) =>
    L.marker([view.points.lat[i], view.points.lon[i]], {
      icon: symbolIcon(view, i),
      point: i,
      riseOnHover: true,
    }),
  );
  /** @param {LeafletEvent} event */
  const shown = (event) =>
    open(pointOf(event.propagatedFrom), event.propagatedFrom.getLatLng(), event.type === "keypress");
  layer.on("click", shown);
  layer.on("keypress", (event) => {
    if (event.originalEvent.key === "Enter") shown(event);
  });
  layer.addLayers(markers);
  return layer;
};
