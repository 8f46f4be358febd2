// @ts-check
/* Elements and figures; every word goes in as text, none as markup. */

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} [className]
 * @param {string} [text]
 */
export const element = (tag, className, text) => {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
};

/**
 * A button that is no submit button.
 * @param {string} className
 * @param {string | undefined} text
 * @param {() => void} act
 */
export const button = (className, text, act) => {
  const made = element("button", className, text);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
};

/**
 * A card of a title and of terms with their texts.
 * @param {string} title
 * @param {[string, string][]} lines
 */
export const linesCard = (title, lines) => {
  const card = element("div", "gui-card");
  card.append(element("h3", "", title), definitions(lines));
  return card;
};

/** @param {[string, string][]} lines */
export const definitions = (lines) => {
  const list = element("dl");
  for (const [term, text] of lines) list.append(element("dt", "", term), element("dd", "", text));
  return list;
};

/**
 * @param {string} text
 * @param {{ n?: number | null, name?: string }} words
 */
export const fill = (text, words) =>
  text.replace(/\{(n|name)\}/g, (whole, key) => String((key === "n" ? words.n : words.name) ?? whole));

/**
 * Thousands set apart by commas, in either language; the browser's own way costs 30 ms the first time.
 * @param {number} value
 * @param {number} decimals
 */
export const figure = (value, decimals) => {
  const [whole, rest] = value.toFixed(decimals).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return rest ? `${grouped}.${rest}` : grouped;
};
