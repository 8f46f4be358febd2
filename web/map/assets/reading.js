// @ts-check
/* What a reader reads on the map: popups of facilities and lists, and the tip under the pointer. */
/** @import { LatLng, LeafletMouseEvent, Map as LeafletMap, Popup } from "leaflet" */
/** @import { Group, Region, View } from "./types" */
import { countyTip, facilityCard, facilityList, itemTip } from "./cards.js";
import { WIDE } from "./controls.js";
import { rowCard } from "./own_list.js";
import { countyAt } from "./unpacking.js";

/**
 * What reading needs of the map around it.
 * @typedef {object} Surroundings
 * @property {() => Promise<View>} withDetails the view, with its details
 * @property {(latlng: LatLng) => Group | null} itemAt
 * @property {(latlng: LatLng, view: View) => boolean} picked whether a click there chooses a place
 * @property {(county: Region | undefined) => void} choose
 * @property {(value: object) => void} answer
 */

export class Reading {
  /** @param {LeafletMap} map @param {Surroundings} around */
  constructor(map, around) {
    this.map = map;
    this.around = around;
    this.container = map.getContainer();
    this.view = /** @type {View | null} */ (null);
    this.tip = L.tooltip({ className: "gui-tooltip", direction: "top", offset: [0, -10] });
    this.waiting = 0;
    this.popup = /** @type {Popup | null} */ (null);
    this.cameFrom = /** @type {Element | null} */ (null);
    map.on("mousemove", (event) => this.hover(event));
    map.on("mouseout movestart zoomstart", () => this.closeTip());
    map.on("popupopen popupclose", ({ type }) => {
      this.container.classList.toggle("gui-reading", type === "popupopen");
    });
  }

  /** @param {Pick<Group, "members">} item */
  openItem({ members }) {
    if (!this.view) return;
    const { points } = this.view;
    const [first] = members;
    const latlng = L.latLng(points.lat[first], points.lon[first]);
    if (members.length === 1) {
      this.openFacility(first, latlng);
      return;
    }
    const { map } = this;
    const bounds = L.latLngBounds(members.map((i) => [points.lat[i], points.lon[i]]));
    const deepest = map.getZoom() >= map.getMaxZoom() - 1;
    const apart = map.getBoundsZoom(bounds) < map.getMaxZoom() - 1;
    if (deepest || !apart) this.openList(members, latlng);
    // Always at least one step in, even where the cluster fills the view already.
    else {
      const maxZoom = Math.max(map.getZoom() + 1, Math.min(map.getBoundsZoom(bounds), map.getMaxZoom()));
      map.flyToBounds(bounds.pad(0.15), { duration: 0.35, maxZoom });
    }
  }

  /** @param {number} i @param {LatLng} latlng @param {boolean} [byKeyboard] */
  async openFacility(i, latlng, byKeyboard = false) {
    // While places are chosen a station's place is one of them.
    if (!this.view || this.around.picked(latlng, this.view)) return;
    const view = await this.around.withDetails();
    const { list } = view.state;
    const card = list
      ? rowCard(view, list, i, (row) => this.around.answer({ chosen_row: row }))
      : facilityCard(view, i, (adcode) => this.around.choose(view.regions.byCode.get(adcode)));
    this.openPopup(card, latlng, byKeyboard);
  }

  /** @param {number[]} members @param {LatLng} latlng */
  async openList(members, latlng) {
    const view = await this.around.withDetails();
    this.openPopup(
      facilityList(view, members, (i) => this.openFacility(i, latlng, true)),
      latlng,
      true,
    );
  }

  /** @param {HTMLElement} card @param {LatLng} latlng @param {boolean} [focused] */
  openPopup(card, latlng, focused) {
    if (!this.view) return;
    if (!card.contains(document.activeElement)) this.cameFrom = document.activeElement;
    const { x, y } = this.map.getSize();
    const room = Math.min(320, x - 60);
    this.popup = L.popup({
      maxWidth: room,
      minWidth: Math.min(240, room),
      maxHeight: Math.max(160, y * 0.6),
      className: "gui-popup",
      offset: [0, -4],
      autoPanPaddingTopLeft: [x < WIDE ? 12 : 60, 16],
      autoPanPaddingBottomRight: [16, 30],
    });
    this.popup.setLatLng(latlng).setContent(card).openOn(this.map);
    this.closeTip();
    const close = this.popup.getElement()?.querySelector(".leaflet-popup-close-button");
    if (!(close instanceof HTMLElement)) return;
    close.setAttribute("aria-label", this.view.state.words.close);
    close.title = this.view.state.words.close;
    if (focused) close.focus();
  }

  /** Closes the popup and gives the focus back; says whether one was open. */
  closePopup() {
    if (!this.popup?.isOpen()) return false;
    this.map.closePopup();
    if (this.cameFrom instanceof HTMLElement && this.cameFrom.isConnected) this.cameFrom.focus();
    return true;
  }

  /** @param {LeafletMouseEvent} event */
  hover({ latlng, originalEvent }) {
    if (!this.view || this.waiting || originalEvent.buttons) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = 0;
      if (!this.view) return;
      const item = this.around.itemAt(latlng);
      const county = item ? undefined : countyAt(this.view.regions, latlng);
      this.container.classList.toggle("gui-pointing", Boolean(item || county));
      if (item) this.tipFor(item, latlng);
      else if (county) this.openTip(countyTip(this.view, county), latlng);
      else this.closeTip();
    });
  }

  /** @param {Pick<Group, "members">} item @param {LatLng} latlng */
  tipFor(item, latlng) {
    if (this.view) this.openTip(itemTip(this.view, item), latlng);
  }

  /** @param {HTMLElement} content @param {LatLng} latlng */
  openTip(content, latlng) {
    this.tip.setContent(content).setLatLng(latlng);
    if (!this.map.hasLayer(this.tip)) this.map.openTooltip(this.tip);
  }

  closeTip() {
    this.map.closeTooltip(this.tip);
  }
}
