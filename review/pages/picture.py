"""The picture of a case as the browser draws it: nodes, edges, days, flows and routes.

Ids in it are numbers of rows, and labels are masked: nothing of it says more than the page.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from babel import Locale
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from configs.review import review_limits
from review.access.permissions import Sight, sight_of
from review.access.reviewers import Reviewer
from review.audit.chain import record
from review.cases.provinces import provinces
from review.cases.records import Case, EvidenceRow
from review.cases.seen import visible_evidence
from review.pages.circumstances import shared_circumstances
from review.pages.short_names import short_name
from review.pages.vocabulary import FEEDS
from review.pages.wording import circumstance_word, role_word, spoken_id, tie_word

Party = tuple[str, str]


@dataclass
class _Sum:
    """An edge's total, and its parts by day."""

    amount_vnd: int = 0
    records: int = 0
    days: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))

    def add(self, day: str, amount: int) -> None:
        self.amount_vnd += amount
        self.records += 1
        self.days[day][0] += amount
        self.days[day][1] += 1

    def by_day(self) -> list[dict[str, Any]]:
        return [
            {"day": day, "amount_vnd": amount, "records": records, "parcels": records}
            for day, (amount, records) in sorted(self.days.items())
        ]


class Picture:
    """Gathers nodes and edges, members first; whoever else the records name is context."""

    def __init__(self, case: Case, sight: Sight) -> None:
        self._sight = sight
        self._ids: dict[Party, str] = {}
        self._nodes: list[dict[str, Any]] = []
        self._edges: dict[tuple[str, str, str], _Sum] = defaultdict(_Sum)
        self._routes: dict[tuple[str, str], _Sum] = defaultdict(_Sum)
        self._on_route: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._declared_routes: set[tuple[str, str]] = set()
        self._days: dict[str, dict[str, int]] = {}
        self._shared: list[dict[str, Any]] = []
        members = [member for member in case.members.all() if sight.shows(member)]
        for member in members:
            node_id = f"m{member.pk}"
            self._ids[member.kind, member.key] = self._ids[member.kind, member.known_as] = node_id
            label = member.name or spoken_id(member.kind, member.key)
            self._nodes.append(
                {
                    "id": node_id,
                    "kind": member.kind,
                    "label": label,
                    "short": short_name(label),
                    "role": str(role_word(member.role)),
                    "context": False,
                }
            )
        for tie in case.ties.all():
            ends = (self._ids.get((tie.kind_a, tie.key_a)), self._ids.get((tie.kind_b, tie.key_b)))
            if ends[0] and ends[1]:
                self._share(ends[0], ends[1], str(tie_word(tie.tie)), len(tie.records))
        for shared in shared_circumstances(case, members, sight):
            words = dict.fromkeys(str(circumstance_word(name)) for name, _value in shared.circumstances)
            for member, other in shared.pairs():
                self._share(f"m{other.pk}", f"m{member.pk}", "; ".join(words), 0)

    def _share(self, source: str, target: str, label: str, records: int) -> None:
        self._shared.append(
            {
                "source": source,
                "target": target,
                "kind": "shared",
                "label": label,
                "amount_vnd": None,
                "records": records,
            }
        )

    def add(self, row: EvidenceRow) -> None:
        """Draw what one record says."""
        if row.event_at is None or not self._sight.feed(row.feed):
            return
        day = timezone.localdate(row.event_at).isoformat()
        said = row.normalised
        if row.feed == "bank_transactions":
            ends = (
                _party("account", said.get("debtor_account_id")),
                _party("account", said.get("creditor_account_id")),
            )
            names = (said.get("debtor_name"), said.get("creditor_name"))
            self._draw("money", ends, names, day, row.amount_vnd or 0)
            self._day(day)["money_vnd"] += row.amount_vnd or 0
        elif row.feed == "shipments":
            sender = self._first(
                _party("seller", said.get("seller_key")),
                _party("phone", said.get("sender_phone_e164")),
                _party("address", said.get("sender_address_norm")),
            )
            receiver = self._first(
                _party("phone", said.get("recipient_phone_e164")),
                _party("address", said.get("recipient_address_norm")),
            )
            names = (said.get("sender_name"), said.get("recipient_name"))
            drawn = self._draw("goods", (sender, receiver), names, day, row.amount_vnd or 0)
            self._day(day)["parcels"] += 1
            places = (said.get("sender_province_code"), said.get("recipient_province_code"))
            if places[0] and places[1]:
                self._routes[places[0], places[1]].add(day, row.amount_vnd or 0)
                self._on_route[places[0], places[1]].update(drawn)
        elif row.feed == "customs_declarations":
            self._declare(said, day, row.amount_vnd or 0)
        else:
            self._day(day)[row.feed] += 1

    def _declare(self, said: dict[str, Any], day: str, amount: int) -> None:
        """Goods between the partner abroad, the trader and whom they are for; the country and the office."""
        trader = said.get("trader_key")
        kind = "company" if str(trader).startswith("tax:") else "person"
        receiver = self._first(
            _party("phone", said.get("consignee_phone_e164")),
            _party("address", said.get("consignee_address_norm")),
        )
        ends = [
            (_party(kind, trader), said.get("trader_name")),
            (_party("company", said.get("partner_name_norm")), said.get("partner_name")),
        ]
        places = [_office(said.get("customs_office")), _country(said.get("partner_country"))]
        if said.get("direction") != "export":
            ends.reverse()
            places.reverse()
        drawn = self._draw("goods", (ends[0][0], ends[1][0]), (ends[0][1], ends[1][1]), day, amount)
        if said.get("direction") != "export":
            onward = (ends[1][1], said.get("consignee_name"))
            drawn += self._draw("goods", (ends[1][0], receiver), onward, day, amount)
        of_day = self._day(day)
        of_day["customs_declarations"] += 1
        of_day["declared_vnd"] += amount
        if places[0] and places[1]:
            self._routes[places[0], places[1]].add(day, amount)
            self._on_route[places[0], places[1]].update(drawn)
            self._declared_routes.add((places[0], places[1]))

    def shape(self, words: dict[str, str]) -> dict[str, Any]:
        """The whole picture; `words` names the events of a day by their feed."""
        edges = [
            {
                "source": source,
                "target": target,
                "kind": kind,
                "label": "",
                "amount_vnd": total.amount_vnd,
                "records": total.records,
                "by_day": total.by_day(),
            }
            for (kind, source, target), total in sorted(self._edges.items())
        ]
        names = provinces()
        # Where no payment is among the records, the value of the goods is what can be followed.
        followed = "money" if any(edge["kind"] == "money" for edge in edges) else "goods"
        return {
            "nodes": self._nodes,
            "edges": edges + self._shared,
            "days": [
                {
                    "day": day,
                    "money_vnd": sums["money_vnd"],
                    "declared_vnd": sums["declared_vnd"],
                    "parcels": sums["parcels"],
                    # Declarations have bars of their own; what else happened is marked.
                    "marked": any(sums[feed] for feed in words if feed != "customs_declarations"),
                    "events_count": sum(sums[feed] for feed in words),
                    "events": [f"{sums[feed]} × {word}" for feed, word in words.items() if sums[feed]],
                }
                for day, sums in sorted(self._days.items())
            ],
            "flows": [
                {key: edge[key] for key in ("source", "target", "amount_vnd", "by_day")}
                for edge in edges
                if edge["kind"] == followed and edge["amount_vnd"]
            ],
            "flow_of": followed,
            "routes": [
                {
                    "from_province": names.get(start, start),
                    "to_province": names.get(end, end),
                    "declared": (start, end) in self._declared_routes,
                    "parcels": total.records,
                    "by_day": total.by_day(),
                    "ids": sorted(self._on_route[start, end]),
                }
                for (start, end), total in sorted(self._routes.items())
            ],
        }

    def _day(self, day: str) -> dict[str, int]:
        return self._days.setdefault(day, defaultdict(int))

    def _first(self, *parties: Party | None) -> Party | None:
        """The first that is a member, else the first that is known at all."""
        known = [party for party in parties if party is not None]
        return next((party for party in known if party in self._ids), known[0] if known else None)

    def _draw(
        self,
        kind: str,
        ends: tuple[Party | None, Party | None],
        names: tuple[str | None, str | None],
        day: str,
        amount: int,
    ) -> list[str]:
        """Add to the edge between two parties. Returns the ids of those who show."""
        if ends[0] is None or ends[1] is None:
            return []
        source, target = (
            self._node(end, name) for end, name in zip(ends, names, strict=True) if end is not None
        )
        if source and target:
            self._edges[kind, source, target].add(day, amount)
        return [node_id for node_id in (source, target) if node_id]

    def _node(self, party: Party, name: str | None) -> str:
        """The id of a party's node, made as context when it is no member; empty where it may not be seen."""
        if party in self._ids:
            return self._ids[party]
        kind, key = party
        if not self._sight.member(kind):
            return ""
        node_id = f"c{len(self._ids)}"
        self._ids[party] = node_id
        label = name or spoken_id(kind, key)
        self._nodes.append(
            {
                "id": node_id,
                "kind": kind,
                "label": label,
                "short": short_name(label),
                "role": "",
                "context": True,
            }
        )
        return node_id


