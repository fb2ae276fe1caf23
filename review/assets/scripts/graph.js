// The graph of a case: who is tied to whom, by money, goods or a shared identifier.
import cytoscape from "cytoscape";
import fcose from "cytoscape-fcose";
import settings from "../pictures.json";
import { element, foldedTable, offer } from "./build_html.js";
import { colour, onTheme, typeface } from "./colours.js";
import { graphStyle } from "./graph_style.js";
import { group } from "./grouping.js";
import { place } from "./labels.js";
import { legend } from "./legend.js";
import { onPaper } from "./on_paper.js";
import { seeded } from "./seeded.js";
import { chosenSum, follow, selection, toggle } from "./selection.js";
import { edgeOf, shapeOf } from "./shapes.js";
import { graphAsSvg } from "./vector.js";
import { cut, figure, fill, shortAmount, words } from "./words.js";

cytoscape.use(fcose);

const ZOOM_TO_FIT = 1.6;
const LAYOUT = {
  name: "fcose",
  quality: "default",
  animate: false,
  nodeSeparation: 110,
  idealEdgeLength: (edge) => (edge.data("kind") === "shared" ? 95 : 135),
  nodeRepulsion: 14000,
  gravity: 0.35,
  packComponents: false,
  padding: 24,
};

/** Draw the graph of `picture` into `container`. */
export function drawGraph(container, picture) {
  if (picture.nodes.length === 0) {
    container.replaceChildren(element("p", { class: "empty" }, words.no_graph));
    return;
  }
  new Graph(container, picture);
}

class Graph {
  constructor(container, picture) {
    this.nodes = picture.nodes;
    this.edges = picture.edges;
    this.named = new Map(picture.nodes.map((node) => [node.id, node]));
    this.opened = new Set();
    this.hidden = { hubs: false, context: false };
    this.at = null;
    this.said = element("p", { class: "chosen-part", "aria-live": "polite" });
    this.frame = element("div", {
      class: "canvas",
      tabindex: "0",
      role: "application",
      "aria-label": `${words.graph}. ${words.graph_help}`,
      onkeydown: (event) => this.key(event),
    });
    this.frame.classList.toggle("few", picture.nodes.length <= 6);
    this.surface = element("div");
    this.frame.append(this.surface);
    container.replaceChildren(this.controls(), this.frame, legend(picture), this.said, this.table());
    this.open();
  }

  controls() {
    const check = (word, name) =>
      element(
        "label",
        {},
        element("input", {
          type: "checkbox",
          onchange: (event) => {
            this.hidden[name] = event.target.checked;
            this.lay();
          },
        }),
        words[word],
      );
    const button = (word, act) => element("button", { type: "button", onclick: act }, words[word]);
    this.opener = button("expand_group", () => this.expand(this.at));
    this.opener.disabled = true;
    this.closer = button("group_all", () => {
      this.opened.clear();
      this.lay();
    });
    return element(
      "div",
      { class: "controls" },
      check("hide_hubs", "hubs"),
      check("hide_context", "context"),
      this.opener,
      this.closer,
      button("fit", () => this.fit()),
      button("save_png", () => this.savePng()),
      button("save_svg", () => offer(new Blob([graphAsSvg(this.cy)], { type: "image/svg+xml" }), "matluoi.svg")),
    );
  }

  /** Every link of the case, grouped or not: the accessible form of the picture. */
  table() {
    const name = (id) => `${this.named.get(id).label} (${words.kinds[this.named.get(id).kind]})`;
    const rows = this.edges.map((edge) => ({
      attributes: { "data-ids": JSON.stringify([edge.source, edge.target]) },
      cells: [
        name(edge.source),
        name(edge.target),
        edge.label ? `${words.edges[edge.kind]}: ${edge.label}` : words.edges[edge.kind],
        edge.amount_vnd ? figure(edge.amount_vnd) : "–",
        edge.records === undefined ? "–" : figure(edge.records),
      ],
    }));
    return foldedTable(
      words.graph,
      [
        { text: words.from },
        { text: words.to },
        { text: words.kind },
        { text: words.amount, num: true },
        { text: words.records, num: true },
      ],
      rows,
    );
  }

