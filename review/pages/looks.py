"""Looks at a case and its source rows: the audit keeps them, and the next one is told what changed since."""

from django.utils import timezone
from django.utils.translation import gettext as _

from review.access.permissions import sight_of
from review.access.reviewers import Reviewer
from review.audit.chain import record
from review.cases.records import Case, CaseVersion, EvidenceRow
from review.cases.seen import seen_record
from review.pages.wording import score_of_hundred
from review.work.records import Visit


def look_at(case: Case, person: Reviewer) -> list[str]:
    """Keep that the person looks. Returns what changed since their last look, in sentences, at the desk."""
    before = Visit.objects.filter(by=person, case=case).select_related("ranking").first()
    changes = _what_changed(case, before) if before and sight_of(person).whole else []
    Visit.objects.update_or_create(
        by=person, case=case, defaults={"ranking": case.ranking, "at": timezone.now(), "seen": None}
    )
    record(person.username, "case_viewed", case.network_id)
    return changes


def look_at_record(case: Case, person: Reviewer, number: int) -> EvidenceRow:
    """A source row by its number, through this case; the look is kept."""
    row = seen_record(person, case, number)
    record(person.username, "record_viewed", case.network_id, row=number)
    return row


def _what_changed(case: Case, before: Visit) -> list[str]:
    """What is different from the version that the person saw last."""
    old = CaseVersion(**before.seen) if before.seen else case.versions.filter(ranking=before.ranking).first()
    new = case.versions.filter(ranking=case.ranking).first()
    if old is None or new is None or old.pk == new.pk:
        return []
    lines = []
    was, now = ({(kind, key) for kind, key, _role in version.members} for version in (old, new))
    if now - was:
        lines.append(_("Thêm %(count)s đối tượng.") % {"count": len(now - was)})
    if was - now:
        lines.append(_("Bớt %(count)s đối tượng.") % {"count": len(was - now)})
    if {name for name, _score in old.typologies} != {name for name, _score in new.typologies}:
        lines.append(_("Các dấu hiệu đã thay đổi."))
    if abs(old.score - new.score) >= 0.1:
        scores = {"old": score_of_hundred(old.score), "new": score_of_hundred(new.score)}
        lines.append(_("Điểm từ %(old)s thành %(new)s.") % scores)
    if old.rank != new.rank:
        lines.append(_("Hạng từ %(old)s thành %(new)s.") % {"old": old.rank, "new": new.rank})
    return lines
