"""Commands that read what was published: `matluoi export` and `matluoi explain`."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from configs.errors import UsageError
from configs.settings import load_settings
from jobs.cli import terminal
from jobs.cli.options import AsJson, AsOf, ConfigFile, Home


def export(
    home: Home,
    as_of: AsOf,
    out: Annotated[Path, typer.Option("--out", help="Folder for the files.")],
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Write the ranking of a run as networks.jsonl, flagged_records.csv and run.json.

    Example:

      matluoi export --home home --as-of 2026-03-31 --out ranking
    """
    from jobs.publish.export_ranking import export_ranking

    counts = export_ranking(home, load_settings(config), terminal.parse_date(as_of, "--as-of"), out)
    if as_json:
        terminal.print_json(counts)
    else:
        terminal.progress.print(
            f"{counts['networks']} networks, {counts['flagged_records']} records in {out}"
        )


def explain(
    network_id: Annotated[str, typer.Argument(help="As in networks.jsonl, for example ML-0123456789AB.")],
    home: Home,
    as_of: AsOf,
    records: Annotated[int, typer.Option("--records", min=0, help="Source rows to show a typology.")] = 5,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Say why a network is in the ranking: reasons, innocent explanations, members, source rows.

    Example:

      matluoi explain ML-0123456789AB --home home --as-of 2026-03-31
    """
    from jobs.publish.read_published import read_ranking
    from jobs.publish.source_rows import source_rows

    settings = load_settings(config)
    rows = read_ranking(home, settings, "ranking.networks", terminal.parse_date(as_of, "--as-of"))
    found = [row for row in rows.to_pylist() if row["network_id"] == network_id]
    if not found:
        raise UsageError(f"{network_id}: not in the ranking of {as_of}. `matluoi export` lists its networks.")
    network = json.loads(found[0]["network"])
    reasons = json.loads(found[0]["explanation"])
    evidence = {
        item["id"]: source_rows(home, settings, item["evidence"][:records]) for item in network["typologies"]
    }
    if as_json:
        terminal.print_json({"network": network, "explanation": reasons, "source_rows": evidence})
        return
    _print_explanation(network, reasons, evidence)


def _print_explanation(
    network: dict[str, Any], explanation: dict[str, Any], evidence: dict[str, list[dict[str, Any]]]
) -> None:
    out = terminal.results
    out.print(terminal.ranking_table([network], network["network_id"]))
    out.print(network["summary"]["vi"])
    out.print(network["summary"]["en"], style="dim")
    for reason in explanation["reasons"]:
        out.print(
            f"\n[bold]{reason['typology']}[/] {reason['score']:.2f}, adds {reason['contribution']:.2f}: "
            f"{reason['reason']['en']} ({reason['signal']} = {reason['value']:g}, typical "
            f"{reason['typical']:g} of {reason['peers']} peers)"
        )
        for innocent in reason["innocent_explanations"]:
            holds = {True: "holds", False: "does not hold", None: "not measured"}[innocent["holds"]]
            out.print(f"  innocent: {innocent['text']['en']} — {holds}", style="dim")
        for row in evidence.get(reason["typology"], []):
            out.print(f"  {row['feed']} {row['key']}  {row['source_file']}:{row['source_line']}")
    for tie in explanation["ties"]:
        tied = ", ".join(member["id"] for member in tie["members"])
        out.print(f"tied by {tie['circumstance']} {tie['value']}: {tied}", style="dim", markup=False)
    out.print("\n[bold]members[/]")
    for member in network["members"]:
        out.print(f"  {member['role']:<12} {member['kind']:<8} {member['id']}")
