/* What the map is told (a state from Python) and what it fetches (points, details, outlines). */
(() => {
  "use strict";
  const GuiMap = (window.GuiMap = window.GuiMap || {});
  const POINT_STEPS = 1e6;
  const OUTLINE_STEPS = 1e5;
  const fetched = new Map();

  GuiMap.adoptStyle = () => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(window.GuiMapStyle);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  };

  const decode = (packed) => JSON.parse(atob(packed));

  GuiMap.stateInPage = () => decode(document.getElementById("gui-state").dataset.state);

  GuiMap.stateInMarkup = (markup) => {
    const found = /data-state="([A-Za-z0-9+/=]*)"/.exec(markup || "");
    return found && decode(found[1]);
  };

  GuiMap.fill = (text, words) => text.replace(/\{(n|name)\}/g, (whole, key) => words[key] ?? whole);

  GuiMap.load = (url) => {
    if (!fetched.has(url)) {
      const answer = fetch(url).then((response) => {
        if (!response.ok) throw new Error(`${response.status} ${url}`);
        return response.json();
      });
      answer.catch(() => fetched.delete(url));
      fetched.set(url, answer);
    }
    return fetched.get(url);
  };

  const running = (steps) => {
    let sum = 0;
    return Float64Array.from(steps, (step) => (sum += step));
  };

  /* Columns as the server sends them, with coordinates in degrees and in pixels of zoom 0. */
  GuiMap.readPoints = (columns) => {
    const lon = running(columns.lon).map((number) => number / POINT_STEPS);
    const lat = running(columns.lat).map((number) => number / POINT_STEPS);
    const x = lon.map((degrees) => ((degrees + 180) / 360) * 256);
    const y = lat.map((degrees) => {
      const sine = Math.sin((degrees * Math.PI) / 180);
      return (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * 256;
    });
    const { type, status, origin, county, codes } = columns;
    return { count: lon.length, row: running(columns.row), lon, lat, x, y, type, status, origin, county, codes };
  };

  /* Numbers of the points whose row's bit is set. */
  GuiMap.chosen = (points, mask) => {
    const bytes = Uint8Array.from(atob(mask), (letter) => letter.charCodeAt(0));
    const chosen = [];
    for (let i = 0; i < points.count; i++) {
      const row = points.row[i];
      if (bytes[row >> 3] & (1 << (row & 7))) chosen.push(i);
    }
    return chosen;
  };

  const readRing = (steps) => {
    const ring = [];
    let lon = 0;
    let lat = 0;
    for (let i = 0; i < steps.length; i += 2) {
      lon += steps[i];
      lat += steps[i + 1];
      ring.push([lat / OUTLINE_STEPS, lon / OUTLINE_STEPS]);
    }
    return ring;
  };

  GuiMap.readRegions = (columns) => {
    const regions = columns.adcode.map((adcode, i) => {
      const rings = columns.rings[i].map(readRing);
      return {
        adcode,
        names: { zh: columns.name[i], en: columns.name_en[i] || columns.name[i] },
        level: columns.level[i],
        parent: columns.parent[i],
        rings,
        bounds: L.latLngBounds(rings.flat()),
      };
    });
    return { all: regions, byCode: new Map(regions.map((region) => [region.adcode, region])) };
  };

  const crosses = (ring, lat, lon) => {
    let inside = false;
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [latI, lonI] = ring[i];
      const [latJ, lonJ] = ring[j];
      if (latI > lat !== latJ > lat && lon < ((lonJ - lonI) * (lat - latI)) / (latJ - latI) + lonI) inside = !inside;
    }
    return inside;
  };

  GuiMap.countyAt = (regions, { lat, lng }) =>
    regions.all.find(
      (region) =>
        region.level === "county" &&
        region.bounds.contains([lat, lng]) &&
        region.rings.reduce((inside, ring) => inside !== crosses(ring, lat, lng), false),
    );

  /* One text of the details; empty where missing. */
  GuiMap.detail = (details, field, i) => {
    const column = details[field];
    return column.at[i] < 0 ? "" : column.texts[column.at[i]];
  };
})();
