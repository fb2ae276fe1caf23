"""Fit weights to what was decided about past rankings, hold them against the fixed ones, keep both."""

from datetime import date
from pathlib import Path
from typing import Any

from configs.catalogue import shipped_catalogue
from configs.errors import UsageError
from configs.settings import Settings, read_yaml
from jobs.learn.learned_weights import FORM, catalogue_fingerprint, write_learned
from jobs.learn.read_past import published_dates, read_outcomes, read_past
from models.learning.compare_weights import compare_weights
from models.learning.fit_weights import LearningRules, fit_weights
from models.learning.outcomes import label_networks

_RULES = Path(__file__).resolve().parents[2] / "configs" / "learning.yml"


def learning_rules() -> LearningRules:
    """The shipped rules."""
    return LearningRules(**read_yaml(_RULES))


def learn_weights(home: Path, settings: Settings, as_of: date) -> dict[str, Any]:
    """Learn from everything that is known on `as_of`; returns what was written to the home."""
    days = published_dates(home, last=as_of)
    if as_of not in days:
        raise UsageError(f"no ranking was published for {as_of}. Run `matluoi run --as-of {as_of} …` first.")
    catalogue, rules = shipped_catalogue(), learning_rules()
    outcomes = read_outcomes(home, settings, as_of)
    labels = label_networks((read_past(home, settings, day) for day in days), outcomes, as_of)
    learned = fit_weights(labels, catalogue.ranking, rules)
    content = {
        "form": FORM,
        "as_of": as_of,
        "catalogue_sha256": catalogue_fingerprint(catalogue),
        "rankings": days,
        "decided_subjects": len(outcomes),
        "labels": {
            "confirmed": sum(label.confirmed for label in labels),
            "cleared": sum(not label.confirmed for label in labels),
            "drawn": sum(label.network.chance < 1 for label in labels),
            "members": sum(len(label.subjects) for label in labels),
        },
        "multipliers": learned.multipliers,
        "deviations": learned.deviations,
        "labels_by_typology": learned.labels,
        "calibration": {"intercept": learned.calibration.intercept, "slope": learned.calibration.slope},
        "comparison": compare_weights(labels, catalogue.ranking, rules)._asdict(),
    }
    write_learned(home, as_of, content)
    return content
