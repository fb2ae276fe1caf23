// Who pays whom.
import settings from "../pictures.json";
import { element, foldedTable } from "./build_html.js";
import { plainId, sankey } from "./sankey.js";
import { chosenSum, follow, selection, toggle } from "./selection.js";
import { cut, figure, fill, share, words } from "./words.js";

/** Draw the money flow of `picture` into `container`. */
export function drawFlow(container, { flows, nodes, flow_of: followed }) {
  const goods = followed === "goods";
  if (flows.length === 0) {
    container.replaceChildren(element("p", { class: "empty" }, words.no_flow));
    return;
  }
  if (goods) container.previousElementSibling.textContent = words.goods_value;
  const names = new Map(nodes.map(({ id, label }) => [id, label]));
  const name = (id) => names.get(id) ?? id;
  const shorts = new Map(nodes.map(({ id, short, label }) => [id, short ?? label]));
  const strongest = (chosen) =>
    flows
      .map((flow) => ({ source: flow.source, target: flow.target, value: chosenSum(flow, "amount_vnd", chosen) }))
      .filter(({ value }) => value > 0)
      .sort((a, b) => b.value - a.value || (a.source + a.target < b.source + b.target ? -1 : 1));
  const drawn = () => {
    const chosen = selection();
    const held = ({ source, target }) => chosen.ids.includes(source) || chosen.ids.includes(target);
    return strongest(chosen)
      .slice(0, settings.flows_at_most)
      .map((flow) => ({ ...flow, faded: chosen.ids.length > 0 && !held(flow) }));
  };
  const { frame, redraw, whenReady } = sankey(words.flow, {
    flows: drawn,
    name: (id) => cut(shorts.get(id) ?? id, settings.label_letters),
    shown: (value) => `${figure(value)} đ`,
    edgeColour: goods ? "calm" : "accent",
  });
  const note = element("p", { class: "quiet" });
  container.replaceChildren(
    goods ? element("p", {}, words.flow_of_goods) : "",
    frame,
    note,
    foldedTable(
      words.flow,
      [{ text: words.from }, { text: words.to }, { text: words.amount, num: true }],
      flows.map((flow) => ({
        attributes: { "data-ids": JSON.stringify([flow.source, flow.target]) },
        cells: [name(flow.source), name(flow.target), figure(flow.amount_vnd)],
      })),
    ),
  );
  whenReady((chart) =>
    chart.on("click", ({ dataType, data }) =>
      toggle(dataType === "edge" ? [plainId(data.source), plainId(data.target)] : [plainId(data.name)]),
    ),
  );
  follow((chosen) => {
    redraw();
    note.textContent = notes(strongest(chosen), flows, chosen);
  });
}

function notes(all, flows, chosen) {
  const total = all.reduce((sum, { value }) => sum + value, 0);
  const top = all.slice(0, settings.flows_at_most);
  const said = [];
  if (top.length < all.length) {
    const part = share(top.reduce((sum, { value }) => sum + value, 0) / total);
    said.push(fill(words.drawn_of, { drawn: figure(top.length), all: figure(all.length), share: part }));
  }
  if ((chosen.from !== null || chosen.to !== null) && flows.some((flow) => !flow.by_day)) said.push(words.not_by_day);
  return said.join(" ");
}
