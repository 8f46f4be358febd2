// @ts-check
/* What a page lays over the counties: a picture of people left out, gaps with a number, circles of reach. */
/** @import { LayerGroup, ImageOverlay, Map as LeafletMap } from "leaflet" */
/** @import { Gap, OpenCard, OverlayState, View } from "./types" */
import { element, linesCard } from "./elements.js";
import { RestingCanvas } from "./resting_canvas.js";

const EARTH_M = 40075016.7;
const SMALLEST = 22;
const LARGEST = 46;
const STEP_DOWN = 0.3;

/** Circles of one radius around the points shown, as one surface: where two overlap it is no darker. */
class CircleCanvas extends RestingCanvas {
  constructor() {
    super({ pane: "gui-circles" });
    this._radius_m = 0;
  }

  /** @param {View} view @param {number} radius_m */
  show(view, radius_m) {
    this._radius_m = radius_m;
    this.redraw(view);
  }

  /** @param {View} view @param {number} zoom */
  _drawView({ points, chosen, paint }, zoom) {
    const { min, max } = this._bounds;
    const pen = this._pen;
    const origin = this._map.getPixelOrigin();
    const scale = 2 ** zoom;
    pen.beginPath();
    for (const i of chosen) {
      const shrink = Math.cos((points.lat[i] * Math.PI) / 180);
      const radius = (this._radius_m / (EARTH_M * shrink)) * 256 * scale;
      const x = points.x[i] * scale - origin.x;
      const y = points.y[i] * scale - origin.y;
      if (x + radius < min.x || x - radius > max.x || y + radius < min.y || y - radius > max.y) continue;
      pen.moveTo(x + radius, y);
      pen.arc(x, y, radius, 0, 2 * Math.PI);
    }
    pen.fillStyle = paint.circle;
    pen.globalAlpha = 0.22;
    pen.fill("nonzero");
    pen.globalAlpha = 1;
  }
}

/** @param {Gap} gap @param {number} most */
const gapIcon = (gap, most) => {
  const size = Math.round(Math.max(SMALLEST, LARGEST * Math.max(STEP_DOWN, Math.sqrt(gap.people / most))));
  const html = element("span", "", String(gap.rank));
  return L.divIcon({ className: "gui-gap", html, iconSize: [size, size] });
};

export class Overlays {
  /** @param {LeafletMap} map @param {OpenCard} openCard */
  constructor(map, openCard) {
    this.map = map;
    this.openCard = openCard;
    this.circles = new CircleCanvas();
    /** @type {(ImageOverlay | LayerGroup)[]} */
    this.layers = [];
    this.told = "";
    map.createPane("gui-left-out").style.zIndex = "420";
    map.createPane("gui-circles").style.zIndex = "430";
    map.createPane("gui-gaps").style.zIndex = "455";
  }

  /** @param {View} view */
  show(view) {
    const { overlays } = view.state;
    const told = JSON.stringify(overlays);
    if (overlays?.circle_m) {
      this.circles.show(view, overlays.circle_m);
      this.circles.addTo(this.map);
    } else this.circles.remove();
    if (told === this.told) return;
    this.told = told;
    for (const layer of this.layers) layer.remove();
    this.layers = overlays ? [...this.picture(overlays), ...this.gaps(overlays)] : [];
    for (const layer of this.layers) layer.addTo(this.map);
  }

  /** @param {OverlayState} overlays */
  picture({ picture }) {
    if (!picture) return [];
    const { url, west, south, east, north, label } = picture;
    const options = { pane: "gui-left-out", className: "gui-picture", alt: label };
    const corners = L.latLngBounds([south, west], [north, east]);
    return [L.imageOverlay(url, corners, options)];
  }

  /** @param {OverlayState} overlays */
  gaps({ gaps }) {
    if (!gaps?.length) return [];
    const most = Math.max(...gaps.map(({ people }) => people));
    const markers = gaps.map((gap) => {
      const marker = L.marker([gap.lat, gap.lon], {
        pane: "gui-gaps",
        icon: gapIcon(gap, most),
        keyboard: true,
        title: gap.title,
        alt: gap.title,
        zIndexOffset: -10 * gap.rank,
      });
      return marker.on("click keypress", ({ type }) =>
        this.openCard(linesCard(gap.title, gap.lines), marker.getLatLng(), type === "keypress"),
      );
    });
    return [L.layerGroup(markers)];
  }
}
