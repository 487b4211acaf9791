"""English stems: Porter's second algorithm (Snowball English, 2001) as the index library carries it.

Its first one, in the same library, leaves `runn` of `running`.
"""

from functools import lru_cache

from whoosh.lang.porter2 import stem as _porter


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """`running` and `runs` become `run`. Words of other scripts and very short ones stay as they are."""
    if len(word) < 4 or not word.isascii():
        return word
    return _porter(word)
