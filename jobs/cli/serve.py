"""`matluoi serve`: the latest ranking as one page on loopback, until the review application takes over."""

import html
import json
from datetime import date
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Annotated, Any

import typer

from configs.errors import MatluoiError, UsageError
from configs.settings import load_settings
from jobs.cli import terminal
from jobs.cli.options import ConfigFile, Home

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
details { border-top: 1px solid #ccc; padding: .5rem 0; } summary { cursor: pointer; }
.score { font-variant-numeric: tabular-nums; font-weight: 600; } .quiet { color: #555; }
"""


def serve(
    home: Home,
    port: Annotated[int, typer.Option("--port", envvar="PORT", help="Port on 127.0.0.1.")] = 8080,
    config: ConfigFile = None,
) -> None:
    """Show the latest ranking in the browser, on this machine only.

    Example:

      matluoi serve --home home --port 8080
    """
    from jobs.publish.read_published import read_ranking

    days = sorted(path.parent.name for path in (home / "runs").glob("*/run.json"))
    if not days:
        raise UsageError(f"--home {home}: no ranking there. Run `make demo` or `matluoi run` first.")
    as_of = date.fromisoformat(days[-1])
    rows = read_ranking(home, load_settings(config), "ranking.networks", as_of).sort_by("rank")
    networks = [json.loads(line) for line in rows.column("network").to_pylist()]
    page = ranking_page(networks, as_of).encode()
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), partial(_Page, page))
    except OSError as error:
        raise MatluoiError(f"--port {port}: {error.strerror}. Choose another with PORT=….") from error
    terminal.progress.print(f"http://127.0.0.1:{port}/ (Ctrl-C ends it)")
    with server:
        server.serve_forever()


def ranking_page(networks: list[dict[str, Any]], as_of: date) -> str:
    """The whole ranking as HTML, Vietnamese first; nothing is loaded from elsewhere."""
    parts = [_network(network) for network in networks]
    title = f"Mạng lưới nghi vấn, ngày {as_of:%d/%m/%Y}"
    return (
        f'<!doctype html><html lang="vi"><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>'
        f"<h1>{title}</h1><p>{len(networks)} mạng lưới.</p>{''.join(parts)}</html>"
    )


def _network(network: dict[str, Any]) -> str:
    value = f"{network['value_at_stake_vnd']:,}".replace(",", ".")
    members = "".join(
        f"<li>{html.escape(member['role'])}: {html.escape(member['kind'])} {html.escape(member['id'])}</li>"
        for member in network["members"]
    )
    typologies = ", ".join(f"{item['id']} ({item['score']:.2f})" for item in network["typologies"])
    return (
        f'<details><summary>{network["rank"]}. <span class="score">{network["score"]:.1f}</span> '
        f"{network['network_id']} · {len(network['members'])} thành viên · {value} đ<br>"
        f"{html.escape(network['summary']['vi'])}</summary>"
        f'<p class="quiet" lang="en">{html.escape(network["summary"]["en"])}</p>'
        f"<p>{html.escape(typologies)}</p><ul>{members}</ul></details>"
    )


class _Page(BaseHTTPRequestHandler):
    """Serves one page; the address never holds anything of the ranking."""

    def __init__(self, page: bytes, *rest: Any) -> None:
        self._page = page
        super().__init__(*rest)

    def do_GET(self) -> None:
        if self.path != "/":
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        self.send_header("Content-Length", str(len(self._page)))
        self.end_headers()
        self.wfile.write(self._page)

    def log_message(self, *_: Any) -> None:
        """Requests are not logged."""
