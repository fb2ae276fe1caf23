"""Figures on a ranking of letters."""

from dataclasses import replace

from models.evaluation.evaluate_ranking import evaluate_ranking, figures_of, judge_ranking
from models.evaluation.truth import Planted, Ranked, planted_from
from models.weighing.detections import Record
from tests.models.builders import account


def planted(name: str, letters: str, difficulty: str = "easy") -> Planted:
    records = frozenset(Record("tips", letter) for letter in letters)
    return Planted(name, "ring", difficulty, frozenset(account(letter) for letter in letters), records)


def ranked(letters: str) -> Ranked:
    records = frozenset(Record("tips", letter) for letter in letters)
    return Ranked(letters, 50.0, ("x",), frozenset(account(letter) for letter in letters), records)


def test_figures_by_hand() -> None:
    schemes = [planted("s1", "ABCD"), planted("s2", "EFGH", "hard")]
    figures = evaluate_ranking([ranked("ABCX"), ranked("MN"), ranked("EF")], schemes, [planted("l1", "MN")])
    assert (figures.k, figures.recall_at_k, figures.precision_at_k) == (2, 0.5, 0.5)
    assert figures.lookalikes_in_top_k == 0.5
    assert figures.recall_at_2k == 1.0
    assert figures.hard_recall_at_k == 0.0
    assert (figures.purity, figures.completeness) == (0.75, 0.75)
    assert (figures.evidence_precision, figures.evidence_recall) == (0.75, 0.75)


def test_one_shared_member_finds_nothing() -> None:
    figures = evaluate_ranking([ranked("A")], [planted("s1", "ABCD")], [])
    assert figures.recall_at_k == 0.0
    assert figures.purity is None


def test_a_scheme_in_two_networks_is_split() -> None:
    figures = evaluate_ranking([ranked("AB"), ranked("CD")], [planted("s1", "ABCD")], [], k=2)
    assert figures.split == 1.0


def test_the_right_typology_counts_where_the_truth_names_it() -> None:
    silent, told, wrong = planted("s1", "AB"), planted("s2", "CD"), planted("s3", "EF")
    told, wrong = replace(told, typologies=frozenset("x")), replace(wrong, typologies=frozenset("y"))
    ranking = [ranked("AB"), ranked("CD"), ranked("EF")]
    assert evaluate_ranking(ranking, [silent], []).right_typology is None
    assert evaluate_ranking(ranking, [silent, told, wrong], []).right_typology == 0.5


def test_a_fourth_typology_names_nothing() -> None:
    told = replace(planted("s1", "AB"), typologies=frozenset({"y"}))
    late = replace(ranked("AB"), typologies=("a", "b", "c", "y"))
    assert evaluate_ranking([late], [told], []).right_typology == 0.0


def test_a_line_of_the_truth_goes_before_the_mapping_of_its_kind() -> None:
    line = {"scheme_id": "s", "kind": "ring", "members": [], "records": []}
    assert planted_from(line, {"ring": ["x"]}).typologies == {"x"}
    assert planted_from(line | {"typologies": ["y"]}, {"ring": ["x"]}).typologies == {"y"}
    assert planted_from(line).typologies == frozenset()


def test_worlds_are_pooled_by_scheme_and_network_though_their_ids_are_the_same() -> None:
    found = judge_ranking([ranked("AB")], [planted("s1", "AB")], [])
    missed = judge_ranking([ranked("XY"), ranked("Z")], [planted("s1", "AB"), planted("s2", "CD")], [])
    figures = figures_of([found, missed])
    assert (figures.schemes, figures.k) == (3, 3)
    assert (figures.recall_at_k, figures.precision_at_k) == (0.3333, 0.3333)
    assert figures.missed == ["s1", "s2"]
