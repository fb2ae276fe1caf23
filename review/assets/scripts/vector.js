// The graph as SVG, written from what Cytoscape has laid out: one file without links to anything.
import { colour, typeface } from "./colours.js";
import { edgeOf, iconStrokes, outline } from "./shapes.js";

const escaped = (text) => String(text).replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
const round = (value) => Math.round(value * 100) / 100;

/** The whole graph, as an SVG document in UTF-8. */
export function graphAsSvg(cy) {
  const box = cy.elements().boundingBox();
  const pad = 20;
  const size = [box.x1 - pad, box.y1 - pad, box.w + 2 * pad, box.h + 2 * pad].map(round);
  const edges = cy.edges().filter((edge) => edge.visible());
  const parts = [...edges.map(edgeLine), ...cy.nodes().map(nodeShape), ...cy.nodes().map(nodeText), ...edges.map(edgeText)];
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${size.join(" ")}" width="${size[2]}" height="${size[3]}" ` +
    `font-family="${escaped(typeface())}">` +
    `<rect x="${size[0]}" y="${size[1]}" width="${size[2]}" height="${size[3]}" fill="${colour("surface")}"/>` +
    `${parts.join("")}</svg>`
  );
}

function edgeLine(edge) {
  const { dashes, arrow, colour: name } = edgeOf(edge.data("kind"));
  const [from, to] = [edge.sourceEndpoint(), edge.targetEndpoint()];
  const bend = edge.controlPoints()?.[0];
  const path = bend ? `Q${round(bend.x)} ${round(bend.y)} ${round(to.x)} ${round(to.y)}` : `L${round(to.x)} ${round(to.y)}`;
  const stroke = `stroke="${colour(name)}" stroke-width="${round(edge.data("width"))}"`;
  const line = `<path d="M${round(from.x)} ${round(from.y)}${path}" fill="none" ${stroke} stroke-dasharray="${dashes}"/>`;
  if (!arrow) return line;
  const before = bend ?? from;
  const angle = round((Math.atan2(to.y - before.y, to.x - before.x) * 180) / Math.PI);
  const place = `translate(${round(to.x)} ${round(to.y)}) rotate(${angle})`;
  return `${line}<path d="M2 0L-9 5V-5Z" fill="${colour(name)}" transform="${place}"/>`;
}

function nodeShape(node) {
  const { x, y } = node.position();
  const { kind, width, height, outside } = node.data();
  const fill = node.style("background-color");
  const shape = outline(kind, width, height, `fill="${fill}" stroke="${node.style("border-color")}" stroke-width="1.5"`);
  const scale = round((Math.min(width, height) * 0.6) / 24);
  const icon =
    `<g transform="scale(${scale}) translate(-12 -12)" fill="none" stroke="${outside ? "#3d4750" : "#ffffff"}" ` +
    `stroke-width="1.8" stroke-linecap="round">${iconStrokes(kind)}</g>`;
  return `<g transform="translate(${round(x)} ${round(y)})">${shape}${icon}</g>`;
}

function nodeText(node) {
  const { side, label, pixels, gap, width, height, outside } = node.data();
  if (side === "none") return "";
  const lines = label.split("\n");
  const tall = lines.length * pixels * 1.3;
  let { x, y } = node.position();
  let anchor = "middle";
  let top = y - tall / 2;
  if (side === "bottom") top = y + height / 2 + gap;
  if (side === "top") top = y - height / 2 - gap - tall;
  if (side === "right") [x, anchor] = [x + width / 2 + gap, "start"];
  if (side === "left") [x, anchor] = [x - width / 2 - gap, "end"];
  const spans = lines.map((line, at) => `<tspan x="${round(x)}" y="${round(top + (at + 0.95) * pixels * 1.3)}">${escaped(line)}</tspan>`);
  const look = `font-size="${round(pixels)}" font-weight="${outside ? 500 : 600}" fill="${colour(outside ? "ink-quiet" : "ink")}"`;
  return `<text text-anchor="${anchor}" ${look}>${spans.join("")}</text>`;
}

function edgeText(edge) {
  const { side, text, pixels } = edge.data();
  if (side !== "middle") return "";
  const { x, y } = edge.midpoint();
  const look = `paint-order="stroke" stroke="${colour("surface")}" stroke-width="${round(pixels / 3)}" fill="${colour("ink")}"`;
  return `<text x="${round(x)}" y="${round(y + pixels * 0.35)}" text-anchor="middle" font-size="${round(pixels)}" ${look}>${escaped(text)}</text>`;
}
