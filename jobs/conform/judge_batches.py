"""The gate: the profile of every feed, and the ingest tables, against what good looks like.

A feed is judged over all its files and, where a run works on a branch, over the files that are new on it. A
finding of severity `fail_batch` stops the run with `GateError`; a warning is written down.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from pyspark.sql import functions as F

from configs.errors import GateError
from configs.settings import Settings
from configs.sources import Source, default_sources
from expectations.compile_suites import Finding, Profile, judge_profiles
from expectations.rules import (
    Gate,
    Gates,
    Rule,
    TableExpectations,
    load_feed,
    load_gates,
    load_tables,
    row_rules,
)
from jobs.conform.keep_books import OUTCOMES, read_books
from jobs.conform.profile_batches import PROFILES_TABLE
from jobs.land.land_files import ACCEPTED, REJECTED, read_entries
from jobs.runtime.lake import Lake

Row = Mapping[str, Any]
_NOT_JUDGED = float("nan")
_EARLIER_DATES = 28


def judge(
    lake: Lake,
    settings: Settings,  # noqa: ARG001  (every step is given them)
    feeds: Iterable[str],
    as_of: date,
    folder: Path,
    *,
    sources: Mapping[str, Source] | None = None,
) -> dict[str, Any]:
    """Judge feeds and ingest tables; Data Docs and `findings.json` are written to `folder`.

    Raises `GateError` naming gate, feed, figure, allowed range and report when a `fail_batch` gate is not
    passed.
    """
    known = default_sources() if sources is None else sources
    entries = [
        row
        for row in read_entries(lake).values()
        if row["business_date"] is None or row["business_date"] <= as_of
    ]
    published = read_entries(Lake(lake.spark, lake.home)) if lake.branch else {}
    books = read_books(lake)
    counted = _read_profiles(lake)
    profiles = []
    for feed in sorted(feeds):
        expected = load_feed(feed)
        gates = load_gates(expected)
        of_feed = [row for row in entries if row["feed"] == feed]
        if of_feed:
            newest = [row for row in of_feed if not _is_published(row, published)] if lake.branch else []
            figures = {
                "all": feed_figures(
                    known[feed], of_feed, books.get(feed, []), counted.get(feed, {}), gates, as_of
                ),
                "newest": scope_figures(newest, books.get(feed, []), gates),
            }
            rules = row_rules(known[feed], expected.rules)
            figures["all"] |= rule_figures(rules, books.get(feed, []), counted.get(feed, {}), gates)
            figures["newest"] |= dict.fromkeys((_rule_figure(rule) for rule in rules), _NOT_JUDGED)
            profiles.append(Profile(feed, (*gates.gates, *_rule_gates(rules, gates)), figures))
    profiles += [_judge_table(lake, table) for table in load_tables() if lake.exists(table.table)]
    folder.mkdir(parents=True, exist_ok=True)
    findings = judge_profiles(profiles, as_of, folder)
    _write_findings(folder, findings)
    failures = [found for found in findings if found.gate.severity == "fail_batch"]
    if failures:
        raise GateError(_explain(failures, folder))
    return {"judged": len(profiles), "warnings": [_in_words(found) for found in findings]}


def feed_figures(
    source: Source, entries: Sequence[Row], books: Sequence[Row], counted: Mapping[str, Mapping[str, float]],
    gates: Gates, as_of: date,
) -> dict[str, float]:  # fmt: skip
    """Figures over all files of a feed; those of `scope_figures` and what the profile counted."""
    empty = counted.get("empty", {})
    required = [name for name in source.required if name not in source.key]
    last = max((row["business_date"] for row in books), default=None)
    control = sum((row["control_total"] or 0 for row in entries if row["outcome"] == ACCEPTED), 0)
    typed = counted.get("control", {}).get("total", 0.0)
    return scope_figures(entries, books, gates) | {
        "empty_required": sum(empty.get(name, 0.0) for name in required),
        "stale_days": _NOT_JUDGED if last is None else float((as_of - last).days),
        "volume_ratio": _volume_ratio(books, gates.least_rows),
        "control_gap_share": abs(float(control) - typed) / max(abs(float(control)), 1.0),
    }


def rule_figures(
    rules: Iterable[Rule], books: Sequence[Row], counted: Mapping[str, Mapping[str, float]], gates: Gates
) -> dict[str, float]:
    """Share of the rows that break each row rule, over all files of a feed."""
    rows = sum(row["rows"] for row in books)
    broken = counted.get("broken", {}) | counted.get("warned", {})
    judged = rows >= gates.least_rows
    return {_rule_figure(rule): broken.get(rule.id, 0.0) / rows if judged else _NOT_JUDGED for rule in rules}


def _rule_figure(rule: Rule) -> str:
    return f"share_{rule.id}"


def _rule_gates(rules: Iterable[Rule], gates: Gates) -> list[Gate]:
    """A row rule that many rows break is worth a warning; what the share fails is for `quarantined_rows`."""
    return [
        Gate(
            id=rule.id,
            figure=_rule_figure(rule),
            severity="warn",
            reason=rule.reason,
            at_least=gates.each_rule.at_least,
            at_most=gates.each_rule.at_most,
        )
        for rule in rules
    ]


def scope_figures(entries: Sequence[Row], books: Sequence[Row], gates: Gates) -> dict[str, float]:
    """Figures over some files of a feed; NaN where there is too little to judge."""
    paths = {row["source_file"] for row in entries}
    kept = [row for row in books if row["source_file"] in paths]
    rows = sum(row["rows"] for row in kept)
    quarantined = sum(row["quarantined"] for row in kept)
    rejected = sum(row["outcome"] == REJECTED for row in entries)
    unbalanced = sum(row["rows"] != sum(row[name] for name in OUTCOMES) for row in kept)
    figures = dict.fromkeys((gate.figure for gate in gates.gates), _NOT_JUDGED)
    return figures | {
        "unbalanced_files": float(unbalanced),
        "quarantined_share": quarantined / rows if rows >= gates.least_rows else _NOT_JUDGED,
        "rejected_file_share": rejected / len(paths) if len(paths) >= gates.least_files else _NOT_JUDGED,
    }


def _volume_ratio(books: Iterable[Row], least_rows: int) -> float:
    """Rows of the newest business date over the median of the dates before it."""
    by_date: dict[date, int] = {}
    for row in books:
        by_date[row["business_date"]] = by_date.get(row["business_date"], 0) + row["rows"]
    newest, *earlier = sorted(by_date, reverse=True) or [date.min]
    usual = median([by_date[day] for day in earlier[:_EARLIER_DATES]]) if earlier else 0
    return by_date[newest] / usual if usual >= least_rows else _NOT_JUDGED


def _is_published(row: Row, published: Mapping[str, Row]) -> bool:
    held = published.get(row["source_file"])
    return held is not None and held["load_id"] == row["load_id"]


def _read_profiles(lake: Lake) -> dict[str, dict[str, dict[str, float]]]:
    """`lake.bronze.profiles` as feed, metric, subject, value."""
    found: dict[str, dict[str, dict[str, float]]] = {}
    if lake.exists(PROFILES_TABLE):
        for row in lake.read(PROFILES_TABLE).collect():
            found.setdefault(row["feed"], {}).setdefault(row["metric"], {})[row["subject"]] = row["value"]
    return found


def _judge_table(lake: Lake, expected: TableExpectations) -> Profile:
    """Rows of a table that break each of its rules: one count, one gate a rule."""
    broken = [
        F.count_if(~F.coalesce(F.expr(rule.holds), F.lit(False))).alias(rule.id) for rule in expected.rules
    ]
    counts = lake.read(expected.table).agg(*broken).collect()[0]
    gates = tuple(
        Gate(
            id=rule.id,
            figure=rule.id,
            severity="warn" if rule.severity == "warn" else "fail_batch",
            reason=rule.reason,
            at_most=0,
        )
        for rule in expected.rules
    )
    figures = {gate.id: float(counts[gate.id]) for gate in gates}
    return Profile(expected.table, gates, {"all": figures})


def _write_findings(folder: Path, findings: Iterable[Finding]) -> None:
    told = [
        {
            "profile": found.profile,
            "gate": found.gate.id,
            "severity": found.gate.severity,
            "scope": found.scope,
            "figure": found.gate.figure,
            "value": found.value,
            "allowed": found.allowed,
            "reason": found.gate.reason.model_dump(),
        }
        for found in findings
    ]
    target = folder / "findings.json"
    target.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")


def _in_words(found: Finding) -> str:
    scope = "" if found.scope == "all" else " of the new files"
    return f"{found.profile}: {found.gate.figure}{scope} is {found.value:.4g}, allowed is {found.allowed}"


def _explain(failures: Sequence[Finding], folder: Path) -> str:
    first = failures[0]
    more = f" (and {len(failures) - 1} more)" if len(failures) > 1 else ""
    return (
        f"gate {first.gate.id} not passed. {_in_words(first)}{more}. "
        f"The previous ranking stands; read {folder / 'index.html'} and correct or resend the files."
    )
