"""Append-only columns."""

import numpy as np
import pytest

from jobs.simulate.ledger import Ledger, Phrases


def test_rows_keep_their_position() -> None:
    ledger = Ledger({"name": "", "amount": 0, "bank": -1})
    assert ledger.add(name=["a", "b"], amount=5).tolist() == [0, 1]
    assert ledger.add(amount=np.array([7])).tolist() == [2]
    assert ledger["name"].tolist() == ["a", "b", ""]
    assert ledger["amount"].tolist() == [5, 5, 7]
    assert ledger["bank"].tolist() == [-1, -1, -1]


def test_a_column_can_be_changed_in_place_and_grows_after() -> None:
    ledger = Ledger({"amount": 0})
    ledger.add(3)
    ledger["amount"][1] = 9
    ledger.add(1)
    assert ledger["amount"].tolist() == [0, 9, 0, 0]


def test_unknown_columns_and_wrong_lengths_are_refused() -> None:
    ledger = Ledger({"amount": 0, "name": ""})
    with pytest.raises(KeyError, match="colour"):
        ledger.add(colour=["red"])
    with pytest.raises(ValueError, match="name"):
        ledger.add(amount=np.array([1, 2]), name=["a"])


def test_a_phrase_has_one_number() -> None:
    phrases = Phrases()
    assert phrases.codes(["hàng", "ck", "hàng"]).tolist() == [0, 1, 0]
    assert phrases.texts == ["hàng", "ck"]
