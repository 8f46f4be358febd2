// @ts-check
/* What the map fetches for a state: points, outlines and, a little later, details. */
/** @import { Details, ListDetails, PointColumns, Points, Regions, State } from "./types" */
import { load } from "./fetching.js";
import { joinDetails, joinPoints, readPoints, readRegions, unpack } from "./unpacking.js";

/** @typedef {{ points: PointColumns, details: Details } | null} Own */

/** A value worked out once for a key, and again where it failed. @template T */
class Remembered {
  /** @type {string | null} */
  key = null;
  /** @type {Promise<T> | null} */
  value = null;
  /** Once it is there. @type {T | null} */
  found = null;

  /** @param {string} key @param {() => Promise<T>} find */
  get(key, find) {
    if (this.value && this.key === key) return this.value;
    const value = find();
    this.key = key;
    this.value = value;
    this.found = null;
    value.then(
      (found) => {
        if (this.value === value) this.found = found;
      },
      () => {
        if (this.value === value) this.value = null;
      },
    );
    return value;
  }
}

export class NetworkData {
  /** @type {Remembered<Points>} */
  #points = new Remembered();
  /** @type {Remembered<Regions>} */
  #regions = new Remembered();
  /** @type {Remembered<Own>} */
  #own = new Remembered();
  /** @type {Remembered<Details>} */
  #details = new Remembered();

  /** A visitor's own list comes in the state itself and has no address. @param {State} state @returns {Promise<Points>} */
  points(state) {
    if (state.list) return Promise.resolve(readPoints(state.list.points));
    return this.#points.get(keyOf(state), async () => {
      const [columns, own] = await Promise.all([load(state.urls.points), this.#ownOf(state)]);
      const points = readPoints(columns);
      return own ? joinPoints(points, readPoints(own.points), columns.rows) : points;
    });
  }

  /** @param {State} state */
  regions({ urls }) {
    return this.#regions.get(urls.regions, () => load(urls.regions).then(readRegions));
  }

  /** @param {State} state @returns {Promise<Details | ListDetails>} */
  details(state) {
    if (state.list) return Promise.resolve(state.list.details);
    return this.#details.get(keyOf(state), async () => {
      const [details, own] = await Promise.all([load(state.urls.details), this.#ownOf(state)]);
      return own ? joinDetails(details, own.details) : details;
    });
  }

  /** The details that are there already. @param {State} state */
  knownDetails(state) {
    if (state.list) return state.list.details;
    return this.#details.key === keyOf(state) ? this.#details.found : null;
  }

  /** @param {State} state */
  #ownOf({ own }) {
    return this.#own.get(own?.version ?? "", async () => own && unpack(own.packed));
  }
}

/** The network a state is of. @param {State} state */
const keyOf = ({ own, urls }) => `${urls.points} ${own?.version ?? ""}`;
