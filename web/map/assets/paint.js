// @ts-check
/* The colours of colours.css, for what is drawn with a pen; and the theme of the page around the map. */
/** @import { Paint, State, Theme } from "./types" */

/**
 * The theme a state asks for; `auto` is that of the page.
 * @param {State} state
 * @returns {Theme}
 */
export const themeOf = (state) => {
  if (state.theme !== "auto") return state.theme;
  const background = getComputedStyle(document.documentElement).getPropertyValue("--background-color").trim();
  const digits = /^#([0-9a-f]{6})$/i.exec(background);
  const pairs = digits?.[1].match(/../g) ?? ["ff", "ff", "ff"];
  const [red, green, blue] = pairs.map((pair) => parseInt(pair, 16));
  return red * 0.3 + green * 0.59 + blue * 0.11 < 128 ? "dark" : "light";
};

/**
 * Read what colours the style sheet gives an element.
 * @param {Element} container
 * @param {Theme} theme
 * @returns {Paint}
 */
export const readPaint = (container, theme) => {
  const style = getComputedStyle(container);
  /** @param {string} name */
  const colour = (name) => style.getPropertyValue(`--gui-${name}`).trim();
  return {
    dark: theme === "dark",
    paper: colour("symbol-paper"),
    ink: colour("symbol-ink"),
    closed: colour("symbol-closed"),
    plain: colour("symbol-plain"),
    spider: colour("spider"),
    land: colour("land"),
    hatch: colour("hatch"),
    circle: colour("accent"),
    border: {
      county: colour("border-county"),
      prefecture: colour("border-prefecture"),
      province: colour("border-province"),
      focus: colour("border-focus"),
    },
    plan: {
      won: colour("won"),
      gone: colour("gone"),
      forbidden: colour("forbidden"),
      ring: colour("site-ring"),
    },
  };
};
