// @ts-check
/* What a popup and a tooltip say of facilities and counties. */
/** @import { Details, Group, Region, View } from "./types" */
import { button, definitions, element, figure, fill } from "./elements.js";
import { lookOf, symbolCanvas } from "./symbols.js";
import { detail } from "./unpacking.js";

const LISTED = 60;

/** @param {View} view @param {string | null} adcode */
export const regionName = ({ regions, state }, adcode) => {
  const region = regions.byCode.get(adcode);
  return region ? region.names[state.language] || region.names.zh : "";
};

/** @param {View} view @param {number} i */
export const countyOf = ({ points }, i) => points.codes.county[points.county[i]];

/** @param {View} view @param {number} i */
export const nameOf = ({ details, points, state }, i) => {
  const type = state.types[points.type[i]].label;
  const name = details ? details.name[i] : "";
  const origin = points.codes.origin[points.origin[i]];
  const simulated = origin === "simulated" ? state.words.origins[origin] : "";
  return [name, type, simulated].filter(Boolean).join(" · ");
};

/** @param {View} view @param {Details} details @param {number} i */
const servicesOf = (view, details, i) => {
  const names = view.state.words.service_names;
  const codes = detail(details, "services", i).split(";").filter(Boolean);
  const told = codes.map((code) => names[code] || code).join(" · ");
  return [told, detail(details, "services_text", i)].filter(Boolean).join("\n");
};

/** @param {View} view @param {number} i */
const placeOf = (view, i) => {
  const county = view.regions.byCode.get(countyOf(view, i));
  if (!county) return "";
  return [regionName(view, county.parent), regionName(view, county.adcode)].filter(Boolean).join(" · ");
};

/** @param {View} view @param {Details} details @param {number} i @returns {[string, string][]} */
const linesOf = (view, details, i) => {
  const { words } = view.state;
  const origin = view.points.codes.origin[view.points.origin[i]];
  /** @type {[string, string][]} */
  const lines = [
    [words.county, placeOf(view, i)],
    [words.address, detail(details, "address", i)],
    [words.hours, detail(details, "hours", i)],
    [words.services, servicesOf(view, details, i)],
    [words.status, words.statuses[lookOf(view, i).status ?? ""] || ""],
    [words.origin, words.origins[origin] || ""],
    [words.place, words.place_precisions[detail(details, "place_precision", i)] || ""],
    [words.source, detail(details, "source", i)],
    [words.as_of, detail(details, "as_of", i)],
  ];
  return lines.filter(([, text]) => text);
};

/**
 * One facility; `narrow` is called with the adcode when the reader asks for its county alone.
 * @param {View} view
 * @param {number} i
 * @param {(adcode: string) => void} narrow
 */
export const facilityCard = (view, i, narrow) => {
  const { words, types } = view.state;
  const details = /** @type {Details} */ (view.details);
  const card = element("article", "gui-card");
  const look = lookOf(view, i);
  const head = element("div", "gui-card-type");
  head.append(symbolCanvas(look, view.paint), element("span", "", types[view.points.type[i]].label));
  card.append(head, element("h3", "", details.name[i]));
  if (look.hollow) card.append(element("p", "gui-warning", words.simulated_warning));
  card.append(definitions(linesOf(view, details, i)));
  const adcode = countyOf(view, i);
  const name = regionName(view, adcode);
  if (name && adcode !== view.state.focus) {
    card.append(button("gui-link", fill(words.show_only, { name }), () => narrow(adcode)));
  }
  return card;
};

/**
 * Several facilities in one place; `open` is called with the one chosen.
 * @param {View} view
 * @param {number[]} members
 * @param {(i: number) => void} open
 */
export const facilityList = (view, members, open) => {
  const { details, paint, state } = view;
  const card = element("article", "gui-card");
  card.append(element("h3", "", fill(state.words.points_here, { n: members.length })));
  const list = element("ul", "gui-list");
  for (const i of members.slice(0, LISTED)) {
    const entry = button("", undefined, () => open(i));
    entry.append(symbolCanvas(lookOf(view, i), paint), element("span", "", details?.name[i]));
    const item = element("li");
    item.append(entry);
    list.append(item);
  }
  card.append(list);
  const more = members.length - LISTED;
  if (more > 0) card.append(element("p", "", fill(state.words.more, { n: more })));
  return card;
};

/** @param {View} view @param {Region} county */
export const countyTip = (view, county) => {
  const tip = element("div", "gui-tip");
  tip.append(element("strong", "", regionName(view, county.adcode)));
  const { shading } = view.state;
  if (shading) {
    const value = shading.values[county.adcode];
    const told = value === undefined ? shading.no_data : `${figure(value, shading.decimals)} ${shading.unit}`;
    tip.append(element("span", "", `${shading.title}: ${told}`));
  }
  return tip;
};

/** @param {View} view @param {Pick<Group, "members">} item */
export const itemTip = (view, { members }) => {
  const tip = element("div", "gui-tip");
  const many = members.length > 1 ? fill(view.state.words.cluster, { n: members.length }) : "";
  tip.append(element("strong", "", many || nameOf(view, members[0])));
  return tip;
};
