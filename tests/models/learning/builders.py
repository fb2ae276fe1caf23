"""Labelled networks for tests of learning."""

from datetime import date, timedelta

from models.learning.fit_weights import LearningRules
from models.learning.outcomes import Label, Opinion, PastNetwork
from tests.models.builders import account

RANKED = date(2026, 3, 1)
RULES = LearningRules(
    prior_deviation=0.5,
    intercept_deviation=2.0,
    slope_deviation=1.0,
    slope_min=0.1,
    inverse_chance_max=20.0,
    labels_min=20,
    training_labels_min=4,
    folds=4,
    gain_in_errors_min=1.0,
)


def past(
    name: str, day: int = 0, chance: float = 1.0, outlier: float = 0.0, **certainties: float
) -> PastNetwork:
    """A network ranked `day` days after RANKED; its members are the letters of its name."""
    return PastNetwork(
        network_id=name,
        ranked_on=RANKED + timedelta(days=day),
        rank=1,
        score=50.0,
        subjects=frozenset(account(letter) for letter in name),
        opinions=tuple(Opinion(name, certainty, name) for name, certainty in certainties.items()),
        outlier=outlier,
        chance=chance,
    )


def label(network: PastNetwork, confirmed: bool, after: int = 5) -> Label:
    """Decided `after` days after the ranking."""
    return Label(network, confirmed, network.ranked_on + timedelta(days=after), ())
