/* What a page lays over the counties: a picture of people left out, gaps with a number, circles of reach. */
(() => {
  "use strict";
  const GuiMap = window.GuiMap;
  const { element } = GuiMap;
  const EARTH_M = 40075016.7;
  const CIRCLE = { light: "#0b6e8a", dark: "#6cc3db" };
  const SMALLEST = 22;
  const LARGEST = 46;
  const STEP_DOWN = 0.3;

  /* Circles of one radius around the points shown, as one surface: where two overlap it is no darker. */
  const CircleCanvas = GuiMap.RestingCanvas.extend({
    options: { pane: "gui-circles" },

    show(view) {
      this._view = view;
      this.redraw();
    },

    _drawView(zoom) {
      const { points, chosen, theme, state } = this._view;
      const { min, max } = this._bounds;
      const pen = this._pen;
      const origin = this._map.getPixelOrigin();
      const scale = 2 ** zoom;
      pen.beginPath();
      chosen.forEach((i) => {
        const shrink = Math.cos((points.lat[i] * Math.PI) / 180);
        const radius = (state.overlays.circle_m / (EARTH_M * shrink)) * 256 * scale;
        const x = points.x[i] * scale - origin.x;
        const y = points.y[i] * scale - origin.y;
        if (x + radius < min.x || x - radius > max.x || y + radius < min.y || y - radius > max.y) return;
        pen.moveTo(x + radius, y);
        pen.arc(x, y, radius, 0, 2 * Math.PI);
      });
      pen.fillStyle = CIRCLE[theme];
      pen.globalAlpha = 0.22;
      pen.fill("nonzero");
      pen.globalAlpha = 1;
    },
  });

  const gapIcon = (gap, most) => {
    const size = Math.round(Math.max(SMALLEST, LARGEST * Math.max(STEP_DOWN, Math.sqrt(gap.people / most))));
    const html = element("span", "", String(gap.rank));
    return L.divIcon({ className: "gui-gap", html, iconSize: [size, size] });
  };

  const gapCard = (gap) => {
    const card = element("div", "gui-card");
    card.append(element("h3", "", gap.title));
    const list = element("dl");
    gap.lines.forEach(([label, text]) => list.append(element("dt", "", label), element("dd", "", text)));
    card.append(list);
    return card;
  };

  GuiMap.Overlays = class {
    constructor(map, openCard) {
      this.map = map;
      this.openCard = openCard;
      this.circles = new CircleCanvas();
      this.layers = [];
      map.createPane("gui-left-out").style.zIndex = 420;
      map.createPane("gui-circles").style.zIndex = 430;
      map.createPane("gui-gaps").style.zIndex = 455;
    }

    show(view) {
      const { overlays } = view.state;
      const told = JSON.stringify(overlays || null);
      if (overlays && overlays.circle_m) {
        this.circles.show(view);
        this.circles.addTo(this.map);
      } else this.circles.remove();
      if (told === this.told) return;
      this.told = told;
      this.layers.forEach((layer) => layer.remove());
      this.layers = overlays ? [this.picture(overlays), this.gaps(overlays)].filter(Boolean) : [];
      this.layers.forEach((layer) => layer.addTo(this.map));
    }

    picture({ picture }) {
      if (!picture) return null;
      const { url, west, south, east, north, label } = picture;
      const options = { pane: "gui-left-out", className: "gui-picture", alt: label };
      return L.imageOverlay(url, [[south, west], [north, east]], options);
    }

    gaps({ gaps }) {
      if (!gaps || !gaps.length) return null;
      const most = Math.max(...gaps.map(({ people }) => people));
      const markers = gaps.map((gap) => {
        const marker = L.marker([gap.lat, gap.lon], {
          pane: "gui-gaps", icon: gapIcon(gap, most), keyboard: true, title: gap.title, alt: gap.title,
          zIndexOffset: -10 * gap.rank,
        });
        const open = (event) => this.openCard(gapCard(gap), marker.getLatLng(), event.type === "keypress");
        return marker.on("click keypress", open);
      });
      return L.layerGroup(markers);
    }
  };

  const swatchRow = (colour, text, className = "") => {
    const row = element("li");
    const swatch = element("i", className);
    swatch.style.background = colour;
    row.append(swatch, element("span", "", text));
    return row;
  };

  const classRange = (classes, i) => {
    const told = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ",");
    const next = classes[i + 1];
    return next ? `${told(classes[i].least)} – ${told(next.least)}` : `≥ ${told(classes[i].least)}`;
  };

  /* What the overlays mean, below the shading's own classes. */
  GuiMap.explainOverlays = (container, { state, theme }) => {
    const body = container.querySelector(".gui-legend-body");
    const { overlays } = state;
    if (!body || !overlays) return;
    const part = element("section");
    const list = element("ul", "gui-classes");
    if (state.shading && state.shading.hatched && state.shading.hatched.length) {
      list.append(swatchRow("", overlays.hatched_label, `gui-hatched ${theme}`));
    }
    if (overlays.circle_m) list.append(swatchRow(CIRCLE[theme], overlays.circle_label, "gui-faint"));
    if (overlays.gaps && overlays.gaps.length) list.append(swatchRow("", overlays.gap_label, "gui-gap-swatch"));
    if (list.children.length) part.append(list);
    if (overlays.picture) {
      const { classes, label } = overlays.picture;
      const rows = element("ul", "gui-classes");
      classes.forEach(({ colour }, i) => rows.append(swatchRow(colour, classRange(classes, i))));
      part.append(element("h4", "", label), rows);
    }
    const first = body.querySelector("section");
    if (first) first.after(part);
    else body.prepend(part);
    if (!state.shown) body.querySelectorAll(":scope > .gui-types").forEach((rows) => rows.remove());
  };

  /* Lines across a county whose answer rests on places that are made up, or known to the county only. */
  GuiMap.hatching = (pen, theme) => {
    const tile = document.createElement("canvas");
    tile.width = tile.height = 8;
    const brush = tile.getContext("2d");
    brush.strokeStyle = theme === "dark" ? "rgb(235 240 245 / 26%)" : "rgb(30 55 70 / 24%)";
    brush.lineWidth = 1;
    [-8, 0, 8].forEach((from) => {
      brush.moveTo(from, 8);
      brush.lineTo(from + 8, 0);
    });
    brush.stroke();
    return pen.createPattern(tile, "repeat");
  };
})();
