// Money and parcels by day; the range that is chosen here holds for every picture and table.
import { element, foldedTable } from "./build_html.js";
import { chartIn, text, tooltip } from "./charts.js";
import { colour } from "./colours.js";
import { choose, dayChosen, follow, selection } from "./selection.js";
import { dayText, figure, fill, shortAmount, words } from "./words.js";

/** Draw the timeline of `days`, in order, into `container`. */
export function drawTimeline(container, days) {
  if (days.length === 0) {
    container.replaceChildren(element("p", { class: "empty" }, words.no_days));
    return;
  }
  const drawnDays = nearBars(days);
  const all = everyDay(drawnDays);
  const [first, last] = [all[0].day, all.at(-1).day];
  const { frame, redraw, whenReady } = chartIn(words.timeline, () => options(all, selection()));
  frame.style.height = `${heights(rowsOf(all)).whole}px`;
  const fields = rangeFields(first, last);
  const outside = days.length - drawnDays.length;
  container.replaceChildren(
    fields.whole,
    frame,
    outside > 0 ? element("p", { class: "quiet" }, fill(words.days_outside, { count: figure(outside) })) : "",
    foldedTable(
      words.timeline,
      [{ text: words.day }, ...rowsOf(all).map(({ word }) => ({ text: words[word], num: true })), { text: words.events }],
      days.map((day) => ({
        attributes: { "data-day": day.day },
        cells: [dayText(day.day), ...rowsOf(all).map(({ field }) => figure(day[field] ?? 0)), (day.events ?? []).join("; ")],
      })),
    ),
  );
  whenReady((chart) => {
    chart.on("datazoom", () => {
      const [{ startValue, endValue }] = chart.getOption().dataZoom;
      const [from, to] = [all[startValue].day, all[endValue].day];
      const whole = from === first && to === last;
      const chosen = { from: whole ? null : from, to: whole ? null : to };
      if (chosen.from !== selection().from || chosen.to !== selection().to) choose(chosen);
    });
    chart.on("click", ({ dataIndex }) => choose({ from: all[dataIndex].day, to: all[dataIndex].day }));
  });
  let drawn = "";
  follow((chosen) => {
    fields.show(chosen);
    const range = `${chosen.from}/${chosen.to}`;
    if (range !== drawn) redraw();
    drawn = range;
  });
}

/** So many days around money and goods are drawn; a registration years before would press them into a corner. */
const AROUND = 60 * 86_400_000;

/** The days that are drawn: all where there is neither money nor goods, else those near them. */
function nearBars(days) {
  const withBars = days.filter((day) => ROWS.some(({ field }) => day[field] > 0));
  if (withBars.length === 0) return days;
  const [from, to] = [Date.parse(withBars[0].day) - AROUND, Date.parse(withBars.at(-1).day) + AROUND];
  return days.filter(({ day }) => from <= Date.parse(day) && Date.parse(day) <= to);
}

/** Every day between the first and the last: a day without a record is shown as one, not skipped. */
function everyDay(days) {
  const known = new Map(days.map((day) => [day.day, day]));
  const all = [];
  for (let at = Date.parse(`${days[0].day}T00:00Z`); all.at(-1)?.day !== days.at(-1).day; at += 86_400_000) {
    const day = new Date(at).toISOString().slice(0, 10);
    all.push(known.get(day) ?? { day, money_vnd: 0, declared_vnd: 0, parcels: 0, events_count: 0, events: [] });
  }
  return all;
}

function rangeFields(first, last) {
  const field = (name) => element("input", { type: "date", min: first, max: last, name });
  const [from, to] = [field("from_day"), field("to_day")];
  const change = () => {
    if (!from.validity.valid || !to.validity.valid) return;
    choose({ from: from.value && from.value > first ? from.value : null, to: to.value && to.value < last ? to.value : null });
  };
  from.addEventListener("change", change);
  to.addEventListener("change", change);
  const reset = element("button", { type: "button", onclick: () => choose({ from: null, to: null }) }, words.whole_period);
  const whole = element(
    "div",
    { class: "controls" },
    element("label", {}, `${words.from_day} `, from),
    element("label", {}, `${words.to_day} `, to),
    reset,
  );
  const show = (chosen) => {
    from.value = chosen.from ?? first;
    to.value = chosen.to ?? last;
    reset.disabled = chosen.from === null && chosen.to === null;
  };
  return { whole, show };
}

