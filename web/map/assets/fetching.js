// @ts-check
/* Fetch JSON, once for every address. */
// A network that drops a request is asked again; an answer that says no is an answer.
const AGAIN_AFTER_MS = [300, 1500];
/** @type {Map<string, Promise<any>>} */
const fetched = new Map();

/** @param {string} url */
const fetchPatiently = async (url) => {
  for (const pause of AGAIN_AFTER_MS) {
    try {
      return await fetch(url);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  return fetch(url);
};

/** @param {string} url */
const fetchJson = async (url) => {
  const response = await fetchPatiently(url);
  if (!response.ok) throw new Error(`${response.status} ${url}`);
  return response.json();
};

/**
 * The JSON at an address; asked for again only where it could not be had.
 * @param {string} url
 * @returns {Promise<any>}
 */
export const load = (url) => {
  const known = fetched.get(url);
  if (known) return known;
  const answer = fetchJson(url);
  answer.catch(() => fetched.delete(url));
  fetched.set(url, answer);
  return answer;
};
