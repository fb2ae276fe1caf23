import pytest

from tests.models.graph.cases import limits


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("hold_seconds_max", 0),
        ("window_seconds", 0),
        ("retained_max_bp", 10_000),
        ("branches_min", 1),
        ("layer_accounts_max", 1),
        ("chain_payments_max", 1),
        ("cycle_payments_min", 1),
        ("paths_max", 0),
    ],
)
def test_a_limit_without_meaning_is_refused_by_name(name: str, value: int) -> None:
    with pytest.raises(ValueError, match=name):
        limits(**{name: value})


def test_a_return_payment_may_count_as_a_cycle() -> None:
    assert limits(cycle_payments_min=2).cycle_payments_min == 2
