// @ts-check
/* In every page before Streamlit's own scripts: gives back what a browser lacks. Plain ES5: it must run where
   nothing else does. */
(function () {
  "use strict";

  /**
   * @param {any} owner
   * @param {string} name
   * @param {Function} value
   */
  function give(owner, name, value) {
    if (owner && !owner[name])
      Object.defineProperty(owner, name, { value: value, configurable: true, writable: true });
  }

  /* --- what Streamlit calls and Chromium below 120 lacks ----------------------------------------------- */

  /** @param {"sort" | "reverse"} method */
  function copyWith(method) {
    /** @this {unknown[]} */
    return function () {
      var copy = Array.prototype.slice.call(this);
      Array.prototype[method].apply(copy, /** @type {any} */ (arguments));
      return copy;
    };
  }

  /**
   * @param {any} value
   * @param {Map<object, object>} seen
   * @returns {any}
   */
  function clone(value, seen) {
    if (typeof value === "function") throw new TypeError("a function cannot be cloned");
    if (value === null || typeof value !== "object") return value;
    if (seen.has(value)) return seen.get(value);
    if (value instanceof Date) return new Date(value.getTime());
    if (value instanceof RegExp) return new RegExp(value.source, value.flags);
    if (value instanceof ArrayBuffer) return value.slice(0);
    if (ArrayBuffer.isView(value)) return cloneView(value);
    /** @type {any} */
    var copy = Array.isArray(value)
      ? []
      : value instanceof Map
        ? new Map()
        : value instanceof Set
          ? new Set()
          : {};
    seen.set(value, copy);
    if (value instanceof Map)
      value.forEach(function (one, key) {
        copy.set(clone(key, seen), clone(one, seen));
      });
    else if (value instanceof Set)
      value.forEach(function (one) {
        copy.add(clone(one, seen));
      });
    else
      Object.keys(value).forEach(function (key) {
        copy[key] = clone(value[key], seen);
      });
    return copy;
  }

  /** @param {unknown} value */
  function structuredClone(value) {
    return clone(value, new Map());
  }

  /** @param {any} view */
  function cloneView(view) {
    return view.slice ? view.slice() : new DataView(view.buffer.slice(0), view.byteOffset, view.byteLength);
  }

  /** @this {PromiseConstructor} */
  function withResolvers() {
    /** @type {any} */
    var parts = {};
    var Maker = this;
    parts.promise = new Maker(function (resolve, reject) {
      parts.resolve = resolve;
      parts.reject = reject;
    });
    return parts;
  }

  /** @param {number} milliseconds */
  function timeout(milliseconds) {
    var stop = new AbortController();
    setTimeout(function () {
      stop.abort(new DOMException("the time is up", "TimeoutError"));
    }, milliseconds);
    return stop.signal;
  }

  /**
   * @param {Iterable<unknown>} items
   * @param {(item: unknown, place: number) => string} keyOf
   */
  function groupBy(items, keyOf) {
    /** @type {Record<string, unknown[]>} */
    var groups = Object.create(null);
    Array.from(items).forEach(function (item, place) {
      var key = keyOf(item, place);
      groups[key] = groups[key] || [];
      groups[key].push(item);
    });
    return groups;
  }

  /**
   * @param {string} address
   * @param {string} [base]
   */
  function canParse(address, base) {
    try {
      return Boolean(new URL(address, base));
    } catch (fault) {
      return false;
    }
  }

  give(Array.prototype, "toSorted", copyWith("sort"));
  give(Array.prototype, "toReversed", copyWith("reverse"));
  give(window, "structuredClone", structuredClone);
  give(Object, "groupBy", groupBy);
  if (window.Promise) give(Promise, "withResolvers", withResolvers);
  if (window.AbortSignal) give(AbortSignal, "timeout", timeout);
  if (window.URL) give(URL, "canParse", canParse);

  /* --- where the app is: beside this page ---------------------------------------------------------------- */

  // Streamlit's own name. Without it Streamlit asks below the page's name first, as /card/_stcore/health: 404.
  window.__streamlit = window.__streamlit || {
    BACKEND_BASE_URL: location.origin + location.pathname.replace(/[^/]*$/, ""),
  };
})();
