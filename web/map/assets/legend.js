// @ts-check
/* The legend: what shades, signs and overlays mean. */
/** @import { LeftOutPicture, Look, OverlayState, Plan, Shading, View } from "./types" */
import { control, WIDE } from "./controls.js";
import { element, figure } from "./elements.js";
import { symbolCanvas } from "./symbols.js";

/** A row of a coloured swatch and its meaning. @param {string} colour @param {string} text @param {string} [className] */
const swatchRow = (colour, text, className = "") => {
  const row = element("li");
  const swatch = element("i", className);
  swatch.style.background = colour;
  row.append(swatch, element("span", "", text));
  return row;
};

/** @param {Shading} shading @param {number} i */
const shadingRange = ({ breaks, decimals, values }, i) => {
  const digits = Math.max(decimals, ...breaks.map((limit) => (String(limit).split(".")[1] || "").length));
  /** @param {number} limit */
  const told = (limit) => figure(limit, Math.min(digits, 4));
  // Without a limit every county has the one figure there is.
  if (!breaks.length) return Object.values(values).slice(0, 1).map(told).join("");
  if (i === 0) return `< ${told(breaks[0])}`;
  if (i === breaks.length) return `≥ ${told(breaks[i - 1])}`;
  return `${told(breaks[i - 1])} – ${told(breaks[i])}`;
};

/** @param {Shading} shading @param {View} view */
const shadingPart = (shading, { theme }) => {
  const list = element("ul", "gui-classes");
  shading.colours[theme].forEach((colour, i) => {
    list.append(swatchRow(colour, shadingRange(shading, i)));
  });
  list.append(swatchRow(shading.no_data_colour[theme], shading.no_data));
  const part = element("section");
  part.append(element("h4", "", shading.title), list);
  return part;
};

/** @param {View} view @param {Look} look @param {string} text @param {number} [count] */
const symbolRow = ({ paint }, look, text, count) => {
  const row = element("li");
  row.append(symbolCanvas(look, paint), element("span", "", text));
  if (count !== undefined) row.append(element("b", "", figure(count, 0)));
  return row;
};

/** @param {View} view */
const typesPart = (view) => {
  const list = element("ul", "gui-types");
  for (const { symbol, colour, label, count, simulated } of view.state.types) {
    const look = { shape: symbol, colour, hollow: count === simulated };
    if (count > 0) list.append(symbolRow(view, look, label, count));
  }
  return list;
};

/** @param {View} view */
const meaningPart = (view) => {
  const { chosen, paint, points, state } = view;
  const { words } = state;
  const list = element("ul", "gui-types");
  const plain = { shape: "circle", colour: paint.plain, status: "operating" };
  list.append(symbolRow(view, plain, words.solid), symbolRow(view, { ...plain, hollow: true }, words.hollow));
  const imported = points.codes.origin.indexOf("imported");
  if (chosen.some((i) => points.origin[i] === imported)) {
    list.append(symbolRow(view, { ...plain, edged: true }, words.edged));
  }
  const present = new Set(chosen.map((i) => points.codes.status[points.status[i]]));
  for (const status of points.codes.status) {
    if (status === "operating" || !present.has(status)) continue;
    list.append(symbolRow(view, { ...plain, status }, words.statuses[status] || status));
  }
  return list;
};

/** @param {LeftOutPicture["classes"]} classes @param {number} i */
const pictureRange = (classes, i) => {
  const next = classes[i + 1];
  const from = figure(classes[i].least, 0);
  return next ? `${from} – ${figure(next.least, 0)}` : `≥ ${from}`;
};

/** @param {OverlayState} overlays @param {View} view */
const overlaysPart = (overlays, { paint, state, theme }) => {
  const part = element("section");
  const list = element("ul", "gui-classes");
  if (state.shading?.hatched?.length) {
    list.append(swatchRow("", overlays.hatched_label, `gui-hatched ${theme}`));
  }
  if (overlays.circle_m) list.append(swatchRow(paint.circle, overlays.circle_label, "gui-faint"));
  if (overlays.gaps?.length) list.append(swatchRow("", overlays.gap_label, "gui-gap-swatch"));
  if (list.children.length) part.append(list);
  if (overlays.picture) {
    const { classes, label } = overlays.picture;
    const rows = element("ul", "gui-classes");
    classes.forEach(({ colour }, i) => {
      rows.append(swatchRow(colour, pictureRange(classes, i)));
    });
    part.append(element("h4", "", label), rows);
  }
  return part;
};

/** @param {Plan} plan */
const planPart = ({ gone, no, won, words }) => {
  const list = element("ul", "gui-classes");
  list.append(swatchRow("", words.site, "gui-site-swatch"));
  if (won.length) list.append(swatchRow("", words.won, "gui-won-swatch"));
  if (gone.length) list.append(swatchRow("", words.gone, "gui-gone-swatch"));
  if (no.spots.length + no.sites.length) list.append(swatchRow("", words.no, "gui-no-swatch"));
  if (no.counties.length) list.append(swatchRow("", words.no, "gui-no-county-swatch"));
  const part = element("section");
  part.append(list);
  return part;
};

/** The plan, the shading, the overlays, the signs: each where there is any of it. @param {View} view */
const legendParts = (view) => {
  const { list, overlays, shading, shown } = view.state;
  const signs = [!list && meaningPart(view), typesPart(view)];
  return [
    overlays?.plan && planPart(overlays.plan),
    shading && shadingPart(shading, view),
    overlays && overlaysPart(overlays, view),
    ...(overlays && !shown ? [] : signs),
  ].filter((part) => part instanceof HTMLElement);
};

/**
 * The legend; `remember` is told when it is opened or folded.
 * @param {View} view
 * @param {boolean | undefined} open
 * @param {(open: boolean) => void} remember
 */
export const legendControl = (view, open, remember) =>
  control("topright", "gui-panel gui-legend", (box) => {
    const toggle = element("button", "gui-legend-toggle", view.state.words.legend);
    const body = element("div", "gui-legend-body");
    toggle.type = "button";
    /** @param {boolean} shown */
    const set = (shown) => {
      body.hidden = !shown;
      toggle.setAttribute("aria-expanded", String(shown));
      box.classList.toggle("gui-folded", !shown);
    };
    toggle.addEventListener("click", () => {
      set(Boolean(body.hidden));
      remember(!body.hidden);
    });
    body.append(...legendParts(view));
    box.append(toggle, body);
    set(open ?? window.innerWidth >= WIDE);
  });
