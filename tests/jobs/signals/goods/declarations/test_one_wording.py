"""The same rare words under several names, against a trade's own words, brands, groups and inspections."""

from math import log2
from typing import Any

import pytest

from configs.catalogue import load_catalogue
from jobs.signals.goods.declarations import one_wording
from jobs.signals.goods.declarations.one_wording import rows_of_groups, tied
from jobs.signals.schema import Parameters
from tests.jobs.signals.goods.frames import Measure, declaration, evidence, holding, members

_SELLER = {"partner_name_norm": "yiwu trading"}


def _market(hands: int = 18) -> list[dict[str, Any]]:
    """Importers of the same heading, each with one line that gives a size."""
    return [declaration(1000 + n, str(1000 + n)) for n in range(hands)]


def _lines(start: int, trader: str, wording: str, lines: int = 3, **given: Any) -> list[dict[str, Any]]:
    return [declaration(start + n, trader, goods_norm=wording, **(_SELLER | given)) for n in range(lines)]


def test_two_importers_write_the_same_rare_words(measure: Measure) -> None:
    # Twenty importers of the heading, and a tenth of them write so. Marks and "moi 100%" make no difference.
    rows = _market() + _lines(0, "71", "linh kien (nhua) moi 100%") + _lines(10, "71", "dep nhua", lines=1)
    rows += _lines(20, "72", "linh kien nhua - moi", lines=2) + _lines(30, "72", "giay co 38-42")

    [row] = measure(one_wording, customs_declarations=rows).values()

    assert members(row) == {("company", "tax:71"), ("company", "tax:72")}
    assert evidence(row) == {f"{100000000000 + n}:1" for n in (0, 1, 2, 20, 21)}
    assert row.value == pytest.approx((3 / 4 + 2 / 5) / 2)  # log2 of two hands is 1
    assert (row.support, row.value_vnd) == (5, 5_000_000)
    assert (row.typical, row.tail, row.peers) == (row.value, 1.0, 1)
    assert holding(row) == set()


def test_a_lone_figure_is_no_model(measure: Measure) -> None:
    rows = _market() + _lines(0, "71", "giay nhom 3 dong hop") + _lines(20, "72", "giay nhom 3 - dong hop")
    rows += [row for n in (73, 74) for row in _lines(10 * n, str(n), "giay a3 dong hop")]

    [row] = measure(one_wording, customs_declarations=rows).values()

    assert members(row) == {("company", "tax:71"), ("company", "tax:72")}


def test_honest_importers_are_not_tied(measure: Measure) -> None:
    rows = _market(16)
    for n in range(3):  # 3 of 28 write so: the trade's own words
        rows += _lines(10 * n, str(10 + n), "giay the thao nam")
    for start, name in ((100, "21"), (110, "22")):
        rows += _lines(start, name, "giay da nam", brand="Bitis")
        rows += _lines(start + 300, name, "giay da nam 2026")
    for n, seller in enumerate(("a trading", "b trading")):  # so few lines, and no seller in common
        rows += _lines(120 + 10 * n, str(31 + n), "giay vai nu", lines=2, partner_name_norm=seller)
    for start, name in ((140, "41"), (150, "42")):  # one line each
        rows += _lines(start, name, "giay luoi tre em", lines=1)
    for start, name in ((160, "51"), (170, "52")):  # two names of one hand
        rows += _lines(start, name, "giay cao su nu")
    for start, name in ((180, "61"), (190, "62")):
        rows += _lines(start, name, "giay vai tre em", regime="E21")
        rows += _lines(start + 300, name, "giay vai tre em", direction="export", regime="B11")
        # Hardly anybody imports these goods.
        rows += _lines(start + 600, name, "non la", hs_code="65040000")
        rows += _lines(start + 900, name, "hang khong ro ma", hs_code="64")
    for start, name in ((250, "91"), (260, "92")):  # words that fit any goods
        rows += _lines(start, name, "phu kien cac loai, moi 100%")
    one_hand = [{"kind": "company", "id": f"tax:{name}", "operator_id": "op a"} for name in (51, 52)]

    assert measure(one_wording, customs_declarations=rows, operators=one_hand) == {}


def test_groups_and_inspected_goods_are_explained(measure: Measure) -> None:
    rows = _market() + _lines(0, "71", "phoi thep can nguoi", trader_name_norm="cty tnhh hoa phat dung quat")
    rows += _lines(10, "72", "phoi thep can nguoi", trader_name_norm="cty cp hoa phat hai duong")
    rows += _lines(20, "81", "dep nhua", lines=2, inspection_result="match") + _lines(30, "82", "dep nhua")

    found = measure(one_wording, customs_declarations=rows)

    assert holding(found["tax:71"]) == {"one_group_of_companies"}
    assert holding(found["tax:81"]) == {"inspected_and_matched"}  # two lines of five


def test_no_declarations_give_no_rows(measure: Measure) -> None:
    assert measure(one_wording) == {}


@pytest.fixture(scope="module")
def parameters() -> Parameters:
    return load_catalogue().signals["one_wording"].parameters


