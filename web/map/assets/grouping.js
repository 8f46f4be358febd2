// @ts-check
/* Which points are drawn as one at a zoom. */
/** @import { Group, Points } from "./types" */
const MERGED_BELOW = 11;

/** How near points are grouped, in pixels. @param {number} zoom */
export const clusterReach = (zoom) => {
  if (zoom < 11) return 58;
  return zoom < 14 ? 42 : 15;
};

/** How large the circle of so many points is, in pixels. @param {number} count */
export const clusterRadius = (count) => 11 + 4.2 * Math.log10(count);

/**
 * @param {Points} points
 * @param {number[]} members
 * @returns {Group}
 */
const middleOf = (points, members) => {
  let x = 0;
  let y = 0;
  for (const j of members) {
    x += points.x[j];
    y += points.y[j];
  }
  return { members, x: x / members.length, y: y / members.length, parts: null };
};

/**
 * Where the drawn circles of two groups would overlap, the smaller joins the larger.
 * @param {Group[]} groups
 * @param {number} scale
 */
const merge = (groups, scale) => {
  /** @type {Group[]} */
  const kept = [];
  groups.sort((a, b) => b.members.length - a.members.length);
  for (const group of groups) {
    const radius = clusterRadius(group.members.length);
    const host = kept.find((other) => {
      const room = radius + clusterRadius(other.members.length) + 2;
      return ((group.x - other.x) * scale) ** 2 + ((group.y - other.y) * scale) ** 2 < room * room;
    });
    if (host) host.members.push(...group.members);
    else kept.push(group);
  }
  return kept;
};

/** @param {number} column @param {number} row */
const cellKey = (column, row) => column * 4194304 + row;

/**
 * Points by the cell of a grid they lie in, and the cell of each.
 * @param {Points} points
 * @param {number[]} chosen
 * @param {number} scale
 * @param {number} reach
 */
const intoCells = (points, chosen, scale, reach) => {
  /** @type {Map<number, number[]>} */
  const cells = new Map();
  /** @param {number} i */
  const place = (i) => [Math.floor((points.x[i] * scale) / reach), Math.floor((points.y[i] * scale) / reach)];
  for (const i of chosen) {
    const [column, row] = place(i);
    const key = cellKey(column, row);
    const cell = cells.get(key);
    if (cell) cell.push(i);
    else cells.set(key, [i]);
  }
  return { cells, place };
};

/**
 * Groups of points nearer than `clusterReach` to the first of them, in the points' order; the largest last.
 * @param {Points} points
 * @param {number[]} chosen
 * @param {number} zoom
 */
export const group = (points, chosen, zoom) => {
  const scale = 2 ** zoom;
  const reach = clusterReach(zoom);
  const { cells, place } = intoCells(points, chosen, scale, reach);
  const taken = new Uint8Array(points.count);

  /** Moves what is near `i` from a cell to the members. @param {number} i @param {number[]} cell @param {number[]} members */
  const take = (i, cell, members) => {
    let left = 0;
    for (const j of cell) {
      const dx = (points.x[j] - points.x[i]) * scale;
      const dy = (points.y[j] - points.y[i]) * scale;
      if (dx * dx + dy * dy <= reach * reach) {
        taken[j] = 1;
        members.push(j);
      } else cell[left++] = j;
    }
    cell.length = left;
  };

  const groups = [];
  for (const i of chosen) {
    if (taken[i]) continue;
    /** @type {number[]} */
    const members = [];
    const [column, row] = place(i);
    for (let c = column - 1; c <= column + 1; c++) {
      for (let r = row - 1; r <= row + 1; r++) {
        const cell = cells.get(cellKey(c, r));
        if (cell) take(i, cell, members);
      }
    }
    groups.push(middleOf(points, members));
  }
  const apart = zoom < MERGED_BELOW ? merge(groups, scale) : groups;
  return apart.sort((a, b) => a.members.length - b.members.length);
};
