/* Many points: grouped by zoom, on one canvas. */
(() => {
  "use strict";
  const GuiMap = window.GuiMap;

  const MERGED_BELOW = 11;
  const STATION_PIXELS = 14;

  GuiMap.clusterReach = (zoom) => (zoom < 11 ? 58 : zoom < 14 ? 42 : 15);
  GuiMap.symbolRadius = (zoom) => (zoom < 9 ? 5 : zoom < 12 ? 6 : 7.5);

  /* The station whose sign is under a click, whatever else the click meets. */
  GuiMap.stationAt = (map, { points, chosen }, latlng) => {
    const here = map.latLngToLayerPoint(latlng);
    let nearest = null;
    let least = STATION_PIXELS;
    chosen.forEach((i) => {
      const away = map.latLngToLayerPoint([points.lat[i], points.lon[i]]).distanceTo(here);
      if (away <= least) [nearest, least] = [i, away];
    });
    return nearest === null ? null : { lon: points.lon[nearest], lat: points.lat[nearest] };
  };

  /* Groups of points nearer than `reach` pixels to the first of them, in the points' order. */
  GuiMap.group = (points, chosen, zoom) => {
    const scale = 2 ** zoom;
    const reach = GuiMap.clusterReach(zoom);
    const cells = new Map();
    const key = (column, row) => column * 4194304 + row;
    const place = (i) => [Math.floor((points.x[i] * scale) / reach), Math.floor((points.y[i] * scale) / reach)];
    chosen.forEach((i) => {
      const cell = key(...place(i));
      if (cells.has(cell)) cells.get(cell).push(i);
      else cells.set(cell, [i]);
    });
    const taken = new Uint8Array(points.count);
    const groups = [];
    chosen.forEach((i) => {
      if (taken[i]) return;
      const members = [];
      const [column, row] = place(i);
      for (let c = column - 1; c <= column + 1; c++) {
        for (let r = row - 1; r <= row + 1; r++) {
          const cell = cells.get(key(c, r));
          if (!cell) continue;
          let left = 0;
          cell.forEach((j) => {
            const dx = (points.x[j] - points.x[i]) * scale;
            const dy = (points.y[j] - points.y[i]) * scale;
            if (dx * dx + dy * dy <= reach * reach) {
              taken[j] = 1;
              members.push(j);
            } else cell[left++] = j;
          });
          cell.length = left;
        }
      }
      groups.push(middleOf(points, members));
    });
    const apart = zoom < MERGED_BELOW ? merge(groups, scale) : groups;
    return apart.sort((a, b) => a.members.length - b.members.length);
  };

  /* Where the drawn circles of two groups would overlap, the smaller joins the larger. */
  const merge = (groups, scale) => {
    const kept = [];
    groups
      .sort((a, b) => b.members.length - a.members.length)
      .forEach((group) => {
        const radius = GuiMap.clusterRadius(group.members.length);
        const host = kept.find((other) => {
          const room = radius + GuiMap.clusterRadius(other.members.length) + 2;
          return ((group.x - other.x) * scale) ** 2 + ((group.y - other.y) * scale) ** 2 < room * room;
        });
        if (host) host.members.push(...group.members);
        else kept.push(group);
      });
    return kept;
  };

  const middleOf = (points, members) => {
    let x = 0;
    let y = 0;
    members.forEach((j) => {
      x += points.x[j];
      y += points.y[j];
    });
    return { members, x: x / members.length, y: y / members.length, parts: null };
  };

  GuiMap.PointCanvas = GuiMap.RestingCanvas.extend({
    options: { pane: "gui-points" },

    show(view) {
      this._view = view;
      this._groups = new Map();
      this.redraw();
    },

    /* What is under a place of the map, topmost first; `slack` pixels around it still count. */
    itemAt(latlng, slack) {
      if (!this._view) return null;
      const spot = this._map.latLngToLayerPoint(latlng);
      const zoom = this._map.getZoom();
      const items = this._items(zoom);
      for (let k = items.length - 1; k >= 0; k--) {
        const { members } = items[k];
        const [x, y] = this._place(items[k], zoom);
        const reach = members.length > 1 ? GuiMap.clusterRadius(members.length) + 2 : GuiMap.symbolRadius(zoom) + slack;
        if ((x - spot.x) ** 2 + (y - spot.y) ** 2 <= reach * reach) return items[k];
      }
      return null;
    },

    _items(zoom) {
      if (!this._groups.has(zoom)) {
        this._groups.set(zoom, GuiMap.group(this._view.points, this._view.chosen, zoom));
      }
      return this._groups.get(zoom);
    },

    _place(item, zoom) {
      const scale = 2 ** zoom;
      const origin = this._map.getPixelOrigin();
      return [item.x * scale - origin.x, item.y * scale - origin.y];
    },

    _drawView(zoom) {
      const { min, max } = this._bounds;
      this._items(zoom).forEach((item) => {
        const [x, y] = this._place(item, zoom);
        const seen = x > min.x - 30 && x < max.x + 30 && y > min.y - 30 && y < max.y + 30;
        if (seen) this._drawItem(item, x, y, zoom);
      });
    },

    _drawItem(item, x, y, zoom) {
      const view = this._view;
      const count = item.members.length;
      if (count === 1) {
        const look = GuiMap.lookOf(view, item.members[0]);
        GuiMap.drawSymbol(this._pen, x, y, GuiMap.symbolRadius(zoom), look, view.theme);
        return;
      }
      item.parts = item.parts || GuiMap.partsOf(view, item.members);
      GuiMap.drawCluster(this._pen, x, y, GuiMap.clusterRadius(count), item.parts, count, view.theme);
    },
  });
})();
