// Flows between names as a Sankey diagram: shared by money and by goods.
import { chartIn, text, tooltip } from "./charts.js";
import { colour } from "./colours.js";
import { fill, words } from "./words.js";

/**
 * A diagram of links that may run in circles. A Sankey diagram may not: the link that closes a circle ends at a second
 * node of the same name, marked as a return.
 *
 * `flows()` gives [{source, target, value, faded}], strongest first; `name(id)` what stands beside a node;
 * `shown(value)` how a value is written. Returns {frame, redraw, whenReady} as `chartIn` does.
 */
export function sankey(title, { flows, name, shown, edgeColour }) {
  const drawn = chartIn(title, () => {
    const links = withoutCircles(flows());
    const narrow = window.innerWidth < 700;
    const ids = [...new Set(links.flatMap(({ source, target }) => [source, target]))];
    const written = (id) => (id.startsWith(AGAIN) ? fill(words.again, { name: name(id.slice(AGAIN.length)) }) : name(id));
    return {
      animation: false,
      textStyle: text(),
      tooltip: tooltip(({ dataType, data }) =>
        dataType === "edge"
          ? `${written(data.source)} → ${written(data.target)}\n${shown(data.value)}`
          : written(data.name),
      ),
      series: [
        {
          type: "sankey",
          left: 4,
          right: narrow ? 100 : 170,
          top: 10,
          bottom: 10,
          nodeGap: 16,
          nodeWidth: 12,
          draggable: false,
          emphasis: { focus: "adjacency" },
          data: ids.map((id) => ({ name: id })),
          links: links.map(({ source, target, value, faded }) => ({
            source,
            target,
            value,
            lineStyle: { opacity: faded ? 0.1 : 0.42, color: colour(edgeColour) },
          })),
          itemStyle: { color: colour(edgeColour), borderWidth: 0 },
          label: text({
            formatter: ({ name: id }) => written(id),
            overflow: "truncate",
            width: narrow ? 95 : 160,
            textBorderColor: colour("surface"),
            textBorderWidth: 3,
          }),
          labelLayout: { hideOverlap: true },
        },
      ],
    };
  });
  const ends = (end) => new Set(flows().map((flow) => flow[end])).size;
  drawn.frame.style.height = `${Math.max(320, 30 * Math.max(ends("source"), ends("target")))}px`;
  return drawn;
}

const AGAIN = "\u21ba";

/** The id of a drawn node, be it a return or not. */
export const plainId = (id) => (id.startsWith(AGAIN) ? id.slice(AGAIN.length) : id);

/** The same links with every circle cut open at its weakest link. */
export function withoutCircles(flows) {
  const next = new Map();
  const reaches = (from, to, seen = new Set()) => {
    if (from === to) return true;
    if (seen.has(from)) return false;
    seen.add(from);
    return [...(next.get(from) ?? [])].some((node) => reaches(node, to, seen));
  };
  return flows.map((flow) => {
    if (reaches(flow.target, flow.source)) return { ...flow, target: AGAIN + flow.target };
    if (!next.has(flow.source)) next.set(flow.source, new Set());
    next.get(flow.source).add(flow.target);
    return flow;
  });
}
