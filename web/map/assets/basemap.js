/* Base maps. Tiles drawn in GCJ-02 are moved to where their content truly is; the data are never moved. */
(() => {
  "use strict";
  const GuiMap = window.GuiMap;
  const AXIS = 6378245.0;
  const FLATNESS = 0.00669342162296594323;
  const { PI, sin, cos, sqrt, abs } = Math;

  const wave = (t) => (20 * sin(6 * t * PI) + 20 * sin(2 * t * PI)) * (2 / 3);

  const northward = (x, y) =>
    -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + wave(x) +
    (20 * sin(y * PI) + 40 * sin((y / 3) * PI)) * (2 / 3) +
    (160 * sin((y / 12) * PI) + 320 * sin((y * PI) / 30)) * (2 / 3);

  const eastward = (x, y) =>
    300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + wave(x) +
    (20 * sin(x * PI) + 40 * sin((x / 3) * PI)) * (2 / 3) +
    (150 * sin((x / 12) * PI) + 300 * sin((x / 30) * PI)) * (2 / 3);

  /* WGS-84 → GCJ-02, the usual published approximation. */
  GuiMap.toGcj02 = ({ lat, lng }) => {
    const angle = (lat / 180) * PI;
    const bend = 1 - FLATNESS * sin(angle) ** 2;
    const north = (northward(lng - 105, lat - 35) * 180) / (((AXIS * (1 - FLATNESS)) / (bend * sqrt(bend))) * PI);
    const east = (eastward(lng - 105, lat - 35) * 180) / ((AXIS / sqrt(bend)) * cos(angle) * PI);
    return L.latLng(lat + north, lng + east);
  };

  /* The tile grid is laid as if the view's centre stood at its GCJ-02 place; so what a tile shows there lands right. */
  const ShiftedTiles = L.TileLayer.extend({
    getEvents() {
      return { ...L.TileLayer.prototype.getEvents.call(this), moveend: this._rest };
    },
    _rest(event) {
      if (!this._map || this._map._animatingZoom) return;
      this._setZoomTransforms(this._map.getCenter(), this._map.getZoom());
      this._onMoveEnd(event);
    },
    _setZoomTransform(level, center, zoom) {
      L.TileLayer.prototype._setZoomTransform.call(this, level, GuiMap.toGcj02(L.latLng(center)), zoom);
    },
    _getTiledPixelBounds(center) {
      return L.TileLayer.prototype._getTiledPixelBounds.call(this, GuiMap.toGcj02(L.latLng(center)));
    },
  });

  GuiMap.tileLayers = (basemap) =>
    basemap.urls.map((url) => {
      const Tiles = basemap.datum === "GCJ-02" ? ShiftedTiles : L.TileLayer;
      return new Tiles(url, {
        maxZoom: 19,
        maxNativeZoom: basemap.max_zoom,
        subdomains: basemap.subdomains || "abc",
        className: "gui-tiles",
      });
    });
})();
