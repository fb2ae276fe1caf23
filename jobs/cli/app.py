"""`matluoi`: the command line. Progress goes to stderr, results to stdout."""

import errno
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path

import typer

from configs.errors import MatluoiError
from jobs.cli.configuration import config_app, typologies
from jobs.cli.demo import demo
from jobs.cli.evaluation import evaluate
from jobs.cli.pipeline import job, run
from jobs.cli.published import explain, export
from jobs.cli.quarantine import release_quarantine
from jobs.cli.serve import serve
from jobs.cli.simulation import simulate
from jobs.cli.terminal import complain

# Typer's base of all wrong commands; it exports only the leaves.
_COMMAND_ERROR = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")

app = typer.Typer(
    help="Rank seller networks that look like smuggling, counterfeiting or trade fraud, and say why.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)
for command in (demo, serve, simulate, run, job, export, evaluate, explain, typologies, release_quarantine):
    app.command()(command)
app.add_typer(config_app, name="config")


def main() -> None:
    """Entry point: every error that people can mend is one or two lines and a documented exit code."""
    try:
        sys.exit(app(standalone_mode=False) or 0)
    except typer.Abort:
        complain("interrupted; the previous ranking still stands.")
        sys.exit(1)
    except _COMMAND_ERROR as error:
        complain(f"{error.format_message()} See `matluoi --help`.")  # type: ignore[attr-defined]
        sys.exit(2)
    except MatluoiError as error:
        complain(str(error))
        sys.exit(error.exit_code)
    except Exception as error:
        sys.exit(_fault(error))


def _fault(error: Exception) -> int:
    """A fault of the machine or of the program: one line, and the whole story in a file without values."""
    text = str(error)
    if "No space left on device" in text or getattr(error, "errno", None) == errno.ENOSPC:
        complain("the disk is full. Free space where --home lies and run it again; nothing was published.")
        return 1
    story = Path.cwd() / f"matluoi-fault-{datetime.now(tz=UTC):%Y%m%dT%H%M%S}.log"
    frames = "".join(traceback.format_tb(error.__traceback__))
    # Messages of libraries may quote rows of the feeds: only the kind of the error is kept.
    story.write_text(f"{type(error).__name__}\n{frames}", encoding="utf-8")
    complain(f"a fault of the program ({type(error).__name__}); nothing was published. Details: {story.name}")
    return 1


if __name__ == "__main__":
    main()
