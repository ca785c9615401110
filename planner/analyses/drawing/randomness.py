"""Random numbers by position: any stretch of a stream can be made alone, and is the same whoever makes it.

The numbers come from Philox, a generator that is a function of a key and a counter (Salmon, Moraes, Dror and Shaw
2011, Parallel random numbers: as easy as 1, 2, 3). The key is the seed and the stream; the counter is the position.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bits = NDArray[np.uint64]

SEEDS = 2**64
SMALLEST = 2.0**-53  # uniform numbers keep this distance from 0 and 1, so that every quantile is finite
ROUNDS = 8
_FIRST, _SECOND = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD6E8FEB86659FD93)  # odd, with bits well spread
_HALF = np.uint64(32)


def bits(seed: int, stream: int, first: int, count: int) -> Bits:
    """Return numbers ``first`` to ``first + count`` of a stream, 64 random bits each."""
    start, skipped = divmod(first, 4)  # one step of the counter gives four numbers
    generator = np.random.Philox(key=np.array([seed, stream], np.uint64), counter=start)
    raw: Bits = generator.random_raw(skipped + count)
    return raw[skipped:]


def uniforms(seed: int, stream: int, first: int, count: int) -> Floats:
    """Return numbers between 0 and 1, neither of which ever comes."""
    return ((bits(seed, stream, first, count) >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52


def permuted(numbers: Bits, size: int, keys: Bits) -> Bits:
    """Return where a random order of ``range(size)`` puts some of its numbers, without making the whole of it.

    A Feistel network on pairs (a, b), the remainder and the quotient of a number by about the root of ``size``, with
    sums modulo the size of each half (Black and Rogaway 2002, Ciphers with arbitrary finite domains, method 3). The
    few pairs beyond ``size`` are sent through again until they are within.

    >>> sorted(permuted(np.arange(10, dtype=np.uint64), 10, bits(1, 0, 0, ROUNDS)).tolist())
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]

    Args:
        numbers: below ``size``.
        size: how many numbers the order is of, at most 2**62.
        keys: one for each round; they determine the order.
    """
    width = math.isqrt(size - 1) + 1 if size > 1 else 1
    height = -(-size // width)
    found = _shuffled(numbers, np.uint64(width), np.uint64(height), keys)
    while True:
        beyond = np.flatnonzero(found >= size)
        if not len(beyond):
            return found
        found[beyond] = _shuffled(found[beyond], np.uint64(width), np.uint64(height), keys)


def _shuffled(numbers: Bits, width: np.uint64, height: np.uint64, keys: Bits) -> Bits:
    high, low = np.divmod(numbers, width)
    for turn, key in enumerate(keys):
        if turn % 2:
            high = _moved(high, low, height, key)
        else:
            low = _moved(low, high, width, key)
    return high * width + low


def _moved(half: Bits, other: Bits, size: np.uint64, key: np.uint64) -> Bits:
    """Add to one half a number below its size that depends on the other half and the key."""
    mixed = other * _FIRST
    mixed ^= key
    mixed ^= mixed >> _HALF
    mixed *= _SECOND
    mixed ^= mixed >> _HALF
    mixed *= _SECOND
    mixed >>= _HALF
    mixed *= size  # the upper 32 bits, scaled to the size
    mixed >>= _HALF
    mixed += half
    np.subtract(mixed, size, out=mixed, where=mixed >= size)
    return mixed


def strata(seed: int, stream: int, first: int, count: int, draws: int) -> Floats:
    """Return part of a Latin hypercube's column: each of ``draws`` equal parts of (0, 1) is met once in all of it.

    McKay, Beckman and Conover (1979), A comparison of three methods for selecting values of input variables. The
    streams ``stream`` and ``stream + 1`` are used.
    """
    numbers = np.arange(first, first + count, dtype=np.uint64)
    part = permuted(numbers, draws, bits(seed, stream + 1, 0, ROUNDS)).astype(np.float64)
    part += uniforms(seed, stream, first, count)
    part /= draws
    return inside(part)


def inside(numbers: Floats) -> Floats:
    """Keep numbers away from 0 and 1, in place."""
    return np.clip(numbers, SMALLEST, 1 - SMALLEST, out=numbers)
