// @ts-check
/* A canvas that moves with the map, larger than the view: drawn anew only where a move leaves it, or by a zoom. */
/** @import { LeafletEvent, Point, RendererOptions, ZoomAnimEvent } from "leaflet" */
/** @import { View } from "./types" */

export class RestingCanvas extends L.Renderer {
  /** @param {RendererOptions} options */
  constructor(options) {
    super(options);
    this._canvas = document.createElement("canvas");
    this._canvas.className = "gui-canvas";
    this._pen = /** @type {CanvasRenderingContext2D} */ (this._canvas.getContext("2d"));
    this._view = /** @type {View | null} */ (null);
    this._drawnSize = /** @type {Point | null} */ (null);
    this._stretched = false;
  }

  getEvents() {
    return { ...super.getEvents(), move: this._keepUp, moveend: this._keepUp };
  }

  /** @param {View} view */
  redraw(view) {
    this._view = view;
    if (this._map) this._draw();
  }

  _initContainer() {
    this._container = this._canvas;
  }

  _destroyContainer() {
    this._canvas.remove();
    // A canvas of no size holds no memory.
    this._canvas.width = this._canvas.height = 0;
  }

  _updatePaths() {}

  _onZoom() {
    this._stretched = true;
    super._onZoom();
  }

  /** @param {ZoomAnimEvent} event */
  _onAnimZoom(event) {
    this._stretched = true;
    super._onAnimZoom(event);
  }

  /** @param {LeafletEvent} event */
  _keepUp(event) {
    const resting = event.type === "moveend";
    if (this._stretched || this._zoom !== this._map.getZoom()) {
      if (resting) this._update();
      return;
    }
    const { min, max } = this._bounds;
    const size = this._map.getSize();
    const corner = this._map.containerPointToLayerPoint([0, 0]);
    const inside =
      corner.x >= min.x && corner.y >= min.y && corner.x + size.x <= max.x && corner.y + size.y <= max.y;
    if (!inside || !this._drawnSize || !size.equals(this._drawnSize)) this._update();
  }

  _update() {
    if (this._map._animatingZoom && this._bounds) return;
    super._update();
    this._stretched = false;
    this._drawnSize = this._map.getSize();
    const ratio = window.devicePixelRatio || 1;
    const size = this._bounds.getSize();
    L.DomUtil.setPosition(this._canvas, this._bounds.min);
    const [width, height] = [Math.round(size.x * ratio), Math.round(size.y * ratio)];
    if (this._canvas.width !== width || this._canvas.height !== height) {
      this._canvas.width = width;
      this._canvas.height = height;
      this._canvas.style.width = `${size.x}px`;
      this._canvas.style.height = `${size.y}px`;
    }
    this._draw();
  }

  _draw() {
    const ratio = window.devicePixelRatio || 1;
    const { min, max } = this._bounds;
    this._pen.setTransform(ratio, 0, 0, ratio, -min.x * ratio, -min.y * ratio);
    this._pen.clearRect(min.x, min.y, max.x - min.x, max.y - min.y);
    if (this._view) this._drawView(this._view, this._map.getZoom());
  }

  /**
   * What is drawn; each kind of canvas says it.
   * @param {View} _view
   * @param {number} _zoom
   */
  _drawView(_view, _zoom) {}
}