  open() {
    // Cytoscape would add an inline style sheet, which the page's policy refuses; ours says the same.
    if (!document.getElementById("__________cytoscape_stylesheet")) {
      document.head.append(element("meta", { id: "__________cytoscape_stylesheet" }));
    }
    this.cy = cytoscape({
      container: this.surface,
      style: graphStyle(),
      minZoom: 0.15,
      maxZoom: 4,
      boxSelectionEnabled: false,
      selectionType: "single",
    });
    this.cy.on("tap", "node", ({ target }) => {
      this.say(target);
      toggle(target.data("holds"));
    });
    this.cy.on("tap", "edge", ({ target }) => {
      this.say(target);
      toggle([...target.source().data("holds"), ...target.target().data("holds")]);
    });
    this.cy.on("tap", ({ target }) => target === this.cy && toggle([]));
    this.cy.on("dbltap", "node", ({ target }) => this.expand(target));
    this.cy.on("mouseover", "node, edge", ({ target }) => target.addClass("near"));
    this.cy.on("mouseout", "node, edge", ({ target }) => target.removeClass("near"));
    this.cy.on("viewport", later(() => this.label()));
    this.cy.on("dragfree", "node", () => this.label());
    new ResizeObserver(later(() => {
      this.cy.resize();
      this.fit();
    })).observe(this.frame);
    onPaper(this.frame);
    onTheme(() => this.cy.style(graphStyle()));
    this.lay();
    follow((chosen) => this.show(chosen));
    document.fonts.ready.then(() => this.label());
  }

  /** Choose what is drawn, and lay it out anew; what stood keeps about where it was. */
  lay() {
    const hubs = this.hidden.hubs ? this.hubs() : new Set();
    const nodes = this.nodes.filter((node) => !hubs.has(node.id) && !(this.hidden.context && node.context));
    const ids = new Set(nodes.map((node) => node.id));
    const edges = this.edges.filter(({ source, target }) => ids.has(source) && ids.has(target));
    const limit = settings.nodes_at_most + this.opened.size;
    const drawn = group(nodes, edges, limit, new Set([...this.opened, ...selection().ids]));
    const places = new Map(this.cy.nodes().map((node) => [node.id(), { ...node.position() }]));
    const moved = drawn.nodes.filter(({ id }) => !places.has(id)).length;
    this.cy.elements().remove();
    this.cy.add([
      ...drawn.nodes.map((node) => ({ data: this.nodeParts(node), position: places.get(node.id) ?? this.near(node, places) })),
      ...drawn.edges.map((edge) => ({ data: { width: 1, ...edge, kind: edge.kind in words.edges ? edge.kind : "shared" } })),
    ]);
    this.at = null;
    this.opener.disabled = true;
    this.closer.disabled = this.opened.size === 0;
    const randomize = moved > places.size / 2;
    seeded(() => this.cy.layout({ ...LAYOUT, randomize }).run());
    this.widen();
    this.fit();
    this.show(selection());
  }

  /** Draw what was laid out as a square out to the width of the frame, so that more labels lie free. */
  widen() {
    const { w, h } = this.cy.nodes().boundingBox({ includeLabels: false });
    const room = (this.cy.width() / this.cy.height()) * (h / w);
    const factor = Math.min(Math.max(room, 1), settings.widen_at_most);
    this.cy.nodes().positions((node) => ({ x: node.position("x") * factor, y: node.position("y") }));
  }

  /** Show all of it, in the middle; a few nodes are not blown up over the whole frame. */
  fit() {
    this.cy.fit(undefined, LAYOUT.padding);
    if (this.cy.zoom() > ZOOM_TO_FIT) {
      this.cy.zoom(ZOOM_TO_FIT);
      this.cy.center();
    }
  }

  /** A node opened from a group begins where the group stood. */
  near(node, places) {
    return { ...(places.get(this.openedFrom?.get(node.id)) ?? { x: 0, y: 0 }) };
  }

