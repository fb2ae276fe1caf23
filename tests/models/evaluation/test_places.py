"""Places on rankings of letters."""

from models.evaluation.places import Touch, places_of_ranks, places_of_schemes
from tests.models.evaluation.test_evaluate_ranking import planted, ranked

SCHEMES = [planted("s1", "ABCD"), planted("s2", "EFGH", "hard"), planted("s3", "IJ")]
RANKING = [ranked("MN"), ranked("ABXY"), ranked("EQRS"), ranked("ABC"), ranked("KL")]


def test_a_scheme_stands_where_a_network_first_finds_it() -> None:
    first, second, third = places_of_schemes(RANKING, SCHEMES)
    assert (first.rank, first.touched) == (2, (Touch(2, 2, 4), Touch(4, 3, 3)))
    # One of its four among three strangers touches it, and finds nothing.
    assert (second.rank, second.touched, second.difficulty) == (None, (Touch(3, 1, 4),), "hard")
    assert (third.rank, third.touched) == (None, ())


def test_a_rank_stands_for_a_scheme_a_lookalike_or_neither() -> None:
    places = places_of_ranks(RANKING, SCHEMES, [planted("l1", "MN"), planted("l2", "ABXY")], depth=3)
    assert [(place.rank, place.stands_for, place.planted) for place in places] == [
        (1, "lookalike", "l1"),
        (2, "scheme", "s1"),
        (3, "unplanted", None),
    ]
    assert places[0].typologies == ("x",)
