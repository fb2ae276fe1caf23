// The colours of the page's theme, for canvases that know no CSS.
const dark = matchMedia("(prefers-color-scheme: dark)");

/** The value of a custom property of the theme, `colour("accent")`. */
export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

export const typeface = () => getComputedStyle(document.body).fontFamily;

/** Call `listener` when the theme changes. */
export function onTheme(listener) {
  dark.addEventListener("change", listener);
  new MutationObserver(listener).observe(document.documentElement, { attributeFilter: ["data-theme"] });
}
