"""The term table of a small segment, read into memory at once. Edits leave some twenty of them beside the large ones,
and each question asks each of them for each of its terms: of a file that takes ten times as long."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from functools import cached_property

from whoosh.codec.whoosh3 import W3TermInfo

from search.whoosh_codec import Array
from search.whoosh_terms import Counts, TermTable, documents_of

MOST = 4_000  # terms; 2,300 of them, of ten posts, took 330 KB and 1.6 ms


class FewTerms:
    """What TermTable answers, from `table.entries()`."""

    def __init__(self, table: TermTable):
        self.hash, self.prefix = table.hash, table.prefix
        self._values = dict(table.entries())

    def info(self, field: str, term: bytes) -> W3TermInfo | None:
        value = self._values.get(self.prefix(field) + term)
        return None if value is None else W3TermInfo.from_bytes(value)

    def known(self, terms: Sequence[bytes], keys: Sequence[bytes], _hashes: Array) -> Counts:
        values = self._values
        return Counter({terms[at]: documents_of(values[key]) for at, key in enumerate(keys) if key in values})

    @cached_property
    def _keys(self) -> list[bytes]:
        return list(self._values)  # as they stand in the file, ascending

    def beginning(self, field: str, start: bytes, most: int) -> Counts:
        prefix = self.prefix(field)
        if not prefix:
            return Counter()
        first, end = (bisect_left(self._keys, prefix + bound) for bound in (start, start + b"\xff"))
        found = {key[len(prefix) :]: documents_of(self._values[key]) for key in self._keys[first:end]}
        return Counter(dict(Counter(found).most_common(most)))
