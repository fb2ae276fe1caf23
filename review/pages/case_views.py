"""The page of one case, and what its pictures are drawn from."""

from collections import defaultdict
from functools import reduce
from operator import or_
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from configs.agencies import load_agencies
from configs.review import review_limits
from review.access.masking import shown_value
from review.access.permissions import Sight, sight_of, visible_cases
from review.access.unsent import take_unsent
from review.audit.chain import record
from review.cases.queue import SORTS
from review.cases.records import Case, CaseVersion, EvidenceRow, Member
from review.pages.circumstances import shared_circumstances
from review.pages.evidence import read_evidence_filters, records_by_typology, visible_evidence
from review.pages.neighbours import kept_list, neighbours_of
from review.pages.next_step import next_step
from review.pages.picture import Picture
from review.pages.queue_views import answer_days, asked_list, desk_people, is_late
from review.pages.reasons import shown_reasons
from review.pages.requests import case_for, person_of, whole_number
from review.pages.summaries import summary_for
from review.pages.vocabulary import FEEDS
from review.pages.wording import score_of_hundred
from review.work.link_decisions import KINDS
from review.work.outcomes import subject_kinds, violations
from review.work.records import LinkDecision, Standing, Verdict, Visit, Watch


def case_page(request: HttpRequest, network_id: str) -> HttpResponse:
    """Verdict, why, for and against, who, picture, evidence, history: one case."""
    person = person_of(request)
    case = case_for(request, network_id)
    sight = sight_of(person, case)
    before = Visit.objects.filter(by=person, case=case).select_related("ranking").first()
    changes = what_changed(case, before) if before and sight.whole else []
    Visit.objects.update_or_create(
        by=person, case=case, defaults={"ranking": case.ranking, "at": timezone.now(), "seen": None}
    )
    record(person.username, "case_viewed", network_id)
    all_members = list(case.members.all())
    members = [member for member in all_members if sight.shows(member)]
    watched = set(Watch.objects.filter(by=person, case=None).values_list("kind", "key"))
    for member in members:
        member.watched = (member.kind, member.key) in watched  # type: ignore[attr-defined]
    filters, listed, _search = asked_list(request, kept_list(request))
    neighbours = neighbours_of(case, listed, SORTS[filters.sort])
    answer_due = answer_days(person, [case]).get(case.pk)
    past_due = is_late(case, answer_due)
    case.due_on = answer_due or case.due_on
    history = _history(case, person)
    unsent = take_unsent(request, network_id, [decision.pk for decision in history["decisions"]])
    english = (get_language() or "vi").startswith("en")
    summary = summary_for(case, sight)
    records = records_by_typology(case, sight)
    return render(
        request,
        "review/case.html",
        {
            "case": case,
            "neighbours": neighbours,
            "summary": summary["en" if english else "vi"],
            "other_summary": summary["vi" if english else "en"],
            "other_language": "vi" if english else "en",
            "changes": changes,
            "reasons": shown_reasons(case, sight, records),
            "members": members,
            "first_members": members[: review_limits().queue.first_members],
            "further_members": members[review_limits().queue.first_members :],
            "hidden_members": sum(not sight.member(member.kind) for member in all_members),
            "shared": shared_circumstances(case, members, sight),
            "ties": ties_of(case, members),
            "pictured_records": review_limits().queue.pictured_records,
            "overlaps": overlaps(request, case, members),
            "unsent": unsent,
            "unsent_members": {whole_number(pk) for pk in unsent.getlist("member")},
            "watched": Watch.objects.filter(by=person, case=case).exists(),
            **_evidence(request, case, sight),
            "evidence_total": sum(records.values()),
            **history,
            "next_step": next_step(case, person, history["open_decision"], history["referrals"]),
            "tips": tips_of(case, sight),
            "drawn": drawn_version(case, sight),
            "agencies": load_agencies().values(),
            "suggested": case.agencies,
            "verdicts": Verdict.choices,
            "assignees": desk_people(),
            "violations": violations(),
            "subject_kinds": subject_kinds(),
            "tomorrow": timezone.localdate() + timezone.timedelta(days=1),
            "past_due": past_due,
        },
    )


