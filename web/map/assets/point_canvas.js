// @ts-check
/* Many points: grouped by zoom, on one canvas. */
/** @import { LatLng } from "leaflet" */
/** @import { Group, View } from "./types" */
import { clusterRadius, group } from "./grouping.js";
import { RestingCanvas } from "./resting_canvas.js";
import { drawCluster, drawSymbol, lookOf, partsOf, symbolRadius } from "./symbols.js";

// How far from the view an item may stand and still reach into it.
const REACH = 30;

export class PointCanvas extends RestingCanvas {
  constructor() {
    super({ pane: "gui-points" });
    this._groups = /** @type {Map<number, Group[]>} */ (new Map());
  }

  /** @param {View} view */
  show(view) {
    this._groups = new Map();
    this.redraw(view);
  }

  /**
   * What is under a place of the map, topmost first; `slack` pixels around it still count.
   * @param {LatLng} latlng
   * @param {number} slack
   */
  itemAt(latlng, slack) {
    if (!this._view) return null;
    const spot = this._map.latLngToLayerPoint(latlng);
    const zoom = this._map.getZoom();
    const items = this._items(this._view, zoom);
    for (let k = items.length - 1; k >= 0; k--) {
      const { members } = items[k];
      const [x, y] = this._place(items[k], zoom);
      const reach = members.length > 1 ? clusterRadius(members.length) + 2 : symbolRadius(zoom) + slack;
      if ((x - spot.x) ** 2 + (y - spot.y) ** 2 <= reach * reach) return items[k];
    }
    return null;
  }

  /** @param {View} view @param {number} zoom */
  _items({ points, chosen }, zoom) {
    let groups = this._groups.get(zoom);
    if (!groups) {
      groups = group(points, chosen, zoom);
      this._groups.set(zoom, groups);
    }
    return groups;
  }

  /** @param {Group} item @param {number} zoom */
  _place(item, zoom) {
    const scale = 2 ** zoom;
    const origin = this._map.getPixelOrigin();
    return [item.x * scale - origin.x, item.y * scale - origin.y];
  }

  /** @param {View} view @param {number} zoom */
  _drawView(view, zoom) {
    const { min, max } = this._bounds;
    for (const item of this._items(view, zoom)) {
      const [x, y] = this._place(item, zoom);
      const seen = x > min.x - REACH && x < max.x + REACH && y > min.y - REACH && y < max.y + REACH;
      if (seen) this._drawItem(view, item, x, y, zoom);
    }
  }

  /** @param {View} view @param {Group} item @param {number} x @param {number} y @param {number} zoom */
  _drawItem(view, item, x, y, zoom) {
    const count = item.members.length;
    if (count === 1) {
      drawSymbol(this._pen, x, y, symbolRadius(zoom), lookOf(view, item.members[0]), view.paint);
      return;
    }
    item.parts ??= partsOf(view, item.members);
    drawCluster(this._pen, x, y, clusterRadius(count), item.parts, count, view.paint);
  }
}
