// What shapes and lines mean, for the kinds that the picture holds.
import { element } from "./build_html.js";
import { edgeOf, outline, shapeOf } from "./shapes.js";
import { words } from "./words.js";

/** The legend of `picture`. */
export function legend(picture) {
  const kinds = [...new Set(picture.nodes.map(({ kind }) => kind))].filter((kind) => kind in words.kinds);
  const lines = [...new Set(picture.edges.map(({ kind }) => kind))].filter((kind) => kind in words.edges);
  const outside = picture.nodes.some(({ context }) => context);
  return element(
    "ul",
    { class: "legend" },
    ...kinds.map((kind) => entry(sign(kind, "var(--accent)", "var(--accent-hover)"), words.kinds[kind])),
    ...(outside ? [entry(sign("account", "#dfe3e7", "var(--rule-strong)"), words.context)] : []),
    ...lines.map((kind) => entry(line(kind), words.edges[kind])),
  );
}

function entry(drawing, text) {
  const item = element("li");
  item.innerHTML = `<svg viewBox="-24 -16 48 32" aria-hidden="true">${drawing}</svg>`;
  item.append(text);
  return item;
}

function sign(kind, fill, stroke) {
  const { width, height } = shapeOf(kind);
  return outline(kind, width * 0.75, height * 0.75, `fill="${fill}" stroke="${stroke}" stroke-width="1.5"`);
}

function line(kind) {
  const { dashes, thin, colour } = edgeOf(kind);
  return `<path d="M-22 0H22" stroke="var(--${colour})" stroke-width="${thin ? 2 : 4}" stroke-dasharray="${dashes}" fill="none"/>`;
}
