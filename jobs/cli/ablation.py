"""`matluoi ablate`: what each part of the ranking earns, and what is found without own typologies."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from configs.settings import load_settings
from jobs.cli import terminal
from jobs.cli.options import AsJson, AsOf, ConfigFile, Home, Quiet, TypologiesOfKinds


def ablate(
    home: Home,
    as_of: AsOf,
    truth: Annotated[
        list[Path], typer.Option("--truth", help="The truth folder of a simulated world; may be repeated.")
    ],
    typologies: TypologiesOfKinds = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Rank the stored detections of a run anew without operators, ties, graph patterns, outliers, innocent
    explanations or typologies, and each kind of scheme without its own typologies (leave one out).

    Nothing is measured again and nothing is published.

    Examples:

      matluoi ablate --home home --as-of 2026-03-31 --truth world/truth

      matluoi ablate --home home --as-of 2026-03-31 --truth world/truth --typologies kinds.yml --json
    """
    from jobs.evaluate.ablate_ranking import ablate_ranking
    from jobs.evaluate.read_truth import read_mapping, read_truth

    known = read_truth(truth, read_mapping(typologies))
    day = terminal.parse_date(as_of, "--as-of")
    report = (lambda _: None) if quiet else terminal.progress.print
    found = ablate_ranking(home, load_settings(config), day, known, report)
    if as_json:
        terminal.print_json(found)
        return
    terminal.results.print(_parts(found["without"]))
    terminal.results.print(_left_out(found))


# What the table shows of each part's figures, and how; --json has all of them.
_SHOWN = {
    "recall_at_k": "recall",
    "precision_at_k": "precision",
    "lookalikes_in_top_k": "alike",
    "recall_at_2k": "at 2K",
    "hard_recall_at_k": "hard",
    "purity": "pure",
    "completeness": "whole",
    "evidence_recall": "records",
}


def _parts(parts: dict[str, dict[str, Any]]) -> Table:
    table = Table(title="Without …", title_justify="left")
    table.add_column("part")
    for short in _SHOWN.values():
        table.add_column(short, justify="right")
    for name, part in parts.items():
        values = (part[figure] for figure in _SHOWN)
        table.add_row(name, *("—" if value is None else f"{value:.2f}" for value in values))
    return table


def _left_out(found: dict[str, Any]) -> Table:
    mean = found["leave_one_out_mean_recall_at_2k"]
    title = "Leave one out: recall at 2K" + ("" if mean is None else f", mean over kinds {mean:.2f}")
    table = Table(title=title, title_justify="left")
    for column in ("kind", "without typologies", "found"):
        table.add_column(column)
    for kind, item in found["leave_one_out"].items():
        table.add_row(kind, ", ".join(item["typologies"]) or "—", f"{item['found']}/{item['schemes']}")
    return table