  nodeParts(node) {
    const { width, height } = shapeOf(node.kind);
    const grouped = node.holds !== undefined;
    const text = grouped ? `+${node.holds.length} ${words.many[node.kind]}` : cut(node.short ?? node.label, settings.label_letters);
    return {
      id: node.id,
      kind: node.kind,
      text,
      role: grouped ? "" : (node.role ?? ""),
      outside: Boolean(node.context),
      grouped,
      holds: node.holds ?? [node.id],
      width: grouped ? 46 : width,
      height: grouped ? 46 : height,
    };
  }

  hubs() {
    const links = new Map();
    for (const { source, target } of this.edges) {
      for (const id of [source, target]) links.set(id, (links.get(id) ?? 0) + 1);
    }
    return new Set(
      this.nodes.filter(({ id, context }) => context && (links.get(id) ?? 0) >= settings.hub_links).map(({ id }) => id),
    );
  }

  expand(node) {
    if (!node?.data("grouped")) return;
    this.openedFrom = new Map(node.data("holds").map((id) => [id, node.id()]));
    for (const id of node.data("holds")) this.opened.add(id);
    this.lay();
  }

  /** Follow the selection: amounts of the chosen days, and everything else stepped back. */
  show(chosen) {
    const ids = new Set(chosen.ids);
    const someone = ids.size > 0;
    this.cy.batch(() => {
      const sums = this.cy.edges().map((edge) => {
        const sum = (field) => edge.data("parts").reduce((total, part) => total + chosenSum(part, field, chosen), 0);
        const [amount, records] = [sum("amount_vnd"), sum("records")];
        const text = amount ? shortAmount(amount) : records && edge.data("kind") !== "shared" ? fill(words.count_records, { count: figure(records) }) : "";
        edge.data({ amount, text });
        const silent = edge.data("parts").every((part) => part.by_day) && !amount && !records;
        edge.toggleClass("outside-days", silent && (chosen.from !== null || chosen.to !== null));
        return amount;
      });
      const most = Math.max(1, ...sums);
      this.cy.edges().forEach((edge) => {
        const { thin } = edgeOf(edge.data("kind"));
        edge.data("width", thin ? 1.2 : 1.6 + 5 * Math.sqrt(edge.data("amount") / most));
      });
      const held = this.cy.nodes().filter((node) => node.data("holds").some((id) => ids.has(id)));
      this.cy.nodes().removeClass("chosen stepped-back");
      this.cy.edges().removeClass("stepped-back");
      if (someone) {
        held.addClass("chosen");
        const near = held.closedNeighborhood();
        this.cy.elements().difference(near).addClass("stepped-back");
      }
    });
    this.label();
  }

  /** Size the labels for the screen, and show those that lie free. */
  label() {
    const { cy } = this;
    const zoom = cy.zoom();
    const pixels = settings.label_pixels / zoom;
    const edgePixels = settings.label_pixels_of_edges / zoom;
    const gap = 3 / zoom;
    const nodes = cy.nodes();
    const withRoles = nodes.length <= settings.role_lines_up_to;
    const half = (node) => ({ x: node.data("width") / 2, y: node.data("height") / 2 });
    const rank = (node) =>
      (node.hasClass("chosen") ? 1e6 : 0) - (node.hasClass("stepped-back") ? 1e6 : 0) + (node.data("outside") ? 0 : 1e3) + node.degree();
    const bodies = nodes.map((node) => {
      const [{ x, y }, reach] = [node.position(), half(node)];
      return { owner: node.id(), left: x - reach.x, right: x + reach.x, top: y - reach.y, bottom: y + reach.y };
    });
    const wanted = nodes
      .sort((a, b) => rank(b) - rank(a) || (a.id() < b.id() ? -1 : 1))
      .map((node) => {
        const lines = withRoles && node.data("role") ? [node.data("text"), node.data("role")] : [node.data("text")];
        node.data("label", lines.join("\n"));
        return { ...sizeOf(lines, pixels, 600), ...node.position(), id: node.id(), owner: node.id(), reach: half(node) };
      });
    const edges = cy
      .edges()
      .filter((edge) => edge.data("text") && !edge.hasClass("outside-days"))
      .sort((a, b) => b.data("amount") - a.data("amount") || (a.id() < b.id() ? -1 : 1))
      .map((edge) => ({ ...sizeOf([edge.data("text")], edgePixels, 400), ...edge.midpoint(), id: edge.id(), owner: edge.id(), reach: null }));
    const { x1, x2, y1, y2 } = cy.extent();
    const view = { left: x1, right: x2, top: y1, bottom: y2 };
    const placed = place([...wanted, ...edges], bodies, view, gap);
    cy.batch(() => {
      cy.elements().forEach((part) => {
        const side = placed.get(part.id());
        part.data({ side: side ?? "none", pixels: part.isNode() ? pixels : edgePixels, gap });
      });
    });
  }

