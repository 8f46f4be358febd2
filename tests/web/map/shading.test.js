import assert from "node:assert/strict";
import { test } from "node:test";
import { fillOf, isDimmed, isHatched } from "../../../web/map/assets/shading.js";

const SHADING = {
  breaks: [10, 20],
  values: { a: 9.9, b: 10, c: 20, d: 0 },
  colours: { light: ["pale", "middle", "deep"], dark: ["1", "2", "3"] },
  no_data_colour: { light: "none", dark: "0" },
};
const view = (state, theme = "light") => ({ state, theme, paint: { land: "land" } });

test("a value on a break belongs to the class above it", () => {
  const filled = (adcode) => fillOf(view({ shading: SHADING }), adcode);
  assert.deepEqual(["a", "b", "c", "d"].map(filled), ["pale", "middle", "deep", "pale"]);
});

test("a county without a figure has a colour of its own, in both themes", () => {
  assert.equal(fillOf(view({ shading: SHADING }), "x"), "none");
  assert.equal(fillOf(view({ shading: SHADING }, "dark"), "x"), "0");
});

test("without shading all land is alike", () => {
  assert.equal(fillOf(view({ shading: null }), "a"), "land");
});

test("what lies outside the prefecture or county in focus is dimmed, and nothing where all is shown", () => {
  const all = [
    { adcode: "45", parent: null, level: "province" },
    { adcode: "4501", parent: "45", level: "prefecture" },
    { adcode: "450103", parent: "4501", level: "county" },
    { adcode: "450203", parent: "4502", level: "county" },
  ];
  const byCode = new Map(all.map((one) => [one.adcode, one]));
  const dimmed = (focus) => all.map((one) => isDimmed({ state: { focus }, regions: { all, byCode } }, one));
  assert.deepEqual(dimmed("4501"), [true, false, false, true]);
  assert.deepEqual(dimmed("450203"), [true, true, true, false]);
  for (const focus of ["45", null, "nowhere"]) assert.deepEqual(dimmed(focus), [false, false, false, false]);
});

test("lines go across a county of inexact places and one closed to a plan", () => {
  const state = { shading: { hatched: ["a"] }, overlays: { plan: { no: { counties: ["b"] } } } };
  assert.deepEqual(
    ["a", "b", "c"].map((adcode) => isHatched({ state }, adcode)),
    [true, true, false],
  );
  assert.equal(isHatched({ state: { shading: null, overlays: null } }, "a"), false);
  assert.equal(isHatched({ state: { shading: {}, overlays: { plan: null } } }, "a"), false);
});
