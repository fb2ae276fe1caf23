"""Figures on a ranking of letters."""

from models.evaluation.evaluate_ranking import evaluate_ranking
from models.evaluation.truth import Planted, Ranked
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
