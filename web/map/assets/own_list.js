/* A visitor's own list on the map: what a row says, and pointing at its place. */
(() => {
  "use strict";
  const GuiMap = window.GuiMap;
  // How wide a piece of land is shown around a row whose county is not known.
  const PLACING_METRES = 40000;
  const { element } = GuiMap;
  const RADIUS = 10;

  GuiMap.listId = (state) => (state.list ? state.list.id : null);

  GuiMap.listBounds = ({ list }) => list && list.bounds && L.latLngBounds(list.bounds.slice(0, 2), list.bounds.slice(2));

  GuiMap.isPlacing = (view) => Boolean(view.state.list) && view.state.list.placing !== null;

  GuiMap.placed = (view, { lat, lng }) => ({ placed_row: view.state.list.placing, lon: lng, lat });

  /* What is wrong with one row; `move` is called with its number when its point is to be put right. */
  GuiMap.rowCard = (view, i, move) => {
    const { list, types, words } = view.state;
    const { details } = list;
    const card = element("article", "gui-card");
    const head = element("div", "gui-card-type");
    const status = types[view.points.type[i]].label;
    head.append(GuiMap.symbolCanvas(GuiMap.lookOf(view, i), view.theme, 5));
    head.append(element("span", "", `${GuiMap.fill(list.words.row, { n: details.row[i] })} · ${status}`));
    card.append(head, element("h3", "", details.name[i]));
    const lines = [
      [words.county, GuiMap.regionName(view, GuiMap.countyOf(view, i))],
      [list.words.told, details.told[i]],
    ].filter(([, text]) => text);
    const told = element("dl");
    lines.forEach(([term, text]) => told.append(element("dt", "", term), element("dd", "", text)));
    const button = element("button", "gui-link", list.words.move_row);
    button.type = "button";
    button.addEventListener("click", () => move(details.row[i]));
    card.append(told, button);
    return card;
  };

  /* The row being placed has a marker of its own. */
  GuiMap.notPlaced = ({ list }, chosen) => (list ? chosen.filter((i) => list.details.row[i] !== list.placing) : chosen);

  /* Where the row being placed is now, or null. */
  GuiMap.placingPoint = (view) => {
    const { list } = view.state;
    const i = list.details.row.indexOf(list.placing);
    return i < 0 ? null : L.latLng(view.points.lat[i], view.points.lon[i]);
  };

  /* Where to look for the row being placed: the county it should lie in, and where it is now; or null. */
  GuiMap.placingBounds = (view) => {
    const point = GuiMap.placingPoint(view);
    const county = view.regions.byCode.get(view.state.list.near);
    if (!county) return point && point.toBounds(PLACING_METRES);
    const around = L.latLngBounds([county.bounds.getSouthWest(), county.bounds.getNorthEast()]);
    return point ? around.extend(point) : around;
  };

  /* The marker of the row being placed, if it has a place yet; `put` is called where it is dropped. */
  GuiMap.placingMarker = (view, put) => {
    if (!GuiMap.isPlacing(view)) return null;
    const { list } = view.state;
    const point = GuiMap.placingPoint(view);
    if (!point) return null;
    const look = GuiMap.lookOf(view, list.details.row.indexOf(list.placing));
    const drawing = () => GuiMap.symbolCanvas(look, view.theme, RADIUS);
    const name = () => GuiMap.fill(list.words.place_row, { n: list.placing });
    const icon = new GuiMap.DrawnIcon({ drawing, name, className: "gui-marker gui-dragged" });
    const marker = L.marker(point, { icon, draggable: true, autoPan: true, zIndexOffset: 1000 });
    marker.on("dragend", () => put(marker.getLatLng()));
    return marker;
  };

  GuiMap.placingControl = (view) =>
    GuiMap.isPlacing(view) &&
    GuiMap.control("topleft", "gui-panel gui-hint", (box) => {
      const { list } = view.state;
      box.setAttribute("role", "status");
      box.textContent = GuiMap.fill(list.words.place_row, { n: list.placing });
    });
})();
