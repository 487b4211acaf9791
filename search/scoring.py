"""What a match is worth, the same for every engine; all with numpy, whole columns at a time.

Ranking is BM25 (Robertson and Zaragoza 2009) with additions for a match in the title and for the word exactly as
typed, less for words that were only quoted, times a freshness that halves its part every two years.
"""

import numpy

from core.clock import now
from search.whoosh_codec import Array

SATURATION, LENGTH_WEIGHT = 1.2, 0.6
TITLE_BONUS, EXACT_BONUS, QUOTED = 0.8, 0.2, 0.3
STUFFED, SAYS_LITTLE = 0.2, 0.1  # the share of a text that its topic may be, and the worth of what is more than that
FRESH_PART, HALF_LIFE = 0.3, 2 * 365 * 86_400


def rarity(size: int, count: float) -> float:
    """The weight of a word that stands in `count` of `size` documents."""
    return float(numpy.log(1 + (size - count + 0.5) / (count + 0.5)))


def repeated(often: Array, relative: Array, weight: float) -> Array:
    """BM25: how often a word stands in each document, and its length by the average. 0 for 0 times."""
    norm = SATURATION * (1 - LENGTH_WEIGHT + LENGTH_WEIGHT * relative)
    return numpy.asarray(weight * (SATURATION + 1) * often / (often + norm), numpy.float32)


def once(often: Array, lengths: Array, weight: float, width: int = 1) -> Array:
    """`weight` for each text, however often the topic stands there; little where it takes most of the text's `lengths`.
    `width` is how many terms the topic takes each time, as the length counts them; the first time is free. For often
    > 0."""
    return numpy.where(often * width > STUFFED * lengths + width, SAYS_LITTLE * weight, weight).astype(numpy.float32)


def freshness(at: Array) -> Array:
    """By seconds since 1970."""
    age = numpy.maximum(now().timestamp() - at, 0)
    return numpy.asarray(1 - FRESH_PART + FRESH_PART * numpy.exp2(-age / HALF_LIFE))
