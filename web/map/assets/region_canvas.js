/* The counties shaded, the borders of three levels, and the outline of what is in focus: one canvas. */
(() => {
  "use strict";
  const GuiMap = window.GuiMap;
  const LINES = {
    light: { county: "#ffffff", prefecture: "#8fa3ad", province: "#5d727d", focus: "#0b3d4f", plain: "#e3ebee" },
    dark: { county: "#0e1418", prefecture: "#4c6470", province: "#7d96a3", focus: "#f2f6f8", plain: "#1c2830" },
  };
  const WIDTHS = { county: 0.8, prefecture: 1.1, province: 1.8 };
  const DIMMED = 0.3;
  const OVER_TILES = 0.5;
  // Vertices that fall on the same pixel of the screen are one; neighbours share them, so borders stay one line.
  const STEP = Math.max(1, Math.round(window.devicePixelRatio || 1));
  const FAR = 50000;
  // Within one or two counties the shading is only ground for the points.
  const fading = (zoom) => (zoom < 9.5 ? 1 : zoom < 11.5 ? 0.65 : 0.4);

  /* What the map comes back to: the list, what is in focus, or all there is. */
  GuiMap.homeBounds = ({ regions, state }) => {
    const region = regions.byCode.get(state.focus) || regions.all.find(({ level }) => level === "province");
    const whole = () => L.latLngBounds(regions.all.flatMap(({ bounds }) => [bounds.getSouthWest(), bounds.getNorthEast()]));
    return GuiMap.listBounds(state) || (region ? region.bounds : whole());
  };

  const trace = (region, scale, from) => {
    const path = new Path2D();
    region.rings.forEach(({ flat }) => {
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
    });
    return path;
  };

  GuiMap.fillOf = (view, adcode) => {
    const { state, theme } = view;
    const { shading } = state;
    if (!shading) return LINES[theme].plain;
    const value = shading.values[adcode];
    if (value === undefined) return shading.no_data_colour[theme];
    return shading.colours[theme][shading.breaks.filter((limit) => value >= limit).length];
  };

  GuiMap.isDimmed = ({ state: { focus }, regions }, region) => {
    const part = regions.byCode.get(focus);
    return Boolean(part) && part.level !== "province" && region.adcode !== focus && region.parent !== focus;
  };

  GuiMap.RegionCanvas = GuiMap.RestingCanvas.extend({
    options: { pane: "gui-regions" },

    show(view, overTiles) {
      if (!this._view || this._view.regions !== view.regions) this._forget();
      this._view = view;
      this._overTiles = overTiles;
      this.redraw();
    },

    _forget() {
      this._paths = new Map();
      this._traced = null;
    },

    _path(region, zoom) {
      const origin = this._map.getPixelOrigin();
      const from = this._from;
      const moved = !from || Math.abs(from.x - origin.x) > FAR || Math.abs(from.y - origin.y) > FAR;
      if (this._traced !== zoom || moved) {
        this._forget();
        this._traced = zoom;
        this._from = origin;
      }
      if (!this._paths.has(region)) this._paths.set(region, trace(region, 2 ** zoom, this._from));
      return this._paths.get(region);
    },

    _drawView(zoom) {
      const pen = this._pen;
      const { regions, theme, state } = this._view;
      const seen = regions.all.filter((region) => this._isSeen(region));
      const at = (level) => seen.filter((region) => region.level === level);
      pen.save();
      pen.lineJoin = "round";
      const paths = new Map(seen.map((region) => [region, this._path(region, zoom)]));
      const origin = this._map.getPixelOrigin();
      if (this._from) pen.translate(this._from.x - origin.x, this._from.y - origin.y);
      at("county").forEach((region) => this._fill(region, paths.get(region), fading(zoom)));
      ["county", "prefecture", "province"].forEach((level) => {
        pen.strokeStyle = LINES[theme][level];
        pen.lineWidth = WIDTHS[level];
        at(level).forEach((region) => pen.stroke(paths.get(region)));
      });
      const focus = seen.find((region) => region.adcode === state.focus && region.level !== "province");
      if (focus) this._outline(paths.get(focus), LINES[theme]);
      pen.restore();
    },

    _isSeen({ bounds }) {
      const { min, max } = this._bounds;
      const a = this._map.latLngToLayerPoint(bounds.getNorthWest());
      const b = this._map.latLngToLayerPoint(bounds.getSouthEast());
      return a.x <= max.x && b.x >= min.x && a.y <= max.y && b.y >= min.y;
    },

    _fill(region, path, strength) {
      const over = this._overTiles ? Math.min(OVER_TILES, strength) : strength;
      this._pen.globalAlpha = GuiMap.isDimmed(this._view, region) ? DIMMED * over : over;
      this._pen.fillStyle = GuiMap.fillOf(this._view, region.adcode);
      this._pen.fill(path, "evenodd");
      this._hatch(region, path);
      this._pen.globalAlpha = 1;
    },

    _hatch({ adcode }, path) {
      const { theme, state } = this._view;
      const plan = state.overlays && state.overlays.plan;
      const shut = Boolean(plan && plan.no.counties.includes(adcode));
      if (!shut && !(state.shading && state.shading.hatched && state.shading.hatched.includes(adcode))) return;
      this._pen.fillStyle = GuiMap.hatching(this._pen, theme);
      this._pen.fill(path, "evenodd");
    },

    _outline(path, lines) {
      this._pen.strokeStyle = lines.county;
      this._pen.lineWidth = 5;
      this._pen.stroke(path);
      this._pen.strokeStyle = lines.focus;
      this._pen.lineWidth = 2.6;
      this._pen.stroke(path);
    },
  });
})();
