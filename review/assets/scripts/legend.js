// What shapes and lines mean, for the kinds that the picture holds.
import { element } from "./build_html.js";
import { edgeOf, iconStrokes, outline, shapeOf } from "./shapes.js";
import { words } from "./words.js";

/** The legend of `picture`. */
export function legend(picture) {
  const kinds = [...new Set(picture.nodes.map(({ kind }) => kind))].filter((kind) => kind in words.kinds);
  const lines = [...new Set(picture.edges.map(({ kind }) => kind))].filter((kind) => kind in words.edges);
  const outside = picture.nodes.some(({ context }) => context);
  return element(
    "ul",
    { class: "legend" },
    ...kinds.map((kind) => entry(sign(kind), words.kinds[kind])),
    ...(outside ? [entry(outsideSign(), words.context)] : []),
    ...lines.map((kind) => entry(line(kind), words.edges[kind])),
  );
}

function entry(drawing, text) {
  const item = element("li");
  item.innerHTML = `<svg viewBox="-26 -20 52 40" aria-hidden="true">${drawing}</svg>`;
  item.append(text);
  return item;
}

function sign(kind) {
  const { width, height } = shapeOf(kind);
  const scale = (Math.min(width, height) * 0.6) / 24;
  return (
    outline(kind, width, height, 'class="sign"') +
    `<g class="sign-icon" transform="scale(${scale}) translate(-12 -12)">${iconStrokes(kind)}</g>`
  );
}

const outsideSign = () => outline("account", 26, 26, 'class="sign outside"');

function line(kind) {
  const { dashes, thin, colour } = edgeOf(kind);
  return `<path d="M-22 0H22" stroke="var(--${colour})" stroke-width="${thin ? 2 : 4}" stroke-dasharray="${dashes}" fill="none"/>`;
}
