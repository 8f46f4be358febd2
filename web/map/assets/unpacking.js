/* What the map is told (a state from Python) and what it fetches (points, details, outlines). */
(() => {
  "use strict";
  const GuiMap = (window.GuiMap = window.GuiMap || {});
  const POINT_STEPS = 1e6;
  const OUTLINE_STEPS = 1e5;
  // A network that drops a request is asked again; an answer that says no is an answer.
  const AGAIN_AFTER_MS = [300, 1500];
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

  const fetchPatiently = async (url) => {
    for (const pause of AGAIN_AFTER_MS) {
      try {
        return await fetch(url);
      } catch {
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
    return fetch(url);
  };

  GuiMap.load = (url) => {
    if (!fetched.has(url)) {
      const answer = fetchPatiently(url).then((response) => {
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
    const x = lon.map(mercatorX);
    const y = lat.map(mercatorY);
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

  /* What only this session may see comes with the state: JSON, gzipped, in base64. */
  GuiMap.unpack = async (packed) => {
    const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
    const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(plain).json();
  };

  const joined = (one, other) => {
    const both = new Float64Array(one.length + other.length);
    both.set(one);
    both.set(other, one.length);
    return both;
  };

  /* Public points, then the session's own; `rows` is how many rows the mask has for the public ones. */
  GuiMap.joinPoints = (points, own, rows) => {
    const both = { ...points, count: points.count + own.count, row: joined(points.row, own.row.map((row) => row + rows)) };
    ["lon", "lat", "x", "y"].forEach((name) => (both[name] = joined(points[name], own[name])));
    both.codes = {};
    ["type", "status", "origin", "county"].forEach((name) => {
      const codes = (both.codes[name] = [...new Set([...points.codes[name], ...own.codes[name]])]);
      const places = own.codes[name].map((code) => codes.indexOf(code));
      both[name] = points[name].concat(own[name].map((at) => (at < 0 ? at : places[at])));
    });
    return both;
  };

  GuiMap.joinDetails = (details, own) => {
    const both = {};
    Object.entries(details).forEach(([field, column]) => {
      if (Array.isArray(column)) both[field] = column.concat(own[field]);
      else {
        const after = column.texts.length;
        const at = column.at.concat(own[field].at.map((place) => (place < 0 ? place : place + after)));
        both[field] = { texts: column.texts.concat(own[field].texts), at };
      }
    });
    return both;
  };

  const mercatorX = (lon) => ((lon + 180) / 360) * 256;
  const mercatorY = (lat) => {
    const sine = Math.sin((lat * Math.PI) / 180);
    return (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * 256;
  };

  /* A ring in degrees and in pixels of zoom 0, each as x, y, x, y, …; widens `box` to hold it. */
  const readRing = (steps, box) => {
    const degrees = new Float64Array(steps.length);
    const flat = new Float64Array(steps.length);
    let [lon, lat, west, south, east, north] = [0, 0, Infinity, Infinity, -Infinity, -Infinity];
    for (let i = 0; i < steps.length; i += 2) {
      lon += steps[i];
      lat += steps[i + 1];
      if (lon < west) west = lon;
      if (lon > east) east = lon;
      if (lat < south) south = lat;
      if (lat > north) north = lat;
      degrees[i] = lon / OUTLINE_STEPS;
      degrees[i + 1] = lat / OUTLINE_STEPS;
      flat[i] = mercatorX(degrees[i]);
      flat[i + 1] = mercatorY(degrees[i + 1]);
    }
    box.west = Math.min(box.west, west / OUTLINE_STEPS);
    box.east = Math.max(box.east, east / OUTLINE_STEPS);
    box.south = Math.min(box.south, south / OUTLINE_STEPS);
    box.north = Math.max(box.north, north / OUTLINE_STEPS);
    return { degrees, flat };
  };

  GuiMap.readRegions = (columns) => {
    const regions = columns.adcode.map((adcode, i) => {
      const box = { west: 180, south: 90, east: -180, north: -90 };
      const rings = columns.rings[i].map((steps) => readRing(steps, box));
      return {
        adcode,
        names: { zh: columns.name[i], en: columns.name_en[i] || columns.name[i] },
        level: columns.level[i],
        parent: columns.parent[i],
        rings,
        box,
        bounds: L.latLngBounds([box.south, box.west], [box.north, box.east]),
      };
    });
    return { all: regions, byCode: new Map(regions.map((region) => [region.adcode, region])) };
  };

  const crosses = (ring, lat, lon) => {
    let inside = false;
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      const latI = ring[i + 1];
      const latJ = ring[j + 1];
      const across = latI > lat !== latJ > lat;
      if (across && lon < ((ring[j] - ring[i]) * (lat - latI)) / (latJ - latI) + ring[i]) inside = !inside;
    }
    return inside;
  };

  GuiMap.countyAt = (regions, { lat, lng }) =>
    regions.all.find(
      ({ level, box, rings }) =>
        level === "county" &&
        lng >= box.west && lng <= box.east && lat >= box.south && lat <= box.north &&
        rings.reduce((inside, ring) => inside !== crosses(ring.degrees, lat, lng), false),
    );

  /* One text of the details; empty where missing. */
  GuiMap.detail = (details, field, i) => {
    const column = details[field];
    return column.at[i] < 0 ? "" : column.texts[column.at[i]];
  };
})();
