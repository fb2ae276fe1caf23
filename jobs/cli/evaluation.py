"""`matluoi evaluate`: a published ranking against the truth of a simulated world."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from configs.errors import UsageError
from configs.settings import load_settings
from jobs.cli import terminal
from jobs.cli.options import AsJson, AsOf, ConfigFile, Home


def evaluate(
    home: Home,
    as_of: AsOf,
    truth: Annotated[Path, typer.Option("--truth", help="The truth folder of a simulated world.")],
    k: Annotated[
        int | None, typer.Option("--k", min=1, help="How far down (default: number of schemes).")
    ] = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Print recall and precision at K, lookalikes in the top K, and whether the right members were named.

    Example:

      matluoi evaluate --home home --as-of 2026-03-31 --truth world/truth
    """
    from jobs.publish.read_published import read_ranking
    from models.evaluation.evaluate_ranking import evaluate_ranking
    from models.evaluation.truth import planted_from, ranked_from

    schemes = [planted_from(line) for line in _lines(truth / "schemes.jsonl")]
    lookalikes = [planted_from(line) for line in _lines(truth / "lookalikes.jsonl")]
    kinds = sorted({member.kind for group in [*schemes, *lookalikes] for member in group.members})
    rows = read_ranking(
        home, load_settings(config), "ranking.networks", terminal.parse_date(as_of, "--as-of")
    )
    lines = rows.sort_by("rank").column("network").to_pylist()
    ranking = [ranked_from(json.loads(line), kinds) for line in lines]
    figures = evaluate_ranking(ranking, schemes, lookalikes, k).as_dict()
    if as_json:
        terminal.print_json(figures)
        return
    table = Table(title=f"{len(ranking)} networks against {len(schemes)} schemes", title_justify="left")
    table.add_column("figure")
    table.add_column("value", justify="right")
    for name, value in figures.items():
        if not isinstance(value, dict | list):
            table.add_row(name, "—" if value is None else f"{value:g}")
    terminal.results.print(table)
    for name in ("recall_by_kind", "lookalikes_by_kind"):
        terminal.results.print(f"[bold]{name}[/]: " + ", ".join(f"{k} {v}" for k, v in figures[name].items()))
    terminal.results.print("[bold]missed at 2K[/]: " + (", ".join(figures["missed"]) or "none"))


def _lines(path: Path) -> list[dict[str, Any]]:
    if not path.is_file():
        raise UsageError(f"{path}: not there. Name the truth folder that `matluoi simulate` wrote.")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
