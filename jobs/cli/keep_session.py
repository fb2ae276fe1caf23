"""`matluoi keep-session`: one warm Spark session for all stages of a home."""

import signal
import sys

from configs.settings import load_settings
from jobs.cli import terminal
from jobs.cli.faults import describe_fault
from jobs.cli.options import ConfigFile, Home


def keep_session(home: Home, config: ConfigFile = None) -> None:
    """Keep one Spark session warm, so that the tasks of a night need not each start their own.

    `matluoi job` with the same --home finds it by itself. It ends on Ctrl-C or SIGTERM.

    Example:

      matluoi keep-session --home home &
    """
    from jobs.cli.pipeline import run_stage
    from jobs.runtime.session import open_session
    from jobs.runtime.warm_session import listening, serve_stage

    home = home.resolve()
    home.mkdir(parents=True, exist_ok=True)
    settings = load_settings(config)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    terminal.progress.print("starting Spark …")
    open_session(home, settings)
    with listening(home, settings) as listener:
        terminal.progress.print("ready")
        while True:
            serve_stage(listener, lambda request, report: run_stage(home, request, report), describe_fault)
