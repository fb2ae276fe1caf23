"""`matluoi`: the command line. Progress goes to stderr, results to stdout."""

import sys

import typer

from configs.errors import MatluoiError
from jobs.cli.ablation import ablate
from jobs.cli.backtesting import backtest
from jobs.cli.configuration import config_app, typologies
from jobs.cli.demo import demo
from jobs.cli.evaluation import evaluate
from jobs.cli.faults import describe_fault
from jobs.cli.keep_session import keep_session
from jobs.cli.learning import learn
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
COMMANDS = (
    demo,
    serve,
    simulate,
    run,
    job,
    keep_session,
    export,
    evaluate,
    ablate,
    backtest,
    learn,
    explain,
    typologies,
    release_quarantine,
)
for command in COMMANDS:
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
        complain(describe_fault(error))
        sys.exit(1)


if __name__ == "__main__":
    main()
