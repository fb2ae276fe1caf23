"""How the commands speak: progress and complaints on stderr, results on stdout."""

import json
import sys
from datetime import date
from typing import Any

from rich.console import Console
from rich.table import Table

from configs.errors import UsageError

progress = Console(stderr=True, highlight=False)
results = Console(highlight=False)


def complain(message: str) -> None:
    """One error, as text that wraps nowhere, so that logs keep it on its lines."""
    sys.stderr.write(f"matluoi: {message}\n")


def print_json(content: Any) -> None:
    """A result for programs."""
    sys.stdout.write(json.dumps(content, ensure_ascii=False, indent=1, default=str) + "\n")


def parse_date(text: str, option: str) -> date:
    """A date of the form YYYY-MM-DD, or a `UsageError` that names the option."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{option}: not a date. Write it as YYYY-MM-DD, as in 2026-03-31.") from error


def ranking_table(networks: list[dict[str, Any]], title: str) -> Table:
    """The top of a ranking as a table."""
    table = Table(title=title, title_justify="left", show_lines=False)
    for name, justify in (("#", "right"), ("network", "left"), ("score", "right"), ("members", "right")):
        table.add_column(name, justify=justify)  # type: ignore[arg-type]
    table.add_column("value (đ)", justify="right")
    table.add_column("strongest typology")
    for network in networks:
        first = network["typologies"][0]["id"] if network["typologies"] else "—"
        value = f"{network['value_at_stake_vnd']:,}".replace(",", ".")
        table.add_row(
            str(network["rank"]),
            network["network_id"],
            f"{network['score']:.1f}",
            str(len(network["members"])),
            value,
            first,
        )
    return table
