"""A share of the capacity looks below the cut, at random: what nobody looks at cannot be learned from.

Networks above the cut are looked at anyway. Of those below it, so many as the share allows are drawn, each
with the same known chance, so that what is found among them stands for all of them (Horvitz and Thompson
1952).
"""

import hashlib
import math
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from configs.catalogue import RankingRules


class Exploration(NamedTuple):
    """`cut` networks are looked at for their rank; `drawn` maps those drawn below it to their chance."""

    cut: int
    drawn: dict[str, float]


def draw_exploration(network_ids: Sequence[str], rules: RankingRules, seed: int, as_of: date) -> Exploration:
    """Draw among the networks (best first) of one ranking; the same every time for one seed and date."""
    places = math.ceil(rules.weekly_capacity * rules.exploration_share)
    cut = rules.weekly_capacity - places
    below = network_ids[cut:]
    chosen = sorted(below, key=lambda network_id: (_lot(network_id, seed, as_of), network_id))[:places]
    return Exploration(cut, {name: round(len(chosen) / len(below), 6) for name in sorted(chosen)})


def _lot(network_id: str, seed: int, as_of: date) -> str:
    return hashlib.sha256(f"{seed} {as_of.isoformat()} {network_id}".encode()).hexdigest()
