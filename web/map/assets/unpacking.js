// @ts-check
/* What the server packs, unpacked: points, their details, outlines, the mask of what is shown. */
/** @import { Box, CodedName, Details, DetailName, PointColumns, Points, Region, RegionColumns, Regions, TextColumn } from "./types" */
const POINT_STEPS = 1e6;
const OUTLINE_STEPS = 1e5;
/** @type {CodedName[]} */
const CODED = ["type", "status", "origin", "county"];

/** @param {number[]} steps */
const running = (steps) => {
  let sum = 0;
  return Float64Array.from(steps, (step) => {
    sum += step;
    return sum;
  });
};

/** @param {number} lon */
const mercatorX = (lon) => ((lon + 180) / 360) * 256;

/** @param {number} lat */
const mercatorY = (lat) => {
  const sine = Math.sin((lat * Math.PI) / 180);
  return (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * 256;
};

/**
 * Columns as the server sends them, with coordinates in degrees and in pixels of zoom 0.
 * @param {PointColumns} columns
 * @returns {Points}
 */
export const readPoints = (columns) => {
  const lon = running(columns.lon).map((number) => number / POINT_STEPS);
  const lat = running(columns.lat).map((number) => number / POINT_STEPS);
  const { type, status, origin, county } = columns;
  const codes = { type: [], status: [], origin: [], county: [], ...columns.codes };
  const places = { row: running(columns.row), lon, lat, x: lon.map(mercatorX), y: lat.map(mercatorY) };
  return { count: lon.length, ...places, type, status, origin, county, codes };
};

/** @param {string} packed */
const bytesOf = (packed) => Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));

/**
 * Numbers of the points whose row's bit is set.
 * @param {Points} points
 * @param {string} mask
 */
export const chosenPoints = (points, mask) => {
  const bytes = bytesOf(mask);
  const chosen = [];
  for (let i = 0; i < points.count; i++) {
    const row = points.row[i];
    if (bytes[row >> 3] & (1 << (row & 7))) chosen.push(i);
  }
  return chosen;
};

/**
 * What only this session may see comes with the state: JSON, gzipped, in base64.
 * @param {string} packed
 * @returns {Promise<{ points: PointColumns, details: Details }>}
 */
export const unpack = (packed) => {
  const plain = new Blob([bytesOf(packed)]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(plain).json();
};

/**
 * @param {Float64Array} one
 * @param {Float64Array} other
 */
const joined = (one, other) => {
  const both = new Float64Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
};

/**
 * Public points, then the session's own; `rows` is how many rows the mask has for the public ones.
 * @param {Points} points
 * @param {Points} own
 * @param {number} rows
 * @returns {Points}
 */
export const joinPoints = (points, own, rows) => {
  const both = { ...points, count: points.count + own.count, codes: { ...points.codes } };
  both.row = joined(
    points.row,
    own.row.map((row) => row + rows),
  );
  for (const name of /** @type {const} */ (["lon", "lat", "x", "y"]))
    both[name] = joined(points[name], own[name]);
  for (const name of CODED) {
    const codes = [...new Set([...points.codes[name], ...own.codes[name]])];
    const places = own.codes[name].map((code) => codes.indexOf(code));
    both.codes[name] = codes;
    both[name] = points[name].concat(own[name].map((at) => (at < 0 ? at : places[at])));
  }
  return both;
};

/**
 * @param {TextColumn} column
 * @param {TextColumn} own
 */
const joinTexts = (column, own) => {
  const after = column.texts.length;
  const at = column.at.concat(own.at.map((place) => (place < 0 ? place : place + after)));
  return { texts: column.texts.concat(own.texts), at };
};

/**
 * Details of the public points, then of the session's own.
 * @param {Details} details
 * @param {Details} own
 * @returns {Details}
 */
export const joinDetails = (details, own) => {
  const { name, ...columns } = details;
  const fields = /** @type {DetailName[]} */ (Object.keys(columns));
  const texts = fields.map((field) => [field, joinTexts(columns[field], own[field])]);
  return { name: name.concat(own.name), ...Object.fromEntries(texts) };
};

/**
 * One text of the details; empty where missing.
 * @param {Details} details
 * @param {DetailName} field
 * @param {number} i
 */
export const detail = (details, field, i) => {
  const column = details[field];
  return column.at[i] < 0 ? "" : column.texts[column.at[i]];
};

/**
 * A ring in degrees and in pixels of zoom 0, each as x, y, x, y, …; widens `box` to hold it.
 * @param {number[]} steps
 * @param {Box} box
 */
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

/**
 * @param {RegionColumns} columns
 * @returns {Regions}
 */
export const readRegions = (columns) => {
  /** @type {Region[]} */
  const regions = columns.adcode.map((adcode, i) => {
    const box = { west: 180, south: 90, east: -180, north: -90 };
    const rings = columns.rings[i].map((steps) => readRing(steps, box));
    const names = { zh: columns.name[i], en: columns.name_en[i] || columns.name[i] };
    return { adcode, names, level: columns.level[i], parent: columns.parent[i], rings, box };
  });
  return { all: regions, byCode: new Map(regions.map((region) => [region.adcode, region])) };
};

/**
 * Whether a ray from a place crosses a ring an odd number of times.
 * @param {Float64Array} ring
 * @param {number} lat
 * @param {number} lon
 */
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

/**
 * The county a place lies in.
 * @param {Regions} regions
 * @param {{ lat: number, lng: number }} place
 */
export const countyAt = (regions, { lat, lng }) =>
  regions.all.find(
    ({ level, box, rings }) =>
      level === "county" &&
      lng >= box.west &&
      lng <= box.east &&
      lat >= box.south &&
      lat <= box.north &&
      rings.reduce((inside, ring) => inside !== crosses(ring.degrees, lat, lng), false),
  );
