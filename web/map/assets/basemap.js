// @ts-check
/* Base maps. Tiles drawn in GCJ-02 are moved to where their content truly is; the data are never moved. */
/** @import { LatLngExpression, LeafletEvent } from "leaflet" */
/** @import { Basemap } from "./types" */
import { toGcj02 } from "./gcj02.js";

/** The tile grid is laid as if the view's centre stood at its GCJ-02 place; so what a tile shows there lands right. */
class ShiftedTiles extends L.TileLayer {
  getEvents() {
    return { ...super.getEvents(), moveend: this._rest };
  }

  /** @param {LeafletEvent} event */
  _rest(event) {
    if (!this._map || this._map._animatingZoom) return;
    this._setZoomTransforms(this._map.getCenter(), this._map.getZoom());
    this._onMoveEnd(event);
  }

  /** @param {object} level @param {LatLngExpression} center @param {number} zoom */
  _setZoomTransform(level, center, zoom) {
    super._setZoomTransform(level, toGcj02(L.latLng(center)), zoom);
  }

  /** @param {LatLngExpression} center */
  _getTiledPixelBounds(center) {
    return super._getTiledPixelBounds(toGcj02(L.latLng(center)));
  }
}

/** @param {Basemap} basemap */
export const tileLayers = ({ datum, urls, max_zoom: maxNativeZoom, subdomains }) => {
  const Tiles = datum === "GCJ-02" ? ShiftedTiles : L.TileLayer;
  const options = { maxZoom: 19, maxNativeZoom, subdomains: subdomains || "abc", className: "gui-tiles" };
  return urls.map((url) => new Tiles(url, options));
};
