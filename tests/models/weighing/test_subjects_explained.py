"""What says in one signal who a subject is explains it in the typology's others."""

from configs.catalogue import InnocentExplanation, Typology, WeighedSignal
from models.weighing.subjects_explained import with_subjects_explained
from tests.models.builders import WORDS, catalogue, detection


def laundering() -> Typology:
    """Two signals; a payroll says who the subject is, a lone sale only what its payments were."""
    typology = catalogue().typologies["laundering"]
    bands = typology.signals[0].bands
    payroll, sale = (
        InnocentExplanation(id=name, text=WORDS, discount=0.5, of_subject=name == "payroll")
        for name in ("payroll", "lone_sale")
    )
    return typology.model_copy(
        update={
            "innocent_explanations": [payroll, sale],
            "signals": [
                WeighedSignal(signal=name, weight=1.0, bands=bands) for name in ("pass_through", "fan_in")
            ],
        }
    )


def test_what_says_who_the_subject_is_carries_over_and_nothing_else() -> None:
    rows = [
        detection("A", signal="pass_through", explanations={"payroll": True, "lone_sale": True}),
        detection("A", signal="fan_in", explanations={"lone_sale": False}),
        detection("B", signal="fan_in", explanations={"payroll": False}),
        detection("A", signal="elsewhere"),
    ]
    first, second, other, elsewhere = with_subjects_explained(rows, [laundering()])
    assert first == rows[0]
    assert second.explanations == {"payroll": True, "lone_sale": False}
    assert (other, elsewhere) == (rows[2], rows[3])


def test_without_such_explanations_nothing_changes() -> None:
    rows = [detection("A", explanations={"payroll": True}), detection("A", signal="fan_in")]
    assert with_subjects_explained(rows, catalogue().typologies.values()) == rows
