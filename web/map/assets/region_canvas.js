// @ts-check
/* The counties shaded, the borders of three levels, and the outline of what is in focus: one canvas. */
/** @import { Point } from "leaflet" */
/** @import { Level, Paint, Region, View } from "./types" */
import { RestingCanvas } from "./resting_canvas.js";
import { fillOf, isDimmed, isHatched } from "./shading.js";

/** @type {Record<Level, number>} */
const WIDTHS = { county: 0.8, prefecture: 1.1, province: 1.8 };
const DIMMED = 0.3;
const OVER_TILES = 0.5;
// Vertices that fall on the same pixel of the screen are one; neighbours share them, so borders stay one line.
const STEP = Math.max(1, Math.round(window.devicePixelRatio || 1));
const FAR = 50000;

/** Within one or two counties the shading is only ground for the points. @param {number} zoom */
const fading = (zoom) => {
  if (zoom < 9.5) return 1;
  return zoom < 11.5 ? 0.65 : 0.4;
};

/** @param {Region} region */
export const boundsOf = ({ box }) => L.latLngBounds([box.south, box.west], [box.north, box.east]);

/** @param {Region} region @param {number} scale @param {Point} from */
const trace = (region, scale, from) => {
  const path = new Path2D();
  for (const { flat } of region.rings) {
    let lastX = NaN;
    let lastY = NaN;
    for (let i = 0; i < flat.length; i += 2) {
      const x = Math.round((flat[i] * scale - from.x) * STEP) / STEP;
      const y = Math.round((flat[i + 1] * scale - from.y) * STEP) / STEP;
      if (x === lastX && y === lastY) continue;
      if (i === 0) path.moveTo(x, y);
      else path.lineTo(x, y);
      lastX = x;
      lastY = y;
    }
    path.closePath();
  }
  return path;
};

/**
 * Lines across a county whose answer rests on places that are made up, or known to the county only.
 * @param {CanvasRenderingContext2D} pen
 * @param {Paint} paint
 */
const hatching = (pen, paint) => {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 8;
  const brush = /** @type {CanvasRenderingContext2D} */ (tile.getContext("2d"));
  brush.strokeStyle = paint.hatch;
  brush.lineWidth = 1;
  for (const from of [-8, 0, 8]) {
    brush.moveTo(from, 8);
    brush.lineTo(from + 8, 0);
  }
  brush.stroke();
  return /** @type {CanvasPattern} */ (pen.createPattern(tile, "repeat"));
};

export class RegionCanvas extends RestingCanvas {
  constructor() {
    super({ pane: "gui-regions" });
    this._overTiles = false;
    this._paths = /** @type {Map<Region, Path2D>} */ (new Map());
    this._traced = /** @type {number | null} */ (null);
    this._from = /** @type {Point | null} */ (null);
  }

  /** @param {View} view @param {boolean} overTiles */
  show(view, overTiles) {
    if (this._view?.regions !== view.regions) this._forget();
    this._overTiles = overTiles;
    this.redraw(view);
  }

  _forget() {
    this._paths = new Map();
    this._traced = null;
  }

  /** The outlines of the regions in pixels of a zoom, counted from a corner near the view. @param {Region[]} seen @param {number} zoom */
  _pathsOf(seen, zoom) {
    const origin = this._map.getPixelOrigin();
    let from = this._from;
    if (
      !from ||
      this._traced !== zoom ||
      Math.abs(from.x - origin.x) > FAR ||
      Math.abs(from.y - origin.y) > FAR
    ) {
      this._forget();
      this._traced = zoom;
      this._from = from = origin;
    }
    for (const region of seen) {
      if (!this._paths.has(region)) this._paths.set(region, trace(region, 2 ** zoom, from));
    }
    this._pen.translate(from.x - origin.x, from.y - origin.y);
    return this._paths;
  }

  /** @param {View} view @param {number} zoom */
  _drawView(view, zoom) {
    const pen = this._pen;
    const { regions, paint, state } = view;
    const seen = regions.all.filter((region) => this._isSeen(region));
    /** @param {Level} level */
    const at = (level) => seen.filter((region) => region.level === level);
    pen.save();
    pen.lineJoin = "round";
    const paths = this._pathsOf(seen, zoom);
    /** @param {Region} region */
    const pathOf = (region) => /** @type {Path2D} */ (paths.get(region));
    for (const region of at("county")) this._fill(view, region, pathOf(region), fading(zoom));
    for (const level of /** @type {Level[]} */ (["county", "prefecture", "province"])) {
      pen.strokeStyle = paint.border[level];
      pen.lineWidth = WIDTHS[level];
      for (const region of at(level)) pen.stroke(pathOf(region));
    }
    const focus = seen.find((region) => region.adcode === state.focus && region.level !== "province");
    if (focus) this._outline(pathOf(focus), paint);
    pen.restore();
  }

  /** @param {Region} region */
  _isSeen({ box }) {
    const { min, max } = this._bounds;
    const a = this._map.latLngToLayerPoint([box.north, box.west]);
    const b = this._map.latLngToLayerPoint([box.south, box.east]);
    return a.x <= max.x && b.x >= min.x && a.y <= max.y && b.y >= min.y;
  }

  /** @param {View} view @param {Region} region @param {Path2D} path @param {number} strength */
  _fill(view, region, path, strength) {
    const over = this._overTiles ? Math.min(OVER_TILES, strength) : strength;
    this._pen.globalAlpha = isDimmed(view, region) ? DIMMED * over : over;
    this._pen.fillStyle = fillOf(view, region.adcode);
    this._pen.fill(path, "evenodd");
    if (isHatched(view, region.adcode)) {
      this._pen.fillStyle = hatching(this._pen, view.paint);
      this._pen.fill(path, "evenodd");
    }
    this._pen.globalAlpha = 1;
  }

  /** @param {Path2D} path @param {Paint} paint */
  _outline(path, { border }) {
    this._pen.strokeStyle = border.county;
    this._pen.lineWidth = 5;
    this._pen.stroke(path);
    this._pen.strokeStyle = border.focus;
    this._pen.lineWidth = 2.6;
    this._pen.stroke(path);
  }
}
