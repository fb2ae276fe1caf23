"""What a wrong command gets: one line on stderr, no traceback, the documented exit code."""

import subprocess
import sys
from pathlib import Path

import pytest


def matluoi(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    root = Path(__file__).resolve().parents[3]
    command = [sys.executable, "-m", "jobs.cli.app", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, cwd=folder, check=False, env={"PYTHONPATH": str(root)}
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["run", "--home", "h", "--landing", "nowhere", "--as-of", "2026-03-31"], "no such folder"),
        (["run", "--home", "h", "--landing", ".", "--as-of", "2026-13-01"], "not a date"),
        (["run", "--home", "h", "--as-of", "2026-03-31"], "--landing"),
        (["job", "nonsense", "--home", "h", "--as-of", "2026-03-31"], "there is no job nonsense"),
        (["job", "link", "--as-of", "2026-03-31"], "needs --home"),
        (["export", "--home", "h", "--as-of", "2026-03-31", "--out", "o"], "no lake there"),
        (["simulate", "--out", "w", "--size", "enormous"], "choose one of"),
        (["nonsense"], "No such command"),
        (["release-quarantine", "--home", "h", "--landing", ".", "--feed", "tips"], "no such folder"),
        (
            ["release-quarantine", "--home", ".", "--landing", ".", "--feed", "tips", "--set", "x"],
            "COLUMN=VALUE",
        ),
    ],
)
def test_a_wrong_command_is_explained(arguments: list[str], says: str, tmp_path: Path) -> None:
    result = matluoi(*arguments, folder=tmp_path)
    assert result.returncode == 2
    assert says in result.stderr
    assert "Traceback" not in result.stderr
    assert len(result.stderr.strip().splitlines()) <= 2
    assert not (tmp_path / "o").exists()


def test_a_broken_configuration_names_file_and_key(tmp_path: Path) -> None:
    broken = tmp_path / "site.yml"
    broken.write_text("window_days: many\n", encoding="utf-8")
    result = matluoi("config", "check", "--config", str(broken), folder=tmp_path)
    assert result.returncode == 2
    assert "site.yml: key window_days" in result.stderr


def test_yaml_that_is_none_names_the_line(tmp_path: Path) -> None:
    broken = tmp_path / "site.yml"
    broken.write_text("window_days: 90\n  seed: [\n", encoding="utf-8")
    result = matluoi("config", "check", "--config", str(broken), folder=tmp_path)
    assert result.returncode == 2
    assert "line 2" in result.stderr


def test_every_command_shows_an_example(tmp_path: Path) -> None:
    for command in ("simulate", "run", "job", "export", "evaluate", "explain", "typologies", "demo"):
        result = matluoi(command, "--help", folder=tmp_path)
        assert result.returncode == 0
        assert f"matluoi {command}" in result.stdout
