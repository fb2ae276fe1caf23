// Building blocks of what the scripts add to the page.
import { words } from "./words.js";

/** An element with attributes, listeners (`onclick`) and children, text among them. */
export function element(name, attributes = {}, ...children) {
  const built = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") built.addEventListener(key.slice(2), value);
    else if (value === true) built.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) built.setAttribute(key, value);
  }
  built.append(...children.filter((child) => child !== null && child !== undefined));
  return built;
}

/** A table in a fold: what the picture named `of` says, for those who read rather than look. */
export function foldedTable(of, headings, rows) {
  const head = element("tr", {}, ...headings.map(({ text, num }) => element("th", { scope: "col", class: num && "num" }, text)));
  const body = rows.map(({ cells, attributes }) =>
    element("tr", attributes ?? {}, ...cells.map((cell, at) => element("td", { class: headings[at].num && "num" }, cell))),
  );
  const table = element("table", {}, element("thead", {}, head), element("tbody", {}, ...body));
  const scrolled = element("div", { class: "scrolled", tabindex: "0", role: "region", "aria-label": `${of}: ${words.as_table}` }, table);
  return element("details", {}, element("summary", {}, words.as_table), scrolled);
}

/** Offer a blob as a file. */
export function offer(blob, name) {
  const address = URL.createObjectURL(blob);
  const link = element("a", { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
