"""Commands that run the pipeline: `matluoi run` (all of it) and `matluoi job` (one stage or step)."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from configs.errors import MatluoiError, UsageError
from configs.settings import Settings, load_settings
from jobs.cli import terminal
from jobs.cli.options import AsJson, AsOf, ConfigFile, Home, Landing, Quiet, WindowDays

if TYPE_CHECKING:
    from jobs.runtime.steps import Run
    from jobs.runtime.warm_session import StageRequest


def run(
    landing: Landing,
    home: Home,
    as_of: AsOf,
    window_days: WindowDays = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Run the whole pipeline for a date in one process: landing files in, a published ranking out.

    Examples:

      matluoi run --landing landing --home home --as-of 2026-03-31

      matluoi run --landing landing --home home --as-of 2026-03-31 --window-days 180 --json
    """
    day, settings = terminal.parse_date(as_of, "--as-of"), load_settings(config, _overrides(window_days))
    report = _silent if quiet else terminal.progress.print
    _show(run_pipeline(_checked_landing(landing), home, day, settings, report), as_json)


def run_pipeline(
    landing: Path | None, home: Path, as_of: date, settings: Settings, report: Callable[[str], None]
) -> "Run":
    """All stages for one date, and the files that readers of its ranking need."""
    from jobs.pipeline import STAGES
    from jobs.publish.publish_ranking import write_manifest
    from jobs.publish.write_case_files import write_case_files
    from jobs.runtime.steps import run_steps
    from jobs.runtime.warm_session import StageRequest

    request = StageRequest(
        name="run",
        as_of=as_of,
        landing=landing,
        feeds=_checked_feeds(()),
        settings=settings,
    )
    current = _open(home, request, report)
    try:
        for steps in STAGES.values():
            run_steps(current, steps)
    except Exception:
        current.lake.discard()
        raise
    write_manifest(current)
    write_case_files(home, current.context.settings, current.context.as_of)
    return current


def job(
    names: Annotated[
        list[str] | None, typer.Argument(help="Stages or steps, in order; see --list.", show_default=False)
    ] = None,
    landing: Annotated[Path | None, typer.Option("--landing", envvar="MATLUOI_LANDING")] = None,
    home: Annotated[Path | None, typer.Option("--home", envvar="MATLUOI_HOME")] = None,
    as_of: Annotated[str, typer.Option("--as-of", help="The date of the run, YYYY-MM-DD.")] = "",
    feed: Annotated[list[str] | None, typer.Option("--feed", help="Only this feed; may be repeated.")] = None,
    window_days: WindowDays = None,
    config: ConfigFile = None,
    list_jobs: Annotated[bool, typer.Option("--list", help="List the stages and their steps.")] = False,
    quiet: Quiet = False,
) -> None:
    """Run stages or steps of the pipeline on the branch of their run (the DAGs call this).

    Examples:

      matluoi job --list

      matluoi job ingest --feed shipments --landing landing --home home --as-of 2026-03-31

      matluoi job link measure rank --home home --as-of 2026-03-31
    """
    from jobs.pipeline import STAGES, steps_of
    from jobs.runtime.warm_session import StageRequest, hand_over

    if list_jobs or not names:
        for stage, steps in STAGES.items():
            terminal.results.print(f"[bold]{stage}[/]: {', '.join(step.name for step in steps)}")
        return
    for name in names:
        steps_of(name)
    if home is None or not as_of:
        raise UsageError(f"job {names[0]} needs --home and --as-of.")
    report = _silent if quiet else terminal.progress.print
    requests = [
        StageRequest(
            name=name,
            as_of=terminal.parse_date(as_of, "--as-of"),
            landing=_checked_landing(landing),
            feeds=_checked_feeds(tuple(feed or ())),
            settings=load_settings(config, _overrides(window_days)),
        )
        for name in names
    ]
    for request in requests:
        if not hand_over(home, request, report):
            run_stage(home, request, report)


def run_stage(home: Path, request: "StageRequest", report: Callable[[str], None]) -> None:
    """Run one stage or step in this process; after the publishing, write what readers of files need."""
    from jobs.pipeline import STAGES, steps_of
    from jobs.publish.publish_ranking import write_manifest
    from jobs.publish.write_case_files import write_case_files
    from jobs.runtime.steps import run_steps

    steps = steps_of(request.name)
    current = _open(home, request, report)
    run_steps(current, steps)
    if steps is STAGES["publish"]:
        write_manifest(current)
        write_case_files(home, request.settings, request.as_of)


def _overrides(window_days: int | None) -> dict[str, Any]:
    return {} if window_days is None else {"window_days": window_days}


def _checked_landing(landing: Path | None) -> Path | None:
    if landing is not None and not landing.is_dir():
        raise UsageError(
            f"--landing {landing}: no such folder. Create it, or name the folder that holds the feeds."
        )
    return landing.resolve() if landing else None


def _checked_feeds(feeds: tuple[str, ...]) -> tuple[str, ...]:
    """The feeds that were asked for, or all of them."""
    from configs.sources import load_sources

    known = tuple(sorted(load_sources()))
    unknown = sorted(set(feeds) - set(known))
    if unknown:
        raise UsageError(f"--feed {unknown[0]}: no such feed. Known: {', '.join(known)}.")
    return feeds or known


def _open(home: Path, request: "StageRequest", report: Callable[[str], None]) -> "Run":
    from configs.catalogue import shipped_catalogue
    from jobs.runtime.job import JobContext
    from jobs.runtime.lake import Lake
    from jobs.runtime.steps import Run, run_name

    shipped_catalogue()
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise MatluoiError(
            f"--home {home}: cannot be written ({error.strerror}). Choose another folder."
        ) from error
    report("opening Spark …")
    lake = Lake.open(home, request.settings, run_name(request.as_of))
    return Run(lake, JobContext(request.as_of, request.settings), request.landing, request.feeds, report)


def _silent(_: str) -> None:
    """No progress was wanted."""


def _show(current: Any, as_json: bool) -> None:
    import json

    from jobs.publish.read_published import read_ranking

    rows = read_ranking(current.home, current.context.settings, "ranking.networks", current.context.as_of)
    networks = [json.loads(line) for line in rows.sort_by("rank").column("network").to_pylist()]
    if as_json:
        summary = [
            {key: network[key] for key in ("rank", "network_id", "score")} for network in networks[:50]
        ]
        terminal.print_json({"as_of": current.context.as_of, "networks": len(networks), "top": summary})
        return
    title = f"{len(networks)} networks for {current.context.as_of}, the first ten"
    terminal.results.print(terminal.ranking_table(networks[:10], title))
