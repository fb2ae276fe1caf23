"""Random streams by name, and record numbers that are unique and tell nothing of who made the record."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


def stream(seed: int, name: str) -> np.random.Generator:
    """A generator of its own for each name, so that one part of the world does not disturb another."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


@dataclass
class Numbers:
    """Hands out numbers of ``2 * half_digits`` digits without repetition, in an order that looks random.

    A Feistel network over pairs of ``half_digits`` digits is a permutation, so numbers are unique whatever
    the keys.
    """

    seed: int
    half_digits: int
    issued: int = 0

    def take(self, count: int) -> NDArray[np.int64]:
        """The next numbers. Raises OverflowError when the digits are used up."""
        modulus = 10**self.half_digits
        if self.issued + count > modulus * modulus:
            raise OverflowError("no numbers left")
        counter = np.arange(self.issued, self.issued + count, dtype=np.uint64)
        self.issued += count
        m = np.uint64(modulus)
        left, right = counter // m, counter % m
        keys = np.random.default_rng([self.seed, self.half_digits]).integers(
            1, 2**31, size=(6, 2), dtype=np.uint64
        )
        for first, second in keys:
            mixed = (right + second) * (first | np.uint64(1))
            mixed ^= mixed >> np.uint64(15)
            mixed *= np.uint64(0x9E3779B97F4A7C15)
            mixed ^= mixed >> np.uint64(29)
            left, right = right, (left + mixed % m) % m
        return (left * m + right).astype(np.int64)
