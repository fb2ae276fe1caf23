// ECharts, with only the parts that are used, in the page's theme.
import { BarChart, SankeyChart, ScatterChart } from "echarts/charts";
import { DataZoomComponent, GridComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { LabelLayout } from "echarts/features";
import { CanvasRenderer } from "echarts/renderers";
import { element } from "./build_html.js";
import { colour, onTheme, typeface } from "./colours.js";
import { onPaper } from "./on_paper.js";

use([BarChart, ScatterChart, SankeyChart, GridComponent, DataZoomComponent, TooltipComponent, LabelLayout, CanvasRenderer]);

/**
 * A chart in a frame with a name for those who do not see it. `options()` is asked again when the theme changes.
 * Returns {frame, chart, redraw}.
 */
export function chartIn(name, options) {
  const frame = element("div", { class: "canvas", role: "img", "aria-label": name });
  let chart = null;
  const redraw = () => chart?.setOption(options(), { notMerge: true });
  const observer = new ResizeObserver(() => {
    if (frame.clientWidth === 0) return;
    if (chart === null) {
      chart = init(frame, null, { renderer: "canvas" });
      redraw();
      frame.dispatchEvent(new CustomEvent("chart", { detail: chart }));
    } else chart.resize();
  });
  observer.observe(frame);
  onPaper(frame);
  onTheme(redraw);
  document.fonts.ready.then(redraw);
  return { frame, redraw, whenReady: (act) => frame.addEventListener("chart", ({ detail }) => act(detail)) };
}

/** Text style of charts. */
export const text = (more = {}) => ({ fontFamily: typeface(), fontSize: 12, color: colour("ink"), ...more });

/** A tooltip that is drawn, not written as HTML with inline styles. */
export const tooltip = (formatter) => ({
  renderMode: "richText",
  confine: true,
  backgroundColor: colour("surface"),
  borderColor: colour("rule-strong"),
  textStyle: text(),
  formatter,
});
