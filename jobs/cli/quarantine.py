"""`matluoi release-quarantine`: send quarantined rows through the door again."""

from typing import Annotated

import typer

from configs.errors import UsageError
from jobs.cli import terminal
from jobs.cli.options import AsJson, ConfigFile, Home, Landing


def release_quarantine(
    landing: Landing,
    home: Home,
    feed: Annotated[str, typer.Option("--feed", help="The feed of the rows.")],
    source_file: Annotated[
        str | None, typer.Option("--source-file", help="Only rows of this file, as the quarantine names it.")
    ] = None,
    rule: Annotated[str | None, typer.Option("--rule", help="Only rows that broke this rule.")] = None,
    business_date: Annotated[
        str | None, typer.Option("--business-date", help="Deliver them on this day, YYYY-MM-DD.")
    ] = None,
    correct: Annotated[
        list[str] | None, typer.Option("--set", help="COLUMN=VALUE for every released row; may be repeated.")
    ] = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Write quarantined rows to the landing zone as a small file; the next run judges them again.

    Examples:

      matluoi release-quarantine --landing landing --home home --feed tips --rule event_after_delivery
      --business-date 2026-04-01

      matluoi release-quarantine --landing landing --home home --feed shipments --rule status_enum
      --set status=delivered
    """
    from configs.settings import load_settings
    from jobs.conform.release_rows import release_rows
    from jobs.runtime.lake import Lake

    corrections = dict(_column_and_value(text) for text in correct or [])
    day = None if business_date is None else terminal.parse_date(business_date, "--business-date")
    if not home.is_dir():
        raise UsageError(f"--home {home}: no such folder. Name the home of a run.")
    lake = Lake.open(home, load_settings(config))
    report = release_rows(
        lake,
        landing,
        feed,
        source_file=source_file,
        rule=rule,
        business_date=day,
        corrections=corrections,
    )
    if as_json:
        told = {"files": list(report.files), "rows": report.rows, "unsplit_rows": report.unsplit_rows}
        terminal.print_json(told)
        return
    terminal.results.print(
        f"released {report.rows} rows in {len(report.files)} files; run the pipeline next."
    )
    if report.unsplit_rows:
        terminal.results.print(
            f"{report.unsplit_rows} rows could not be split into columns: ask for their files again."
        )


def _column_and_value(text: str) -> tuple[str, str]:
    column, sign, value = text.partition("=")
    if not column or not sign:
        raise UsageError("--set needs COLUMN=VALUE.")
    return column, value
