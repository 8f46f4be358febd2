// @ts-check
/* A plan over the map: numbered sites that say why, cells won and lost, and clicks that choose a place. */
/** @import { LatLng, LayerGroup, Map as LeafletMap } from "leaflet" */
/** @import { OpenCard, Paint, Plan, Site, Spot, State, View } from "./types" */
import { element, linesCard } from "./elements.js";

const NEAR_PIXELS = 20;
const STATION_PIXELS = 14;
const CELL_OPACITY = 0.5;

/** @param {Site} site */
const siteIcon = ({ n, kind, marked }) => {
  const html = element("span", "", String(n));
  const className = `gui-site gui-site-${kind}${marked ? " gui-site-marked" : ""}`;
  return L.divIcon({ className, html, iconSize: [28, 28] });
};

/**
 * The station whose sign is under a click, whatever else the click meets.
 * @param {LeafletMap} map
 * @param {View} view
 * @param {LatLng} latlng
 */
const stationAt = (map, { points, chosen }, latlng) => {
  const here = map.latLngToLayerPoint(latlng);
  let nearest = null;
  let least = STATION_PIXELS;
  for (const i of chosen) {
    const away = map.latLngToLayerPoint([points.lat[i], points.lon[i]]).distanceTo(here);
    if (away <= least) [nearest, least] = [i, away];
  }
  return nearest === null ? null : { lon: points.lon[nearest], lat: points.lat[nearest] };
};

/**
 * What the layer needs of the map around it.
 * @typedef {object} Surroundings
 * @property {OpenCard} openCard
 * @property {(picked: object) => void} answer
 * @property {() => object} margins
 */

export class PlanLayer {
  /** @param {LeafletMap} map @param {Surroundings} surroundings */
  constructor(map, { openCard, answer, margins }) {
    this.map = map;
    this.openCard = openCard;
    this.answer = answer;
    this.margins = margins;
    /** @type {Plan | null} */
    this.plan = null;
    /** @type {LayerGroup[]} */
    this.layers = [];
    this.told = "";
    this.area = /** @type {string | null} */ (null);
    map.createPane("gui-plan-cells").style.zIndex = "425";
    // Above the stations that stand, whose numbers are clusters.
    map.createPane("gui-plan").style.zIndex = "640";
    this.renderer = L.canvas({ pane: "gui-plan-cells" });
  }

  /** @param {View} view */
  show({ state, paint }) {
    const plan = state.overlays?.plan ?? null;
    this.plan = plan;
    const told = JSON.stringify(plan);
    if (told === this.told) return;
    this.told = told;
    for (const layer of this.layers) layer.remove();
    this.layers = plan
      ? [this.cells(plan, paint), this.circles(plan, paint), this.forbidden(plan, paint), this.sites(plan)]
      : [];
    for (const layer of this.layers) layer.addTo(this.map);
    this.map.getContainer().classList.toggle("gui-picking", Boolean(plan?.pick));
    this.moveTo(state);
  }

  /** A plan for another area is brought into view once; later changes leave the view alone. @param {State} state */
  moveTo({ focus }) {
    const { plan } = this;
    if (!plan || plan.area === this.area) return;
    this.area = plan.area;
    const [west, south, east, north] = plan.bounds;
    const corners = L.latLngBounds([south, west], [north, east]);
    if (!focus) this.map.fitBounds(corners, { animate: false, ...this.margins() });
  }

  /** The frame has its size only now. @param {View} view */
  again({ state }) {
    this.area = null;
    this.moveTo(state);
  }

  /** @param {Plan} plan @param {Paint} paint */
  cells({ won, gone, half }, { plan }) {
    /** @param {string} colour @returns {(spot: Spot) => L.Rectangle} */
    const box =
      (colour) =>
      ([lon, lat]) =>
        L.rectangle(L.latLngBounds([lat - half, lon - half], [lat + half, lon + half]), {
          renderer: this.renderer,
          stroke: false,
          fillColor: colour,
          fillOpacity: CELL_OPACITY,
          interactive: false,
        });
    return L.layerGroup([...won.map(box(plan.won)), ...gone.map(box(plan.gone))]);
  }

  /** @param {Plan} plan @param {Paint} paint */
  circles({ sites, circle_m: radius }, { plan }) {
    const look = { radius, color: plan.ring, weight: 1.2, fillOpacity: 0.06, interactive: false };
    return L.layerGroup(
      sites.map(({ lon, lat }) => L.circle([lat, lon], { renderer: this.renderer, ...look })),
    );
  }

  /** Where no site may stand: a crossed-out place, and what is kept free around it. @param {Plan} plan @param {Paint} paint */
  forbidden({ no: { spots, sites, within_m: radius } }, { plan }) {
    /** @param {Spot} spot */
    const cross = ([lon, lat]) =>
      L.marker([lat, lon], {
        pane: "gui-plan",
        interactive: false,
        keyboard: false,
        icon: L.divIcon({ className: "gui-no", html: element("span", "", "×"), iconSize: [18, 18] }),
      });
    /** @param {Spot} spot */
    const ring = ([lon, lat]) =>
      L.circle([lat, lon], {
        renderer: this.renderer,
        radius,
        color: plan.forbidden,
        weight: 1.2,
        dashArray: "4 4",
        fillOpacity: 0.1,
        interactive: false,
      });
    return L.layerGroup([...spots.map(ring), ...spots.map(cross), ...sites.map(cross)]);
  }

  /** @param {Plan} plan */
  sites({ sites, pick }) {
    const markers = sites.map((site) => {
      const marker = L.marker([site.lat, site.lon], {
        pane: "gui-plan",
        icon: siteIcon(site),
        keyboard: true,
        autoPanOnFocus: false,
        title: site.title,
        alt: site.title,
        zIndexOffset: -10 * site.n,
      });
      return marker.on("click keypress", ({ type }) => {
        if (pick) this.answer({ site: site.n });
        else this.openCard(linesCard(site.title, site.lines), marker.getLatLng(), type === "keypress");
      });
    });
    return L.layerGroup(markers);
  }

  /**
   * A click while places are chosen: on a site that is near, or on a place, with the station that is there.
   * @param {LatLng} latlng
   * @param {View} view
   * @returns {boolean} whether places are chosen
   */
  picked(latlng, view) {
    if (!this.plan?.pick) return false;
    const here = this.map.latLngToLayerPoint(latlng);
    /** @param {Site} site */
    const away = ({ lat, lon }) => this.map.latLngToLayerPoint([lat, lon]).distanceTo(here);
    const [near] = this.plan.sites
      .filter((site) => away(site) <= NEAR_PIXELS)
      .sort((a, b) => away(a) - away(b));
    const place = { lon: latlng.lng, lat: latlng.lat };
    this.answer(near ? { site: near.n } : { ...place, station: stationAt(this.map, view, latlng) });
    return true;
  }
}