def _use(hand: str, wording: str, lines: int, of: int, **given: Any) -> dict[str, Any]:
    """So many of a hand's lines in the heading are under the wording, which two of 40 importers use."""
    return {
        "heading": "6404",
        "hand": hand,
        "wording": wording,
        "lines": lines,
        "matched": 0,
        "value_vnd": 100 * lines,
        "traders": [f"tax:{hand}"],
        "evidence": [{"feed": "customs_declarations", "key": f"{hand} {wording} {n}"} for n in range(lines)],
        "users": 2,
        "hands": 40,
        "all_lines": of,
        "sellers": ["yiwu trading"],
        "group": None,
        **given,
    }


@pytest.mark.parametrize(
    ("lines", "of", "expected"),
    [(2, 6, True), (1, 2, False), (2, 7, False), (3, 10, True)],
)
def test_with_a_common_seller_two_lines_and_three_of_ten_tie(
    parameters: Parameters, lines: int, of: int, expected: bool
) -> None:
    one, other = {"x": _use("a", "x", lines, of)}, {"x": _use("b", "x", 9, 9)}
    assert tied(one, other, parameters) is expected
    assert tied(other, one, parameters) is expected


@pytest.mark.parametrize(
    ("lines", "of", "users", "expected"),
    [(3, 5, 2, True), (2, 2, 2, False), (5, 9, 2, False), (3, 5, 3, False)],
)
def test_without_one_it_takes_more_lines_and_rarer_words(
    parameters: Parameters, lines: int, of: int, users: int, expected: bool
) -> None:
    one = {"x": _use("a", "x", lines, of, users=users, sellers=[])}
    other = {"x": _use("b", "x", 9, 9, users=users)}
    assert tied(one, other, parameters) is expected
    assert tied(other, one, parameters) is expected


def test_all_wordings_that_two_share_count_and_the_rarest_decides(parameters: Parameters) -> None:
    one = {name: _use("a", name, 2, 6, users=users, sellers=[]) for name, users in (("x", 4), ("y", 2))}
    other = {name: _use("b", name, 2, 6, users=users, sellers=[]) for name, users in (("x", 4), ("y", 2))}
    own = {"z": _use("b", "z", 2, 6, sellers=[])}

    assert tied(one, other | own, parameters)  # four lines of six
    assert not tied({"x": one["x"]} | own, other, parameters)  # two of six


def test_a_chain_of_pairs_is_one_group(parameters: Parameters) -> None:
    rows = [_use("a", "x", 4, 8), _use("b", "x", 3, 10), _use("b", "y", 4, 10), _use("c", "y", 6, 10)]
    rows += [_use("c", "own", 4, 10), _use("d", "w", 8, 8), _use("e", "w", 8, 8)]

    chain, pair = rows_of_groups(rows, parameters)

    assert [one["id"] for one in chain["members"]] == ["tax:a", "tax:b", "tax:c"]
    assert chain["value"] == pytest.approx(log2(3) * (0.5 + 0.7 + 0.6) / 3)
    assert (chain["support"], chain["value_vnd"]) == (17, 1700)
    assert "c own 0" not in {one["key"] for one in chain["evidence"]}
    assert (pair["value"], pair["tail"], pair["peers"]) == (1.0, 0.5, 2)
    assert rows_of_groups(list(reversed(rows)), parameters) == [chain, pair]


def test_of_several_headings_the_best_share_of_each_hand_counts(parameters: Parameters) -> None:
    rows = [_use("a", "x", 4, 8), _use("b", "x", 4, 5)]
    rows += [_use("a", "y", 3, 4, heading="8473"), _use("b", "y", 3, 6, heading="8473")]
    # The same words in another heading, of too few lines.
    rows += [_use("a", "x", 1, 4, heading="3926"), _use("c", "x", 1, 6, heading="3926")]

    [row] = rows_of_groups(rows, parameters)

    assert row["value"] == pytest.approx((3 / 4 + 4 / 5) / 2)
    assert row["support"] == 14
    assert [one["id"] for one in row["members"]] == ["tax:a", "tax:b"]


def test_names_of_two_groups_or_none_and_few_inspections_explain_nothing(parameters: Parameters) -> None:
    def explained(groups: tuple[str | None, str | None], matched: int) -> dict[str, bool]:
        rows = [
            _use(hand, "x", 5, 5, group=group, matched=matched)
            for hand, group in zip("ab", groups, strict=True)
        ]
        [row] = rows_of_groups(rows, parameters)
        return {one["id"]: one["holds"] for one in row["explanations"]}

    assert explained(("hoa phat", "an binh"), 1) == {
        "one_group_of_companies": False,
        "inspected_and_matched": False,
    }
    assert not explained((None, None), 1)["one_group_of_companies"]
    assert explained(("hoa phat", "hoa phat"), 2) == {  # four of ten
        "one_group_of_companies": True,
        "inspected_and_matched": True,
    }


def test_all_traders_of_the_lines_are_members(parameters: Parameters) -> None:
    rows = [_use("op a", "x", 3, 3, traders=["tax:1", "tax:2"]), _use("b", "x", 3, 3)]

    [row] = rows_of_groups(rows, parameters)

    assert [one["id"] for one in row["members"]] == ["tax:1", "tax:2", "tax:b"]
    assert row["subject_id"] == "tax:1"
