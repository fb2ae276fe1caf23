"""`matluoi demo`: a simulated landing zone, ingested and ranked by real Airflow on SQLite and local Spark."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from configs.errors import MatluoiError
from configs.settings import load_settings
from jobs.cli import terminal
from jobs.cli.serve import serve

_ROOT = Path(__file__).resolve().parents[2]
_AS_OF = date(2026, 3, 31)
_HEALTHY_WITHIN_SECONDS = 180
_DONE = {"success", "failed", "upstream_failed", "skipped"}


def demo(
    home: Annotated[Path, typer.Option("--home", help="Where the demo lives; removed and made anew.")] = Path(
        ".demo"
    ),
    size: Annotated[str, typer.Option("--size", help="Size of the simulated world.")] = "tiny",
    seed: Annotated[int, typer.Option("--seed", help="Seed of the simulated world.")] = 389,
    port: Annotated[int, typer.Option("--port", help="Port of Airflow; 0 picks a free one.")] = 0,
    review: Annotated[
        bool | None,
        typer.Option(
            "--serve/--no-serve",
            help="Bring up the review application at the end, until Ctrl+C. [default: in a terminal]",
            show_default=False,
        ),
    ] = None,
    review_port: Annotated[
        int, typer.Option("--review-port", envvar="PORT", help="Port of the review application.")
    ] = 8080,
) -> None:
    """Simulate a world, run the DAGs in Airflow, show the top of the ranking, and open it for review.

    Examples:

      matluoi demo --home .demo --size small

      matluoi demo --no-serve
    """
    from jobs.simulate.world import simulate

    started = time.monotonic()
    home = home.resolve()
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    say = terminal.progress.print
    say(f"[bold]1/3[/] simulating a {size} world in {home.name}/world")
    simulate(home / "world", seed, size, "a", _AS_OF, None)
    say("[bold]2/3[/] starting Airflow (SQLite, local Spark)")
    with _warm_session(home), _airflow(home, port or _free_port()) as server:
        conf = {"as_of": _AS_OF.isoformat()}
        run_id = server.call("POST", "/dags/ingest_feeds/dagRuns", {"logical_date": None, "conf": conf})[
            "dag_run_id"
        ]
        server.follow("ingest_feeds", run_id)
        server.follow("rank_networks", server.wait_for_run("rank_networks"))
    say(f"[bold]3/3[/] the ranking, after {time.monotonic() - started:.0f} s")
    _show(home / "home")
    if sys.stdout.isatty() if review is None else review:
        serve(home / "home", review_port, demo=True, landing=home / "world" / "landing")
    else:
        terminal.results.print(
            f"In the browser, at http://127.0.0.1:{review_port}, with people to sign in as: make serve"
        )


def _show(home: Path) -> None:
    from jobs.publish.read_published import read_ranking

    rows = read_ranking(home, load_settings(), "ranking.networks", _AS_OF).sort_by("rank")
    networks = [json.loads(line) for line in rows.column("network").to_pylist()]
    title = f"{len(networks)} networks for {_AS_OF}, the first ten"
    terminal.results.print(terminal.ranking_table(networks[:10], title))
    first = networks[0]["network_id"] if networks else "NETWORK_ID"
    shown = os.path.relpath(home)
    terminal.results.print(f"Why the first: matluoi explain {first} --home {shown} --as-of {_AS_OF}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class _Server:
    """The REST interface of one Airflow on loopback."""

    def __init__(self, port: int) -> None:
        self._base = f"http://127.0.0.1:{port}"
        self._token = ""

    def call(self, method: str, path: str, body: Any = None) -> Any:
        return self._request(method, f"/api/v2{path}", body)

    def is_healthy(self) -> bool:
        """Scheduler and DAG processor are up, and the DAGs are known."""
        try:
            health = self._request("GET", "/api/v2/monitor/health")
            if any(
                health[part]["status"] != "healthy" for part in ("metadatabase", "scheduler", "dag_processor")
            ):
                return False
            self._token = self._token or self._request("GET", "/auth/token")["access_token"]
            return {"ingest_feeds", "rank_networks"} <= {
                dag["dag_id"] for dag in self.call("GET", "/dags")["dags"]
            }
        except (urllib.error.URLError, ConnectionError, KeyError, TypeError):
            return False

    def wait_for_run(self, dag_id: str) -> str:
        """Id of the first run of a DAG, once its assets have started it."""
        for _ in range(60):
            runs = self.call("GET", f"/dags/{dag_id}/dagRuns")["dag_runs"]
            if runs:
                return str(runs[0]["dag_run_id"])
            time.sleep(1)
        raise MatluoiError(
            f"{dag_id} was not started by its assets; read the scheduler's log under airflow/."
        )

    def follow(self, dag_id: str, run_id: str) -> None:
        """Print each task as it ends, until the run has ended. Raises when it failed."""
        said: set[str] = set()
        while True:
            tasks = self.call("GET", f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances")["task_instances"]
            for task in sorted(tasks, key=lambda item: item["end_date"] or ""):
                if task["state"] in _DONE and task["task_id"] not in said:
                    said.add(task["task_id"])
                    seconds = f"{task['duration'] or 0:.0f} s"
                    terminal.progress.print(
                        f"  {len(said)}/{len(tasks)} {dag_id}.{task['task_id']}: {task['state']}, {seconds}"
                    )
            state = self.call("GET", f"/dags/{dag_id}/dagRuns/{run_id}")["state"]
            if state == "failed":
                raise MatluoiError(
                    f"{dag_id} failed; the log of the task is under airflow/logs in the demo's folder."
                )
            if state == "success":
                return
            time.sleep(1)

    def _request(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Content-Type": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._base + path, content, headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as response:
            return json.load(response)


def _environment(home: Path, port: int) -> dict[str, str]:
    folder = home / "airflow"
    return os.environ | {
        "AIRFLOW_HOME": str(folder),
        "AIRFLOW__CORE__DAGS_FOLDER": str(_ROOT / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__PARALLELISM": "2",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "True",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{port}/execution/",
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "WARNING",
        "PYTHONPATH": str(_ROOT),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "MATLUOI_NIGHTLY": "",
        "MATLUOI_LANDING": str(home / "world" / "landing"),
        "MATLUOI_HOME": str(home / "home"),
    }


@contextmanager
def _warm_session(home: Path) -> Iterator[None]:
    """One Spark session for all tasks: each of them would otherwise start its own."""
    with (home / "session.log").open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "jobs.cli.app", "keep-session", "--home", str(home / "home")],
            env=os.environ | {"PYTHONPATH": str(_ROOT)},
            cwd=home,
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait()


@contextmanager
def _airflow(home: Path, port: int) -> Iterator[_Server]:
    """Airflow's own all-in-one server; it and its children end with the block."""
    log = home / "airflow.log"
    server = _Server(port)
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [str(Path(sys.executable).with_name("airflow")), "standalone"],
            env=_environment(home, port),
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            deadline = time.monotonic() + _HEALTHY_WITHIN_SECONDS
            while not server.is_healthy():
                if process.poll() is not None or time.monotonic() > deadline:
                    raise MatluoiError(f"Airflow did not start; read {log}.")
                time.sleep(1)
            yield server
        finally:
            # A process group: standalone starts a server, a scheduler, a processor and a triggerer.
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
