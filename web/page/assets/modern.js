// @ts-check
// Alone in its script: an engine that cannot read this leaves no mark, and is said to be too old.
(class {
  static {}
});
document.documentElement.setAttribute("data-gui-modern", "");
