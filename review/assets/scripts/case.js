// The pictures of a case page: graph, timeline, flow of money and routes of goods are one view of one selection.
import { element } from "./build_html.js";
import { drawFlow } from "./flow.js";
import { drawGraph } from "./graph.js";
import { readJson } from "./page_json.js";
import { drawRoutes } from "./routes.js";
import { followInTables } from "./tables.js";
import { drawTimeline } from "./timeline.js";
import { words } from "./words.js";

const picture = { nodes: [], edges: [], days: [], flows: [], routes: [], ...readJson("case-picture") };

/** Draw into the container `id` where the page has one, under a heading. */
function draw(id, drawing) {
  const container = document.getElementById(id);
  if (!container) return;
  const drawn = element("div", { class: "drawn" });
  container.replaceChildren(element("h3", {}, words[id]), drawn);
  drawing(drawn);
}

draw("graph", (container) => drawGraph(container, picture));
draw("timeline", (container) => drawTimeline(container, picture.days));
draw("flow", (container) => drawFlow(container, picture));
draw("routes", (container) => drawRoutes(container, picture.routes));
followInTables();
