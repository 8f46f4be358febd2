// @ts-check
/* The entry: streamlit-folium runs one constant line, which makes the map by its name below Leaflet's. */
import { NetworkView } from "./network_view.js";

/**
 * Register the map with Leaflet, as its plugins do.
 * @param {string} style what the map looks like; adopted before anything is drawn
 */
export const register = (style) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  /** @param {string} id */
  const networkMap = (id) => {
    const network = new NetworkView(id);
    return Object.assign(network.map, { network });
  };
  Object.assign(L, { networkMap });
};
