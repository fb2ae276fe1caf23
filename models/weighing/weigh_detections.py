"""What a detection is worth: bands of its value, crowding of its signal, innocent explanations that hold."""

import math
from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from configs.catalogue import Band, Catalogue, RankingRules, Typology, WeighedSignal
from models.weighing.detections import Detection, WeighedDetection
from models.weighing.subjects_explained import with_subjects_explained


def band_of(bands: Sequence[Band], value: float) -> Band | None:
    """The half-open band that holds `value`; None below the first."""
    for band in bands:
        if band.start <= value and (band.end is None or value < band.end):
            return band
    return None


def crowding(position: int, found: int, peers: int, rules: RankingRules) -> float:
    """How far a detection is heard, from 0 to 1, when `position - 1` of its signal are at least as strong.

    A mechanism that fires on everybody must not fill the ranking, whatever its values (trap 21). Where many
    are `found` they are how these peers are, and the strongest means less as well.
    """
    capacity = max(rules.crowd_capacity, rules.crowd_share_of_peers * peers)
    # What a large part of a small peer group shows is how these peers are.
    capacity = min(capacity, max(rules.crowd_least, rules.crowd_share_most * peers))
    own = math.pow(min(1.0, capacity / position), rules.crowd_exponent)
    return own * math.pow(min(1.0, capacity / found), rules.crowd_found_exponent)


def ordinariness(telling: int, peers: int, rules: RankingRules) -> float:
    """How far a signal is heard, from 0 to 1, that would join `telling` of its peers: what so many do is how
    things are done here. Among fewer peers than `ordinary_peers` nothing can be said of that.
    """
    if peers < rules.ordinary_peers or not telling:
        return 1.0
    return math.pow(min(1.0, rules.ordinary_share * peers / telling), rules.ordinary_exponent)


def remaining_after(typology: Typology, detection: Detection) -> float:
    """Share of the strength that the innocent explanations which hold leave standing."""
    remaining = 1.0
    for innocent in typology.innocent_explanations:
        if detection.explanations.get(innocent.id):
            remaining *= 1.0 - innocent.discount
    return remaining


def _worth_by_itself(
    detection: Detection, heard_by: Sequence[tuple[Typology, WeighedSignal]]
) -> dict[str, tuple[float, Band]]:
    """What each typology makes of a detection, however many others there are."""
    worth = {}
    for typology, weighed in heard_by:
        band = band_of(weighed.bands, detection.value)
        if band is not None:
            worth[typology.id] = (band.points * weighed.weight * remaining_after(typology, detection), band)
    return worth


def weigh_detections(
    detections: Sequence[Detection], catalogue: Catalogue, as_of: date
) -> list[WeighedDetection]:
    """Weigh every detection in every typology that is valid on `as_of`.

    The result keeps only what reaches `report_floor`, strongest first, in an order that depends on the
    content alone.
    """
    valid = [typology for typology in catalogue.typologies.values() if typology.is_valid_on(as_of)]
    heard_by: dict[str, list[tuple[Typology, WeighedSignal]]] = defaultdict(list)
    for typology in valid:
        for weighed in typology.signals:
            heard_by[weighed.signal].append((typology, weighed))

    by_signal: dict[str, list[Detection]] = defaultdict(list)
    for detection in with_subjects_explained(detections, valid):
        by_signal[detection.signal].append(detection)

    result: list[WeighedDetection] = []
    for signal, rows in by_signal.items():
        rows.sort(key=lambda row: (-row.value, row.subject))
        worth = [_worth_by_itself(row, heard_by[signal]) for row in rows]
        telling = sum(
            max((points for points, _ in each.values()), default=0.0) >= catalogue.ranking.join_floor
            for each in worth
        )
        position = 0
        for index, (detection, each) in enumerate(zip(rows, worth, strict=True)):
            if index == 0 or detection.value < rows[index - 1].value:
                position = index + 1
            heard = crowding(position, len(rows), detection.peers, catalogue.ranking)
            heard *= ordinariness(telling, detection.peers, catalogue.ranking)
            points = {name: round(alone * heard, 6) for name, (alone, _) in each.items()}
            reasons = {name: (band.reason.vi, band.reason.en) for name, (_, band) in each.items()}
            weighed_detection = WeighedDetection(detection, points, reasons)
            if weighed_detection.strength >= catalogue.ranking.report_floor:
                result.append(weighed_detection)
    result.sort(key=lambda row: (-row.strength, row.detection.signal, row.detection.subject))
    return result
