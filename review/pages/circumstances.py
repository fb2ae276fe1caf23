"""What members of one network share beyond chance, within what the reader may see."""

from dataclasses import dataclass

from review.access.permissions import Sight
from review.cases.records import Case, Member
from review.pages.wording import spoken_id
from review.work.link_decisions import GROUP_MAX, KINDS

# As what a value is masked and shown: an agency sees it where it may see members of that kind.
_VALUE_KINDS = {
    "pays": "account",
    "paid_by": "account",
    "company_pays": "account",
    "company_paid_by": "account",
    "partner": "company",
    "phone": "phone",
    "address": "address",
    "shop_account": "account",
    "shop_phone": "phone",
    "shop_address": "address",
    "shop_device": "device",
    # As rankings before decision 25 named them.
    "consignee_phone": "phone",
    "consignee_address": "address",
    "trader_phone": "phone",
    "trader_address": "address",
}
_SEVERAL = "several"


@dataclass(frozen=True)
class Shared:
    """Members, and the circumstances that they share: (circumstance, its value, masked)."""

    members: list[Member]
    circumstances: list[tuple[str, str]]

    def judged(self) -> list[Member]:
        """Whom people can set apart from one another, no more of them than one act takes."""
        return [member for member in self.members if member.kind in KINDS][:GROUP_MAX]

    def pairs(self) -> list[tuple[Member, Member]]:
        """Pairs that hold all of them together: each member with the first."""
        first, *others = self.members
        return [(other, first) for other in others]


def shared_circumstances(case: Case, members: list[Member], sight: Sight) -> list[Shared]:
    """The circumstances that tie members whom the reader may see; an officer's code stays at the desk."""
    known = {(member.kind, member.key): member for member in members}
    shown: dict[tuple[int, ...], Shared] = {}
    for line in case.circumstances:
        tied = [known[kind, key] for kind, key in line["members"] if (kind, key) in known]
        name = line["circumstance"]
        kind = _VALUE_KINDS.get(name)
        if len(tied) > 1 and (sight.whole or name == _SEVERAL or (kind is not None and sight.member(kind))):
            value = spoken_id(kind, line["value"]) if kind else line["value"].replace("|", " ")
            together = shown.setdefault(tuple(member.pk for member in tied), Shared(tied, []))
            together.circumstances.append((name, value))
    return list(shown.values())
