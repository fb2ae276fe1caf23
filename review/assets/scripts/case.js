// The pictures of a case page: graph, timeline, flow of money and routes of goods are one view of one selection.
import { element } from "./build_html.js";
import { drawFlow } from "./flow.js";
import { drawGraph } from "./graph.js";
import { openOnPaper } from "./on_paper.js";
import { openRecords } from "./records.js";
import { drawRoutes } from "./routes.js";
import { followInTables, offerDays } from "./tables.js";
import { drawTimeline } from "./timeline.js";
import { words } from "./words.js";

const DRAWINGS = {
  graph: drawGraph,
  timeline: (container, { days }) => drawTimeline(container, days),
  flow: drawFlow,
  routes: (container, { routes }) => drawRoutes(container, routes),
};

/** The containers of the page, each under its heading with one line that says what is going on. */
const containers = Object.keys(DRAWINGS)
  .map((id) => [id, document.getElementById(id)])
  .filter(([, container]) => container !== null)
  .map(([id, container]) => {
    const drawn = element("div", { class: "drawn", "aria-busy": "true" }, element("p", { class: "empty" }, words.loading));
    container.replaceChildren(element("h3", {}, words[id]), drawn);
    return [id, drawn];
  });

/** The page is there at once; what its pictures are drawn from comes after it. */
async function draw(source) {
  let picture = null;
  try {
    const answered = await fetch(source, { headers: { Accept: "application/json" } });
    picture = answered.ok ? await answered.json() : null;
  } catch {
    // Out of reach, or the session has ended and a page came instead: said below.
  }
  for (const [id, drawn] of containers) {
    drawn.removeAttribute("aria-busy");
    if (picture === null) drawn.replaceChildren(element("p", { class: "empty", role: "alert" }, words.not_loaded));
    else DRAWINGS[id](drawn, picture);
    // A picture that has nothing to show says so in a line, and leaves its room to the others.
    drawn.parentElement.classList.toggle("without", drawn.querySelector(".canvas") === null);
  }
}

const section = document.querySelector("[data-picture]");
if (section !== null) draw(section.dataset.picture);
followInTables();
openOnPaper(document.querySelectorAll(".who details"));
const [evidence, dialog] = [document.querySelector("section.evidence"), document.querySelector("dialog#record")];
if (evidence && dialog) {
  openRecords(evidence, dialog);
  offerDays(evidence.querySelector("form.filters"));
}
