/* The map: made once, told anew by every render of the page, tells back which county was clicked. */
(() => {
  "use strict";
  const GuiMap = window.GuiMap;
  const RENDER = "streamlit:render";
  const TOUCH_SLACK = window.matchMedia("(pointer: coarse)").matches ? 12 : 4;
  const LEGEND_WIDTH = 202;
  const DETAILS_AFTER_MS = 300;
  const AROUND_AFTER_MS = 40;
  // Only until the outlines arrive; then the view is fitted to them.
  const START = [[20.9, 104.4], [26.4, 112.1]];
  class NetworkView {
    constructor(id) {
      const state = GuiMap.stateInPage();
      if (!state.list) GuiMap.load(state.urls.points);
      GuiMap.load(state.urls.regions);
      this.container = document.getElementById(id);
      this.container.classList.add("gui-map");
      this.map = L.map(id, {
        zoomControl: false, attributionControl: false, zoomSnap: 0.25, zoomDelta: 1, minZoom: 5, maxZoom: 19,
        wheelPxPerZoomLevel: 90,
      });
      this.map.fitBounds(START, { animate: false });
      this.map.createPane("gui-regions").style.zIndex = 410;
      this.map.createPane("gui-points").style.zIndex = 450;
      this.ground = new GuiMap.RegionCanvas();
      this.canvas = new GuiMap.PointCanvas();
      this.plan = new GuiMap.PlanLayer(this.map, {
        openCard: (card, latlng, byKeyboard) => this.openPopup(card, latlng, byKeyboard),
        answer: (picked) => this.answer({ picked }),
        margins: () => this.margins(),
        stationAt: (latlng) => GuiMap.stationAt(this.map, this.view, latlng),
      });
      this.overlays = new GuiMap.Overlays(this.map, (card, latlng, byKeyboard) => this.openPopup(card, latlng, byKeyboard));
      this.controls = [];
      this.tip = L.tooltip({ className: "gui-tooltip", direction: "top", offset: [0, -10] });
      this.drawn = 0;
      this.listen();
      this.tell(state);
    }

    listen() {
      this.map.on("click", (event) => this.clicked(event));
      this.map.on("mousemove", (event) => this.hover(event));
      this.map.on("mouseout movestart zoomstart", () => this.map.closeTooltip(this.tip));
      window.Streamlit.events.addEventListener(RENDER, ({ detail }) => this.rendered(detail));
      this.map.on("popupopen popupclose", ({ type }) => {
        this.container.classList.toggle("gui-reading", type === "popupopen");
      });
      const touch = () => (this.touched = true);
      ["pointerdown", "wheel", "keydown"].forEach((type) => this.container.addEventListener(type, touch, { capture: true, passive: true }));
      new ResizeObserver(() => this.resized()).observe(this.container);
      document.addEventListener("fullscreenchange", () => this.setFull(Boolean(document.fullscreenElement)));
      document.addEventListener("keydown", (event) => {
        if (event.key === "Escape") this.escape();
      });
    }

    /* --- what Python says -------------------------------------------------------------------- */

    rendered(detail) {
      const state = GuiMap.stateInMarkup(detail.args.html);
      const text = JSON.stringify(state);
      const theme = this.view ? this.view.theme : null;
      if (state && (text !== this.told || (theme && this.themeOf(state) !== theme))) this.tell(state);
    }

    themeOf(state) {
      if (state.theme !== "auto") return state.theme;
      const background = getComputedStyle(document.documentElement).getPropertyValue("--background-color").trim();
      const digits = /^#([0-9a-f]{6})$/i.exec(background);
      const [red, green, blue] = digits ? digits[1].match(/../g).map((pair) => parseInt(pair, 16)) : [255, 255, 255];
      return red * 0.3 + green * 0.59 + blue * 0.11 < 128 ? "dark" : "light";
    }

    async tell(state) {
      const before = this.view && this.view.state;
      this.told = JSON.stringify(state);
      const turn = (this.turn = (this.turn || 0) + 1);
      this.loading(state);
      try {
        const [points, regions] = await Promise.all([this.fetchPoints(state), this.fetchRegions(state)]);
        if (turn !== this.turn) return;
        const chosen = GuiMap.notPlaced(state, GuiMap.chosen(points, state.mask));
        this.view = { state, points, regions, chosen, theme: this.themeOf(state), details: this.details };
        this.show(before);
      } catch (fault) {
        if (turn !== this.turn) return;
        console.error(fault);
        this.say(state.words.load_failed, "alert");
      }
    }

    /* A visitor's own list comes in the state itself and has no address. */
    fetchPoints(state) {
      if (state.list) {
        this.pointsKey = null;
        this.details = state.list.details;
        return GuiMap.readPoints(state.list.points);
      }
      const key = `${state.urls.points} ${state.own ? state.own.version : ""}`;
      if (this.pointsKey !== key) {
        this.pointsKey = key;
        this.details = null;
        this.own = state.own ? GuiMap.unpack(state.own.packed) : Promise.resolve(null);
        this.points = Promise.all([GuiMap.load(state.urls.points), this.own]).then(([columns, own]) => {
          const points = GuiMap.readPoints(columns);
          return own ? GuiMap.joinPoints(points, GuiMap.readPoints(own.points), columns.rows) : points;
        });
        this.points.catch(() => (this.pointsKey = null));
      }
      return this.points;
    }

    fetchRegions(state) {
      const { regions } = state.urls;
      if (this.regionsUrl !== regions) {
        this.regionsUrl = regions;
        this.regions = GuiMap.load(regions).then(GuiMap.readRegions);
        this.regions.catch(() => (this.regionsUrl = null));
      }
      return this.regions;
    }

    async withDetails() {
      const { view } = this;
      if (!view.details) {
        const [details, own] = await Promise.all([GuiMap.load(view.state.urls.details), this.own]);
        view.details = own ? GuiMap.joinDetails(details, own.details) : details;
        this.details = this.view.details = view.details;
      }
    }

    /* --- drawing ----------------------------------------------------------------------------- */

    show(before) {
      const { view } = this;
      const { state } = view;
      this.container.classList.toggle("gui-dark", view.theme === "dark");
      this.container.setAttribute("aria-label", state.words.map_label);
      this.container.setAttribute("role", "application");
      document.documentElement.lang = state.language === "zh" ? "zh-CN" : state.language;
      if (!before || before.basemap !== state.basemap) this.basemap = state.basemap;
      if (!before || before.mask !== state.mask || before.language !== state.language) this.map.closePopup();
      const sameList = before && GuiMap.listId(before) === GuiMap.listId(state);
      if (!before || before.focus !== state.focus || !sameList) this.home(Boolean(before));
      if (GuiMap.isPlacing(this.view) && !(sameList && before.list.placing === state.list.placing)) this.lookAtPlacing();
      this.drawRegions();
      this.drawTiles();
      this.drawPoints();
      this.overlays.show(view);
      this.plan.show(view);
      this.say("");
      performance.mark("gui-map-drawn");
      requestAnimationFrame(() => setTimeout(() => this.showAround(view), AROUND_AFTER_MS));
    }

    /* What stands around the map comes just after it has been painted. */
    showAround(view) {
      if (view !== this.view) return;
      this.drawControls();
      this.drawn += 1;
      this.container.dataset.drawn = String(this.drawn);
      if (!view.details) setTimeout(() => this.withDetails().catch(() => {}), DETAILS_AFTER_MS);
    }

    drawRegions() {
      this.ground.show(this.view, this.basemap !== "none");
      this.ground.addTo(this.map);
    }

    drawTiles() {
      (this.tiles || []).forEach((layer) => layer.remove());
      const basemap = this.view.state.basemaps.find((entry) => entry.id === this.basemap);
      this.tiles = basemap && basemap.urls.length ? GuiMap.tileLayers(basemap) : [];
      this.tiles.forEach((layer) => layer.addTo(this.map));
    }

    drawPoints() {
      const { view } = this;
      if (this.markers) this.markers.remove();
      this.markers = null;
      if (GuiMap.fitsMarkers(view.chosen)) {
        this.canvas.remove();
        this.markers = GuiMap.markerLayer(view, (i, latlng, byKeyboard) => this.openFacility(i, latlng, byKeyboard));
        this.markers.on("mouseover", ({ layer }) => this.tipFor({ members: [layer.options.point] }, layer.getLatLng()));
        this.markers.on("mouseout", () => this.map.closeTooltip(this.tip));
        this.markers.addTo(this.map);
      } else {
        this.canvas.show(view);
        this.canvas.addTo(this.map);
      }
      this.drawPlacing();
    }

    /* The one row whose place is being pointed at. */
    drawPlacing() {
      if (this.placing) this.placing.remove();
      this.placing = GuiMap.placingMarker(this.view, (latlng) => this.answer(GuiMap.placed(this.view, latlng)));
      if (this.placing) this.placing.addTo(this.map);
      this.container.classList.toggle("gui-placing", GuiMap.isPlacing(this.view));
    }

    drawControls() {
      const { view } = this;
      const { state } = view;
      this.controls.forEach((control) => control.remove());
      const basemap = state.basemaps.find((entry) => entry.id === this.basemap);
      const region = view.regions.byCode.get(state.focus);
      this.controls = [
        GuiMap.placingControl(view),
        region && region.level !== "province" && GuiMap.placeControl(view, region, () => this.back()),
        GuiMap.zoomControl(view),
        GuiMap.buttonsControl(view, () => this.home(true), () => this.toggleFull()),
        state.basemaps.length > 1 && GuiMap.basemapControl(view, this.basemap, (id) => this.chooseBasemap(id)),
        (!state.list || view.chosen.length > 0) && GuiMap.legendControl(view, this.legendOpen, (open) => (this.legendOpen = open)),
        GuiMap.noteControl(view, basemap),
        L.control.scale({ imperial: false, position: "bottomleft" }),
      ].filter(Boolean);
      this.controls.forEach((control) => control.addTo(this.map));
      GuiMap.explainOverlays(this.container, view);
      GuiMap.explainPlan(this.container, view);
      GuiMap.showFull(this.container, state.words, this.full);
    }

    chooseBasemap(id) {
      this.basemap = id;
      this.drawTiles();
      this.drawRegions();
      this.drawControls();
    }

    /* --- moving ------------------------------------------------------------------------------ */

    home(animate) {
      const all = GuiMap.homeBounds(this.view);
      this.touched = false;
      if (!all.isValid()) return;
      this.map.fitBounds(all, { animate, ...this.margins() });
    }

    /* The row to be placed comes into view, with the county it should lie in. */
    lookAtPlacing() {
      this.map.closePopup();
      const around = GuiMap.placingBounds(this.view);
      if (around) this.map.fitBounds(around, this.margins());
    }

    /* On wide screens the open legend stands beside what is fitted, not on it. */
    margins() {
      const { x, y } = this.map.getSize();
      const wide = x >= GuiMap.WIDE;
      const beside = wide && this.legendOpen !== false ? LEGEND_WIDTH : 8;
      return { paddingTopLeft: [wide ? 46 : 8, 10], paddingBottomRight: [Math.min(beside, x / 3), Math.min(24, y / 10)] };
    }

    /* The frame gets its size in steps: what fits is fitted again until a reader moves the map. */
    resized() {
      this.map.invalidateSize({ pan: false });
      if (!this.view || this.touched) return;
      this.home(false);
      this.plan.again(this.view);
      if (GuiMap.isPlacing(this.view)) this.lookAtPlacing();
    }

    toggleFull() {
      if (document.fullscreenElement) document.exitFullscreen();
      else if (document.fullscreenEnabled && !this.framed) {
        document.documentElement.requestFullscreen().catch(() => this.fillWindow());
      } else this.fillWindow();
    }

    /* Where the browser forbids full screen, the frame itself covers the page. */
    fillWindow() {
      this.framed = !this.framed;
      const frame = window.frameElement;
      if (frame) frame.style.cssText = this.framed ? this.coverPage(frame) : this.frameStyle;
      this.setFull(this.framed);
    }

    coverPage(frame) {
      this.frameStyle = frame.style.cssText;
      return "position:fixed;inset:0;width:100vw;height:100vh;z-index:999999;border:0";
    }

    setFull(full) {
      this.full = full;
      this.container.classList.toggle("gui-full", full);
      GuiMap.showFull(this.container, this.view.state.words, full);
      this.map.invalidateSize({ pan: false });
      this.home(false);
    }

    /* --- what the reader does ---------------------------------------------------------------- */

    itemAt(latlng) {
      return this.view && !this.markers ? this.canvas.itemAt(latlng, TOUCH_SLACK) : null;
    }

    clicked({ latlng }) {
      if (!this.view || this.plan.picked(latlng)) return;
      const item = this.itemAt(latlng);
      if (GuiMap.isPlacing(this.view)) this.answer(GuiMap.placed(this.view, latlng));
      else if (item) this.openItem(item);
      else if (!this.view.state.list) this.choose(GuiMap.countyAt(this.view.regions, latlng));
    }

    choose(county) {
      if (!county) return;
      const { state } = this.view;
      const region = state.click_level === "prefecture" ? county.parent : county.adcode;
      if (region !== state.focus) this.answer({ clicked_county: county.adcode, clicked_region: region, back: false });
    }

    back() {
      this.answer({ clicked_county: null, clicked_region: null, back: true });
    }

    /* `n` rises with every click, also when the frame is mounted anew. */
    answer(value) {
      this.clicks = Math.max(Date.now(), (this.clicks || 0) + 1);
      window.Streamlit.setComponentValue({ ...value, n: this.clicks });
    }

    openItem(item) {
      const { points } = this.view;
      const [first] = item.members;
      const latlng = L.latLng(points.lat[first], points.lon[first]);
      if (item.members.length === 1) {
        this.openFacility(first, latlng);
        return;
      }
      const bounds = L.latLngBounds(item.members.map((i) => [points.lat[i], points.lon[i]]));
      const deepest = this.map.getZoom() >= this.map.getMaxZoom() - 1;
      const apart = this.map.getBoundsZoom(bounds) < this.map.getMaxZoom() - 1;
      if (deepest || !apart) this.openList(item.members, latlng);
      else this.map.flyToBounds(bounds.pad(0.15), { duration: 0.35, maxZoom: this.deeper(bounds) });
    }

    /* Always at least one step in, even where the cluster fills the view already. */
    deeper(bounds) {
      return Math.max(this.map.getZoom() + 1, Math.min(this.map.getBoundsZoom(bounds), this.map.getMaxZoom()));
    }

    /* First the popup closes and gives the focus back, then the frame leaves full screen. */
    escape() {
      if (this.popup && this.popup.isOpen()) {
        this.map.closePopup();
        if (this.cameFrom && this.cameFrom.isConnected) this.cameFrom.focus();
      } else if (this.framed) this.toggleFull();
    }

    async openFacility(i, latlng, byKeyboard = false) {
      // While places are chosen a station's place is one of them.
      if (this.plan.picked(latlng)) return;
      await this.withDetails();
      const { view } = this;
      const card = view.state.list
        ? GuiMap.rowCard(view, i, (row) => this.answer({ chosen_row: row }))
        : GuiMap.facilityCard(view, i, (adcode) => this.choose(view.regions.byCode.get(adcode)));
      this.openPopup(card, latlng, byKeyboard);
    }

    async openList(members, latlng) {
      await this.withDetails();
      this.openPopup(GuiMap.facilityList(this.view, members, (i) => this.openFacility(i, latlng, true)), latlng, true);
    }

    openPopup(card, latlng, focused) {
      if (!card.contains(document.activeElement)) this.cameFrom = document.activeElement;
      const room = Math.min(320, this.map.getSize().x - 60);
      const popup = (this.popup = L.popup({
        maxWidth: room, minWidth: Math.min(240, room), maxHeight: Math.max(160, this.map.getSize().y * 0.6),
        className: "gui-popup", offset: [0, -4], autoPanPaddingTopLeft: [this.map.getSize().x < GuiMap.WIDE ? 12 : 60, 16], autoPanPaddingBottomRight: [16, 30],
      }));
      popup.setLatLng(latlng).setContent(card).openOn(this.map);
      const close = popup.getElement().querySelector(".leaflet-popup-close-button");
      close.setAttribute("aria-label", this.view.state.words.close);
      close.title = this.view.state.words.close;
      this.map.closeTooltip(this.tip);
      if (focused) close.focus();
    }

    hover({ latlng, originalEvent }) {
      if (!this.view || this.waiting || originalEvent.buttons) return;
      this.waiting = requestAnimationFrame(() => {
        this.waiting = 0;
        const item = this.itemAt(latlng);
        const county = item ? null : GuiMap.countyAt(this.view.regions, latlng);
        this.container.classList.toggle("gui-pointing", Boolean(item || county));
        if (item) this.tipFor(item, latlng);
        else if (county) this.openTip(GuiMap.countyTip(this.view, county), latlng);
        else this.map.closeTooltip(this.tip);
      });
    }

    tipFor(item, latlng) {
      this.openTip(GuiMap.itemTip(this.view, item), latlng);
    }

    openTip(content, latlng) {
      this.tip.setContent(content).setLatLng(latlng);
      if (!this.map.hasLayer(this.tip)) this.map.openTooltip(this.tip);
    }

    /* --- waiting and failing ----------------------------------------------------------------- */

    loading(state) {
      clearTimeout(this.patience);
      this.patience = setTimeout(() => this.say(state.words.loading, "status"), 400);
    }

    say(text, role) {
      clearTimeout(this.patience);
      if (!this.message) {
        this.message = GuiMap.element("div", "gui-message");
        this.container.append(this.message);
      }
      this.message.hidden = !text;
      this.message.textContent = text;
      if (role) this.message.setAttribute("role", role);
    }
  }

  GuiMap.create = (id) => {
    GuiMap.adoptStyle();
    GuiMap.screen = new NetworkView(id);
    return GuiMap.screen.map;
  };
})();
