"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

Home = Annotated[
    Path,
    typer.Option("--home", envvar="MATLUOI_HOME", help="Where everything is kept: lake, databases, reports."),
]
Landing = Annotated[Path, typer.Option("--landing", envvar="MATLUOI_LANDING", help="The landing zone.")]
AsOf = Annotated[str, typer.Option("--as-of", help="The date of the run, YYYY-MM-DD.")]
ConfigFile = Annotated[
    Path | None,
    typer.Option(
        "--config", envvar="MATLUOI_CONFIG", help="A YAML file that overrides configs/settings.yml."
    ),
]
WindowDays = Annotated[
    int | None, typer.Option("--window-days", min=1, help="How far to look back (default: the settings' 90).")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress on stderr.")]
Truth = Annotated[Path, typer.Option("--truth", help="The truth folder of a simulated world.")]
TypologiesOfKinds = Annotated[
    Path | None,
    typer.Option(
        "--typologies",
        help="YAML with the right typologies of each kind of scheme, where the truth has none.",
    ),
]
