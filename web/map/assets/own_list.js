// @ts-check
/* A visitor's own list on the map: what a row says, and pointing at its place. */
/** @import { LatLng } from "leaflet" */
/** @import { OwnList, State, View } from "./types" */
import { countyOf, regionName } from "./cards.js";
import { button, definitions, element, fill } from "./elements.js";
import { drawnIcon } from "./markers.js";
import { boundsOf } from "./region_canvas.js";
import { isPlacing } from "./state.js";
import { lookOf, symbolCanvas } from "./symbols.js";

// How wide a piece of land is shown around a row whose county is not known.
const PLACING_METRES = 40000;
const RADIUS = 10;

/** The land the list lies on; null where it has none. @param {State} state */
export const listBounds = ({ list }) => {
  if (!list?.bounds) return null;
  const [south, west, north, east] = list.bounds;
  return L.latLngBounds([south, west], [north, east]);
};

/** What Python is told of a place pointed at. @param {State} state @param {LatLng} place */
export const placed = ({ list }, { lat, lng }) => ({ placed_row: list?.placing, lon: lng, lat });

/**
 * What is wrong with one row; `move` is called with its number when its point is to be put right.
 * @param {View} view
 * @param {OwnList} list
 * @param {number} i
 * @param {(row: number) => void} move
 */
export const rowCard = (view, list, i, move) => {
  const { types, words } = view.state;
  const { details } = list;
  const row = details.row[i];
  const card = element("article", "gui-card");
  const head = element("div", "gui-card-type");
  const status = types[view.points.type[i]].label;
  head.append(symbolCanvas(lookOf(view, i), view.paint));
  head.append(element("span", "", `${fill(list.words.row, { n: row })} · ${status}`));
  /** @type {[string, string][]} */
  const lines = [
    [words.county, regionName(view, countyOf(view, i))],
    [list.words.told, details.told[i]],
  ];
  const told = definitions(lines.filter(([, text]) => text));
  card.append(head, element("h3", "", details.name[i]), told);
  card.append(button("gui-link", list.words.move_row, () => move(row)));
  return card;
};

/** The row being placed has a marker of its own. @param {State} state @param {number[]} chosen */
export const notPlaced = ({ list }, chosen) =>
  list ? chosen.filter((i) => list.details.row[i] !== list.placing) : chosen;

/** Where the row being placed is now, or null. @param {View} view @param {OwnList & { placing: number }} list */
const placingPoint = ({ points }, list) => {
  const i = list.details.row.indexOf(list.placing);
  return i < 0 ? null : L.latLng(points.lat[i], points.lon[i]);
};

/**
 * Where to look for the row being placed: the county it should lie in, and where it is now; or null.
 * @param {View} view
 * @param {OwnList & { placing: number }} list
 */
export const placingBounds = (view, list) => {
  const point = placingPoint(view, list);
  const county = view.regions.byCode.get(list.near);
  if (!county) return point?.toBounds(PLACING_METRES) ?? null;
  const around = boundsOf(county);
  return point ? around.extend(point) : around;
};

/**
 * The marker of the row being placed, if it has a place yet; `put` is called where it is dropped.
 * @param {View} view
 * @param {(latlng: LatLng) => void} put
 */
export const placingMarker = (view, put) => {
  const { state } = view;
  if (!isPlacing(state)) return null;
  const { list } = state;
  const point = placingPoint(view, list);
  if (!point) return null;
  const look = lookOf(view, list.details.row.indexOf(list.placing));
  const icon = drawnIcon({
    draw: () => symbolCanvas(look, view.paint, RADIUS),
    name: () => fill(list.words.place_row, { n: list.placing }),
    className: "gui-marker gui-dragged",
  });
  const marker = L.marker(point, { icon, draggable: true, autoPan: true, zIndexOffset: 1000 });
  marker.on("dragend", () => put(marker.getLatLng()));
  return marker;
};
