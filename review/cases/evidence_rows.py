"""From lines of `evidence.jsonl` to rows that are kept."""

from collections.abc import Iterable, Iterator
from itertools import islice

from review.cases.case_files import EvidenceLine
from review.cases.records import EvidenceRow
from review.cases.texts import number_of

_CHUNK = 2000
_AMOUNTS = {
    "bank_transactions": ("amount_vnd",),
    "shipments": ("cod_amount_vnd", "declared_value_vnd"),
    "customs_declarations": ("customs_value_vnd",),
    "listings": ("price_vnd",),
    "enforcement_actions": ("penalty_vnd",),
}


def keep_evidence(lines: Iterable[EvidenceLine]) -> None:
    """Keep every record; one that came before is brought up to date."""
    rows: Iterator[EvidenceRow] = (
        EvidenceRow(
            feed=line.feed,
            key=line.key,
            number=number_of(line.feed, line.key, line.normalised, line.original),
            source_file=line.source_file,
            source_line=line.source_line,
            sender=line.sender,
            business_date=line.business_date,
            event_at=line.event_at,
            amount_vnd=_amount(line),
            original=line.original,
            normalised=line.normalised,
        )
        for line in lines
    )
    while chunk := list(islice(rows, _CHUNK)):
        EvidenceRow.objects.bulk_create(
            chunk,
            update_conflicts=True,
            unique_fields=["feed", "key"],
            update_fields=[
                "number",
                "source_file",
                "source_line",
                "sender",
                "business_date",
                "event_at",
                "amount_vnd",
                "original",
                "normalised",
            ],
        )


def _amount(line: EvidenceLine) -> int | None:
    """The row's amount in đồng; none where the feed has none."""
    for column in _AMOUNTS.get(line.feed, ()):
        value = line.normalised.get(column)
        if value is not None:
            return int(value)
    return None
