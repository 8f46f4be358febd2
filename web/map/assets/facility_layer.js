// @ts-check
/* The facilities shown: many on a canvas, few as markers, and the one row whose place is being pointed at. */
/** @import { LatLng, Map as LeafletMap, Marker, MarkerClusterGroup } from "leaflet" */
/** @import { Group, View } from "./types" */
import { fitsMarkers, markerLayer, pointOf } from "./markers.js";
import { placingMarker } from "./own_list.js";
import { PointCanvas } from "./point_canvas.js";
import { isPlacing } from "./state.js";

const TOUCH_SLACK = window.matchMedia("(pointer: coarse)").matches ? 12 : 4;

/**
 * What is done with a facility.
 * @typedef {object} Deeds
 * @property {(i: number, latlng: LatLng, byKeyboard: boolean) => void} open
 * @property {(item: Pick<Group, "members">, latlng: LatLng) => void} tip
 * @property {() => void} closeTip
 * @property {(latlng: LatLng) => void} put
 */

export class FacilityLayer {
  /** @param {LeafletMap} map @param {Deeds} deeds */
  constructor(map, deeds) {
    this.map = map;
    this.deeds = deeds;
    this.canvas = new PointCanvas();
    /** @type {MarkerClusterGroup | null} */
    this.markers = null;
    /** @type {Marker | null} */
    this.placing = null;
  }

  /** @param {View} view */
  show(view) {
    this.markers?.remove();
    this.markers = null;
    if (fitsMarkers(view.chosen)) {
      this.canvas.remove();
      this.markers = this.#markersOf(view);
      this.markers.addTo(this.map);
    } else {
      this.canvas.show(view);
      this.canvas.addTo(this.map);
    }
    this.placing?.remove();
    this.placing = placingMarker(view, this.deeds.put);
    this.placing?.addTo(this.map);
    this.map.getContainer().classList.toggle("gui-placing", isPlacing(view.state));
  }

  /** @param {View} view */
  #markersOf(view) {
    const markers = markerLayer(view, this.deeds.open);
    markers.on("mouseover", ({ propagatedFrom }) =>
      this.deeds.tip({ members: [pointOf(propagatedFrom)] }, propagatedFrom.getLatLng()),
    );
    markers.on("mouseout", this.deeds.closeTip);
    return markers;
  }

  /** What of the canvas is under a place of the map. @param {LatLng} latlng */
  itemAt(latlng) {
    return this.markers ? null : this.canvas.itemAt(latlng, TOUCH_SLACK);
  }
}
