/* A canvas that moves with the map, larger than the view: drawn anew only where a move leaves it, or by a zoom. */
(() => {
  "use strict";
  const GuiMap = window.GuiMap;

  GuiMap.RestingCanvas = L.Renderer.extend({
    options: { padding: 0.1 },

    getEvents() {
      const events = L.Renderer.prototype.getEvents.call(this);
      return { ...events, move: this._keepUp, moveend: this._keepUp };
    },

    redraw() {
      if (this._map) this._draw();
    },

    _initContainer() {
      this._container = document.createElement("canvas");
      this._container.className = "gui-canvas";
      this._pen = this._container.getContext("2d");
    },

    _destroyContainer() {
      this._container.remove();
      delete this._container;
      delete this._pen;
    },

    _updatePaths() {},

    _onZoom() {
      this._stretched = true;
      L.Renderer.prototype._onZoom.call(this);
    },

    _onAnimZoom(event) {
      this._stretched = true;
      L.Renderer.prototype._onAnimZoom.call(this, event);
    },

    _keepUp(event) {
      const resting = event.type === "moveend";
      if (this._stretched || this._zoom !== this._map.getZoom()) {
        if (resting) this._update();
        return;
      }
      const { min, max } = this._bounds;
      const size = this._map.getSize();
      const corner = this._map.containerPointToLayerPoint([0, 0]);
      const inside = corner.x >= min.x && corner.y >= min.y && corner.x + size.x <= max.x && corner.y + size.y <= max.y;
      if (!inside || !size.equals(this._drawnSize)) this._update();
    },

    _update() {
      if (this._map._animatingZoom && this._bounds) return;
      L.Renderer.prototype._update.call(this);
      this._stretched = false;
      this._drawnSize = this._map.getSize();
      const ratio = window.devicePixelRatio || 1;
      const size = this._bounds.getSize();
      L.DomUtil.setPosition(this._container, this._bounds.min);
      const [width, height] = [Math.round(size.x * ratio), Math.round(size.y * ratio)];
      if (this._container.width !== width || this._container.height !== height) {
        this._container.width = width;
        this._container.height = height;
        this._container.style.width = `${size.x}px`;
        this._container.style.height = `${size.y}px`;
      }
      this._draw();
    },

    _draw() {
      const ratio = window.devicePixelRatio || 1;
      const { min, max } = this._bounds;
      this._pen.setTransform(ratio, 0, 0, ratio, -min.x * ratio, -min.y * ratio);
      this._pen.clearRect(min.x, min.y, max.x - min.x, max.y - min.y);
      if (this._view) this._drawView(this._map.getZoom());
    },
  });
})();
