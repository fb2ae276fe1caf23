"""Pictures that are copies of each other, by 64-bit perceptual hashes."""

import numpy as np
import numpy.typing as npt

from models.graph.components import connected_components

BITS = 64
Hashes = npt.NDArray[np.uint64]


def picture_groups(hashes: Hashes, distance_max: int, bucket_max: int) -> Hashes:
    """For each hash the smallest hash of its picture, shape as given.

    Two hashes are copies when at most `distance_max` of their bits differ (Hamming distance). Copies share at
    least one of `distance_max + 1` bands of bits unchanged (pigeonhole), so only hashes that agree on a band
    are compared. A band value that more than `bucket_max` distinct hashes have is passed over: blank and
    stock pictures; equal hashes are one picture in any case.
    """
    distinct, inverse = np.unique(hashes, return_inverse=True)
    if len(distinct) == 0:
        return hashes.copy()
    left, right = near_pairs(distinct, distance_max, bucket_max)
    alone = np.arange(len(distinct), dtype=np.int64)
    _, label = connected_components(np.concatenate([alone, left]), np.concatenate([alone, right]))
    return np.asarray(distinct[label][inverse], dtype=np.uint64)


def near_pairs(
    distinct: Hashes, distance_max: int, bucket_max: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Positions (left < right) of distinct hashes that differ in at most `distance_max` bits; may repeat."""
    edges = np.linspace(0, BITS, distance_max + 2).astype(int)
    found_left, found_right = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for start, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        mask = np.uint64((1 << (end - start)) - 1)
        band = (distinct >> np.uint64(start)) & mask
        order = np.argsort(band, kind="stable")
        left, right = _pairs_in_runs(band[order], bucket_max)
        left, right = order[left], order[right]
        close = np.bitwise_count(distinct[left] ^ distinct[right]) <= distance_max
        found_left.append(np.minimum(left, right)[close])
        found_right.append(np.maximum(left, right)[close])
    return np.concatenate(found_left), np.concatenate(found_right)


def _pairs_in_runs(values: Hashes, run_max: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """All pairs of positions inside each run of equal (sorted) values, but for runs longer than `run_max`."""
    starts = np.flatnonzero(np.r_[True, values[1:] != values[:-1]])
    lengths = np.diff(np.r_[starts, len(values)])
    lefts, rights = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    # One step for each distance between two positions of a run: vectorised over all runs at once.
    for gap in range(1, min(int(lengths.max()), run_max)):
        long_enough = (lengths > gap) & (lengths <= run_max)
        if not long_enough.any():
            continue
        counts = lengths[long_enough] - gap
        offsets = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        left = np.repeat(starts[long_enough], counts) + offsets
        lefts.append(left)
        rights.append(left + gap)
    return np.concatenate(lefts), np.concatenate(rights)
