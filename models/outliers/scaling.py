"""Features held against peers: signed logs, centred on the peers' median, in robust deviations.

Robust statistics on logs because amounts and counts are skewed (trap 9). A peer group smaller than
`smallest_group` is measured against all. Clipped, so that one wild value cannot outweigh all others.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

# Makes the median absolute deviation of a normal distribution its standard deviation.
_MAD_TO_SD = 1.4826
Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Scaled:
    """Deviations (rows x features; 0 where not measured), and the peers' median of every cell."""

    deviations: Matrix
    typical: Matrix
    measured: npt.NDArray[np.bool_]


def signed_log(values: Matrix) -> Matrix:
    """log1p of the magnitude, with the sign kept."""
    return np.sign(values) * np.log1p(np.abs(values))


def scale_by_peers(values: pd.DataFrame, peer_group: pd.Series, smallest_group: int, clip: float) -> Scaled:
    """Scale each feature within its peer group.

    A missing value is no deviation: the model neither accuses nor excuses for what was not measured.
    """
    raw = values.to_numpy(dtype=np.float64)
    logs = signed_log(raw)
    typical = np.empty_like(raw)
    deviations = np.empty_like(raw)
    overall = (np.nanmedian(logs, axis=0), _spread(logs)) if len(logs) else (np.zeros(0), np.zeros(0))
    codes, groups = pd.factorize(peer_group, sort=True)
    for code in range(len(groups)):
        rows = codes == code
        block = logs[rows]
        if rows.sum() >= smallest_group:
            centre, spread = _median(block, overall[0]), _spread(block)
        else:
            centre, spread = overall
        # A feature without spread among the peers falls back on the spread of all.
        spread = np.where(spread > 0, spread, overall[1])
        with np.errstate(invalid="ignore", divide="ignore"):
            deviations[rows] = np.where(spread > 0, (block - centre) / spread, 0.0)
        typical[rows] = np.sign(centre) * np.expm1(np.abs(centre))
    measured = ~np.isnan(raw)
    deviations = np.where(measured, np.clip(deviations, -clip, clip), 0.0)
    return Scaled(np.nan_to_num(deviations), np.nan_to_num(typical), measured)


def _median(block: Matrix, fallback: Matrix) -> Matrix:
    empty = np.isnan(block).all(axis=0)
    filled = np.where(empty, 0.0, block)
    return np.where(empty, np.nan_to_num(fallback), np.nanmedian(filled, axis=0))


def _spread(block: Matrix) -> Matrix:
    empty = np.isnan(block).all(axis=0)
    filled = np.where(empty, 0.0, block)
    centre = np.nanmedian(filled, axis=0)
    deviation = np.nanmedian(np.abs(filled - centre), axis=0) * _MAD_TO_SD
    return np.where(empty, 0.0, deviation)
