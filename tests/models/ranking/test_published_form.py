"""The published object has the contract's fields, and the words of both languages."""

from datetime import date

from models.networks.grow_networks import grow_networks
from models.ranking.published_form import explanation_of, flagged_records, published_network
from models.ranking.score_networks import rank_networks
from models.weighing.weigh_detections import weigh_detections
from tests.models.builders import RULES, catalogue, detection

DAY = date(2026, 3, 31)


def test_the_published_network_names_members_records_and_reasons() -> None:
    rows = weigh_detections([detection("AB", 12.0, explanations={"payroll": False})], catalogue(), DAY)
    (scored,) = rank_networks(grow_networks(rows, {}, RULES), {}, RULES)
    line = published_network(scored, "ML-1", 1, DAY, catalogue())
    assert line["members"] == [
        {"kind": "account", "id": "A", "role": "mule"},
        {"kind": "account", "id": "B", "role": "mule"},
    ]
    assert line["score"] == 80.0
    assert line["agencies"] == ["sbv"]
    assert line["summary"] == {"vi": "2 thành viên, 1.000 đồng.", "en": "2 members, 1,000 đồng."}
    assert flagged_records([line]) == [
        ("ML-1", "laundering", "bank_transactions", "VCB:A"),
        ("ML-1", "laundering", "bank_transactions", "VCB:B"),
    ]
    (reason,) = explanation_of(scored, catalogue())["reasons"]
    assert reason["innocent_explanations"][0]["holds"] is False


def test_the_summary_says_that_one_party_stands_alone() -> None:
    rows = weigh_detections([detection("A", 12.0)], catalogue(), DAY)
    (scored,) = rank_networks(grow_networks(rows, {}, RULES), {}, RULES)
    summary = published_network(scored, "ML-1", 1, DAY, catalogue())["summary"]
    assert summary["vi"].endswith("Chưa thấy mối liên hệ với đối tượng khác, nên mức nghi vấn được hạ xuống.")
    assert summary["en"].endswith("Nothing ties it to anybody else, so the suspicion counts for less.")
