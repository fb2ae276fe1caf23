"""Networks below the cut that were drawn by lot: imported with the ranking, told apart everywhere."""

from datetime import date

import pytest
from django.urls import reverse

from configs.errors import UsageError
from review.access.reviewers import Role
from review.cases.import_ranking import import_ranking
from review.cases.records import Case
from review.work.acts import answer, propose
from tests.review.world import AS_OF, FIRST, SECOND, networks, write_world

pytestmark = pytest.mark.django_db
LATER = date(2026, 4, 1)
DRAWN = [{"network_id": SECOND, "cut": 1, "probability": 0.004}]


def _drawn() -> dict[str, date | None]:
    return dict(Case.objects.values_list("network_id", "drawn_on"))


def test_what_was_drawn_is_kept_with_its_chance_and_the_same_again_changes_nothing(home):
    assert import_ranking(write_world(home, drawn=DRAWN), AS_OF).changed
    assert _drawn() == {FIRST: None, SECOND: AS_OF}
    version = Case.objects.get(network_id=SECOND).versions.get()
    assert (version.drawn_cut, version.drawn_chance, version.one_in) == (1, 0.004, 250)
    assert not import_ranking(home, AS_OF).changed


def test_a_file_that_came_later_is_imported_and_one_that_changed_counts(home):
    import_ranking(write_world(home), AS_OF)
    assert _drawn() == {FIRST: None, SECOND: None}
    assert import_ranking(write_world(home, drawn=DRAWN), AS_OF).changed
    assert _drawn()[SECOND] == AS_OF
    assert import_ranking(write_world(home, drawn=[]), AS_OF).changed
    assert _drawn()[SECOND] is None


def test_a_case_stays_drawn_when_the_next_ranking_draws_another(home):
    import_ranking(write_world(home, drawn=DRAWN), AS_OF)
    import_ranking(write_world(home, LATER, networks(LATER), drawn=[]), LATER)
    assert _drawn() == {FIRST: None, SECOND: AS_OF}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"network_id": "ML-X"}, "line 1: key network_id: no network"),
        ({"network_id": FIRST}, "line 1: key cut: the network stands above it"),
        ({"probability": 0}, "line 1: key probability"),
        ({"why": "x"}, "line 1: key why"),
    ],
)
def test_a_lot_that_cannot_be_is_refused_with_the_ranking(home, line, said):
    with pytest.raises(UsageError, match=said):
        import_ranking(write_world(home, drawn=[DRAWN[0] | line]), AS_OF)
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("language", "badge", "why"),
    [
        ("vi", "Chọn ngẫu nhiên", "Được chọn ngẫu nhiên, không phải vì nghi vấn cao."),
        ("en", "Drawn by lot", "Drawn by lot, not because it is highly suspect."),
    ],
)
def test_the_queue_and_the_case_say_that_it_was_drawn(home, person, browser, language, badge, why):
    import_ranking(write_world(home, drawn=DRAWN), AS_OF)
    client = browser(person())
    client.cookies["django_language"] = language
    queue = client.get("/")
    assert [case.network_id for case in queue.context["drawn"]] == [SECOND]
    assert queue.content.decode().count(f'<span class="badge by-lot">{badge}') == 1
    assert [case.network_id for case in client.get("/?drawn=1").context["rows"]] == [SECOND]
    page = client.get(reverse("case", args=[SECOND])).content.decode()
    assert why in page
    assert "250" in page
    assert why not in client.get(reverse("case", args=[FIRST])).content.decode()
    lines = {case["network_id"]: case["drawn_on"] for case in client.get("/api/cases").json()["cases"]}
    assert lines == {FIRST: None, SECOND: "2026-03-31"}


def test_an_agency_learns_nothing_of_the_lot(home, person, browser):
    import_ranking(write_world(home, drawn=DRAWN), AS_OF)
    referral = propose(person(), SECOND, "refer", "market_surveillance", "Bị phản ánh nhiều lần", None)
    answer(person(Role.APPROVER), referral.pk, True, "")
    client = browser(person(Role.INVESTIGATOR, "market_surveillance"))
    assert "badge by-lot" not in client.get("/").content.decode()
    assert client.get("/?drawn=1").context["rows"] == []
    assert "badge by-lot" not in client.get(reverse("case", args=[SECOND])).content.decode()
    assert client.get("/api/cases").json()["cases"][0]["drawn_on"] is None
