"""The picture of a backtest: for each threshold what each weekly capacity finds, misses and wastes (SVG)."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

# Okabe and Ito's colours, which colour-blind people tell apart.
_PARTS = {
    "found": ("#009E73", "found"),
    "again": ("#56B4E9", "found again"),
    "wasted": ("#D55E00", "wasted"),
    "unknown": ("#BBBBBB", "nobody knows"),
}
_MISSED = "#000000"
# Text stays text, and the same backtest gives the same bytes.
_STYLE = {"svg.fonttype": "none", "svg.hashsalt": "matluoi", "font.size": 9}


def draw_backtest(found: Mapping[str, Any], file: Path) -> None:
    """Write one self-contained SVG: a panel a threshold, a bar a capacity, a line for what is missed."""
    thresholds = sorted({row["threshold"] for row in found["sweeps"]})
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(2.6 * len(thresholds) + 1.2, 3.6), layout="constrained")
        panels = figure.subplots(1, len(thresholds), sharey=True, squeeze=False)[0]
        for panel, threshold in zip(panels, thresholds, strict=True):
            _draw_panel(panel, [row for row in found["sweeps"] if row["threshold"] == threshold])
            panel.set_title(f"score from {threshold:g}", fontsize=9)
        panels[0].set_ylabel("networks looked at, targets missed")
        handles, labels = panels[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=len(labels), frameon=False)
        first, last = found["days"][0], found["days"][-1]
        title = f"Rankings of {len(found['days'])} days, {first} to {last}: {found['targets']} to find"
        figure.suptitle(f"{title} ({found['against']})", fontsize=10)
        file.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": "matluoi"})


def _draw_panel(panel: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    places = range(len(rows))
    base = [0] * len(rows)
    for name, (colour, label) in _PARTS.items():
        heights = [row[name] for row in rows]
        panel.bar(places, heights, bottom=base, color=colour, label=label, width=0.7)
        base = [below + height for below, height in zip(base, heights, strict=True)]
    panel.plot(
        places, [row["missed"] for row in rows], color=_MISSED, marker="o", label="missed", linewidth=1
    )
    panel.set_xticks(places, [str(row["capacity"]) for row in rows])
    panel.set_xlabel("a week")
    panel.spines[["top", "right"]].set_visible(False)
