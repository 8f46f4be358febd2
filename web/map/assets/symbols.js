// @ts-check
/* One way to draw a facility and a cluster: used on the canvas, in markers, in the legend and in popups. */
/** @import { Look, Paint, Part, View } from "./types" */
const FONT = 'system-ui, -apple-system, "Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", sans-serif';
// How strong the simulated part of a cluster's ring is.
const PALE = { light: 0.42, dark: 0.62 };

/** How large one symbol is, in pixels. @param {number} zoom */
export const symbolRadius = (zoom) => {
  if (zoom < 9) return 5;
  return zoom < 12 ? 6 : 7.5;
};

/**
 * Type colours are chosen for white paper; on dark paper they are mixed with white.
 * @param {string} colour
 * @param {Paint} paint
 */
export const tone = (colour, paint) => {
  if (!paint.dark) return colour;
  const pairs = colour.slice(1).match(/../g) ?? [];
  return `rgb(${pairs.map((pair) => Math.round(parseInt(pair, 16) * 0.62 + 255 * 0.38)).join(" ")})`;
};

/** @typedef {[number, number][]} Shape */

/** @param {number} count @param {number} [turn] @param {number} [inner] @returns {Shape} */
const corners = (count, turn = -Math.PI / 2, inner = 1) => {
  const steps = inner === 1 ? count : count * 2;
  return Array.from({ length: steps }, (_, i) => {
    const angle = turn + (i * 2 * Math.PI) / steps;
    const reach = inner !== 1 && i % 2 ? inner : 1;
    return [Math.cos(angle) * reach, Math.sin(angle) * reach];
  });
};

/** @param {Shape} shape @param {number} factor @returns {Shape} */
const scaled = (shape, factor) => shape.map(([x, y]) => [x * factor, y * factor]);

/** @param {Shape} shape @param {number} angle @returns {Shape} */
const turned = (shape, angle) =>
  shape.map(([x, y]) => [
    x * Math.cos(angle) - y * Math.sin(angle),
    x * Math.sin(angle) + y * Math.cos(angle),
  ]);

const A = 0.36;
/** @type {Shape} */
const PLUS = [
  [-A, -1],
  [A, -1],
  [A, -A],
  [1, -A],
  [1, A],
  [A, A],
  [A, 1],
  [-A, 1],
  [-A, A],
  [-1, A],
  [-1, -A],
  [-A, -A],
];
/** Corners in radii around the middle; a shape that is not here is a circle. @type {Record<string, Shape>} */
export const SHAPES = {
  square: scaled(corners(4, -Math.PI / 4), 1.2),
  diamond: scaled(corners(4), 1.15),
  triangle: scaled(corners(3), 1.25),
  triangle_down: scaled(corners(3, Math.PI / 2), 1.25),
  pentagon: scaled(corners(5), 1.1),
  hexagon: scaled(corners(6), 1.08),
  star: scaled(corners(5, -Math.PI / 2, 0.48), 1.3),
  plus: scaled(PLUS, 1.05),
  cross: scaled(turned(PLUS, Math.PI / 4), 1.05),
};
/** The dashes of the ring around a place that is not open yet. @type {Record<string, number[]>} */
const RINGS = { under_construction: [4, 2.5], planned: [1.2, 2.6], institution_only: [] };

/** @param {CanvasRenderingContext2D} pen @param {string} shape @param {number} x @param {number} y @param {number} radius */
const trace = (pen, shape, x, y, radius) => {
  pen.beginPath();
  if (SHAPES[shape]) for (const [dx, dy] of SHAPES[shape]) pen.lineTo(x + dx * radius, y + dy * radius);
  else pen.arc(x, y, radius * 0.95, 0, 2 * Math.PI);
  pen.closePath();
};

/** @param {CanvasRenderingContext2D} pen @param {number} radius @param {Look} look @param {Paint} paint */
const fillShape = (pen, radius, look, paint) => {
  const colour = look.status === "closed" ? paint.closed : tone(look.colour, paint);
  if (look.hollow) {
    pen.fillStyle = paint.paper;
    pen.fill();
    pen.lineWidth = Math.max(1.6, radius * 0.3);
    pen.strokeStyle = colour;
    pen.stroke();
  } else {
    pen.lineWidth = look.edged ? 3.4 : 2.6;
    pen.strokeStyle = look.edged ? paint.ink : paint.paper;
    pen.stroke();
    pen.fillStyle = colour;
    pen.fill();
  }
};

