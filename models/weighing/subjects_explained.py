"""What one signal learns of who a subject is explains what the others of its typology say of it too."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace

from configs.catalogue import Typology
from models.weighing.detections import Detection, Member


def with_subjects_explained(
    detections: Sequence[Detection], typologies: Collection[Typology]
) -> list[Detection]:
    """The detections, in their order; each with what holds of its subject by a signal of the same typology.

    Only explanations marked `of_subject` carry over: a firm that shares out what its clients pay does so
    whichever pattern is seen in its account, while parcels of one sender explain those parcels alone.
    """
    of_subject = {
        typology.id: told
        for typology in typologies
        if (told := {item.id for item in typology.innocent_explanations if item.of_subject})
    }
    heard_in: dict[str, list[str]] = defaultdict(list)
    for typology in typologies:
        for weighed in typology.signals if typology.id in of_subject else ():
            heard_in[weighed.signal].append(typology.id)

    holding: dict[tuple[str, Member], set[str]] = defaultdict(set)
    for detection in detections:
        held = {name for name, holds in detection.explanations.items() if holds}
        for name in heard_in[detection.signal]:
            holding[name, detection.subject] |= held & of_subject[name]

    def explained(detection: Detection) -> Detection:
        held = {
            explanation: True
            for name in heard_in[detection.signal]
            for explanation in holding[name, detection.subject]
        }
        return replace(detection, explanations=detection.explanations | held) if held else detection

    return [explained(detection) for detection in detections]