const ROWS = [
  { field: "money_vnd", word: "money", shown: shortAmount, colour: "accent", ticks: 4, height: 108, least: 1 },
  { field: "declared_vnd", word: "declared", shown: shortAmount, colour: "calm", ticks: 3, height: 90, least: 1 },
  { field: "parcels", word: "parcels", shown: figure, colour: "caution", ticks: 2, height: 56, least: 1 },
];

/** Where there is neither money nor goods: how much happened. */
const HAPPENED = { field: "events_count", word: "events", shown: figure, colour: "severe", ticks: 2, height: 56, least: 1 };

/** The rows of bars that say something. */
function rowsOf(all) {
  const rows = ROWS.filter(({ field }) => all.some((day) => day[field] > 0));
  return rows.length > 0 ? rows : [HAPPENED];
}

/** How high the rows stand, in pixels: {tops, whole}. */
function heights(rows) {
  const tops = rows.map((_, at) => 28 + rows.slice(0, at).reduce((sum, { height }) => sum + height + 38, 0));
  return { tops, whole: tops.at(-1) + rows.at(-1).height + 70 };
}

function options(all, chosen) {
  const rows = rowsOf(all);
  const { tops } = heights(rows);
  const within = all.map(({ day }) => dayChosen(day, chosen));
  const oneYear = all[0].day.slice(0, 4) === all.at(-1).day.slice(0, 4);
  const valueAxis = ({ word, shown, ticks, least }, gridIndex) => ({
    type: "value",
    name: words[word],
    gridIndex,
    splitNumber: ticks,
    minInterval: least,
    nameTextStyle: text({ color: colour("ink-quiet"), align: "left" }),
    nameGap: 8,
    axisLabel: text({ color: colour("ink-quiet"), formatter: shown }),
    splitLine: { lineStyle: { color: colour("rule") } },
  });
  const dayAxis = (_, gridIndex) => ({
    type: "category",
    gridIndex,
    data: all.map(({ day }) => day),
    axisLabel: text({
      show: gridIndex === rows.length - 1,
      color: colour("ink-quiet"),
      hideOverlap: true,
      formatter: (day) => dayText(day, oneYear),
    }),
    axisLine: { lineStyle: { color: colour("rule-strong") } },
    axisTick: { show: false },
  });
  const bars = ({ field, colour: paint }, at) => ({
    type: "bar",
    xAxisIndex: at,
    yAxisIndex: at,
    data: all.map((day, index) => ({ value: day[field], itemStyle: { opacity: within[index] ? 1 : 0.25 } })),
    itemStyle: { color: colour(paint) },
    barCategoryGap: "25%",
    barMaxWidth: 28,
  });
  const marks = rows.includes(HAPPENED) ? [] : all.flatMap(({ marked }, at) => (marked ? [[at, 0]] : []));
  return {
    animation: false,
    textStyle: text(),
    grid: rows.map(({ height }, at) => ({ left: 64, right: 16, top: tops[at], height })),
    axisPointer: { link: [{ xAxisIndex: "all" }] },
    tooltip: {
      ...tooltip((parts) => {
        const day = all[parts[0].dataIndex];
        const said = rows.map(({ field, word }) => `${words[word]}: ${figure(day[field] ?? 0)}`);
        return [dayText(day.day), ...said, ...(day.events ?? [])].join("\n");
      }),
      trigger: "axis",
    },
    xAxis: rows.map(dayAxis),
    yAxis: rows.map(valueAxis),
    dataZoom: [
      {
        type: "slider",
        xAxisIndex: rows.map((_, at) => at),
        filterMode: "none",
        startValue: chosen.from === null ? 0 : Math.max(0, all.findIndex(({ day }) => day >= chosen.from)),
        endValue: chosen.to === null ? all.length - 1 : Math.max(0, all.findLastIndex(({ day }) => day <= chosen.to)),
        height: 24,
        bottom: 8,
        showDetail: false,
        borderColor: colour("rule"),
        fillerColor: `${colour("accent")}22`,
        handleStyle: { color: colour("surface"), borderColor: colour("accent") },
        moveHandleStyle: { color: colour("rule-strong") },
        dataBackground: { lineStyle: { color: colour("rule-strong") }, areaStyle: { color: colour("sunken") } },
        selectedDataBackground: { lineStyle: { color: colour("accent") }, areaStyle: { color: colour("accent-soft") } },
        brushSelect: false,
      },
    ],
    series: [
      ...rows.map(bars),
      {
        type: "scatter",
        data: marks,
        symbol: "diamond",
        symbolSize: 13,
        itemStyle: { color: colour("severe"), borderColor: colour("surface"), borderWidth: 1.5 },
        z: 5,
      },
    ],
  };
}
