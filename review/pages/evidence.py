"""The source rows of a case: which the filters of the address let through, and how they are shown."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from configs.review import review_limits
from review.access.masking import shown_value
from review.access.permissions import Sight
from review.cases.calendar import read_day
from review.cases.records import Case, EvidenceRow
from review.cases.seen import visible_evidence
from review.pages.vocabulary import FEEDS


@dataclass
class EvidenceFilters:
    """What is asked of the source rows. A day that could not be read is in `complaints`, and not applied."""

    typologies: list[str]
    feeds: list[str]
    typology: str = ""
    feed: str = ""
    from_day: date | None = None
    to_day: date | None = None
    complaints: list[str] = field(default_factory=list)

    def query(self) -> str:
        """The filters as they stand in the address."""
        said = QueryDict(mutable=True)
        for key, value in self.named().items():
            if value:
                said[key] = value
        return said.urlencode()

    def named(self) -> dict[str, str]:
        """Each filter by its name in the address."""
        days = {name: day.isoformat() if day else "" for name, day in self._days().items()}
        return {"typology": self.typology, "feed": self.feed, **days}

    def _days(self) -> dict[str, date | None]:
        return {"from": self.from_day, "to": self.to_day}

    def let_through(self, rows: Any) -> Any:
        """The rows that all filters let through; days are those of Vietnam."""
        if self.typology:
            rows = rows.filter(typology=self.typology)
        if self.feed:
            rows = rows.filter(record__feed=self.feed)
        if self.from_day:
            rows = rows.filter(record__event_at__gte=_midnight(self.from_day))
        if self.to_day:
            rows = rows.filter(record__event_at__lt=_midnight(self.to_day) + timedelta(days=1))
        return rows


def read_evidence_filters(asked: QueryDict, case: Case, sight: Sight) -> EvidenceFilters:
    """Filters from the address; what they name beyond what may be seen is not applied."""
    filters = EvidenceFilters(
        typologies=[name for name in case.typologies if sight.typology(name)],
        feeds=[feed for feed in FEEDS if sight.feed(feed)],
    )
    if (typology := asked.get("typology", "")) in filters.typologies:
        filters.typology = typology
    if (feed := asked.get("feed", "")) in filters.feeds:
        filters.feed = feed
    try:
        filters.from_day, filters.to_day = (
            read_day(asked[name]) if asked.get(name) else None for name in ("from", "to")
        )
    except ValueError:
        filters.complaints.append(_("Ngày phải có dạng 31/03/2026."))
    return filters


def records_by_typology(case: Case, sight: Sight) -> dict[str, int]:
    """How many source rows of each typology may be seen."""
    return dict(visible_evidence(case, sight).order_by().values_list("typology").annotate(Count("pk")))


def columns_of(row: EvidenceRow, sight: Sight, whole: bool = False) -> list[tuple[str, Any, Any]]:
    """Columns of a row that may be seen: (name, as it came, as it was read), masked unless `whole`."""
    names = [
        name for name in {**row.original, **row.normalised} if sight.column(row.feed, name, row.original)
    ]
    pairs = [(name, row.original.get(name), row.normalised.get(name)) for name in names]
    if whole:
        return pairs
    return [(name, shown_value(name, came), shown_value(name, read)) for name, came, read in pairs]


def tips_of(case: Case, sight: Sight) -> list[dict[str, Any]]:
    """What was reported, in the words of the report, numbers masked; nothing where tips may not be seen."""
    if not sight.feed("tips"):
        return []
    tips = visible_evidence(case, sight).filter(record__feed="tips")
    rows = EvidenceRow.objects.filter(pk__in=tips.values("record"))
    return [
        {"row": row, "said": shown_value("description", row.original.get("description", ""))}
        for row in rows[: review_limits().queue.evidence_page_rows]
        if sight.column("tips", "description", row.original)
    ]


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
