/* In every page before Streamlit's own scripts. Plain ES5: it must run where nothing else does.
   It gives back what a browser lacks, and says what is wrong where Streamlit would say nothing. */
(function () {
  "use strict";
  var SOCKET_AFTER_MS = 10000;
  var MAP_AFTER_MS = 10000;
  var LOOK_EVERY_MS = 500;
  var UPLOADS = "/_stcore/upload_file/";
  var TOO_LARGE = 413;
  var OWN_HEADER = "Content-Security-Policy";

  function give(owner, name, value) {
    if (owner && !owner[name]) Object.defineProperty(owner, name, { value: value, configurable: true, writable: true });
  }

  /* --- what Streamlit calls and Chromium below 120 lacks ----------------------------------------------- */

  function copyWith(method) {
    return function () {
      var copy = Array.prototype.slice.call(this);
      Array.prototype[method].apply(copy, arguments);
      return copy;
    };
  }

  function clone(value, seen) {
    var copy;
    if (typeof value === "function") throw new TypeError("a function cannot be cloned");
    if (value === null || typeof value !== "object") return value;
    if (seen.has(value)) return seen.get(value);
    if (value instanceof Date) return new Date(value.getTime());
    if (value instanceof RegExp) return new RegExp(value.source, value.flags);
    if (value instanceof ArrayBuffer) return value.slice(0);
    if (ArrayBuffer.isView(value)) return value.slice ? value.slice() : new DataView(value.buffer.slice(0), value.byteOffset, value.byteLength);
    copy = Array.isArray(value) ? [] : value instanceof Map ? new Map() : value instanceof Set ? new Set() : {};
    seen.set(value, copy);
    if (value instanceof Map) value.forEach(function (one, key) { copy.set(clone(key, seen), clone(one, seen)); });
    else if (value instanceof Set) value.forEach(function (one) { copy.add(clone(one, seen)); });
    else Object.keys(value).forEach(function (key) { copy[key] = clone(value[key], seen); });
    return copy;
  }

  function withResolvers() {
    var parts = {};
    var Maker = this;
    parts.promise = new Maker(function (resolve, reject) {
      parts.resolve = resolve;
      parts.reject = reject;
    });
    return parts;
  }

  function timeout(milliseconds) {
    var stop = new AbortController();
    setTimeout(function () { stop.abort(new DOMException("the time is up", "TimeoutError")); }, milliseconds);
    return stop.signal;
  }

  function groupBy(items, keyOf) {
    var groups = Object.create(null);
    Array.from(items).forEach(function (item, place) {
      var key = keyOf(item, place);
      (groups[key] = groups[key] || []).push(item);
    });
    return groups;
  }

  give(Array.prototype, "toSorted", copyWith("sort"));
  give(Array.prototype, "toReversed", copyWith("reverse"));
  give(window, "structuredClone", function (value) { return clone(value, new Map()); });
  give(Object, "groupBy", groupBy);
  if (window.Promise) give(Promise, "withResolvers", withResolvers);
  if (window.AbortSignal) give(AbortSignal, "timeout", timeout);
  if (window.URL) give(URL, "canParse", function (address, base) {
    try { return Boolean(new URL(address, base)); } catch (fault) { return false; }
  });

  /* --- where the app is: beside this page ---------------------------------------------------------------- */

  // Without it Streamlit asks below the page's own name first, as /card/_stcore/health, and is answered 404.
  window.__streamlit = window.__streamlit || { BACKEND_BASE_URL: location.origin + location.pathname.replace(/[^/]*$/, "") };

  /* --- notices: their words stand in the page ---------------------------------------------------------- */

  function byId(id) {
    return document.getElementById(id);
  }

  /* The notice of that name, in both languages or in that of the screen; none for an empty name. */
  function say(name, everyLanguage) {
    var parts = document.querySelectorAll("#gui-notice [data-notice]");
    var english = document.documentElement.lang === "en";
    for (var i = 0; i < parts.length; i += 1) {
      var right = everyLanguage || (parts[i].lang === "en") === english;
      parts[i].hidden = parts[i].getAttribute("data-notice") !== name || !right;
    }
    byId("gui-notice").hidden = !name;
  }

  function fill(selector, text) {
    var places = document.querySelectorAll(selector);
    for (var i = 0; i < places.length; i += 1) places[i].textContent = text;
  }

  /* --- a page without its connection ------------------------------------------------------------------- */

  var socketSince = Date.now();
  var shown = "";
  var asking = false;
  var askedAt = 0;

  function connected() {
    var app = document.querySelector("[data-test-connection-state]");
    return Boolean(app) && app.getAttribute("data-test-connection-state") === "CONNECTED";
  }

  /* Whether the server is there at all, and under which name it was asked for. */
  function findCause(then) {
    var address = (byId("gui-notice").getAttribute("data-asks") || "") + "?at=" + Date.now();
    fetch(address, { cache: "no-store" }).then(function (answer) {
      return answer.ok ? answer.json() : { host: location.host };
    }).then(function (seen) {
      fill("[data-fill=seen]", seen.host);
      fill("[data-fill=here]", location.host);
      then(seen.host === location.host ? "upgrade" : "host");
    }).catch(function () { then("gone"); });
  }

  function watchSocket() {
    // On a slow line Streamlit itself is still on its way.
    if (!document.querySelector("[data-test-connection-state]")) socketSince = Date.now();
    if (connected()) {
      socketSince = Date.now();
      if (shown) say((shown = ""));
      return;
    }
    if (asking || Date.now() - Math.max(socketSince, askedAt) < SOCKET_AFTER_MS) return;
    asking = true;
    findCause(function (cause) {
      asking = false;
      askedAt = Date.now();
      if (!connected()) say((shown = cause), true);
    });
  }

  /* --- a map whose script did not come ----------------------------------------------------------------- */

  var mapFrames = [];
  var mapMissing = false;

  function mapIsThere(frame) {
    try {
      return Boolean(frame.contentWindow.GuiMap);
    } catch (fault) {
      return false;
    }
  }

  function watchMaps() {
    var frames = document.querySelectorAll("iframe[src*='streamlit_folium']");
    var missing = false;
    for (var i = 0; i < frames.length; i += 1) {
      var known = mapFrames.filter(function (one) { return one.frame === frames[i]; })[0];
      if (!known) mapFrames.push((known = { frame: frames[i], since: Date.now() }));
      if (!frames[i].getClientRects().length) known.since = Date.now();
      if (!mapIsThere(frames[i]) && Date.now() - known.since > MAP_AFTER_MS) missing = true;
    }
    mapFrames = mapFrames.filter(function (one) { return document.contains(one.frame); });
    if (missing !== mapMissing) say((mapMissing = missing) ? "map" : "");
  }

  /* --- an upload that a proxy refuses ------------------------------------------------------------------ */

  var uploadFailed = false;

  /* A red file that was never sent is one the page itself found too large. */
  function markRefusals() {
    var boxes = document.querySelectorAll("[data-testid=stFileUploader]");
    var red = document.querySelector("[data-testid=stFileChipIconError]");
    if (!red) uploadFailed = false;
    for (var i = 0; i < boxes.length; i += 1) {
      var large = !uploadFailed && boxes[i].querySelector("[data-testid=stFileChipIconError]");
      if (large) boxes[i].setAttribute("data-gui-refused", "size");
      else boxes[i].removeAttribute("data-gui-refused");
    }
  }

  function watchUploads() {
    var open = XMLHttpRequest.prototype.open;
    XMLHttpRequest.prototype.open = function (method, address) {
      if (String(address).indexOf(UPLOADS) >= 0) {
        this.addEventListener("loadend", function () {
          if (this.status >= 400 || this.status === 0) uploadFailed = true;
          // What the app itself refuses it says itself, and its answers carry its headers.
          if (this.status === TOO_LARGE && !this.getResponseHeader(OWN_HEADER)) say("upload");
          else if (this.status >= 200 && this.status < 300 && !shown && !mapMissing) say("");
        });
      }
      return open.apply(this, arguments);
    };
  }

  /* --- a page whose own scripts did not come ----------------------------------------------------------- */

  var scriptsFailed = false;

  function sayWhyScripts() {
    if (scriptsFailed) return;
    scriptsFailed = true;
    // Scripts are asked for with the page's origin, which is foreign where the proxy keeps its name back.
    findCause(function (cause) { say(cause === "host" ? cause : "scripts", true); });
  }

  function watchScripts() {
    window.addEventListener("error", function (event) {
      var name = event.target && event.target.tagName;
      if ((name === "SCRIPT" || name === "LINK") && !document.querySelector("[data-test-connection-state]")) sayWhyScripts();
    }, true);
  }

  /* --- the language of the screen ---------------------------------------------------------------------- */

  function followLanguage() {
    var style = byId("gui-style");
    if (style && style.lang && style.lang !== document.documentElement.lang) document.documentElement.lang = style.lang;
  }

  function look() {
    followLanguage();
    markRefusals();
    watchSocket();
    if (connected()) watchMaps();
  }

  window.guiBegin = function () {
    byId("gui-close").onclick = function () { byId("gui-notice").hidden = true; };
    if (!window.guiModern) {
      say("old", true);
      return;
    }
    watchScripts();
    watchUploads();
    new MutationObserver(followLanguage).observe(document.documentElement, { childList: true, subtree: true, attributes: true, attributeFilter: ["lang"] });
    setInterval(look, LOOK_EVERY_MS);
  };
})();
