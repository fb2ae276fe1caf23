"""`matluoi serve`: the review application on loopback, with the last ranking imported."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from configs.errors import MatluoiError, UsageError
from configs.settings import load_settings
from jobs.cli.options import ConfigFile, Home

_ROOT = Path(__file__).resolve().parents[2]


def serve(
    home: Home,
    port: Annotated[int, typer.Option("--port", envvar="PORT", help="Port on 127.0.0.1.")] = 8080,
    demo: Annotated[bool, typer.Option("--demo", help="Make a person of each role and agency.")] = False,
    landing: Annotated[
        Path | None,
        typer.Option(
            "--landing",
            envvar="MATLUOI_LANDING",
            help="Where agencies' answers land (default: home/outcomes).",
        ),
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Show the last ranking in the review application, on this machine only.

    Examples:

      matluoi serve --home home --port 8080

      matluoi serve --home home --landing landing
    """
    days = sorted(path.parent.name for path in (home / "runs").glob("*/run.json"))
    if not days:
        raise UsageError(f"--home {home}: no ranking there. Run `make demo` or `matluoi run` first.")
    as_of = date.fromisoformat(days[-1])
    if not (home / "published" / days[-1]).is_dir():
        # A ranking from before there were case files.
        from jobs.publish.write_case_files import write_case_files

        write_case_files(home, load_settings(config), as_of)
    # A process of its own: neither the pipeline nor the application imports the other.
    command = [sys.executable, "-m", "review.manage", "serve_pages", "--port", str(port)]
    environment = os.environ | {
        "MATLUOI_HOME": str(home.resolve()),
        "DJANGO_SETTINGS_MODULE": "review.settings",
    }
    if landing:
        environment["MATLUOI_LANDING"] = str(landing.resolve())
    try:
        ended = subprocess.run(
            [*command, "--demo"] if demo else command, cwd=_ROOT, env=environment, check=False
        )
    except KeyboardInterrupt:
        return
    if ended.returncode:
        raise MatluoiError("the review application ended with an error; its own message stands above.")
