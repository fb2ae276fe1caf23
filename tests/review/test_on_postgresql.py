"""The rules that the database keeps, on PostgreSQL as in production: the same tests once more, over there."""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
# Four eyes, the audit, imports, the search, who may what, random requests.
TESTS = [f"tests/review/{folder}" for folder in ("access", "api", "audit", "cases", "pages", "work")]
PROGRAMS = max(
    Path("/usr/lib/postgresql").glob("*/bin"), default=None, key=lambda path: int(path.parent.name)
)
# PostgreSQL does not run as root; Debian's package brings this user.
ROOT = os.geteuid() == 0
USER = "postgres" if ROOT else None


def _why_not() -> str:
    if PROGRAMS is None and shutil.which("initdb") is None:
        return "PostgreSQL is not installed (Debian: apt-get install postgresql)"
    if ROOT and not any(entry.pw_name == USER for entry in pwd.getpwall()):
        return "root cannot start PostgreSQL without the user postgres"
    return ""


@pytest.fixture
def postgresql() -> Iterator[str]:
    """The address of a PostgreSQL of our own on loopback, empty, gone afterwards."""
    if reason := _why_not():
        pytest.skip(reason)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="matluoi_postgresql_") as folder:
        if ROOT:
            shutil.chown(folder, USER)
        cluster = f"{folder}/cluster"
        _run("initdb", "-D", cluster, "-U", "review", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        _run("pg_ctl", "-D", cluster, "-o", options, "-l", f"{folder}/log", "-w", "start")
        try:
            yield f"postgresql://review@127.0.0.1:{port}/postgres"
        finally:
            _run("pg_ctl", "-D", cluster, "-m", "immediate", "stop")


def _run(program: str, *arguments: str) -> None:
    found = PROGRAMS / program if PROGRAMS else Path(shutil.which(program) or program)
    subprocess.run([found, *arguments], user=USER, check=True, cwd="/", stdout=subprocess.DEVNULL)


def test_the_rules_hold_on_postgresql(postgresql: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-x", *TESTS],
        cwd=REPOSITORY,
        env=os.environ | {"MATLUOI_REVIEW_DATABASE_URL": postgresql},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
