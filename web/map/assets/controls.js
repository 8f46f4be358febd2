/* What stands around the map: buttons, legend, the way back, base map choice, the line of sources. */
(() => {
  "use strict";
  const GuiMap = window.GuiMap;
  const { element } = GuiMap;
  GuiMap.WIDE = 640;
  const ICONS = {
    home: "M3 11.5 12 4l9 7.5M6 9.5V20h12V9.5",
    full: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
    leave: "M9 4v5H4M20 9h-5V4M15 20v-5h5M4 15h5v5",
  };

  const icon = (name) => {
    const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    drawing.setAttribute("viewBox", "0 0 24 24");
    drawing.setAttribute("aria-hidden", "true");
    path.setAttribute("d", ICONS[name]);
    drawing.append(path);
    return drawing;
  };

  const iconButton = (name, label, act) => {
    const button = element("button", "gui-button");
    button.type = "button";
    button.title = label;
    button.setAttribute("aria-label", label);
    button.append(icon(name));
    button.addEventListener("click", act);
    return button;
  };

  const control = (GuiMap.control = (position, className, fill) => {
    const Made = L.Control.extend({
      onAdd() {
        const box = element("div", className);
        L.DomEvent.disableClickPropagation(box);
        L.DomEvent.disableScrollPropagation(box);
        fill(box);
        return box;
      },
    });
    return new Made({ position });
  });

  const range = (view, i) => {
    const { breaks, decimals, values } = view.state.shading;
    const digits = Math.max(decimals, ...breaks.map((limit) => (String(limit).split(".")[1] || "").length));
    const told = (limit) => GuiMap.figure(limit, Math.min(digits, 4));
    // Without a limit every county has the one figure there is.
    if (!breaks.length) return Object.values(values).slice(0, 1).map(told).join("");
    if (i === 0) return `< ${told(breaks[0])}`;
    if (i === breaks.length) return `≥ ${told(breaks[i - 1])}`;
    return `${told(breaks[i - 1])} – ${told(breaks[i])}`;
  };

  const shadingPart = (view) => {
    const { shading } = view.state;
    const part = element("section");
    part.append(element("h4", "", shading.title));
    const rows = shading.colours[view.theme].map((colour, i) => [colour, range(view, i)]);
    rows.push([shading.no_data_colour[view.theme], shading.no_data]);
    const list = element("ul", "gui-classes");
    rows.forEach(([colour, text]) => {
      const row = element("li");
      const swatch = element("i");
      swatch.style.background = colour;
      row.append(swatch, element("span", "", text));
      list.append(row);
    });
    part.append(list);
    return part;
  };

  const keyRow = (view, look, text, count) => {
    const row = element("li");
    row.append(GuiMap.symbolCanvas(look, view.theme, 5), element("span", "", text));
    if (count !== undefined) row.append(element("b", "", GuiMap.figure(count, 0)));
    return row;
  };

  const typesPart = (view) => {
    const list = element("ul", "gui-types");
    view.state.types
      .filter((type) => type.count > 0)
      .forEach((type) => {
        const look = { shape: type.symbol, colour: type.colour, hollow: type.count === type.simulated };
        list.append(keyRow(view, look, type.label, type.count));
      });
    return list;
  };

  const meaningPart = (view) => {
    const { words } = view.state;
    const { points, chosen } = view;
    const list = element("ul", "gui-types");
    const plain = { shape: "circle", colour: "#6b7780", status: "operating" };
    list.append(keyRow(view, plain, words.solid), keyRow(view, { ...plain, hollow: true }, words.hollow));
    const imported = points.codes.origin.indexOf("imported");
    if (chosen.some((i) => points.origin[i] === imported)) {
      list.append(keyRow(view, { ...plain, edged: true }, words.edged));
    }
    const present = new Set(chosen.map((i) => points.codes.status[points.status[i]]));
    points.codes.status
      .filter((status) => status !== "operating" && present.has(status))
      .forEach((status) => list.append(keyRow(view, { ...plain, status }, words.statuses[status] || status)));
    return list;
  };

  GuiMap.legendControl = (view, open, remember) =>
    control("topright", "gui-panel gui-legend", (box) => {
      const toggle = element("button", "gui-legend-toggle", view.state.words.legend);
      const body = element("div", "gui-legend-body");
      toggle.type = "button";
      const set = (shown) => {
        body.hidden = !shown;
        toggle.setAttribute("aria-expanded", String(shown));
        box.classList.toggle("gui-folded", !shown);
      };
      toggle.addEventListener("click", () => {
        set(body.hidden);
        remember(!body.hidden);
      });
      if (view.state.shading) body.append(shadingPart(view));
      if (!view.state.list) body.append(meaningPart(view));
      body.append(typesPart(view));
      box.append(toggle, body);
      set(open ?? window.innerWidth >= GuiMap.WIDE);
    });

  GuiMap.buttonsControl = (view, home, toggleFull) =>
    control("topleft", "leaflet-bar gui-bar", (box) => {
      const { words } = view.state;
      const full = iconButton("full", words.full_screen, toggleFull);
      full.classList.add("gui-full-button");
      box.append(iconButton("home", words.reset_view, home), full);
    });

  GuiMap.showFull = (container, words, full) => {
    const button = container.querySelector(".gui-full-button");
    if (!button) return;
    const label = full ? words.exit_full_screen : words.full_screen;
    button.title = label;
    button.setAttribute("aria-label", label);
    button.replaceChildren(icon(full ? "leave" : "full"));
  };

  GuiMap.zoomControl = ({ state: { words } }) =>
    L.control.zoom({ position: "topleft", zoomInTitle: words.zoom_in, zoomOutTitle: words.zoom_out });

  GuiMap.basemapControl = (view, chosen, choose) =>
    control("topleft", "gui-panel gui-basemap", (box) => {
      const select = element("select");
      select.setAttribute("aria-label", view.state.words.basemap);
      select.title = view.state.words.basemap;
      view.state.basemaps.forEach((basemap) => {
        const option = element("option", "", basemap.label);
        option.value = basemap.id;
        select.append(option);
      });
      select.value = chosen;
      select.addEventListener("change", () => choose(select.value));
      box.append(select);
    });

  /* Where one is, and the way back. */
  GuiMap.placeControl = (view, region, back) =>
    control("topleft", "gui-panel gui-place", (box) => {
      const above = region.level === "county" ? GuiMap.regionName(view, region.parent) : "";
      box.append(element("span", "", [above, GuiMap.regionName(view, region.adcode)].filter(Boolean).join(" › ")));
      const button = element("button", "", view.state.words.back);
      button.type = "button";
      button.addEventListener("click", back);
      box.append(button);
    });

  GuiMap.noteControl = (view, basemap) =>
    control("bottomright", "gui-note", (box) => {
      box.textContent = [view.state.note, basemap && basemap.attribution].filter(Boolean).join(" · ");
      box.hidden = !box.textContent;
    });
})();
