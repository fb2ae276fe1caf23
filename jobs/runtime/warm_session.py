"""A warm Spark session that serves the stages of one home: `matluoi job` finds it and hands its stage over.

A nightly run has some fourteen tasks, and each would start a Java machine and let it compile the same code
again. The process that keeps the session writes where it listens into `<home>/session.json`, readable by its
owner only; stages run one after the other, in the order in which they come.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path

from configs.errors import MatluoiError
from configs.settings import Settings
from jobs.runtime.fingerprints import code_sha256, configuration_sha256

_WAITING = 64  # tasks that may queue


@dataclass(frozen=True)
class StageRequest:
    """One stage or step of a run, as `matluoi job` was asked for it. Paths are absolute."""

    name: str
    as_of: date
    landing: Path | None
    feeds: tuple[str, ...]
    settings: Settings


class StageFailedError(MatluoiError):
    """The stage failed in the process that keeps the session; carries its message and exit code."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code


RunStage = Callable[[StageRequest, Callable[[str], None]], None]


def session_fingerprint(settings: Settings) -> str:
    """What both sides must agree on: the program's code and configuration, Spark's settings and the lake."""
    spoken = json.dumps(settings.model_dump(mode="json", include={"spark", "lake"}), sort_keys=True)
    return hashlib.sha256(f"{code_sha256()} {configuration_sha256()} {spoken}".encode()).hexdigest()


@contextmanager
def listening(home: Path, settings: Settings) -> Iterator[Listener]:
    """A listener that `session.json` in the home names, until the block ends."""
    notice = home / "session.json"
    key = secrets.token_bytes(32)
    with Listener(backlog=_WAITING, authkey=key) as listener:
        content = {
            "address": listener.address,
            "key": key.hex(),
            "fingerprint": session_fingerprint(settings),
        }
        with os.fdopen(os.open(notice, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
            json.dump(content, stream)
        try:
            yield listener
        finally:
            notice.unlink(missing_ok=True)


def serve_stage(listener: Listener, run_stage: RunStage, describe_fault: Callable[[Exception], str]) -> None:
    """Wait for one request, run it, and tell its sender how it ended."""
    with listener.accept() as connection:
        request: StageRequest = connection.recv()

        def report(line: str) -> None:
            connection.send(("said", line, 0))

        try:
            run_stage(request, report)
        except BrokenPipeError:
            return  # whoever asked is gone, and the stage with it
        except MatluoiError as error:
            ending = ("failed", str(error), error.exit_code)
        except Exception as error:
            ending = ("failed", describe_fault(error), 1)
        else:
            ending = ("done", "", 0)
        with suppress(BrokenPipeError):
            connection.send(ending)


def hand_over(home: Path, request: StageRequest, report: Callable[[str], None]) -> bool:
    """Have the home's warm session run the stage. False when there is none of this code and these settings.

    Raises `StageFailedError` when the stage failed there.
    """
    connection = _connect(home, request.settings)
    if connection is None:
        return False
    with connection:
        connection.send(request)
        while True:
            try:
                kind, text, exit_code = connection.recv()
            except EOFError as error:
                raise StageFailedError(
                    "the process that keeps the session has ended; try again.", 1
                ) from error
            if kind == "said":
                report(text)
            elif kind == "failed":
                raise StageFailedError(text, exit_code)
            else:
                return True


def _connect(home: Path, settings: Settings) -> "Connection | None":
    try:
        notice = json.loads((home / "session.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    if notice["fingerprint"] != session_fingerprint(settings):
        return None
    try:
        return Client(notice["address"], authkey=bytes.fromhex(notice["key"]))
    except (FileNotFoundError, ConnectionRefusedError):
        return None  # its process was killed before it could take the notice away
