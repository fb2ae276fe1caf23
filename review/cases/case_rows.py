"""The rows of a case as a ranking has them: members, reasons, ties, and the records that they rest on."""

from itertools import islice
from typing import Any

from configs.errors import UsageError
from review.cases.case_files import DescribedMember, ExplanationLine, LinkLine, NetworkLine
from review.cases.records import Case, CaseEvidence, EvidenceRow, Member, MemberTerm, Reason, Tie
from review.cases.texts import endings

CHUNK = 2000


def replace(case: Case, kind: type[Any], rows: list[Any]) -> None:
    """These rows take the place of the case's earlier ones of the same table."""
    kind.objects.filter(case=case).delete()
    kind.objects.bulk_create(rows, batch_size=CHUNK)


def members_of(
    case: Case, network: NetworkLine, described: dict[tuple[str, str], DescribedMember]
) -> list[Member]:
    rows = []
    for member in network.members:
        known = described.get((member.kind, member.id))
        name = (known.name or "") if known else ""
        rows.append(
            Member(
                case=case,
                kind=member.kind,
                key=member.id,
                known_as=known.known_as if known else member.id,
                role=member.role,
                name=name,
                province_code=(known.province_code or "") if known else "",
            )
        )
    return rows


def terms_of(case: Case) -> list[MemberTerm]:
    return [
        MemberTerm(member=member, text=text)
        for member in case.members.all()
        for text in endings(member.name, member.key)
    ]


def reasons_of(case: Case, network: NetworkLine, explanation: ExplanationLine) -> list[Reason]:
    values = {item.id: item.value_vnd for item in network.typologies}
    return [
        Reason(
            case=case,
            position=position,
            typology=line.typology,
            score=line.score,
            value_vnd=values.get(line.typology, 0),
            contribution=line.contribution,
            signal=line.signal,
            value=line.value,
            typical=line.typical,
            tail=line.tail,
            peers=line.peers,
            title=line.title.model_dump(),
            reason=line.reason.model_dump(),
            innocent=[item.model_dump() for item in line.innocent_explanations],
        )
        for position, line in enumerate(explanation.reasons, start=1)
    ]


def ties_of(case: Case, links: list[LinkLine]) -> list[Tie]:
    return [
        Tie(
            case=case,
            kind_a=link.kind_a,
            key_a=link.id_a,
            kind_b=link.kind_b,
            key_b=link.id_b,
            tie=link.tie,
            weight=link.weight,
            records=[record.model_dump() for record in link.evidence or []],
        )
        for link in links
    ]


def shown_records(case: Case, network: NetworkLine) -> list[CaseEvidence]:
    named = [(item.id, record.feed, record.key) for item in network.typologies for record in item.evidence]
    ids: dict[tuple[str, str], int] = {}
    keys = iter(sorted({key for _, _, key in named}))
    while chunk := list(islice(keys, 500)):
        for pk, feed, key in EvidenceRow.objects.filter(key__in=chunk).values_list("pk", "feed", "key"):
            ids[feed, key] = pk
    missing = next((feed for _, feed, key in named if (feed, key) not in ids), None)
    if missing is not None:
        raise UsageError(
            f"{network.as_of}/evidence.jsonl: a record of {missing} that the network of rank {network.rank} "
            "names is missing. The ranking was refused; publish it again."
        )
    return [
        CaseEvidence(case=case, typology=typology, position=position, record_id=ids[feed, key])
        for position, (typology, feed, key) in enumerate(named, start=1)
    ]
