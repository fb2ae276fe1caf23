"""Whoever watches a case or a member is told on entry what changed, until they have looked."""

from datetime import timedelta

from django.urls import reverse

from review.cases.import_ranking import import_ranking
from review.cases.records import Member
from review.pages.watching import watched, watched_changes
from review.work.acts import toggle_member_watch, toggle_watch
from tests.review.world import AS_OF, FIRST, OTHER_ACCOUNT, PERSON, SECOND, networks, write_world

LATER = AS_OF + timedelta(days=7)


def _next_ranking(home):
    """A week on: the second network is of the person, too, and the first lost its shop."""
    lines = networks(LATER)
    lines[0]["members"] = [member for member in lines[0]["members"] if member["kind"] != "seller"]
    lines[1]["members"].append({"kind": "person", "id": PERSON, "role": "operator"})
    import_ranking(write_world(home, LATER, lines, change="grew"), LATER)


def _said(client):
    return [case.network_id for case in client.get(reverse("queue")).context["watched_changes"]]


def test_a_watched_case_is_named_until_it_was_looked_at(cases, home, person, browser):
    who = person()
    client = browser(who)
    client.get(reverse("case", args=[FIRST]))
    toggle_watch(who, FIRST)
    assert _said(client) == []
    _next_ranking(home)
    assert _said(client) == [FIRST]
    page = client.get(reverse("case", args=[FIRST]))
    assert page.context["changes"] == ["Bớt 1 đối tượng."]
    assert _said(client) == []


def test_a_watched_member_brings_every_case_that_it_is_in(cases, home, person, browser):
    who = person()
    toggle_member_watch(who, "person", PERSON)
    _next_ranking(home)
    assert [case.network_id for case in watched_changes(who)] == [FIRST, SECOND]
    page = browser(who).get(reverse("watches")).content.decode()
    assert page.count("Mở rộng") == 2
    assert PERSON not in page


def test_a_watch_ends_where_it_is_listed(cases, person, browser):
    who = person()
    client = browser(who)
    member = Member.objects.get(case=cases[SECOND], key=OTHER_ACCOUNT)
    watch = reverse("watch", args=[SECOND])
    client.post(watch, {"member": member.pk})
    assert "Thôi theo dõi" in client.get(reverse("case", args=[SECOND])).content.decode()
    (row,) = watched(who)
    assert row.member == member
    client.post(watch, {"member": row.member.pk})
    assert watched(who) == []


def test_a_watched_case_that_leaves_the_ranking_is_named(cases, home, person, browser):
    who = person()
    client = browser(who)
    toggle_watch(who, SECOND)
    client.get(reverse("case", args=[SECOND]))
    import_ranking(write_world(home, LATER, networks(LATER)[:1], change="same"), LATER)
    assert _said(client) == [SECOND]
    page = client.get(reverse("case", args=[SECOND])).content.decode()
    assert "Không còn trong xếp hạng từ ngày 07/04/2026" in page
    assert _said(client) == []


def test_the_same_ranking_published_anew_says_what_changed(cases, home, person, browser):
    who = person()
    client = browser(who)
    toggle_watch(who, FIRST)
    client.get(reverse("case", args=[FIRST]))
    for further in ("d1", "d2"):
        lines = networks()
        lines[0]["members"] += [{"kind": "device", "id": name, "role": "device"} for name in ("d0", further)]
        import_ranking(write_world(home, AS_OF, lines, change="same"), AS_OF)
    assert _said(client) == [FIRST]
    assert "Đã đổi từ lần xem trước" in client.get(reverse("queue")).content.decode()
    page = client.get(reverse("case", args=[FIRST]))
    assert page.context["changes"] == ["Thêm 2 đối tượng."]
    assert _said(client) == []
    assert client.get(reverse("case", args=[FIRST])).context["changes"] == []
