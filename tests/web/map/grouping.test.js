import assert from "node:assert/strict";
import { test } from "node:test";
import { clusterRadius, clusterReach, group } from "../../../web/map/assets/grouping.js";

/** Points by their pixels at a zoom. */
const at = (zoom, ...places) => ({
  count: places.length,
  x: Float64Array.from(places, ([x]) => x / 2 ** zoom),
  y: Float64Array.from(places, ([, y]) => y / 2 ** zoom),
});
const all = (points) => Array.from({ length: points.count }, (_, i) => i);
const members = (groups) => groups.map((one) => [...one.members].sort((a, b) => a - b));

/** Numbers that look random and are the same on every run. */
const invented = (count, seed) => {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  });
};
const city = (count, seed, zoom) => {
  const numbers = invented(count * 2, seed);
  return at(zoom, ...all({ count }).map((i) => [numbers[2 * i] * 900, numbers[2 * i + 1] * 600]));
};

test("what is nearer than the reach is one group, in its middle", () => {
  const points = at(15, [100, 100], [110, 100], [200, 100]);
  const groups = group(points, [0, 1, 2], 15);
  assert.deepEqual(members(groups), [[2], [0, 1]]);
  assert.equal(groups[1].x * 2 ** 15, 105);
});

test("the reach itself is near, a pixel more is not", () => {
  const reach = clusterReach(15);
  assert.equal(group(at(15, [0, 0], [reach, 0]), [0, 1], 15).length, 1);
  assert.equal(group(at(15, [0, 0], [reach + 1, 0]), [0, 1], 15).length, 2);
});

test("points on one spot are one group at every zoom", () => {
  for (const zoom of [5, 10.75, 11, 14, 19]) {
    assert.deepEqual(members(group(at(zoom, [5, 5], [5, 5], [5, 5]), [0, 1, 2], zoom)), [[0, 1, 2]]);
  }
});

test("only what is chosen is grouped, and nothing gives no group", () => {
  const points = at(15, [0, 0], [1, 0], [2, 0]);
  assert.deepEqual(members(group(points, [0, 2], 15)), [[0, 2]]);
  assert.deepEqual(group(points, [], 15), []);
});

test("every chosen point stands in exactly one group, at every zoom", () => {
  for (const zoom of [5, 7.25, 10, 11, 13.5, 16]) {
    const points = city(400, 7, zoom);
    const seen = members(group(points, all(points), zoom)).flat();
    assert.deepEqual(
      seen.sort((a, b) => a - b),
      all(points),
    );
  }
});

test("no member is farther from the first of its group than the reach, where circles are not merged", () => {
  const points = city(300, 11, 12);
  for (const { members: near } of group(points, all(points), 12)) {
    const first = Math.min(...near);
    for (const i of near) {
      const away = Math.hypot(points.x[i] - points.x[first], points.y[i] - points.y[first]) * 2 ** 12;
      assert.ok(away <= clusterReach(12) * (1 + 1e-9));
    }
  }
});

test("below zoom 11 a circle that would lie on a larger one joins it, from there on both stand", () => {
  const far = at(10, [0, 0], [57, 0], [57, 0], [57, 0], [59, 0]);
  assert.deepEqual(members(group(far, all(far), 10)), [[0, 1, 2, 3, 4]]);
  const near = at(11, [0, 0], [41, 0], [41, 0], [41, 0], [43, 0]);
  assert.deepEqual(members(group(near, all(near), 11)), [[4], [0, 1, 2, 3]]);
});

test("the largest group is drawn last, on top", () => {
  const points = city(200, 5, 9);
  const sizes = group(points, all(points), 9).map((one) => one.members.length);
  assert.deepEqual(
    sizes,
    [...sizes].sort((a, b) => a - b),
  );
});

test("the same points give the same groups", () => {
  const points = city(200, 9, 10);
  assert.deepEqual(group(points, all(points), 10), group(points, all(points), 10));
});

test("a larger cluster has a larger circle", () => {
  assert.equal(clusterRadius(1), 11);
  assert.ok(clusterRadius(10) < clusterRadius(11));
});
