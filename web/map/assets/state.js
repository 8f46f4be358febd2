// @ts-check
/* The state: what Python says, as base64 of JSON in one attribute. */
/** @import { State } from "./types" */

/**
 * @param {string} packed
 * @returns {State}
 */
const decode = (packed) => JSON.parse(atob(packed));

export const stateInPage = () => decode(document.getElementById("gui-state")?.dataset.state ?? "");

/** @param {string | undefined} markup */
export const stateInMarkup = (markup) => {
  const found = /data-state="([A-Za-z0-9+/=]*)"/.exec(markup || "");
  return found && decode(found[1]);
};

/** @param {State} state */
export const listId = (state) => (state.list ? state.list.id : null);

/**
 * Whether the place of one row of a visitor's own list is being pointed at.
 * @param {State} state
 * @returns {state is State & { list: NonNullable<State["list"]> & { placing: number } }}
 */
export const isPlacing = (state) => Boolean(state.list) && state.list?.placing !== null;
