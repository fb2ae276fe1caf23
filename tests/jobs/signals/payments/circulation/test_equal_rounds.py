"""The rounds of a savings club, on tiny tables."""

import pandas as pd

from jobs.signals.payments.pattern_rings import equal_rounds, of_one_sum, stated_reason

RULES = {
    "club_days": 5.0,
    "club_amount_spread": 0.05,
    "club_payers_min": 3,
    "club_share_min": 0.8,
    "stated_share_min": 0.5,
    "one_sum_least": 5,
    "one_sum_share": 0.8,
    "club_sum_spread": 0.12,
    "club_pairs_share": 0.4,
    "club_members_least": 5,
}
DAY = 86_400


def rounds(*plan: tuple[str, str, int, float]) -> pd.DataFrame:
    """Each round: who pays (a letter each), who is paid, the sum, the day."""
    rows = [
        {"debtor": payer, "creditor": payee, "amount_vnd": amount, "at_seconds": int(day * DAY) + number}
        for payers, payee, amount, day in plan
        for number, payer in enumerate(payers)
    ]
    frame = pd.DataFrame(rows)
    return frame.assign(payment_key=[str(number) for number in range(len(frame))])


def test_a_sum_that_each_pays_to_another_every_week_is_a_club() -> None:
    assert equal_rounds(rounds(("abc", "d", 5, 0), ("bcd", "a", 6, 7), ("acd", "b", 5, 14)), RULES)


def test_a_fee_makes_no_other_sum() -> None:
    club = rounds(("abc", "d", 1000, 0), ("bcd", "a", 1000, 7))
    fees = [0, 26, 0, 12, 0, 0]
    assert equal_rounds(club.assign(amount_vnd=club["amount_vnd"] - fees), RULES)
    assert not equal_rounds(club.assign(amount_vnd=club["amount_vnd"] - [10 * fee for fee in fees]), RULES)


def test_shares_of_one_sum_on_whatever_days_are_a_club() -> None:
    shares = rounds(("ab", "c", 5, 0), ("bc", "a", 5, 1), ("a", "b", 6, 2))
    assert of_one_sum(shares, RULES)
    assert not of_one_sum(shares.iloc[:4], RULES)
    assert not of_one_sum(shares.assign(amount_vnd=[5, 5, 5, 6, 6]), RULES)


def test_much_the_same_sum_among_most_pairs_is_a_club() -> None:
    # Five members; each of four rounds pays one of them: 16 of 20 pairs, sums 10 % about the middle.
    turns = [("bcde", "a"), ("acde", "b"), ("abde", "c"), ("abce", "d")]
    club = rounds(*[(payers, payee, 1000, 3 * turn) for turn, (payers, payee) in enumerate(turns)])
    paid = club.assign(amount_vnd=[900, 1000, 1100, 1005] * 4)
    assert of_one_sum(paid, RULES)
    # Sums further apart; four members; a chain that passes one sum on, less a fee.
    assert not of_one_sum(paid.assign(amount_vnd=[800, 1000, 1200, 1005] * 4), RULES)
    assert not of_one_sum(paid[~(paid["debtor"] + paid["creditor"]).str.contains("e")], RULES)
    assert not of_one_sum(
        rounds(*[(a, b, 1000 - n, n) for n, (a, b) in enumerate(zip("abcdef", "bcdefg", strict=True))]), RULES
    )


def test_one_round_or_rounds_close_together_or_odd_sums_are_none() -> None:
    assert not equal_rounds(rounds(("abc", "d", 5, 0)), RULES)
    assert not equal_rounds(rounds(("abc", "d", 5, 0), ("bcd", "a", 6, 2)), RULES)
    odd = [("a", "d", amount, amount / 10) for amount in range(2, 6)]
    assert not equal_rounds(rounds(("abc", "d", 9, 0), ("bcd", "a", 8, 7), *odd), RULES)


def test_a_reason_is_stated_when_half_of_the_payments_state_it() -> None:
    assert stated_reason(pd.DataFrame({"reason_stated": [True, False]}), RULES)
    assert not stated_reason(pd.DataFrame({"reason_stated": [True, False, False]}), RULES)
