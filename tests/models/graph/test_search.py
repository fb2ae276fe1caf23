import numpy as np
import pytest

from models.graph.pattern import joined
from models.graph.search import find_patterns
from tests.models.graph.cases import frame, limits, random_rows

KINDS = {"chain", "cycle", "fan_in", "fan_out", "gather_scatter", "scatter_gather", "bipartite", "stack"}
CHOSEN = limits(branches_min=2, bundle_gap_seconds=2, window_seconds=30, layer_accounts_max=9)
ROWS = random_rows(4, accounts=9, payments=90, last_second=60, amounts=(50, 95, 100, 100))


def test_every_kind_is_searched() -> None:
    assert {pattern.kind for pattern in find_patterns(frame(ROWS), CHOSEN).patterns} == KINDS


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_the_rows_does_not_matter(seed: int) -> None:
    payments = frame(ROWS)
    shuffled = payments.sample(frac=1, random_state=seed)
    assert find_patterns(shuffled, CHOSEN) == find_patterns(payments, CHOSEN)


def test_arrays_do_as_well_as_a_frame() -> None:
    payments = frame(ROWS)
    arrays = {name: payments[name].to_numpy() for name in payments}
    assert find_patterns(arrays, CHOSEN) == find_patterns(payments, CHOSEN)


def test_later_times_and_other_ids_change_nothing_but_themselves() -> None:
    whole_slices = CHOSEN.window_seconds * 40
    payments = frame(ROWS)
    moved = payments.assign(
        debtor=payments.debtor * 10**12, creditor=payments.creditor * 10**12, at=payments["at"] + whole_slices
    )
    before, after = (find_patterns(x, CHOSEN).patterns for x in (payments, moved))
    assert [(p.kind, p.anchor * 10**12, p.payments, p.amount_vnd) for p in before] == [
        (p.kind, p.anchor, p.payments, p.amount_vnd) for p in after
    ]
    assert [p.start + whole_slices for p in before] == [p.start for p in after]


def test_the_rows_are_in_time_order_and_each_once() -> None:
    for pattern in find_patterns(frame(ROWS), CHOSEN).patterns:
        times = [ROWS[row][2] for row in pattern.payments]
        assert times == sorted(times)
        assert len(set(pattern.payments)) == len(pattern.payments)
        assert (pattern.start, pattern.end) == (times[0], times[-1])


def test_hubs_play_no_role_anywhere() -> None:
    found = find_patterns(frame(ROWS), CHOSEN, context=[3, 7])
    assert found.hubs == (3, 7)
    assert found.patterns
    for pattern in found.patterns:
        members = {account for _, accounts in pattern.accounts for account in accounts}
        assert members.isdisjoint(found.hubs)
        touched = {end for row in pattern.payments for end in ROWS[row][:2]}
        assert set(pattern.hubs) == touched & {3, 7}
        assert touched - {3, 7} == members


def test_nothing_in_nothing_out() -> None:
    empty = find_patterns({name: np.zeros(0, dtype=np.int64) for name in frame([])}, CHOSEN)
    assert (empty.patterns, empty.hubs, empty.truncated) == ((), (), ())
    assert joined([]) == empty
