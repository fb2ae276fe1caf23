// How Cytoscape draws nodes and edges in the page's theme.
import { colour, typeface } from "./colours.js";
import { EDGES, SHAPES, iconAddress } from "./shapes.js";

const SIDES = {
  bottom: { "text-halign": "center", "text-valign": "bottom", "text-margin-y": "data(gap)" },
  top: { "text-halign": "center", "text-valign": "top", "text-margin-y": (node) => -node.data("gap") },
  right: { "text-halign": "right", "text-valign": "center", "text-margin-x": "data(gap)" },
  left: { "text-halign": "left", "text-valign": "center", "text-margin-x": (node) => -node.data("gap") },
};

/** The style sheet of the graph. */
export function graphStyle() {
  return [
    {
      selector: "node",
      style: {
        width: "data(width)",
        height: "data(height)",
        "background-color": colour("surface") === "#1c2126" ? "#2c7691" : colour("accent"),
        "background-width": "58%",
        "background-height": "62%",
        "background-fit": "contain",
        "border-width": 1.5,
        "border-color": colour("accent-hover"),
        color: colour("ink"),
        "font-family": typeface(),
        "font-size": 12,
        "font-weight": 600,
        "text-wrap": "wrap",
        "line-height": 1.3,
        "text-outline-color": colour("surface"),
        "text-outline-width": 2,
        "text-outline-opacity": 0.85,
        "min-zoomed-font-size": 6,
      },
    },
    ...Object.entries(SHAPES).map(([kind, { shape }]) => ({
      selector: `node[kind = "${kind}"]`,
      style: { shape, "background-image": iconAddress(kind, false) },
    })),
    {
      selector: "node[?outside]",
      style: {
        "background-color": "#dfe3e7",
        "border-color": colour("rule-strong"),
        "background-image": (node) => iconAddress(node.data("kind"), true),
        color: colour("ink-quiet"),
        "font-weight": 500,
      },
    },
    { selector: "node[?grouped]", style: { "border-style": "double", "border-width": 5 } },
    ...Object.entries(SIDES).map(([side, style]) => ({
      selector: `node[side = "${side}"]`,
      style: { label: "data(label)", "font-size": "data(pixels)", ...style },
    })),
    {
      selector: "edge",
      style: {
        width: "data(width)",
        "curve-style": "bezier",
        "control-point-step-size": 46,
        "font-family": typeface(),
        "font-size": 11,
        color: colour("ink"),
        "text-background-color": colour("surface"),
        "text-background-opacity": 0.9,
        "text-background-padding": 1,
        "min-zoomed-font-size": 6,
        "arrow-scale": 0.9,
      },
    },
    ...Object.entries(EDGES).map(([kind, { style, arrow, colour: name }]) => ({
      selector: `edge[kind = "${kind}"]`,
      style: {
        "line-style": style,
        "line-color": colour(name),
        "target-arrow-color": colour(name),
        "target-arrow-shape": arrow ? "triangle" : "none",
        opacity: 0.85,
      },
    })),
    { selector: 'edge[side = "middle"]', style: { label: "data(text)", "font-size": "data(pixels)" } },
    { selector: ".outside-days", style: { display: "none" } },
    { selector: ".stepped-back", style: { opacity: 0.22 } },
    { selector: "node.chosen", style: { "border-width": 4, "border-color": colour("caution") } },
    {
      selector: "node.at",
      style: { "outline-width": 3, "outline-color": colour("accent"), "outline-offset": 3 },
    },
    { selector: "node.near", style: { label: "data(label)", "font-size": "data(pixels)", "z-index": 9 } },
    { selector: "edge.near", style: { label: "data(text)", "font-size": "data(pixels)", "z-index": 9 } },
  ];
}
