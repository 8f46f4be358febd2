// @ts-check
/* How a region is filled: its class, whether it lies outside the focus, whether lines go across it. */
/** @import { Region, View } from "./types" */

/**
 * The colour of the class a county's value lies in.
 * @param {Pick<View, "state" | "theme" | "paint">} view
 * @param {string} adcode
 */
export const fillOf = ({ state, theme, paint }, adcode) => {
  const { shading } = state;
  if (!shading) return paint.land;
  const value = shading.values[adcode];
  if (value === undefined) return shading.no_data_colour[theme];
  return shading.colours[theme][shading.breaks.filter((limit) => value >= limit).length];
};

/**
 * Whether a region lies outside what is in focus.
 * @param {Pick<View, "state" | "regions">} view
 * @param {Region} region
 */
export const isDimmed = ({ state: { focus }, regions }, region) => {
  const part = regions.byCode.get(focus);
  return Boolean(part) && part?.level !== "province" && region.adcode !== focus && region.parent !== focus;
};

/**
 * Whether a county rests on places that are not exact, or may have no site of a plan.
 * @param {Pick<View, "state">} view
 * @param {string} adcode
 */
export const isHatched = ({ state: { overlays, shading } }, adcode) =>
  Boolean(overlays?.plan?.no.counties.includes(adcode) || shading?.hatched?.includes(adcode));
