import assert from "node:assert/strict";
import { test } from "node:test";
import {
  chosenPoints,
  countyAt,
  detail,
  joinDetails,
  joinPoints,
  readPoints,
  readRegions,
  unpack,
} from "../../../web/map/assets/unpacking.js";

const columns = (over = {}) => ({
  rows: 5,
  row: [0, 2, 2],
  lon: [108_000_000, 500_000, -1],
  lat: [22_000_000, 0, 1_000_001],
  type: [0, 1, 0],
  status: [0, 0, 0],
  origin: [0, 1, 0],
  county: [0, -1, 1],
  codes: { type: ["a", "b"], status: ["operating"], origin: ["sourced", "simulated"], county: ["1", "2"] },
  ...over,
});
const bits = (...bytes) => btoa(String.fromCharCode(...bytes));
// Two squares of one degree side by side, the western with a hole; the province is both.
const square = (west, south, side) => [west, south, side, 0, 0, side, -side, 0, 0, -side];
const regions = readRegions({
  adcode: ["45", "4501", "4502"],
  name: ["省", "西", "东"],
  name_en: ["Province", "West", null],
  level: ["province", "county", "county"],
  parent: [null, "45", "45"],
  rings: [
    [[108e5, 22e5, 2e5, 0, 0, 1e5, -2e5, 0]],
    [square(108e5, 22e5, 1e5), square(108.4e5, 22.4e5, 0.2e5)],
    [square(109e5, 22e5, 1e5)],
  ],
});

test("points come back in degrees from steps in millionths", () => {
  const points = readPoints(columns());
  assert.equal(points.count, 3);
  assert.deepEqual([...points.row], [0, 2, 4]);
  assert.deepEqual([...points.lon], [108, 108.5, 108.499999]);
  assert.deepEqual([...points.lat], [22, 22, 23.000001]);
});

test("pixels of zoom 0 are those of the web's Mercator", () => {
  const corners = readPoints(columns({ lon: [-180e6, 180e6, 180e6], lat: [0, 85051129, -2 * 85051129] }));
  assert.deepEqual([...corners.x], [0, 128, 256]);
  assert.equal(corners.y[0], 128);
  assert.ok(Math.abs(corners.y[1]) < 1e-5);
  assert.ok(Math.abs(corners.y[2] - 256) < 1e-5);
});

test("no points are no points", () => {
  const none = readPoints(
    columns({ row: [], lon: [], lat: [], type: [], status: [], origin: [], county: [] }),
  );
  assert.equal(none.count, 0);
  assert.deepEqual(chosenPoints(none, bits(255)), []);
});

test("codes a list leaves out are empty", () => {
  const points = readPoints(columns({ codes: { status: ["operating"] } }));
  assert.deepEqual(points.codes, { type: [], status: ["operating"], origin: [], county: [] });
});

test("a point is chosen by the bit of its row, the lowest bit first", () => {
  const points = readPoints(columns());
  assert.deepEqual(chosenPoints(points, bits(0b10101)), [0, 1, 2]);
  assert.deepEqual(chosenPoints(points, bits(0b00100)), [1]);
  assert.deepEqual(chosenPoints(points, bits(0b01010)), []);
});

test("rows beyond a mask are not chosen", () => {
  const far = readPoints(columns({ row: [0, 8, 92] }));
  assert.deepEqual(chosenPoints(far, bits(255)), [0]);
  assert.deepEqual(chosenPoints(far, ""), []);
});

test("a mask that is no base64 is an error, not a map of nothing", () => {
  assert.throws(() => chosenPoints(readPoints(columns()), "#"), { name: "InvalidCharacterError" });
});

test("own points stand behind the public ones, with rows and codes of the whole", () => {
  const public_ = readPoints(columns());
  const own = readPoints(
    columns({
      row: [1],
      lon: [109e6],
      lat: [23e6],
      type: [1],
      status: [0],
      origin: [0],
      county: [-1],
      codes: { type: ["c", "b"], status: ["planned"], origin: ["imported"], county: ["1"] },
    }),
  );
  const both = joinPoints(public_, own, 5);
  assert.equal(both.count, 4);
  assert.deepEqual([...both.row], [0, 2, 4, 6]);
  assert.equal(both.lon[3], 109);
  assert.equal(both.y[3], own.y[0]);
  assert.deepEqual(both.codes.type, ["a", "b", "c"]);
  assert.deepEqual(both.type, [0, 1, 0, 1]);
  assert.equal(both.codes.origin[both.origin[3]], "imported");
  assert.equal(both.codes.status[both.status[3]], "planned");
  assert.equal(both.county[3], -1);
  assert.equal(public_.codes.type.length, 2, "what was given stays as it was");
});

test("details are joined column by column; what is missing stays missing", () => {
  const column = (texts, at) => ({ texts, at });
  const public_ = { name: ["one", "two"], address: column(["x"], [0, -1]) };
  const own = { name: ["three", "four"], address: column(["y", "x"], [-1, 0]) };
  const both = joinDetails(public_, own);
  assert.deepEqual(both.name, ["one", "two", "three", "four"]);
  assert.deepEqual(
    [0, 1, 2, 3].map((i) => detail(both, "address", i)),
    ["x", "", "", "y"],
  );
});

test("what only a session sees is gzip of JSON in base64", async () => {
  const told = { points: { rows: 1 }, details: { name: ["内部 {{名单}}"] } };
  const zipped = new Blob([JSON.stringify(told)]).stream().pipeThrough(new CompressionStream("gzip"));
  const packed = Buffer.from(await new Response(zipped).arrayBuffer()).toString("base64");
  assert.deepEqual(await unpack(packed), told);
  await assert.rejects(unpack(btoa("no gzip")));
});

test("outlines come back in degrees, with their box and their names", () => {
  const west = regions.byCode.get("4501");
  assert.deepEqual(west.box, { west: 108, south: 22, east: 109, north: 23 });
  assert.deepEqual([...west.rings[0].degrees.slice(0, 4)], [108, 22, 109, 22]);
  assert.deepEqual(regions.byCode.get("4502").names, { zh: "东", en: "东" });
  assert.equal(regions.byCode.get("45").parent, null);
});

test("a place lies in the county whose rings it is within, and in none where there is a hole", () => {
  const at = (lng, lat) => countyAt(regions, { lng, lat })?.adcode;
  assert.equal(at(108.1, 22.1), "4501");
  assert.equal(at(109.5, 22.5), "4502");
  assert.equal(at(108.5, 22.5), undefined);
  assert.equal(at(107.9, 22.5), undefined);
  assert.equal(at(NaN, 22.5), undefined);
});
