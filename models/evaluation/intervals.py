"""How far a share may be from the truth when few were counted."""

import math

from scipy.stats import norm

CONFIDENCE = 0.95
Interval = tuple[float, float] | None


def wilson(hits: float, of: float, confidence: float = CONFIDENCE) -> Interval:
    """Wilson's score interval (1927) of the share `hits / of`; None when nothing was counted.

    Holds for few counts and for shares near 0 and 1, where the usual one would leave [0, 1].
    """
    if of <= 0:
        return None
    z = float(norm.ppf(0.5 + confidence / 2))
    share = hits / of
    centre = share + z * z / (2 * of)
    spread = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    low, high = ((centre + sign * spread) / (1 + z * z / of) for sign in (-1, 1))
    return round(max(0.0, low), 4), round(min(1.0, high), 4)