  say(part) {
    if (part.isEdge()) {
      const name = (node) => node.data("text");
      this.said.replaceChildren(
        `${name(part.source())} → ${name(part.target())}: ${words.edges[part.data("kind")]}`,
        part.data("amount") ? `, ${figure(part.data("amount"))} đ` : "",
      );
      return;
    }
    this.at = part;
    this.opener.disabled = !part.data("grouped");
    const { kind, outside, grouped } = part.data();
    const name = grouped ? part.data("text") : this.named.get(part.id()).label;
    const role = part.data("role") ? `, ${part.data("role")}` : "";
    this.said.replaceChildren(
      element("strong", {}, name),
      ` (${words.kinds[kind]}${role}; ${outside ? words.context : words.member}), `,
      words.links.replace("{count}", figure(part.degree())),
    );
    this.cy.nodes().removeClass("at");
    part.addClass("at");
  }

  key(event) {
    const acts = {
      ArrowRight: () => this.step(1, 0),
      ArrowLeft: () => this.step(-1, 0),
      ArrowDown: () => this.step(0, 1),
      ArrowUp: () => this.step(0, -1),
      Enter: () => this.at && toggle(this.at.data("holds")),
      " ": () => this.at && toggle(this.at.data("holds")),
      m: () => this.expand(this.at),
      M: () => this.expand(this.at),
      Escape: () => toggle([]),
      "+": () => this.zoom(1.25),
      "=": () => this.zoom(1.25),
      "-": () => this.zoom(0.8),
    };
    if (!(event.key in acts) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    acts[event.key]();
  }

  zoom(factor) {
    const middle = { x: this.cy.width() / 2, y: this.cy.height() / 2 };
    this.cy.zoom({ level: this.cy.zoom() * factor, renderedPosition: middle });
  }

  /** Go to the nearest node that way; a step aside counts double. */
  step(dx, dy) {
    const from = this.at?.position() ?? { x: -1e6 * dx, y: -1e6 * dy };
    const cost = (node) => {
      const [x, y] = [node.position("x") - from.x, node.position("y") - from.y];
      const ahead = x * dx + y * dy;
      const aside = Math.abs(x * dy) + Math.abs(y * dx);
      return ahead > 0 && node !== this.at ? ahead + 2 * (this.at ? aside : 0) : Infinity;
    };
    const best = this.cy.nodes().min(cost);
    if (best.ele && Number.isFinite(best.value)) {
      this.say(best.ele);
      const { x1, x2, y1, y2 } = this.cy.extent();
      const { x, y } = best.ele.position();
      if (x < x1 || x > x2 || y < y1 || y > y2) this.cy.center(best.ele);
    }
  }

  async savePng() {
    offer(await this.cy.png({ output: "blob-promise", full: true, scale: 2, bg: colour("surface") }), "matluoi.png");
  }
}

const ruler = document.createElement("canvas").getContext("2d");

/** The size of lines of text, as the graph will draw them. */
function sizeOf(lines, pixels, weight) {
  ruler.font = `${weight} 100px ${typeface()}`;
  const widest = Math.max(...lines.map((line) => ruler.measureText(line).width));
  return { width: (widest * pixels) / 100 + pixels * 0.35, height: lines.length * pixels * 1.3 };
}

/** `work` once, at the next frame, however often it is asked for. */
function later(work) {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      work();
    });
  };
}
