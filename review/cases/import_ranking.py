"""Bring one published ranking into the cases: idempotent, whole or not at all."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from configs.errors import UsageError
from configs.review import review_limits
from review.cases.calendar import add_working_days
from review.cases.case_files import (
    CaseFiles,
    DescribedMember,
    DrawnLine,
    ExplanationLine,
    LinkLine,
    NetworkLine,
)
from review.cases.case_rows import CHUNK, members_of, reasons_of, replace, shown_records, terms_of, ties_of
from review.cases.evidence_rows import keep_evidence
from review.cases.records import (
    GONE,
    Case,
    CaseAgency,
    CaseEvidence,
    CaseVersion,
    Member,
    MemberTerm,
    Ranking,
    Reason,
    Tie,
)
from review.work.records import Visit


@dataclass(frozen=True)
class Imported:
    """What an import did."""

    as_of: date
    networks: int
    new_cases: int
    changed: bool


def import_ranking(home: Path, as_of: date) -> Imported:
    """Import the case files of `as_of`. The same files again change nothing.

    Raises `UsageError` naming file and line when a line breaks the contract; nothing is imported then.
    """
    files = CaseFiles(home / "published" / as_of.isoformat())
    files.check()
    fingerprint = files.fingerprint()
    known = Ranking.objects.filter(as_of=as_of).first()
    if known is not None and known.fingerprint == fingerprint:
        return Imported(as_of, known.networks, 0, changed=False)
    networks = list(files.networks())
    _check_networks(networks, as_of)
    drawn = _drawn(files, networks)
    explanations = {line.network_id: line for line in files.explanations()}
    described: dict[str, dict[tuple[str, str], DescribedMember]] = defaultdict(dict)
    for line in files.members():
        described[line.network_id][line.kind, line.id] = line
    links: dict[str, list[LinkLine]] = defaultdict(list)
    for link in files.links():
        links[link.network_id].append(link)
    with transaction.atomic():
        ranking = _keep_ranking(files, as_of, fingerprint, len(networks))
        keep_evidence(files.evidence())
        current = not Ranking.objects.filter(as_of__gt=as_of).exists()
        before = set(Case.objects.values_list("network_id", flat=True))
        for network in networks:
            explanation = explanations.get(network.network_id)
            if explanation is None:
                raise UsageError(
                    f"{as_of}/explanations.jsonl: no line for the network of rank {network.rank}. "
                    "The ranking was refused; publish it again."
                )
            _keep_case(
                ranking,
                network,
                explanation,
                described[network.network_id],
                links[network.network_id],
                drawn.get(network.network_id),
                current,
            )
        if current:
            _mark_gone(as_of, {network.network_id for network in networks})
    return Imported(
        as_of, len(networks), sum(network.network_id not in before for network in networks), changed=True
    )


def _mark_gone(as_of: date, ranked: set[str]) -> None:
    """Cases of earlier rankings that do not stand in this one left on its day."""
    known = Case.objects.filter(as_of__lte=as_of).exclude(change=GONE).values_list("pk", "network_id")
    gone = iter([pk for pk, network_id in known if network_id not in ranked])
    while chunk := list(islice(gone, 500)):
        Case.objects.filter(pk__in=chunk).update(change=GONE, changed_on=as_of)


def _check_networks(networks: list[NetworkLine], as_of: date) -> None:
    seen: set[str] = set()
    for number, network in enumerate(networks, start=1):
        wrong = (
            "as_of: another date than the folder's"
            if network.as_of != as_of
            else f"rank: expected {number}"
            if network.rank != number
            else "network_id: twice"
            if network.network_id in seen
            else ""
        )
        if wrong:
            raise UsageError(
                f"{as_of}/networks.jsonl, line {number}: key {wrong}. "
                "The ranking was refused; publish it again."
            )
        seen.add(network.network_id)


def _drawn(files: CaseFiles, networks: list[NetworkLine]) -> dict[str, DrawnLine]:
    """What was drawn by lot, by network: each once, a network of this ranking, below the cut."""
    ranks = {network.network_id: network.rank for network in networks}
    drawn: dict[str, DrawnLine] = {}
    for number, line in enumerate(files.drawn(), start=1):
        wrong = (
            "network_id: no network of this ranking"
            if line.network_id not in ranks
            else "network_id: twice"
            if line.network_id in drawn
            else "cut: the network stands above it"
            if ranks[line.network_id] <= line.cut
            else ""
        )
        if wrong:
            raise UsageError(
                f"{files.folder.name}/exploration.jsonl, line {number}: key {wrong}. "
                "The ranking was refused; publish it again."
            )
        drawn[line.network_id] = line
    return drawn


def _keep_ranking(files: CaseFiles, as_of: date, fingerprint: str, networks: int) -> Ranking:
    manifest = files.manifest()
    newest: dict[str, str] = {}
    for entry in manifest.get("inputs", []):
        parts = str(entry["source_file"]).split("/")
        if entry.get("outcome") != "rejected" and len(parts) > 2:
            newest[entry["feed"]] = max(newest.get(entry["feed"], ""), parts[2])
    feeds = {
        feed: {**books, "newest": newest.get(feed, "")} for feed, books in manifest.get("feeds", {}).items()
    }
    ranking, _ = Ranking.objects.update_or_create(
        as_of=as_of,
        defaults={
            "fingerprint": fingerprint,
            "imported_at": timezone.now(),
            "networks": networks,
            "feeds": feeds,
            "built_with": manifest.get("versions", {}),
        },
    )
    return ranking


def _keep_case(
    ranking: Ranking,
    network: NetworkLine,
    explanation: ExplanationLine,
    described: dict[tuple[str, str], DescribedMember],
    links: list[LinkLine],
    drawn: DrawnLine | None,
    current: bool,
) -> None:
    case = Case.objects.filter(network_id=network.network_id).first()
    if case is not None and not current:
        _keep_version(case, ranking, network, drawn)
        return
    limits = review_limits().work
    rerun = case is not None and _keep_what_was_seen(case, ranking, network)
    if case is None:
        case = Case(
            network_id=network.network_id,
            first_seen=network.as_of,
            changed_on=network.as_of,
            due_on=add_working_days(timezone.localdate(), limits.decide_within_working_days),
        )
    elif explanation.change != "same" or case.change == GONE or rerun:
        case.changed_on = network.as_of
    case.ranking = ranking
    case.as_of = ranking.as_of
    case.rank = network.rank
    case.score = network.score
    case.value_vnd = network.value_at_stake_vnd
    case.outlier_score = network.outlier.score
    case.outlier_contribution = explanation.outlier_contribution
    case.outlier_reasons = [reason.model_dump() for reason in network.outlier.reasons]
    case.circumstances = [
        {
            "circumstance": tie.circumstance,
            "value": tie.value,
            "members": [[member.kind, member.id] for member in tie.members],
        }
        for tie in explanation.ties
    ]
    case.change = explanation.change
    case.typologies = [item.id for item in network.typologies]
    case.agencies = list(network.agencies)
    case.summary_vi = network.summary.vi
    case.summary_en = network.summary.en
    case.members_count = len(network.members)
    case.has_tip = any(record.feed == "tips" for item in network.typologies for record in item.evidence)
    case.save()
    _keep_version(case, ranking, network, drawn)
    replace(case, CaseAgency, [CaseAgency(case=case, agency=name) for name in case.agencies])
    replace(case, Member, members_of(case, network, described))
    MemberTerm.objects.bulk_create(terms_of(case), batch_size=CHUNK)
    replace(case, Reason, reasons_of(case, network, explanation))
    replace(case, Tie, ties_of(case, links))
    replace(case, CaseEvidence, shown_records(case, network))


def _keep_what_was_seen(case: Case, ranking: Ranking, network: NetworkLine) -> bool:
    """Whether this ranking had the case otherwise when it was imported before; who saw that is told so."""
    old = case.versions.filter(ranking=ranking).first()
    if old is None or _same_network(old, network):
        return False
    seen = {"rank": old.rank, "score": old.score, "members": old.members, "typologies": old.typologies}
    Visit.objects.filter(case=case, ranking=ranking, seen__isnull=True).update(seen=seen)
    return True


def _same_network(old: CaseVersion, network: NetworkLine) -> bool:
    members = {(kind, key) for kind, key, _role in old.members}
    typologies = {name for name, _score in old.typologies}
    return members == {(member.kind, member.id) for member in network.members} and typologies == {
        item.id for item in network.typologies
    }


def _keep_version(case: Case, ranking: Ranking, network: NetworkLine, drawn: DrawnLine | None) -> None:
    CaseVersion.objects.update_or_create(
        case=case,
        ranking=ranking,
        defaults={
            "rank": network.rank,
            "score": network.score,
            "value_vnd": network.value_at_stake_vnd,
            "members": [[member.kind, member.id, member.role] for member in network.members],
            "typologies": [[item.id, item.score] for item in network.typologies],
            "drawn_cut": drawn.cut if drawn else None,
            "drawn_chance": drawn.probability if drawn else None,
        },
    )
    if drawn or case.drawn_on:
        last = case.versions.filter(drawn_chance__isnull=False).order_by("-ranking__as_of").first()
        case.drawn_on = last.ranking.as_of if last else None
        case.save(update_fields=["drawn_on"])
