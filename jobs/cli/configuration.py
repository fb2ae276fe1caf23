"""`matluoi config check` and `matluoi typologies`: what the configuration says, checked."""

from pathlib import Path
from typing import Annotated

import typer

from jobs.cli import terminal
from jobs.cli.options import AsJson, ConfigFile

config_app = typer.Typer(help="Check the configuration.", no_args_is_help=True)


@config_app.command("check")
def check(config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Load every configuration file and say what is wrong with the first broken one.

    Example:

      matluoi config check --config site.yml
    """
    from configs.agencies import load_agencies
    from configs.catalogue import load_catalogue
    from configs.law import load_law
    from configs.settings import load_settings
    from configs.sources import load_sources
    from expectations.rules import load_feed, load_gates, load_tables, row_rules

    load_settings(config)
    catalogue = load_catalogue()
    sources = load_sources()
    expected = {feed: load_feed(feed) for feed in sources}
    counts = {
        "feeds": len(sources),
        "row rules": sum(len(row_rules(sources[feed], own.rules)) for feed, own in expected.items()),
        "gates": sum(len(load_gates(own).gates) for own in expected.values()) + len(load_tables()),
        "signals": len(catalogue.signals),
        "typologies": len(catalogue.typologies),
        "laws": len(load_law()),
        "agencies": len(load_agencies()),
    }
    if as_json:
        terminal.print_json(counts)
        return
    terminal.results.print("configuration holds: " + ", ".join(f"{n} {name}" for name, n in counts.items()))


def typologies(
    as_json: AsJson = False,
    markdown: Annotated[
        Path | None, typer.Option("--markdown", help="Write the page docs/typologies.md.")
    ] = None,
) -> None:
    """List the typologies with the signals that each weighs.

    Example:

      matluoi typologies --markdown docs/typologies.md
    """
    from configs.catalogue import load_catalogue
    from jobs.cli.typology_page import typology_page

    catalogue = load_catalogue()
    if markdown is not None:
        markdown.write_text(typology_page(catalogue), encoding="utf-8")
        return
    if as_json:
        terminal.print_json(
            {name: item.model_dump(mode="json") for name, item in catalogue.typologies.items()}
        )
        return
    for name, item in catalogue.typologies.items():
        weighed = ", ".join(signal.signal for signal in item.signals)
        terminal.results.print(f"[bold]{name}[/] ({item.group}): {item.title.en} — {weighed}")
