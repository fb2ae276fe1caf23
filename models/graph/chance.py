"""How likely chance alone makes one payment look like the one that takes another on."""

import numpy as np
import numpy.typing as npt

from models.graph.runs import Ints

Floats = npt.NDArray[np.float64]


class StepChance:
    """Chance of steps in a world of payments: arrays of one length, times in seconds, amounts in VND.

    A payment q out of an account looks as if it took p on when some payment came in so shortly before with an
    amount so close. For an account that receives `rate` payments a second, and amounts that lie as close in a
    share `near` of all payments, that happens with 1 - exp(-rate x gap x near) (Poisson).
    """

    def __init__(
        self, creditor: npt.ArrayLike, at: npt.ArrayLike, amount: npt.ArrayLike, gap_seconds_min: int
    ) -> None:
        times = np.asarray(at, dtype=np.int64)
        self._gap_min = gap_seconds_min
        self._amounts = np.sort(np.asarray(amount, dtype=np.int64))
        names, counts = np.unique(np.asarray(creditor), return_counts=True)
        self._arrivals = dict(zip(names.tolist(), counts.tolist(), strict=True))
        self._seconds = max(int(times.max() - times.min()), gap_seconds_min) if len(times) else 1

    def log10_of_path(self, accounts: npt.ArrayLike, at: npt.ArrayLike, amount: npt.ArrayLike) -> float:
        """log10 of how many such paths chance makes: payments x the chance of each step.

        `accounts`: the debtor of each payment of the path, in its order; `at` and `amount` likewise.
        """
        gaps = np.maximum(np.diff(np.asarray(at, dtype=np.int64)), self._gap_min)
        amounts = np.asarray(amount, dtype=np.int64)
        between = np.asarray(accounts)[1:]
        rates = np.array([self._arrivals.get(name, 0) + 1 for name in between.tolist()]) / self._seconds
        chance = -np.expm1(-rates * gaps * self._near(amounts[:-1], amounts[1:]))
        return float(np.log10(max(len(self._amounts), 1)) + np.log10(chance).sum())

    def _near(self, before: Ints, after: Ints) -> Floats:
        """Share of all payments whose amount is as close to `after` as `before` is."""
        distance = np.abs(after - before)
        low = np.searchsorted(self._amounts, after - distance, side="left")
        high = np.searchsorted(self._amounts, after + distance, side="right")
        near: Floats = np.maximum(high - low, 1) / len(self._amounts)
        return near
