"""`matluoi backtest`: what past rankings would have found, missed and wasted at each weekly capacity."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from configs.errors import UsageError
from configs.settings import Settings, load_settings
from jobs.cli import terminal
from jobs.cli.options import AsJson, ConfigFile, Home, Quiet, TypologiesOfKinds


def backtest(
    home: Home,
    first: Annotated[str, typer.Option("--from", help="The first date, YYYY-MM-DD.")],
    last: Annotated[str, typer.Option("--to", help="The last date, YYYY-MM-DD.")],
    every: Annotated[str, typer.Option("--every", help="Days between rankings, as in 7d.")] = "7d",
    capacity: Annotated[
        str, typer.Option("--capacity", help="Networks that can be looked at in a week, separated by commas.")
    ] = "5,10,20,50",
    threshold: Annotated[
        str, typer.Option("--threshold", help="Least scores, separated by commas (default: evaluation.yml).")
    ] = "",
    truth: Annotated[
        list[Path] | None,
        typer.Option("--truth", help="A truth folder; without it, what was decided later is the truth."),
    ] = None,
    run: Annotated[bool, typer.Option("--run", help="Run the dates that are not published yet.")] = False,
    landing: Annotated[Path | None, typer.Option("--landing", envvar="MATLUOI_LANDING")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write the picture here, as SVG.")] = None,
    typologies: TypologiesOfKinds = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Sweep score thresholds and weekly capacity over past rankings: found, missed, wasted.

    A network that was looked at is not looked at again. Precision below the cut is estimated from the
    networks that exploration drew there.

    Examples:

      matluoi backtest --home home --from 2026-03-03 --to 2026-03-31 --out backtest.svg

      matluoi backtest --home home --landing landing --run --from 2026-03-03 --to 2026-03-31 --every 7d
      --capacity 5,10,20 --truth world/truth --json
    """
    from jobs.evaluate.backtest_rankings import backtest_rankings, dates_between, unpublished
    from jobs.evaluate.draw_backtest import draw_backtest
    from jobs.evaluate.read_truth import evaluation_rules, read_mapping, read_truth

    days = dates_between(_bounds(first, last)[0], _bounds(first, last)[1], _days(every))
    capacities = [int(number) for number in _numbers(capacity, "--capacity", least=1)]
    thresholds = _numbers(threshold, "--threshold", least=0) or evaluation_rules()["score_thresholds"]
    known = read_truth(truth, read_mapping(typologies)) if truth else None
    if run:
        _run(home, landing, unpublished(home, days), load_settings(config), quiet)
    found = backtest_rankings(home, load_settings(config), days, capacities, thresholds, known)
    if out is not None:
        draw_backtest(found, out)
        terminal.progress.print(f"picture in {out}")
    if as_json:
        terminal.print_json(found)
        return
    terminal.results.print(_table(found))
    terminal.results.print(_corrected(found["corrected_precision"]))


def _run(home: Path, landing: Path | None, days: list[date], settings: Settings, quiet: bool) -> None:
    from jobs.cli.pipeline import run_pipeline

    if landing is None or not landing.is_dir():
        raise UsageError("--run needs --landing, the landing zone that the rankings rest on.")
    for day in days:
        terminal.progress.print(f"[bold]running {day}[/]")
        report = (lambda _: None) if quiet else terminal.progress.print
        run_pipeline(landing.resolve(), home, day, settings, report)


def _bounds(first: str, last: str) -> tuple[date, date]:
    start, end = terminal.parse_date(first, "--from"), terminal.parse_date(last, "--to")
    if end < start:
        raise UsageError(f"--to {last}: lies before --from {first}.")
    return start, end


def _days(text: str) -> int:
    number = text.removesuffix("d")
    if not number.isdigit() or int(number) < 1:
        raise UsageError(f"--every {text}: write days, as in 7d.")
    return int(number)


def _numbers(text: str, option: str, least: float) -> list[float]:
    try:
        numbers = [float(part) for part in text.split(",") if part.strip()]
    except ValueError as error:
        raise UsageError(f"{option} {text}: write numbers separated by commas, as in 5,10,20.") from error
    if any(number < least for number in numbers):
        raise UsageError(f"{option} {text}: {least:g} is the least.")
    return sorted(set(numbers))


def _table(found: dict[str, Any]) -> Table:
    days = found["days"]
    title = f"{len(days)} rankings, {days[0]} to {days[-1]}; {found['targets']} to find ({found['against']})"
    table = Table(title=title, title_justify="left")
    names = ("score", "a week", "seen", "found", "missed", "wasted", "again", "open", "right")
    for name in names:
        table.add_column(name, justify="right")
    for row in found["sweeps"]:
        counts = (
            row[name] for name in ("capacity", "looked_at", "found", "missed", "wasted", "again", "unknown")
        )
        shown = "—" if row["precision"] is None else f"{row['precision']:.2f}"
        table.add_row(f"{row['threshold']:g}", *(str(count) for count in counts), shown)
    return table


def _corrected(corrected: dict[str, Any]) -> str:
    def shown(value: float | None) -> str:
        return "not measured" if value is None else f"{value:.2f}"

    return (
        f"By outcomes: precision above the cut {shown(corrected['precision_above'])} "
        f"({corrected['labels_above']} labels), below it {shown(corrected['precision_below'])} "
        f"({corrected['labels_drawn']} drawn), of whole rankings {shown(corrected['precision_of_all'])}."
    )