def _history(case: Case, person: Any) -> dict[str, Any]:
    """Decisions and comments; an agency sees its own referrals alone."""
    decisions = case.decisions.select_related("proposed_by", "decided_by").prefetch_related("outcomes")
    if person.agency:
        decisions = decisions.filter(agency=person.agency, standing=Standing.APPROVED)
    at_the_desk = not person.agency
    return {
        "decisions": decisions,
        "open_decision": decisions.filter(standing=Standing.OPEN).first() if at_the_desk else None,
        "referrals": decisions.filter(verdict=Verdict.REFER, standing=Standing.APPROVED),
        "comments": case.comments.select_related("by") if at_the_desk else [],
        "suppressions": case.suppressions.filter(lifted_at=None, until__gt=timezone.localdate())
        if at_the_desk
        else [],
        "link_decisions": words_on_links(case) if at_the_desk else [],
        "versions": case.versions.select_related("ranking")[:12],
    }


def words_on_links(case: Case) -> list[tuple[LinkDecision, int]]:
    """Words on links that stand, those of one group once, each with the number of its pairs."""
    words: dict[str, list[LinkDecision]] = defaultdict(list)
    for word in case.link_decisions.filter(undone_at=None).select_related("by"):
        words[word.together or str(word.pk)].append(word)
    return [(pairs[0], len(pairs)) for pairs in words.values()]


def what_changed(case: Case, before: Visit) -> list[str]:
    """What is different from the version that the person saw last, in sentences."""
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


def ties_of(case: Case, members: list[Member]) -> list[dict[str, Any]]:
    """Each tie with its two members, those alone that may be seen."""
    known = {(member.kind, member.key): member for member in members}
    rows = []
    for tie in case.ties.all():
        a, b = known.get((tie.kind_a, tie.key_a)), known.get((tie.kind_b, tie.key_b))
        if a and b:
            rows.append({"tie": tie, "a": a, "b": b, "judged": {a.kind, b.kind} <= KINDS})
    return rows


def picture(request: HttpRequest, network_id: str) -> JsonResponse:
    """What the pictures of a case page are drawn from; the page asks for it once it is there."""
    case = case_for(request, network_id)
    record(person_of(request).username, "picture_viewed", network_id)
    return JsonResponse(picture_of(case, sight_of(person_of(request), case)))


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


def overlaps(request: HttpRequest, case: Case, members: list[Member]) -> list[Any]:
    """Other cases that share a member, the most shared first."""
    by_kind: dict[str, dict[str, Member]] = defaultdict(dict)
    for member in members:
        by_kind[member.kind][member.key] = member
    if not by_kind:
        return []
    same = reduce(or_, (Q(kind=kind, key__in=list(known)) for kind, known in by_kind.items()))
    shared = list(Member.objects.filter(same).exclude(case=case).order_by())
    # The members first: asked for both at once, a database may walk through all cases.
    person = person_of(request)
    visible = visible_cases(person).in_bulk({member.case_id for member in shared})
    sights = {pk: sight_of(person, other) for pk, other in visible.items()}
    others: dict[int, Any] = {}
    for member in shared:
        if member.case_id in visible and sights[member.case_id].shows(member):
            entry = others.setdefault(member.case_id, {"case": visible[member.case_id], "members": []})
            entry["members"].append(by_kind[member.kind][member.key])
    return sorted(others.values(), key=lambda entry: (-len(entry["members"]), entry["case"].rank))


def drawn_version(case: Case, sight: Sight) -> CaseVersion | None:
    """The version of the case that was drawn by lot, with its cut and chance; the desk's business alone."""
    if case.drawn_on is None or not sight.whole:
        return None
    return case.versions.select_related("ranking").get(ranking__as_of=case.drawn_on)


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


def _evidence(request: HttpRequest, case: Case, sight: Sight) -> dict[str, Any]:
    """One page of the source rows."""
    filters = read_evidence_filters(request.GET, case, sight)
    rows = filters.let_through(visible_evidence(case, sight))
    shown = rows.select_related("record").defer("record__original", "record__normalised")
    page = Paginator(shown, review_limits().queue.evidence_page_rows).get_page(request.GET.get("page"))
    # A record that is evidence of two signs has a line for each; a referral counts it once.
    records = rows.order_by().values("record").distinct().count()
    return {"evidence": page, "evidence_filters": filters, "evidence_records": records}
