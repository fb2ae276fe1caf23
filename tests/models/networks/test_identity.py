"""Ids across rankings."""

from models.networks.identity import fresh_id, succeed
from tests.models.builders import account


def group(letters: str) -> frozenset:  # type: ignore[type-arg]
    return frozenset(account(letter) for letter in letters)


def test_a_rerun_gives_the_same_id() -> None:
    assert fresh_id(group("AB")) == fresh_id(group("BA")) != fresh_id(group("AC"))


def test_a_network_that_grew_keeps_its_id() -> None:
    (row,) = succeed([group("ABCD")], {"ML-1": group("ABC")}, 0.5)
    assert (row.network_id, row.change) == ("ML-1", "grew")


def test_the_larger_part_of_a_split_keeps_the_id() -> None:
    large, small = succeed([group("ABC"), group("DE")], {"ML-1": group("ABCDE")}, 0.5)
    assert (large.network_id, large.change) == ("ML-1", "shrank")
    assert (small.change, small.earlier) == ("split", ("ML-1",))
    assert small.network_id != "ML-1"


def test_a_merge_keeps_the_id_that_it_shares_most_with() -> None:
    (row,) = succeed([group("ABCDE")], {"ML-1": group("ABC"), "ML-2": group("DE")}, 0.5)
    assert (row.network_id, row.change, row.earlier) == ("ML-1", "merged", ("ML-1", "ML-2"))


def test_a_stranger_is_new() -> None:
    (row,) = succeed([group("XY")], {"ML-1": group("ABC")}, 0.5)
    assert (row.network_id, row.change) == (fresh_id(group("XY")), "new")
