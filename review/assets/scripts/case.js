// The pictures of a case page: graph, timeline, flow of money and routes of goods are one view of one selection.
import { drawFlow } from "./flow.js";
import { drawGraph } from "./graph.js";
import { readJson } from "./page_json.js";
import { drawRoutes } from "./routes.js";
import { followInTables } from "./tables.js";
import { drawTimeline } from "./timeline.js";

const picture = { nodes: [], edges: [], days: [], flows: [], routes: [], ...readJson("case-picture") };

const draw = (id, drawing) => {
  const container = document.getElementById(id);
  if (container) drawing(container);
};

draw("graph", (container) => drawGraph(container, picture));
draw("timeline", (container) => drawTimeline(container, picture.days));
draw("flow", (container) => drawFlow(container, picture));
draw("routes", (container) => drawRoutes(container, picture.routes));
followInTables();
