// @ts-check
/* Streamlit keeps the page where it was scrolled; the next step of a way begins at its top. */
/** @type {string | undefined} */
let seen;

/** @param {string} type @param {object} more */
const tell = (type, more) =>
  window.parent.postMessage({ isStreamlitMessage: true, type, ...more }, window.location.origin);

window.addEventListener("message", ({ data, origin }) => {
  if (origin !== window.location.origin || data.type !== "streamlit:render") return;
  const { place, language } = data.args;
  document.documentElement.lang = language;
  if (seen !== undefined && seen !== place) {
    window.parent.document.querySelector('[data-testid="stMain"]')?.scrollTo({ top: 0 });
  }
  seen = place;
});
tell("streamlit:componentReady", { apiVersion: 1 });
tell("streamlit:setFrameHeight", { height: 0 });
