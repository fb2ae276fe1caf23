"""Advances and what is left of them, on tiny tables."""

import pandas as pd

from jobs.signals.payments.pattern_rings import left_with_them

RULES = {"advanced_least": 4, "handed_on_most": 0.6}


def through(paid: int, on: int, people: int = 4, *further: tuple[str, str, int]) -> pd.DataFrame:
    """One account pays so many people, and each of them pays another one."""
    rows = [("giver", f"person{number}", paid) for number in range(people)]
    rows += [(f"person{number}", "taker", on) for number in range(people)]
    frame = pd.DataFrame([*rows, *further], columns=["debtor", "creditor", "amount_vnd"])
    return frame.assign(at_seconds=range(len(frame)))


def test_who_keeps_or_spends_most_carries_nobodys_money() -> None:
    assert left_with_them(through(10, 6), RULES)


def test_who_hands_on_all_but_a_fee_does() -> None:
    assert not left_with_them(through(10, 7), RULES)


def test_who_stakes_first_and_wins_afterwards_was_advanced_nothing() -> None:
    played = through(10, 5)
    assert not left_with_them(played.assign(at_seconds=played["at_seconds"][::-1].to_numpy()), RULES)


def test_three_are_too_few_and_leftovers_go_to_another_account() -> None:
    assert not left_with_them(through(10, 5, 3), RULES)
    returned = through(10, 5).replace("taker", "giver")
    assert not left_with_them(returned, RULES)


def test_most_of_the_money_is_advanced_or_handed_on() -> None:
    # 40 and 20 of 119, or of 120.
    assert left_with_them(through(10, 5, 4, ("x", "y", 59)), RULES)
    assert not left_with_them(through(10, 5, 4, ("x", "y", 60)), RULES)
    assert not left_with_them(through(10, 5, 0, ("x", "y", 60)), RULES)
