/* What a popup and a tooltip say; every word goes in as text, none as markup. */
(() => {
  "use strict";
  const GuiMap = window.GuiMap;
  const LISTED = 60;

  GuiMap.element = (tag, className, text) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const { element } = GuiMap;

  GuiMap.regionName = (view, adcode) => {
    const region = view.regions && view.regions.byCode.get(adcode);
    return region ? region.names[view.state.language] || region.names.zh : "";
  };

  GuiMap.countyOf = (view, i) => view.points.codes.county[view.points.county[i]];

  GuiMap.nameOf = (view, i) => {
    const type = view.state.types[view.points.type[i]].label;
    const name = view.details ? view.details.name[i] : "";
    const origin = view.points.codes.origin[view.points.origin[i]];
    const simulated = origin === "simulated" ? view.state.words.origins[origin] : "";
    return [name, type, simulated].filter(Boolean).join(" · ");
  };

  const servicesOf = (view, i) => {
    const names = view.state.words.service_names;
    const codes = GuiMap.detail(view.details, "services", i).split(";").filter(Boolean);
    const told = codes.map((code) => names[code] || code).join(" · ");
    return [told, GuiMap.detail(view.details, "services_text", i)].filter(Boolean).join("\n");
  };

  const placeOf = (view, i) => {
    const county = view.regions && view.regions.byCode.get(GuiMap.countyOf(view, i));
    if (!county) return "";
    return [GuiMap.regionName(view, county.parent), GuiMap.regionName(view, county.adcode)].filter(Boolean).join(" · ");
  };

  const linesOf = (view, i) => {
    const { words } = view.state;
    const look = GuiMap.lookOf(view, i);
    const origin = view.points.codes.origin[view.points.origin[i]];
    const precision = GuiMap.detail(view.details, "place_precision", i);
    return [
      [words.county, placeOf(view, i)],
      [words.address, GuiMap.detail(view.details, "address", i)],
      [words.hours, GuiMap.detail(view.details, "hours", i)],
      [words.services, servicesOf(view, i)],
      [words.status, words.statuses[look.status] || ""],
      [words.origin, words.origins[origin] || ""],
      [words.place, words.place_precisions[precision] || ""],
      [words.source, GuiMap.detail(view.details, "source", i)],
      [words.as_of, GuiMap.detail(view.details, "as_of", i)],
    ].filter(([, text]) => text);
  };

  /* One facility; `narrow` is called with the adcode when the reader asks for its county alone. */
  GuiMap.facilityCard = (view, i, narrow) => {
    const { words, types } = view.state;
    const card = element("article", "gui-card");
    const look = GuiMap.lookOf(view, i);
    const head = element("div", "gui-card-type");
    head.append(GuiMap.symbolCanvas(look, view.theme, 5), element("span", "", types[view.points.type[i]].label));
    card.append(head, element("h3", "", view.details.name[i]));
    if (look.hollow) card.append(element("p", "gui-warning", words.simulated_warning));
    const list = element("dl");
    linesOf(view, i).forEach(([term, text]) => list.append(element("dt", "", term), element("dd", "", text)));
    card.append(list);
    const adcode = GuiMap.countyOf(view, i);
    const name = GuiMap.regionName(view, adcode);
    if (name && adcode !== view.state.focus) {
      const button = element("button", "gui-link", GuiMap.fill(words.show_only, { name }));
      button.type = "button";
      button.addEventListener("click", () => narrow(adcode));
      card.append(button);
    }
    return card;
  };

  /* Several facilities in one place; `open` is called with the one chosen. */
  GuiMap.facilityList = (view, members, open) => {
    const card = element("article", "gui-card");
    card.append(element("h3", "", GuiMap.fill(view.state.words.points_here, { n: members.length })));
    const list = element("ul", "gui-list");
    members.slice(0, LISTED).forEach((i) => {
      const button = element("button");
      button.type = "button";
      button.append(GuiMap.symbolCanvas(GuiMap.lookOf(view, i), view.theme, 5), element("span", "", view.details.name[i]));
      button.addEventListener("click", () => open(i));
      const item = element("li");
      item.append(button);
      list.append(item);
    });
    card.append(list);
    const more = members.length - LISTED;
    if (more > 0) card.append(element("p", "", GuiMap.fill(view.state.words.more, { n: more })));
    return card;
  };

  GuiMap.countyTip = (view, county) => {
    const tip = element("div", "gui-tip");
    tip.append(element("strong", "", GuiMap.regionName(view, county.adcode)));
    const { shading } = view.state;
    if (shading) {
      const value = shading.values[county.adcode];
      const told = value === undefined ? shading.no_data : `${GuiMap.figure(value, shading.decimals)} ${shading.unit}`;
      tip.append(element("span", "", `${shading.title}: ${told}`));
    }
    return tip;
  };

  GuiMap.itemTip = (view, item) => {
    const tip = element("div", "gui-tip");
    const [first] = item.members;
    const { words } = view.state;
    const text = item.members.length > 1 ? GuiMap.fill(words.cluster, { n: item.members.length }) : "";
    tip.append(element("strong", "", text || GuiMap.nameOf(view, first)));
    return tip;
  };

  /* Thousands set apart by commas, in either language; the browser's own way costs 30 ms the first time. */
  GuiMap.figure = (value, decimals) => {
    const [whole, rest] = value.toFixed(decimals).split(".");
    const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
    return rest ? `${grouped}.${rest}` : grouped;
  };
})();