/** A ring around what is not open yet, a stroke through what is closed.
 * @param {CanvasRenderingContext2D} pen @param {number} x @param {number} y @param {number} radius
 * @param {Look} look @param {Paint} paint */
const markStatus = (pen, x, y, radius, look, paint) => {
  const dashes = RINGS[look.status ?? ""];
  if (dashes) {
    pen.beginPath();
    pen.arc(x, y, radius + 4, 0, 2 * Math.PI);
    pen.setLineDash(dashes);
    pen.lineWidth = 1.6;
    pen.strokeStyle = paint.ink;
    pen.stroke();
    pen.setLineDash([]);
  }
  if (look.status === "closed") {
    pen.beginPath();
    pen.moveTo(x - radius, y + radius);
    pen.lineTo(x + radius, y - radius);
    pen.lineWidth = 2;
    pen.strokeStyle = paint.ink;
    pen.stroke();
  }
};

/**
 * A facility: filled where a source names it, hollow where simulated, with a dark edge where a list of the user's
 * own does.
 * @param {CanvasRenderingContext2D} pen
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 * @param {Look} look
 * @param {Paint} paint
 */
export const drawSymbol = (pen, x, y, radius, look, paint) => {
  pen.lineJoin = "round";
  trace(pen, look.shape, x, y, radius);
  fillShape(pen, radius, look, paint);
  markStatus(pen, x, y, radius, look, paint);
};

/**
 * A cluster: a ring of shares, in the legend's order, around the number.
 * @param {CanvasRenderingContext2D} pen
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 * @param {Part[]} parts
 * @param {number} count
 * @param {Paint} paint
 */
export const drawCluster = (pen, x, y, radius, parts, count, paint) => {
  pen.beginPath();
  pen.arc(x, y, radius + 1.5, 0, 2 * Math.PI);
  pen.fillStyle = paint.paper;
  pen.fill();
  let angle = -Math.PI / 2;
  for (const part of parts) {
    const next = angle + (part.count / count) * 2 * Math.PI;
    pen.beginPath();
    pen.arc(x, y, radius - 1.75, angle, next);
    pen.lineWidth = 3.5;
    pen.globalAlpha = part.pale ? PALE[paint.dark ? "dark" : "light"] : 1;
    pen.strokeStyle = tone(part.colour, paint);
    pen.stroke();
    angle = next;
  }
  pen.globalAlpha = 1;
  pen.fillStyle = paint.ink;
  pen.font = `600 ${count < 100 ? 12 : 11}px ${FONT}`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(count < 10000 ? String(count) : `${Math.round(count / 1000)}k`, x, y + 0.5);
};

/**
 * A small canvas of its own, sharp on every screen; hidden from screen readers.
 * @param {number} size
 * @param {(pen: CanvasRenderingContext2D, middle: number) => void} draw
 */
export const smallCanvas = (size, draw) => {
  const canvas = document.createElement("canvas");
  const ratio = window.devicePixelRatio || 1;
  canvas.width = canvas.height = Math.ceil(size * ratio);
  canvas.style.width = canvas.style.height = `${size}px`;
  canvas.setAttribute("aria-hidden", "true");
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  pen.scale(ratio, ratio);
  draw(pen, size / 2);
  return canvas;
};

/** @param {Look} look @param {Paint} paint @param {number} [radius] */
export const symbolCanvas = (look, paint, radius = 5) =>
  smallCanvas(radius * 2 + 12, (pen, middle) => drawSymbol(pen, middle, middle, radius, look, paint));

/**
 * What one point looks like.
 * @param {Pick<View, "points" | "state">} view
 * @param {number} i
 * @returns {Look}
 */
export const lookOf = ({ points, state }, i) => {
  const type = state.types[points.type[i]];
  const origin = points.codes.origin[points.origin[i]];
  return {
    shape: type.symbol,
    colour: type.colour,
    hollow: origin === "simulated",
    edged: origin === "imported",
    status: points.codes.status[points.status[i]],
  };
};

/**
 * The type mix of a cluster, sourced before simulated in every type.
 * @param {Pick<View, "points" | "state">} view
 * @param {number[]} members
 */
export const partsOf = ({ points, state }, members) => {
  const simulated = points.codes.origin.indexOf("simulated");
  const counts = new Uint32Array(state.types.length * 2);
  for (const i of members) counts[points.type[i] * 2 + (points.origin[i] === simulated ? 1 : 0)]++;
  /** @type {Part[]} */
  const parts = [];
  counts.forEach((count, k) => {
    if (count) parts.push({ colour: state.types[k >> 1].colour, pale: k % 2 === 1, count });
  });
  return parts;
};
