// @ts-check
/* The map: made once, told anew by every render of the page, tells back which county was clicked. */
/** @import { Control, LatLng, TileLayer } from "leaflet" */
/** @import { Region, State, View } from "./types" */
import { tileLayers } from "./basemap.js";
import {
  basemapControl,
  buttonsControl,
  noteControl,
  placeControl,
  placingControl,
  showFull,
  zoomControl,
} from "./controls.js";
import { Extent } from "./extent.js";
import { FacilityLayer } from "./facility_layer.js";
import { load } from "./fetching.js";
import { legendControl } from "./legend.js";
import { Message } from "./message.js";
import { NetworkData } from "./network_data.js";
import { Overlays } from "./overlays.js";
import { notPlaced, placed } from "./own_list.js";
import { readPaint, themeOf } from "./paint.js";
import { PlanLayer } from "./plan_layer.js";
import { Reading } from "./reading.js";
import { RegionCanvas } from "./region_canvas.js";
import { isPlacing, listId, stateInMarkup, stateInPage } from "./state.js";
import { chosenPoints, countyAt } from "./unpacking.js";

const RENDER = "streamlit:render";
const DETAILS_AFTER_MS = 300;
const AROUND_AFTER_MS = 40;

/** @param {string} id */
const makeMap = (id) => {
  const map = L.map(id, {
    zoomControl: false,
    attributionControl: false,
    zoomSnap: 0.25,
    zoomDelta: 1,
    minZoom: 5,
    maxZoom: 19,
    wheelPxPerZoomLevel: 90,
  });
  // Only until the outlines arrive; then the view is fitted to them.
  map.fitBounds(L.latLngBounds([20.9, 104.4], [26.4, 112.1]), { animate: false });
  map.createPane("gui-regions").style.zIndex = "410";
  map.createPane("gui-points").style.zIndex = "450";
  return map;
};

export class NetworkView {
  /** @param {string} id of the element the map stands in */
  constructor(id) {
    const state = stateInPage();
    // Asked for before anything is made.
    if (!state.list) load(state.urls.points);
    load(state.urls.regions);
    this.container = /** @type {HTMLElement} */ (document.getElementById(id));
    this.container.classList.add("gui-map");
    this.map = makeMap(id);
    this.view = /** @type {View | null} */ (null);
    this.basemap = state.basemap;
    this.tiles = /** @type {TileLayer[]} */ ([]);
    this.controls = /** @type {Control[]} */ ([]);
    this.told = "";
    this.turn = 0;
    this.drawn = 0;
    this.clicks = 0;
    this.data = new NetworkData();
    this.message = new Message(this.container);
    this.regions = new RegionCanvas();
    this.extent = new Extent(this.map, (view) => this.plan.again(view));
    this.reading = new Reading(this.map, {
      withDetails: () => this.withDetails(),
      itemAt: (latlng) => this.facilities.itemAt(latlng),
      picked: (latlng, view) => this.plan.picked(latlng, view),
      choose: (county) => this.choose(county),
      answer: (value) => this.answer(value),
    });
    this.facilities = new FacilityLayer(this.map, {
      open: (i, latlng, byKeyboard) => this.reading.openFacility(i, latlng, byKeyboard),
      tip: (item, latlng) => this.reading.tipFor(item, latlng),
      closeTip: () => this.reading.closeTip(),
      put: (latlng) => this.place(latlng),
    });
    const openCard = this.reading.openPopup.bind(this.reading);
    this.overlays = new Overlays(this.map, openCard);
    this.plan = new PlanLayer(this.map, {
      openCard,
      answer: (picked) => this.answer({ picked }),
      margins: () => this.extent.margins(),
    });
    this.listen();
    this.tell(state);
  }

  listen() {
    this.map.on("click", ({ latlng }) => this.clicked(latlng));
    window.Streamlit.events.addEventListener(RENDER, (event) =>
      this.rendered(/** @type {CustomEvent} */ (event).detail.args.html),
    );
    document.addEventListener("keydown", (event) => {
      // First the popup closes, then the frame leaves full screen.
      if (event.key === "Escape" && !this.reading.closePopup() && this.extent.framed)
        this.extent.toggleFull();
    });
  }

  /* --- what Python says -------------------------------------------------------------------- */

  /** @param {string} markup */
  rendered(markup) {
    const state = stateInMarkup(markup);
    if (!state) return;
    const theme = this.view?.theme;
    if (JSON.stringify(state) !== this.told || (theme && themeOf(state) !== theme)) this.tell(state);
  }

  /** @param {State} state */
  async tell(state) {
    const before = this.view?.state;
    this.told = JSON.stringify(state);
    this.turn += 1;
    const { turn } = this;
    this.message.soon(state.words.loading);
    try {
      const [points, regions] = await Promise.all([this.data.points(state), this.data.regions(state)]);
      if (turn !== this.turn) return;
      const theme = themeOf(state);
      this.container.classList.toggle("gui-dark", theme === "dark");
      const chosen = notPlaced(state, chosenPoints(points, state.mask));
      const paint = readPaint(this.container, theme);
      const details = this.data.knownDetails(state);
      this.view = { state, points, regions, chosen, theme, paint, details };
      this.show(this.view, before);
    } catch (fault) {
      if (turn !== this.turn) return;
      console.error(fault);
      this.message.say(state.words.load_failed, "alert");
    }
  }