def look_at_picture(case: Case, person: Reviewer) -> dict[str, Any]:
    """The picture for this person; the look is recorded."""
    record(person.username, "picture_viewed", case.network_id)
    return picture_of(case, sight_of(person, case))


def picture_of(case: Case, sight: Sight) -> dict[str, Any]:
    """The picture from the first records of the case, those of the strongest reason first."""
    picture = Picture(case, sight)
    shown = visible_evidence(case, sight).select_related("record").defer("record__original")
    drawn: set[int] = set()
    for item in shown[: review_limits().queue.pictured_records]:
        if item.record_id not in drawn:
            drawn.add(item.record_id)
            picture.add(item.record)
    # Payments and parcels have bars of their own.
    return picture.shape(
        {feed: str(word) for feed, word in FEEDS.items() if feed not in ("bank_transactions", "shipments")}
    )


def _country(code: Any) -> str:
    """The name of a country in the reader's language."""
    if not code:
        return ""
    return str(Locale.parse((get_language() or "vi")[:2]).territories.get(str(code), code))


def _office(code: Any) -> str:
    """A customs office by its code: the code's meaning is the customs' own."""
    return _("Hải quan %(code)s") % {"code": code} if code else ""


def _party(kind: str, key: Any) -> Party | None:
    return (kind, str(key)) if key else None
