/* Few points: real markers that the keyboard reaches and a screen reader names. */
(() => {
  "use strict";
  const GuiMap = window.GuiMap;
  const MOST = 400;
  const RADIUS = 7;

  GuiMap.fitsMarkers = (chosen) => chosen.length <= MOST;

  const DrawnIcon = (GuiMap.DrawnIcon = L.Icon.extend({
    options: { iconUrl: "-", className: "gui-marker" },
    createIcon() {
      const box = document.createElement("div");
      const { drawing, name } = this.options;
      const canvas = drawing();
      box.append(canvas);
      box.setAttribute("aria-label", name());
      this.options.iconSize = [parseFloat(canvas.style.width), parseFloat(canvas.style.height)];
      this._setIconStyles(box, "icon");
      return box;
    },
    createShadow() {
      return null;
    },
  }));

  const symbolIcon = (view, i) =>
    new DrawnIcon({
      drawing: () => GuiMap.symbolCanvas(GuiMap.lookOf(view, i), view.theme, RADIUS),
      name: () => GuiMap.nameOf(view, i),
    });

  const clusterIcon = (view, cluster) => {
    const members = cluster.getAllChildMarkers().map((marker) => marker.options.point);
    const radius = GuiMap.clusterRadius(members.length);
    return new DrawnIcon({
      drawing: () =>
        GuiMap.smallCanvas(radius * 2 + 6, (pen, middle) =>
          GuiMap.drawCluster(pen, middle, middle, radius, GuiMap.partsOf(view, members), members.length, view.theme),
        ),
      name: () => GuiMap.fill(view.state.words.cluster, { n: members.length }),
    });
  };

  /* A MarkerCluster layer of the chosen points; `open(i, latlng, byKeyboard)` shows one. */
  GuiMap.markerLayer = (view, open) => {
    const layer = L.markerClusterGroup({
      maxClusterRadius: (zoom) => GuiMap.clusterReach(zoom),
      showCoverageOnHover: false,
      iconCreateFunction: (cluster) => clusterIcon(view, cluster),
      animate: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
      spiderLegPolylineOptions: { weight: 1, color: "#7d8a91", opacity: 0.8 },
    });
    const markers = view.chosen.map((i) =>
      L.marker([view.points.lat[i], view.points.lon[i]], { icon: symbolIcon(view, i), point: i, riseOnHover: true }),
    );
    const shown = (event) => open(event.layer.options.point, event.layer.getLatLng(), event.type === "keypress");
    layer.on("click", shown);
    layer.on("keypress", (event) => {
      if (event.originalEvent.key === "Enter") shown(event);
    });
    return layer.addLayers(markers);
  };
})();
