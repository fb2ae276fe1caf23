"""Weights of ties: rarity of an identifier, and how ties combine."""

from collections.abc import Iterable

from configs.links.rules import Steps


def rarity_weight(steps: Steps, users: int) -> float:
    """Weight of an identifier with this many distinct users; 0 beyond the last step (a hub)."""
    for step in steps:
        if users <= step.users:
            return step.weight
    return 0.0


def users_max(steps: Steps) -> int:
    """Most users that the identifier may have and still tie anybody."""
    return steps[-1].users


def noisy_or(weights: Iterable[float]) -> float:
    """Belief that at least one tie is real, from independent ties (6 decimals)."""
    none_real = 1.0
    for weight in weights:
        none_real *= 1.0 - weight
    return round(1.0 - none_real, 6)
