"""Steps of a run: their progress, duration and peak memory, kept beside the run for its manifest."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import psutil

from jobs.pipeline import Step
from jobs.runtime.job import JobContext
from jobs.runtime.lake import Lake

_SAMPLE_SECONDS = 1.0
_MIB = 1024 * 1024


def run_folder(home: Path, as_of: date) -> Path:
    """Where the reports of the run for `as_of` lie."""
    return home / "runs" / as_of.isoformat()


def run_name(as_of: date) -> str:
    """Name of the run's branch in the lake."""
    return f"run_{as_of:%Y%m%d}"


def published_name(as_of: date) -> str:
    """Name of the tag on what the run left; branches and tags of a table share one set of names."""
    return f"published_{as_of:%Y%m%d}"


@dataclass
class Run:
    """One run for one date: what every step is given."""

    lake: Lake
    context: JobContext
    landing: Path | None
    feeds: tuple[str, ...]
    report: Callable[[str], None] = field(repr=False)

    @property
    def home(self) -> Path:
        return self.lake.home

    @property
    def folder(self) -> Path:
        return run_folder(self.home, self.context.as_of)


class PeakMemory:
    """Samples the proportional memory of this process and its children (Java, Python workers)."""

    def __init__(self) -> None:
        self.peak_mb = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "PeakMemory":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        root = psutil.Process()
        while not self._stop.wait(_SAMPLE_SECONDS):
            total = sum(_memory(process) for process in [root, *root.children(recursive=True)])
            self.peak_mb = max(self.peak_mb, total // _MIB)


def _memory(process: psutil.Process) -> int:
    try:
        if process.name() == "java":
            # It shares no pages with a fork, and to walk its gigabytes every second is a tenth of a core.
            return int(process.memory_info().rss)
        # Forked workers share most pages: the proportional size counts each page once.
        full = process.memory_full_info()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return 0  # it ended between the listing and the look
    return int(getattr(full, "pss", full.rss))


@contextmanager
def recorded(run: Run, name: str) -> Iterator[dict[str, Any]]:
    """Run one step and keep `<run folder>/steps/<name>.json` with its counts, seconds and peak memory."""
    counts: dict[str, Any] = {}
    started = time.monotonic()
    with PeakMemory() as memory:
        yield counts
    seconds = round(time.monotonic() - started, 2)
    folder = run.folder / "steps"
    folder.mkdir(parents=True, exist_ok=True)
    entry = {"step": name, "seconds": seconds, "peak_memory_mb": memory.peak_mb, "counts": counts}
    (folder / f"{name}.json").write_text(json.dumps(entry, ensure_ascii=False, indent=1), encoding="utf-8")
    run.report(f"{name}: {seconds:.1f} s")


def run_steps(run: Run, steps: list[Step]) -> None:
    """Run the steps in order."""
    for step in steps:
        with recorded(run, step.name) as counts:
            counts.update(step.action()(run))
