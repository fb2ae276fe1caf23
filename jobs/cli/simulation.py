"""`matluoi simulate`: a world to run on, with known truth."""

from pathlib import Path
from typing import Annotated

import typer

from configs.errors import UsageError
from jobs.cli import terminal
from jobs.cli.options import AsJson

SIZES = ("tiny", "small", "medium", "large")


def simulate(
    out: Annotated[Path, typer.Option("--out", help="Folder for landing/ and truth/.")],
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same files.")] = 1,
    size: Annotated[str, typer.Option("--size", help="tiny, small, medium or large.")] = "small",
    catalogue: Annotated[str, typer.Option("--catalogue", help="Set of schemes and lookalikes.")] = "a",
    as_of: Annotated[str, typer.Option("--as-of", help="Last day of the world, YYYY-MM-DD.")] = "2026-03-31",
    as_json: AsJson = False,
) -> None:
    """Write a simulated landing zone: eight feeds, planted schemes, innocent lookalikes, dirt and the truth.

    Example:

      matluoi simulate --out world --seed 7 --size small
    """
    from jobs.simulate.world import simulate as write_world

    if size not in SIZES:
        raise UsageError(f"--size {size}: choose one of {', '.join(SIZES)}.")
    day = terminal.parse_date(as_of, "--as-of")
    counts = write_world(out, seed, size, catalogue, day, _tell)
    if as_json:
        terminal.print_json(counts)


def _tell(what: str, share: float) -> None:
    """One line of progress: what is being done, and how far the whole is."""
    terminal.progress.print(f"{share:4.0%} {what}")
