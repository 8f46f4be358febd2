// @ts-check
/* Behind the notices, whose words stand in the page: says what is wrong where Streamlit would say nothing. Plain
   ES5, as early.js. */
(function () {
  "use strict";
  var SOCKET_AFTER_MS = 10000;
  var MAP_AFTER_MS = 10000;
  var LOOK_EVERY_MS = 500;
  var UPLOADS = "/_stcore/upload_file/";
  var TOO_LARGE = 413;
  var OWN_HEADER = "Content-Security-Policy";
  var STATE = "data-test-connection-state";

  /**
   * @param {string} id
   * @returns {HTMLElement}
   */
  function byId(id) {
    return /** @type {HTMLElement} */ (document.getElementById(id));
  }

  /**
   * @param {string} selector
   * @returns {HTMLElement[]}
   */
  function all(selector) {
    return Array.prototype.slice.call(document.querySelectorAll(selector));
  }

  /**
   * The notice of that name, in both languages or in that of the screen; none for an empty name.
   * @param {string} name
   * @param {boolean} [everyLanguage]
   */
  function say(name, everyLanguage) {
    var english = document.documentElement.lang === "en";
    all("#gui-notice [data-notice]").forEach(function (part) {
      var right = everyLanguage || (part.lang === "en") === english;
      part.hidden = part.getAttribute("data-notice") !== name || !right;
    });
    byId("gui-notice").hidden = !name;
  }

  /**
   * @param {string} selector
   * @param {string} text
   */
  function fill(selector, text) {
    all(selector).forEach(function (place) {
      place.textContent = text;
    });
  }

  /* --- a page without its connection ------------------------------------------------------------------- */

  var socketSince = Date.now();
  var shown = "";
  var asking = false;
  var askedAt = 0;

  function connected() {
    var app = document.querySelector("[" + STATE + "]");
    return Boolean(app && app.getAttribute(STATE) === "CONNECTED");
  }

  /**
   * Whether the server is there at all, and under which name it was asked for.
   * @param {(cause: string) => void} then
   */
  function findCause(then) {
    var address = (byId("gui-notice").getAttribute("data-asks") || "") + "?at=" + Date.now();
    fetch(address, { cache: "no-store" })
      .then(function (answer) {
        return answer.ok ? answer.json() : { host: location.host };
      })
      .then(function (seen) {
        fill("[data-fill=seen]", seen.host);
        fill("[data-fill=here]", location.host);
        then(seen.host === location.host ? "upgrade" : "host");
      })
      .catch(function () {
        then("gone");
      });
  }

  function watchSocket() {
    // On a slow line Streamlit itself is still on its way.
    if (!document.querySelector("[" + STATE + "]")) socketSince = Date.now();
    if (connected()) {
      socketSince = Date.now();
      if (shown) say("");
      shown = "";
      return;
    }
    if (asking || Date.now() - Math.max(socketSince, askedAt) < SOCKET_AFTER_MS) return;
    asking = true;
    findCause(function (cause) {
      asking = false;
      askedAt = Date.now();
      if (connected()) return;
      shown = cause;
      say(cause, true);
    });
  }

  /* --- a map whose script did not come ----------------------------------------------------------------- */

  /** @type {{ frame: HTMLIFrameElement, since: number }[]} */
  var mapFrames = [];
  var mapMissing = false;

  /** @param {HTMLIFrameElement} frame */
  function mapIsThere(frame) {
    var inside = /** @type {Window} */ (frame.contentWindow);
    try {
      return Boolean(inside.L && inside.L.networkMap);
    } catch (fault) {
      return false;
    }
  }

  function watchMaps() {
    var missing = false;
    all("iframe[src*='streamlit_folium']").forEach(function (element) {
      var frame = /** @type {HTMLIFrameElement} */ (element);
      var known = mapFrames.filter(function (one) {
        return one.frame === frame;
      })[0];
      if (!known) {
        known = { frame: frame, since: Date.now() };
        mapFrames.push(known);
      }
      if (!frame.getClientRects().length) known.since = Date.now();
      if (!mapIsThere(frame) && Date.now() - known.since > MAP_AFTER_MS) missing = true;
    });
    mapFrames = mapFrames.filter(function (one) {
      return document.contains(one.frame);
    });
    if (missing === mapMissing) return;
    mapMissing = missing;
    say(missing ? "map" : "");
  }

  /* --- an upload that a proxy refuses ------------------------------------------------------------------ */

  var uploadFailed = false;

  /* A red file that was never sent is one the page itself found too large. */
  function markRefusals() {
    if (!document.querySelector("[data-testid=stFileChipIconError]")) uploadFailed = false;
    all("[data-testid=stFileUploader]").forEach(function (box) {
      var large = !uploadFailed && box.querySelector("[data-testid=stFileChipIconError]");
      if (large) box.setAttribute("data-gui-refused", "size");
      else box.removeAttribute("data-gui-refused");
    });
  }

  function watchUploads() {
    var open = XMLHttpRequest.prototype.open;
    /**
     * @param {string} _method
     * @param {string | URL} address
     */
    XMLHttpRequest.prototype.open = function (_method, address) {
      if (String(address).indexOf(UPLOADS) >= 0) {
        this.addEventListener("loadend", function () {
          if (this.status >= 400 || this.status === 0) uploadFailed = true;
          // What the app itself refuses it says itself, and its answers carry its headers.
          if (this.status === TOO_LARGE && !this.getResponseHeader(OWN_HEADER)) say("upload");
          else if (this.status >= 200 && this.status < 300 && !shown && !mapMissing) say("");
        });
      }
      return open.apply(this, /** @type {any} */ (arguments));
    };
  }

  /* --- a page whose own scripts did not come ----------------------------------------------------------- */

  var scriptsFailed = false;

  function sayWhyScripts() {
    if (scriptsFailed) return;
    scriptsFailed = true;
    // Scripts are asked for with the page's origin, which is foreign where the proxy keeps its name back.
    findCause(function (cause) {
      say(cause === "host" ? cause : "scripts", true);
    });
  }

  function watchScripts() {
    window.addEventListener(
      "error",
      function (event) {
        var target = /** @type {Element | null} */ (event.target);
        var name = target && target.tagName;
        if ((name === "SCRIPT" || name === "LINK") && !document.querySelector("[" + STATE + "]"))
          sayWhyScripts();
      },
      true
    );
  }

  /* --- the language of the screen ---------------------------------------------------------------------- */

  function followLanguage() {
    var style = document.getElementById("gui-style");
    if (style && style.lang && style.lang !== document.documentElement.lang)
      document.documentElement.lang = style.lang;
  }

  function look() {
    followLanguage();
    markRefusals();
    watchSocket();
    if (connected()) watchMaps();
  }

  byId("gui-close").onclick = function () {
    byId("gui-notice").hidden = true;
  };
  if (!document.documentElement.hasAttribute("data-gui-modern")) {
    say("old", true);
    return;
  }
  watchScripts();
  watchUploads();
  new MutationObserver(followLanguage).observe(document.documentElement, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ["lang"],
  });
  setInterval(look, LOOK_EVERY_MS);
})();
