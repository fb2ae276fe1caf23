// From which province to which the parcels went.
import settings from "../pictures.json";
import { element, foldedTable } from "./build_html.js";
import { sankey } from "./sankey.js";
import { chosenSum, follow, selection, toggle } from "./selection.js";
import { figure, fill, share, words } from "./words.js";

/** Draw `routes` into `container`. A route may name the ids of those who sent or received on it. */
export function drawRoutes(container, routes) {
  if (routes.length === 0) {
    container.replaceChildren(element("p", { class: "empty" }, words.no_routes));
    return;
  }
  const declared = routes.filter((route) => route.declared).length;
  const unit = declared === 0 ? words.parcels : declared === routes.length ? words.lines : words.parcels_and_lines;
  const strongest = (chosen) =>
    routes
      .map((route) => ({ ...route, value: chosenSum(route, "parcels", chosen) }))
      .filter(({ value }) => value > 0)
      .sort((a, b) => b.value - a.value || (a.from_province + a.to_province < b.from_province + b.to_province ? -1 : 1));
  const drawn = () => {
    const chosen = selection();
    return strongest(chosen)
      .slice(0, settings.routes_at_most)
      .map(({ from_province: from, to_province: to, value, ids }) => ({
        source: `${from} `,
        target: to,
        value,
        faded: chosen.ids.length > 0 && ids !== undefined && !ids.some((id) => chosen.ids.includes(id)),
      }));
  };
  const { frame, redraw, whenReady } = sankey(words.routes, {
    flows: drawn,
    name: (id) => id.trim(),
    shown: (value) => `${figure(value)} ${unit.toLowerCase()}`,
    edgeColour: "caution",
  });
  const note = element("p", { class: "quiet" });
  container.replaceChildren(
    frame,
    note,
    foldedTable(
      words.routes,
      [{ text: words.from }, { text: words.to }, { text: unit, num: true }],
      routes.map((route) => ({
        attributes: { "data-ids": route.ids ? JSON.stringify(route.ids) : null },
        cells: [route.from_province, route.to_province, figure(route.parcels)],
      })),
    ),
  );
  whenReady((chart) =>
    chart.on("click", ({ dataType, data }) => {
      if (dataType !== "edge") return;
      const route = routes.find(({ from_province: from, to_province: to }) => `${from} ` === data.source && to === data.target);
      if (route?.ids) toggle(route.ids);
    }),
  );
  follow((chosen) => {
    redraw();
    const all = strongest(chosen);
    const top = all.slice(0, settings.routes_at_most);
    const sum = (part) => part.reduce((total, { value }) => total + value, 0);
    const said = [];
    if (top.length < all.length) {
      said.push(fill(words.drawn_of, { drawn: figure(top.length), all: figure(all.length), share: share(sum(top) / sum(all)) }));
    }
    if ((chosen.from !== null || chosen.to !== null) && routes.some((route) => !route.by_day)) said.push(words.not_by_day);
    note.textContent = said.join(" ");
  });
}
