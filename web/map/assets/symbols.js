/* One way to draw a facility and a cluster: used on the canvas, in markers, in the legend and in popups. */
(() => {
  "use strict";
  const GuiMap = window.GuiMap;
  const FONT = 'system-ui, -apple-system, "Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", sans-serif';
  const PAPER = { light: "#ffffff", dark: "#12181d" };
  const INK = { light: "#1f2a30", dark: "#eef3f5" };
  const CLOSED = "#8a8f93";
  const PALE = { light: 0.42, dark: 0.62 };

  /* Type colours are chosen for white paper; on dark paper they are mixed with white. */
  const tone = (colour, theme) => {
    if (theme === "light") return colour;
    const mixed = colour.slice(1).match(/../g).map((pair) => Math.round(parseInt(pair, 16) * 0.62 + 255 * 0.38));
    return `rgb(${mixed.join(" ")})`;
  };

  const corners = (count, turn = -Math.PI / 2, inner = 1) => {
    const steps = inner === 1 ? count : count * 2;
    return Array.from({ length: steps }, (_, i) => {
      const angle = turn + (i * 2 * Math.PI) / steps;
      const reach = inner !== 1 && i % 2 ? inner : 1;
      return [Math.cos(angle) * reach, Math.sin(angle) * reach];
    });
  };
  const scaled = (shape, factor) => shape.map(([x, y]) => [x * factor, y * factor]);
  const turned = (shape, angle) =>
    shape.map(([x, y]) => [x * Math.cos(angle) - y * Math.sin(angle), x * Math.sin(angle) + y * Math.cos(angle)]);
  const A = 0.36;
  const PLUS = [
    [-A, -1], [A, -1], [A, -A], [1, -A], [1, A], [A, A], [A, 1], [-A, 1], [-A, A], [-1, A], [-1, -A], [-A, -A],
  ];
  const SHAPES = {
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

  const trace = (pen, shape, x, y, radius) => {
    pen.beginPath();
    if (SHAPES[shape]) SHAPES[shape].forEach(([dx, dy]) => pen.lineTo(x + dx * radius, y + dy * radius));
    else pen.arc(x, y, radius * 0.95, 0, 2 * Math.PI);
    pen.closePath();
  };

  const RINGS = { under_construction: [4, 2.5], planned: [1.2, 2.6], institution_only: [] };

  /* look: {shape, colour, hollow, edged, status}; filled where a source names it, hollow where simulated, with a
     dark edge where a list of the user's own does. */
  GuiMap.drawSymbol = (pen, x, y, radius, look, theme) => {
    const colour = look.status === "closed" ? CLOSED : tone(look.colour, theme);
    pen.lineJoin = "round";
    trace(pen, look.shape, x, y, radius);
    if (look.hollow) {
      pen.fillStyle = PAPER[theme];
      pen.fill();
      pen.lineWidth = Math.max(1.6, radius * 0.3);
      pen.strokeStyle = colour;
      pen.stroke();
    } else {
      pen.lineWidth = look.edged ? 3.4 : 2.6;
      pen.strokeStyle = look.edged ? INK[theme] : PAPER[theme];
      pen.stroke();
      pen.fillStyle = colour;
      pen.fill();
    }
    if (look.status in RINGS) {
      pen.beginPath();
      pen.arc(x, y, radius + 4, 0, 2 * Math.PI);
      pen.setLineDash(RINGS[look.status]);
      pen.lineWidth = 1.6;
      pen.strokeStyle = INK[theme];
      pen.stroke();
      pen.setLineDash([]);
    }
    if (look.status === "closed") {
      pen.beginPath();
      pen.moveTo(x - radius, y + radius);
      pen.lineTo(x + radius, y - radius);
      pen.lineWidth = 2;
      pen.strokeStyle = INK[theme];
      pen.stroke();
    }
  };

  GuiMap.clusterRadius = (count) => 11 + 4.2 * Math.log10(count);

  /* parts: [{colour, pale, count}] in the legend's order; a ring of shares around the number. */
  GuiMap.drawCluster = (pen, x, y, radius, parts, count, theme) => {
    pen.beginPath();
    pen.arc(x, y, radius + 1.5, 0, 2 * Math.PI);
    pen.fillStyle = PAPER[theme];
    pen.fill();
    let angle = -Math.PI / 2;
    parts.forEach((part) => {
      const next = angle + (part.count / count) * 2 * Math.PI;
      pen.beginPath();
      pen.arc(x, y, radius - 1.75, angle, next);
      pen.lineWidth = 3.5;
      pen.globalAlpha = part.pale ? PALE[theme] : 1;
      pen.strokeStyle = tone(part.colour, theme);
      pen.stroke();
      angle = next;
    });
    pen.globalAlpha = 1;
    pen.fillStyle = INK[theme];
    pen.font = `600 ${count < 100 ? 12 : 11}px ${FONT}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillText(count < 10000 ? String(count) : `${Math.round(count / 1000)}k`, x, y + 0.5);
  };

  /* A small canvas of its own, sharp on every screen. */
  GuiMap.smallCanvas = (size, draw) => {
    const canvas = document.createElement("canvas");
    const ratio = window.devicePixelRatio || 1;
    canvas.width = canvas.height = Math.ceil(size * ratio);
    canvas.style.width = canvas.style.height = `${size}px`;
    canvas.setAttribute("aria-hidden", "true");
    const pen = canvas.getContext("2d");
    pen.scale(ratio, ratio);
    draw(pen, size / 2);
    return canvas;
  };

  GuiMap.symbolCanvas = (look, theme, radius = 6) =>
    GuiMap.smallCanvas(radius * 2 + 12, (pen, middle) => GuiMap.drawSymbol(pen, middle, middle, radius, look, theme));

  GuiMap.lookOf = (view, i) => {
    const { points, state } = view;
    const type = state.types[points.type[i]];
    return {
      shape: type.symbol,
      colour: type.colour,
      hollow: points.codes.origin[points.origin[i]] === "simulated",
      edged: points.codes.origin[points.origin[i]] === "imported",
      status: points.codes.status[points.status[i]],
    };
  };

  /* The type mix of a cluster, sourced before simulated in every type. */
  GuiMap.partsOf = (view, members) => {
    const { points, state } = view;
    const simulated = points.codes.origin.indexOf("simulated");
    const counts = new Uint32Array(state.types.length * 2);
    members.forEach((i) => counts[points.type[i] * 2 + (points.origin[i] === simulated ? 1 : 0)]++);
    const parts = [];
    counts.forEach((count, k) => {
      if (count) parts.push({ colour: state.types[k >> 1].colour, pale: k % 2 === 1, count });
    });
    return parts;
  };
})();
