// @ts-check
/* WGS-84 → GCJ-02, the usual published approximation. */
const AXIS = 6378245.0;
const FLATNESS = 0.006693421622965943;
const { PI, sin, cos, sqrt, abs } = Math;

/** @param {number} t */
const wave = (t) => (20 * sin(6 * t * PI) + 20 * sin(2 * t * PI)) * (2 / 3);

/** @param {number} x @param {number} y */
const northward = (x, y) =>
  -100 +
  2 * x +
  3 * y +
  0.2 * y * y +
  0.1 * x * y +
  0.2 * sqrt(abs(x)) +
  wave(x) +
  (20 * sin(y * PI) + 40 * sin((y / 3) * PI)) * (2 / 3) +
  (160 * sin((y / 12) * PI) + 320 * sin((y * PI) / 30)) * (2 / 3);

/** @param {number} x @param {number} y */
const eastward = (x, y) =>
  300 +
  x +
  2 * y +
  0.1 * x * x +
  0.1 * x * y +
  0.1 * sqrt(abs(x)) +
  wave(x) +
  (20 * sin(x * PI) + 40 * sin((x / 3) * PI)) * (2 / 3) +
  (150 * sin((x / 12) * PI) + 300 * sin((x / 30) * PI)) * (2 / 3);

/** @param {{ lat: number, lng: number }} place */
export const toGcj02 = ({ lat, lng }) => {
  const angle = (lat / 180) * PI;
  const bend = 1 - FLATNESS * sin(angle) ** 2;
  const north =
    (northward(lng - 105, lat - 35) * 180) / (((AXIS * (1 - FLATNESS)) / (bend * sqrt(bend))) * PI);
  const east = (eastward(lng - 105, lat - 35) * 180) / ((AXIS / sqrt(bend)) * cos(angle) * PI);
  return { lat: lat + north, lng: lng + east };
};
