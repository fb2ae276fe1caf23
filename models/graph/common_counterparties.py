"""How many counterparties two accounts have in common, and how likely chance alone gives them so many.

Source: Newman, Networks (2nd edition, 2018), section 12.1 on the configuration model.
"""

import numpy as np
import numpy.typing as npt
from scipy.stats import poisson

Floats = npt.NDArray[np.float64]


def expected_common(
    left: npt.ArrayLike, right: npt.ArrayLike, dealings: npt.ArrayLike, repeats: npt.ArrayLike
) -> Floats:
    """How many counterparties chance gives two accounts in common: left x right x repeats / dealings^2.

    `left` and `right`: how many counterparties each of the two has. `dealings`: sum of k over all
    counterparties, k being how many accounts one deals with; `repeats`: sum of k x (k - 1). Arrays of one
    shape, or numbers.
    """
    share = np.asarray(repeats, dtype=np.float64) / np.asarray(dealings, dtype=np.float64) ** 2
    expected: Floats = np.asarray(left, dtype=np.float64) * np.asarray(right, dtype=np.float64) * share
    return expected


def surprise_of_common(common: npt.ArrayLike, expected: npt.ArrayLike, most: float) -> Floats:
    """-log10 of the chance of at least `common` where `expected` are (Poisson), at most `most`."""
    log_chance = poisson.logsf(np.asarray(common) - 1, np.asarray(expected))
    surprise: Floats = np.minimum(-log_chance / np.log(10), most)
    return surprise
