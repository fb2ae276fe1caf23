"""`matluoi evaluate`: published rankings against the truth of their worlds."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from configs.errors import UsageError
from configs.settings import load_settings
from jobs.cli import terminal
from jobs.cli.options import AsJson, AsOf, ConfigFile, TypologiesOfKinds

if TYPE_CHECKING:
    from models.evaluation.places import RankPlace, SchemePlace

NOT_MEASURED = "not measured"


def evaluate(
    home: Annotated[
        list[Path],
        typer.Option("--home", envvar="MATLUOI_HOME", help="A home; repeat it for several worlds."),
    ],
    as_of: AsOf,
    truth: Annotated[
        list[Path],
        typer.Option(
            "--truth", help="The truth folder of a simulated world; one for each home, or several for one."
        ),
    ],
    k: Annotated[
        int | None, typer.Option("--k", min=1, help="How far down (default: number of schemes).")
    ] = None,
    typologies: TypologiesOfKinds = None,
    listed: Annotated[
        bool,
        typer.Option("--list", help="Also list where each scheme stands, and what stands in the top K."),
    ] = False,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Print recall and precision at K with their intervals, lookalikes in the top K, and whether the right
    members, records and typologies were named.

    Several homes with a truth each are pooled: every scheme and every network counts once.

    Examples:

      matluoi evaluate --home home --as-of 2026-03-31 --truth world/truth

      matluoi evaluate --home h1 --truth w1/truth --home h2 --truth w2/truth --as-of 2026-03-31 --json

      matluoi evaluate --home home --as-of 2026-03-31 --truth world/truth --typologies kinds.yml

      matluoi evaluate --home home --as-of 2026-03-31 --truth world/truth --list
    """
    from jobs.evaluate.read_truth import read_mapping, read_ranked, read_truth
    from models.evaluation.evaluate_ranking import figures_of, judge_ranking
    from models.evaluation.places import places_of_ranks, places_of_schemes

    settings, day = load_settings(config), terminal.parse_date(as_of, "--as-of")
    mapping = read_mapping(typologies)
    worlds, places = [], []
    for folder, truths in _pairs(home, truth):
        known = read_truth(truths, mapping)
        ranking = read_ranked(folder, settings, day, known.kinds)
        world = judge_ranking(ranking, known.schemes, known.lookalikes, k)
        worlds.append(world)
        if listed:
            schemes = places_of_schemes(ranking, known.schemes)
            places.append((schemes, places_of_ranks(ranking, known.schemes, known.lookalikes, world.k)))
    figures = figures_of(worlds).as_dict()
    if as_json:
        each = [figures_of([world]).as_dict() for world in worlds] if len(worlds) > 1 else []
        lists = [{"schemes": list(map(asdict, s)), "top": list(map(asdict, t))} for s, t in places]
        terminal.print_json(
            figures | ({"worlds": each} if each else {}) | ({"places": lists} if lists else {})
        )
        return
    terminal.results.print(_table(figures, len(worlds)))
    for name in ("recall_by_kind", "lookalikes_by_kind"):
        terminal.results.print(f"[bold]{name}[/]: " + ", ".join(f"{k} {v}" for k, v in figures[name].items()))
    terminal.results.print("[bold]missed at 2K[/]: " + (", ".join(figures["missed"]) or "none"))
    for (folder, _), (schemes, top) in zip(_pairs(home, truth), places, strict=False):
        terminal.results.print(_scheme_table(folder, schemes), _rank_table(folder, top))


def _pairs(homes: list[Path], truths: list[Path]) -> list[tuple[Path, list[Path]]]:
    """Each home with its truths."""
    if len(homes) == 1:
        return [(homes[0], truths)]
    if len(homes) != len(truths):
        raise UsageError(
            f"--truth: {len(truths)} for {len(homes)} homes. Name one for each home, in their order."
        )
    return [(home, [truth]) for home, truth in zip(homes, truths, strict=True)]


def _table(figures: dict[str, Any], worlds: int) -> Table:
    title = f"{figures['schemes']} schemes" + (f" in {worlds} worlds" if worlds > 1 else "")
    table = Table(title=title, title_justify="left")
    table.add_column("figure")
    table.add_column("value", justify="right")
    table.add_column("95 %")
    for name, value in figures.items():
        if isinstance(value, dict | list) or name.endswith("_interval"):
            continue
        interval = figures.get(f"{name}_interval")
        shown = "–".join(f"{bound:.2f}" for bound in interval) if interval else ""
        table.add_row(name, NOT_MEASURED if value is None else f"{value:g}", shown)
    return table


def _scheme_table(home: Path, schemes: "Sequence[SchemePlace]") -> Table:
    """Best found first, those that no network finds last."""
    table = Table(title=f"{home}: where each scheme stands", title_justify="left")
    for column in ("scheme", "kind", "difficulty", "rank", "members", "touched by (rank: common of members)"):
        table.add_column(column, justify="right" if column in ("rank", "members") else "left")
    for scheme in sorted(schemes, key=lambda one: (one.rank is None, one.rank, one.id)):
        touched = ", ".join(f"{touch.rank}: {touch.common} of {touch.members}" for touch in scheme.touched)
        rank = "none" if scheme.rank is None else str(scheme.rank)
        table.add_row(scheme.id, scheme.kind, scheme.difficulty, rank, str(scheme.members), touched)
    return table


def _rank_table(home: Path, top: "Sequence[RankPlace]") -> Table:
    table = Table(title=f"{home}: what stands in the top {len(top)}", title_justify="left")
    for column in ("rank", "score", "network", "stands for", "typologies"):
        table.add_column(column, justify="right" if column in ("rank", "score") else "left")
    for place in top:
        name = " ".join(filter(None, (place.stands_for, place.planted, place.kind)))
        table.add_row(
            str(place.rank), f"{place.score:.1f}", place.network_id, name, ", ".join(place.typologies)
        )
    return table
