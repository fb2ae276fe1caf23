"""Importing a ranking: whole, idempotent, onto the open case."""

import json
from datetime import date

import pytest

from configs.errors import UsageError
from review.cases.import_ranking import import_ranking
from review.cases.records import Case, EvidenceRow, Ranking
from tests.review.world import ACCOUNT, AS_OF, EVIDENCE, FIRST, SECOND, networks, write_world

pytestmark = pytest.mark.django_db
LATER = date(2026, 4, 1)


def test_an_import_keeps_everything_that_the_page_shows(tmp_path, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_: AS_OF)
    done = import_ranking(write_world(tmp_path), AS_OF)

    assert (done.networks, done.new_cases, done.changed) == (2, 2, True)
    case = Case.objects.get(network_id=FIRST)
    assert (case.rank, case.value_vnd, case.members_count, case.has_tip) == (1, 1_234_567_890, 4, False)
    # Ten working days after Tuesday 31 March, without Hùng Kings' day (26 April is a Sunday): 14 April.
    assert case.due_on == date(2026, 4, 14)
    assert [reason.typology for reason in case.reasons.all()] == ["money_mule_collection", "border_pickup"]
    terms = set(case.members.get(key=ACCOUNT).terms.values_list("text", flat=True))
    assert terms == {"nguyen duc anh", "duc anh", "anh", ACCOUNT.lower(), ACCOUNT.partition(":")[2]}
    assert [row.record.key for row in case.evidence.all()] == ["VCB:FT1", "VCB:FT2", "ghn:W1"]
    assert Case.objects.get(network_id=SECOND).has_tip
    row = EvidenceRow.objects.get(key="VCB:FT2")
    assert row.number == "vcb:ft2"
    assert (row.source_file, row.source_line, row.amount_vnd) == (EVIDENCE[1]["source_file"], 3, 7_000_000)
    assert Ranking.objects.get().feeds["bank_transactions"]["newest"] == "2026-03-10"


def test_the_same_ranking_again_changes_nothing(tmp_path):
    import_ranking(write_world(tmp_path), AS_OF)
    before = list(Case.objects.values())
    done = import_ranking(tmp_path, AS_OF)
    assert (done.new_cases, done.changed) == (0, False)
    assert list(Case.objects.values()) == before


def test_a_rerun_attaches_to_the_open_case_and_says_what_changed(tmp_path):
    import_ranking(write_world(tmp_path), AS_OF)
    lines = networks(LATER)[:1]
    lines[0]["members"].append({"kind": "device", "id": "d1", "role": "device"})
    done = import_ranking(write_world(tmp_path, LATER, lines, change="grew"), LATER)

    assert (done.networks, done.new_cases) == (1, 0)
    case = Case.objects.get(network_id=FIRST)
    assert (case.change, case.changed_on, case.first_seen) == ("grew", LATER, AS_OF)
    assert case.versions.count() == 2
    assert case.members.count() == 5
    # The one that is no longer ranked stays, on the ranking that named it last, and says so.
    gone = Case.objects.get(network_id=SECOND)
    assert (gone.ranking.as_of, gone.change, gone.changed_on) == (AS_OF, "gone", LATER)


def test_an_older_ranking_adds_a_version_and_changes_no_case(tmp_path):
    import_ranking(write_world(tmp_path, LATER), LATER)
    old = networks(AS_OF)[:1]
    old[0]["score"] = 12.0
    import_ranking(write_world(tmp_path, AS_OF, old), AS_OF)
    case = Case.objects.get(network_id=FIRST)
    assert (case.score, case.versions.count()) == (91.5, 2)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda lines: lines[1].update(rank=3), "line 2: key rank"),
        (lambda lines: lines[1].update(network_id=FIRST), "line 2: key network_id"),
        (lambda lines: lines[0].update(score=101), "line 1: key score"),
        (lambda lines: lines[1].pop("summary"), "line 2: key summary"),
        (lambda lines: lines[0]["members"][0].update(kind="ship"), "line 1: key members.0.kind"),
        (lambda lines: lines[0]["typologies"][0]["evidence"][0].update(key="VCB:FT9"), "evidence.jsonl"),
    ],
)
def test_a_ranking_that_breaks_the_contract_is_refused_whole(tmp_path, change, said):
    lines = networks()
    write_world(tmp_path, lines=lines)
    change(lines)
    (tmp_path / "published" / "2026-03-31" / "networks.jsonl").write_text(
        "".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8"
    )
    with pytest.raises(UsageError, match=said) as caught:
        import_ranking(tmp_path, AS_OF)
    assert ACCOUNT not in str(caught.value)
    assert not Case.objects.exists()
    assert not Ranking.objects.exists()
