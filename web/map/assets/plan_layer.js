/* A plan over the map: numbered sites that say why, cells won and lost, and clicks that choose a place. */
(() => {
  "use strict";
  const GuiMap = window.GuiMap;
  const { element } = GuiMap;
  const WON = "#1b7f3b";
  const GONE = "#c0272d";
  const NEAR_PIXELS = 20;
  const NO = "#8a1c1c";
  const CELL_OPACITY = 0.5;

  const siteIcon = ({ n, kind, marked }) => {
    const html = element("span", "", String(n));
    return L.divIcon({ className: `gui-site gui-site-${kind}${marked ? " gui-site-marked" : ""}`, html, iconSize: [28, 28] });
  };

  const siteCard = (site) => {
    const card = element("div", "gui-card");
    card.append(element("h3", "", site.title));
    const list = element("dl");
    site.lines.forEach(([label, text]) => list.append(element("dt", "", label), element("dd", "", text)));
    card.append(list);
    return card;
  };

  GuiMap.PlanLayer = class {
    constructor(map, { openCard, answer, margins, stationAt }) {
      Object.assign(this, { map, openCard, answer, margins, stationAt, layers: [] });
      map.createPane("gui-plan-cells").style.zIndex = 425;
      // Above the stations that stand, whose numbers are clusters.
      map.createPane("gui-plan").style.zIndex = 640;
      this.renderer = L.canvas({ pane: "gui-plan-cells" });
    }

    show({ state }) {
      this.plan = (state.overlays && state.overlays.plan) || null;
      const told = JSON.stringify(this.plan);
      if (told === this.told) return;
      this.told = told;
      this.layers.forEach((layer) => layer.remove());
      this.layers = this.plan ? [this.cells(this.plan), this.circles(this.plan), this.forbidden(this.plan.no), this.sites(this.plan)] : [];
      this.layers.forEach((layer) => layer.addTo(this.map));
      this.map.getContainer().classList.toggle("gui-picking", Boolean(this.plan && this.plan.pick));
      this.moveTo(this.plan, state);
    }

    /* A plan for another area is brought into view once; later changes leave the view alone. */
    moveTo(plan, { focus }) {
      if (!plan || plan.area === this.area) return;
      this.area = plan.area;
      const [west, south, east, north] = plan.bounds;
      if (!focus) this.map.fitBounds([[south, west], [north, east]], { animate: false, ...this.margins() });
    }

    /* The frame has its size only now. */
    again({ state }) {
      this.area = null;
      this.moveTo(this.plan, state);
    }

    cells({ won, gone, half }) {
      const box = (colour) => ([lon, lat]) =>
        L.rectangle([[lat - half, lon - half], [lat + half, lon + half]], {
          renderer: this.renderer, stroke: false, fillColor: colour, fillOpacity: CELL_OPACITY, interactive: false,
        });
      return L.layerGroup([...won.map(box(WON)), ...gone.map(box(GONE))]);
    }

    circles({ sites, circle_m: radius }) {
      const ring = ({ lon, lat }) =>
        L.circle([lat, lon], {
          renderer: this.renderer, radius, color: "#0b6e8a", weight: 1.2, fillOpacity: 0.06, interactive: false,
        });
      return L.layerGroup(sites.map(ring));
    }

    /* Where no site may stand: a crossed-out place, and what is kept free around it. */
    forbidden({ spots, sites, within_m: radius }) {
      const cross = ([lon, lat]) =>
        L.marker([lat, lon], {
          pane: "gui-plan", interactive: false, keyboard: false,
          icon: L.divIcon({ className: "gui-no", html: element("span", "", "×"), iconSize: [18, 18] }),
        });
      const ring = ([lon, lat]) =>
        L.circle([lat, lon], {
          renderer: this.renderer, radius, color: NO, weight: 1.2, dashArray: "4 4", fillOpacity: 0.1, interactive: false,
        });
      return L.layerGroup([...spots.map(ring), ...spots.map(cross), ...sites.map(cross)]);
    }

    sites({ sites, pick }) {
      const markers = sites.map((site) => {
        const marker = L.marker([site.lat, site.lon], {
          pane: "gui-plan", icon: siteIcon(site), keyboard: true, autoPanOnFocus: false, title: site.title, alt: site.title, zIndexOffset: -10 * site.n,
        });
        const open = (event) => {
          if (pick) this.answer({ site: site.n });
          else this.openCard(siteCard(site), marker.getLatLng(), event.type === "keypress");
        };
        return marker.on("click keypress", open);
      });
      return L.layerGroup(markers);
    }

    /* A click while places are chosen: on a site that is near, or on a place, with the station that is there. */
    picked(latlng) {
      if (!this.plan || !this.plan.pick) return false;
      const here = this.map.latLngToLayerPoint(latlng);
      const away = ({ lat, lon }) => this.map.latLngToLayerPoint([lat, lon]).distanceTo(here);
      const near = this.plan.sites.filter((site) => away(site) <= NEAR_PIXELS).sort((a, b) => away(a) - away(b));
      this.answer(near.length ? { site: near[0].n } : { lon: latlng.lng, lat: latlng.lat, station: this.stationAt(latlng) });
      return true;
    }
  };

  /* What the plan's signs mean, in the legend. */
  GuiMap.explainPlan = (container, { state }) => {
    const body = container.querySelector(".gui-legend-body");
    const plan = state.overlays && state.overlays.plan;
    if (!body || !plan) return;
    const list = element("ul", "gui-classes");
    const row = (className, text) => {
      const item = element("li");
      item.append(element("i", className), element("span", "", text));
      list.append(item);
    };
    row("gui-site-swatch", plan.words.site);
    if (plan.won.length) row("gui-won-swatch", plan.words.won);
    if (plan.gone.length) row("gui-gone-swatch", plan.words.gone);
    if (plan.no.spots.length + plan.no.sites.length) row("gui-no-swatch", plan.words.no);
    if (plan.no.counties.length) row("gui-no-county-swatch", plan.words.no);
    const part = element("section");
    part.append(list);
    body.prepend(part);
  };
})();