  /** The view, once its details are there. @returns {Promise<View>} */
  async withDetails() {
    const view = /** @type {View} */ (this.view);
    view.details ??= await this.data.details(view.state);
    return view === this.view ? view : this.withDetails();
  }

  /* --- drawing ----------------------------------------------------------------------------- */

  /** @param {View} view @param {State | undefined} before */
  show(view, before) {
    const { state } = view;
    this.extent.view = this.reading.view = view;
    this.container.setAttribute("aria-label", state.words.map_label);
    this.container.setAttribute("role", "application");
    document.documentElement.lang = state.language === "zh" ? "zh-CN" : state.language;
    if (before?.basemap !== state.basemap) this.basemap = state.basemap;
    if (before?.mask !== state.mask || before?.language !== state.language) this.map.closePopup();
    this.moveTo(state, before);
    this.drawGround(view);
    this.facilities.show(view);
    this.overlays.show(view);
    this.plan.show(view);
    this.message.say("");
    performance.mark("gui-map-drawn");
    requestAnimationFrame(() => setTimeout(() => this.showAround(view), AROUND_AFTER_MS));
  }

  /** Another focus or another list is brought into view, and the row to be placed. @param {State} state @param {State | undefined} before */
  moveTo(state, before) {
    const sameList = before && listId(before) === listId(state);
    if (!sameList || before.focus !== state.focus) this.extent.home(Boolean(before));
    if (!sameList || before.list?.placing !== state.list?.placing) this.extent.lookAtPlacing();
  }

  /** What stands around the map comes just after it has been painted. @param {View} view */
  showAround(view) {
    if (view !== this.view) return;
    this.drawControls(view);
    this.drawn += 1;
    this.container.dataset.drawn = String(this.drawn);
    if (!view.details) setTimeout(() => this.withDetails().catch(() => {}), DETAILS_AFTER_MS);
  }

  /** The counties, and the base map's tiles below them. @param {View} view */
  drawGround(view) {
    this.regions.show(view, this.basemap !== "none");
    this.regions.addTo(this.map);
    for (const layer of this.tiles) layer.remove();
    const basemap = this.basemapOf(view);
    this.tiles = basemap ? tileLayers(basemap) : [];
    for (const layer of this.tiles) layer.addTo(this.map);
  }

  /** @param {View} view */
  basemapOf({ state }) {
    return state.basemaps.find(({ id }) => id === this.basemap);
  }

  /** @param {View} view */
  drawControls(view) {
    const { state } = view;
    const { extent } = this;
    const region = view.regions.byCode.get(state.focus);
    /** @param {boolean} open */
    const remember = (open) => {
      extent.legendOpen = open;
    };
    for (const control of this.controls) control.remove();
    this.controls = [
      placingControl(view),
      region && region.level !== "province" && placeControl(view, region, () => this.back()),
      zoomControl(view),
      buttonsControl(
        view,
        () => extent.home(true),
        () => extent.toggleFull(),
      ),
      state.basemaps.length > 1 && basemapControl(view, this.basemap, (id) => this.chooseBasemap(view, id)),
      (!state.list || view.chosen.length > 0) && legendControl(view, extent.legendOpen, remember),
      noteControl(view, this.basemapOf(view)),
      L.control.scale({ imperial: false, position: "bottomleft" }),
    ].filter((control) => control instanceof L.Control);
    for (const control of this.controls) control.addTo(this.map);
    showFull(this.container, state.words, extent.full);
  }

  /** @param {View} view @param {string} id */
  chooseBasemap(view, id) {
    this.basemap = id;
    this.drawGround(view);
    this.drawControls(view);
  }

  /* --- what the reader does ---------------------------------------------------------------- */

  /** @param {LatLng} latlng */
  clicked(latlng) {
    const { view } = this;
    if (!view || this.plan.picked(latlng, view)) return;
    const item = this.facilities.itemAt(latlng);
    if (isPlacing(view.state)) this.place(latlng);
    else if (item) this.reading.openItem(item);
    else if (!view.state.list) this.choose(countyAt(view.regions, latlng));
  }

  /** Says where the row being placed was put. @param {LatLng} latlng */
  place(latlng) {
    if (this.view) this.answer(placed(this.view.state, latlng));
  }

  /** @param {Region | undefined} county */
  choose(county) {
    if (!county || !this.view) return;
    const { state } = this.view;
    const region = state.click_level === "prefecture" ? county.parent : county.adcode;
    if (region === state.focus) return;
    this.answer({ clicked_county: county.adcode, clicked_region: region, back: false });
  }

  back() {
    this.answer({ clicked_county: null, clicked_region: null, back: true });
  }

  /** `n` rises with every click, also when the frame is mounted anew. @param {object} value */
  answer(value) {
    this.clicks = Math.max(Date.now(), this.clicks + 1);
    window.Streamlit.setComponentValue({ ...value, n: this.clicks });
  }
}
