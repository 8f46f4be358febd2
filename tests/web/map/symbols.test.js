import assert from "node:assert/strict";
import { test } from "node:test";
import {
  drawCluster,
  drawSymbol,
  lookOf,
  partsOf,
  SHAPES,
  symbolRadius,
  tone,
} from "../../../web/map/assets/symbols.js";

const LIGHT = { dark: false, paper: "paper", ink: "ink", closed: "grey" };
const DARK = { ...LIGHT, dark: true };

/** A pen that notes what it is told: each call with the colours and the width it was made with. */
const notingPen = () => {
  const calls = [];
  const state = { globalAlpha: 1 };
  return new Proxy(state, {
    get: (_, name) => {
      if (name === "calls") return calls;
      return name in state ? state[name] : (...given) => calls.push({ name, given, ...state });
    },
  });
};
const drawn = (look, paint = LIGHT) => {
  const pen = notingPen();
  drawSymbol(pen, 50, 40, 10, { shape: "circle", colour: "#b23456", status: "operating", ...look }, paint);
  return pen.calls;
};
const named = (calls, name) => calls.filter((call) => call.name === name);

test("a sourced place is filled with its colour on a light edge", () => {
  const calls = drawn({});
  assert.deepEqual(
    named(calls, "fill").map((call) => call.fillStyle),
    ["#b23456"],
  );
  assert.deepEqual(
    named(calls, "stroke").map((call) => call.strokeStyle),
    ["paper"],
  );
});

test("a simulated place is hollow: its colour is the edge", () => {
  const calls = drawn({ hollow: true });
  assert.deepEqual(
    named(calls, "fill").map((call) => call.fillStyle),
    ["paper"],
  );
  assert.deepEqual(
    named(calls, "stroke").map((call) => call.strokeStyle),
    ["#b23456"],
  );
});

test("a place of the user's own has a dark edge that is wider", () => {
  const [edge] = named(drawn({ edged: true }), "stroke");
  assert.equal(edge.strokeStyle, "ink");
  assert.ok(edge.lineWidth > named(drawn({}), "stroke")[0].lineWidth);
});

test("a closed place is grey and struck through", () => {
  const calls = drawn({ status: "closed" });
  assert.equal(named(calls, "fill")[0].fillStyle, "grey");
  assert.deepEqual(named(calls, "moveTo")[0].given, [40, 50]);
  assert.deepEqual(named(calls, "lineTo").at(-1).given, [60, 30]);
});

test("what is not open yet has a ring, dashed but where only the institution is known", () => {
  for (const [status, dashed] of Object.entries({
    under_construction: true,
    planned: true,
    institution_only: false,
  })) {
    const calls = drawn({ status });
    const [dashes, none] = named(calls, "setLineDash").map((call) => call.given[0]);
    assert.equal(dashes.length > 0, dashed);
    assert.deepEqual(none, [], "and the next symbol is not dashed");
    assert.equal(named(calls, "arc").at(-1).given[2], 14);
  }
  assert.deepEqual(named(drawn({}), "setLineDash"), []);
});

test("every shape is drawn by its corners, around its place and about its radius", () => {
  for (const [shape, corners] of Object.entries(SHAPES)) {
    const lines = named(drawn({ shape }), "lineTo").map((call) => call.given);
    assert.equal(lines.length, corners.length);
    const far = Math.max(...lines.map(([x, y]) => Math.hypot(x - 50, y - 40)));
    assert.ok(far > 9 && far < 14, `${shape} reaches ${far}`);
  }
});

test("a shape that is not known is a circle", () => {
  for (const shape of ["circle", "heart", ""]) {
    assert.equal(named(drawn({ shape }), "arc").length, 1, shape);
  }
});

test("on dark paper a colour is mixed with white", () => {
  assert.equal(tone("#000000", LIGHT), "#000000");
  assert.equal(tone("#000000", DARK), "rgb(97 97 97)");
  assert.equal(tone("#ffffff", DARK), "rgb(255 255 255)");
});

test("a cluster's ring goes once around, in shares of its parts, the simulated pale", () => {
  const pen = notingPen();
  const parts = [
    { colour: "#111111", pale: false, count: 1 },
    { colour: "#111111", pale: true, count: 3 },
  ];
  drawCluster(pen, 0, 0, 20, parts, 4, LIGHT);
  const [, first, second] = named(pen.calls, "arc").map((call) => call.given);
  assert.deepEqual(first.slice(3), [-Math.PI / 2, 0]);
  assert.deepEqual(second.slice(3), [0, (3 * Math.PI) / 2]);
  const [solid, pale] = named(pen.calls, "stroke").map((call) => call.globalAlpha);
  assert.ok(pale < solid);
  assert.equal(pen.globalAlpha, 1);
});

test("a cluster says its number, in thousands where that is long", () => {
  const said = (count) => {
    const pen = notingPen();
    drawCluster(pen, 0, 0, 20, [], count, LIGHT);
    return named(pen.calls, "fillText")[0].given[0];
  };
  assert.deepEqual([2, 9999, 10_400].map(said), ["2", "9999", "10k"]);
});

const VIEW = {
  state: {
    types: [
      { symbol: "circle", colour: "#aa0000" },
      { symbol: "star", colour: "#00aa00" },
    ],
  },
  points: {
    type: [0, 1, 0, 0],
    origin: [0, 1, 1, 2],
    status: [0, 0, 1, 0],
    codes: { origin: ["sourced", "simulated", "imported"], status: ["operating", "closed"] },
  },
};

test("a point looks as its type, its origin and its status say", () => {
  const plain = { shape: "circle", colour: "#aa0000", hollow: false, edged: false, status: "operating" };
  assert.deepEqual(lookOf(VIEW, 0), plain);
  assert.deepEqual(lookOf(VIEW, 2), { ...plain, hollow: true, status: "closed" });
  assert.deepEqual(lookOf(VIEW, 3), { ...plain, edged: true });
});

test("a cluster's parts come in the legend's order, sourced before simulated, none that is empty", () => {
  assert.deepEqual(partsOf(VIEW, [2, 1, 3, 0]), [
    { colour: "#aa0000", pale: false, count: 2 },
    { colour: "#aa0000", pale: true, count: 1 },
    { colour: "#00aa00", pale: true, count: 1 },
  ]);
});

test("symbols grow with the zoom", () => {
  assert.deepEqual([5, 9, 12].map(symbolRadius), [5, 6, 7.5]);
});
