"""A stage handed over to the process that keeps the session: what comes back, and when it is not used."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from configs.errors import GateError
from configs.settings import load_settings
from jobs.runtime.warm_session import (
    RunStage,
    StageFailedError,
    StageRequest,
    hand_over,
    listening,
    serve_stage,
)

SETTINGS = load_settings()
REQUEST = StageRequest("link", date(2026, 3, 31), None, ("tips",), SETTINGS)


@contextmanager
def serving(home: Path, run_stage: RunStage) -> Iterator[None]:
    with listening(home, SETTINGS) as listener:
        server = threading.Thread(
            target=serve_stage, args=(listener, run_stage, lambda error: f"fault: {type(error).__name__}")
        )
        server.start()
        yield
        server.join(timeout=10)
        assert not server.is_alive()


def test_without_a_session_the_stage_is_not_handed_over(tmp_path: Path) -> None:
    assert hand_over(tmp_path, REQUEST, print) is False


def test_the_stage_arrives_whole_and_its_progress_comes_back(tmp_path: Path) -> None:
    seen: list[StageRequest] = []
    said: list[str] = []

    def run_stage(request: StageRequest, report: Callable[[str], None]) -> None:
        seen.append(request)
        report("resolve_identities: 3.0 s")

    with serving(tmp_path, run_stage):
        assert hand_over(tmp_path, REQUEST, said.append) is True
    assert seen == [REQUEST]
    assert said == ["resolve_identities: 3.0 s"]


@pytest.mark.parametrize(
    ("error", "message", "exit_code"),
    [(GateError("tips: too few rows."), "tips: too few rows.", 3), (KeyError("x"), "fault: KeyError", 1)],
)
def test_a_failure_keeps_its_message_and_exit_code(
    tmp_path: Path, error: Exception, message: str, exit_code: int
) -> None:
    def run_stage(request: StageRequest, report: Callable[[str], None]) -> None:
        raise error

    with serving(tmp_path, run_stage), pytest.raises(StageFailedError, match=message) as failure:
        hand_over(tmp_path, REQUEST, print)
    assert failure.value.exit_code == exit_code


def test_other_settings_of_spark_do_not_use_it(tmp_path: Path) -> None:
    other = SETTINGS.model_copy(update={"spark": SETTINGS.spark.model_copy(update={"comet": "off"})})
    with listening(tmp_path, other):
        assert hand_over(tmp_path, REQUEST, print) is False


def test_the_notice_is_private_and_goes_with_the_session(tmp_path: Path) -> None:
    with listening(tmp_path, SETTINGS):
        notice = tmp_path / "session.json"
        assert notice.stat().st_mode & 0o077 == 0
        left_behind = notice.read_text(encoding="utf-8")
    assert not notice.exists()
    notice.write_text(left_behind, encoding="utf-8")
    assert json.loads(left_behind)["key"]
    assert hand_over(tmp_path, REQUEST, print) is False
