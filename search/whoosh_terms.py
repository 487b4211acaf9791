"""The term table of one segment, read by numpy: what stands of a term, which of many candidate terms exist, and which
terms begin so.

Whoosh keeps terms in the order of their bytes and in a hash table beside it (CDB: 256 tables of slots with the hash
and the place of an entry). It reads a slot of the file at a time, 11 microseconds a term, and most segments do not
hold most terms; here the slots are kept in memory. Hundreds of candidates are probed together, and a range of terms is
read as one piece of the file.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from hashlib import md5
from struct import Struct
from typing import Protocol
from zlib import crc32

import numpy
from whoosh.codec.whoosh3 import W3TermInfo, W3TermsReader

from search.whoosh_codec import CRC32, MD5, Array, Damaged

_SLOT = numpy.dtype([("hash", ">u4"), ("at", ">i8")])
_ONE_SLOT = Struct(">Iq")
_LENGTHS = Struct(">II")
_POSITIONS = {"B": ">u1", "H": ">u2", "i": ">i4", "I": ">u4", "q": ">i8"}
_HEAD = 8  # bytes before a key: its length and its value's, both 32 bits
_FIELD = 2  # bytes of a key that name the field
_COUNT = 5  # where in a value the number of documents stands, as 32 bits
_MOST_VALUE = 1 << 10  # bytes of a value
_MOST_BYTES = 4 << 20  # of a range of terms that are read: about 60,000 terms
Counts = Counter[bytes]


def documents_of(value: bytes) -> int:
    """How many documents hold a term, by its entry's value."""
    return int.from_bytes(value[_COUNT : _COUNT + 4], "big")


class TermTable:
    """Safe for any number of threads. Raises Damaged when the file is not what was written."""

    def __init__(self, terms: W3TermsReader):
        self._table = terms._tindex
        self._fields: dict[str, int] = terms._fieldmap
        self._file = self._table.dbfile
        self.hash = self._table.hashtype
        if self.hash not in _HASH:
            raise Damaged("The term table is hashed in another way than it should.")

    @cached_property
    def _raw(self) -> bytes:
        """All hash tables, one after the other: 24 bytes a term."""
        count = sum(size for _, size in self._table.tables)
        return bytes(self._file.get(self._table.endofdata, count * _SLOT.itemsize))

    @cached_property
    def _slots(self) -> Array:
        return numpy.frombuffer(self._raw, _SLOT)

    @cached_property
    def _bounds(self) -> list[tuple[int, int]]:
        """(first slot, number of slots) of each hash table."""
        end = self._table.endofdata
        return [((place - end) // _SLOT.itemsize, size) for place, size in self._table.tables]

    @cached_property
    def _tables(self) -> Array:
        return numpy.array(self._bounds, numpy.int64)

    @cached_property
    def _places(self) -> Array:
        """Where each entry begins in the file, ascending."""
        kind = numpy.dtype(_POSITIONS[self._table.extras["indextype"]])
        return numpy.frombuffer(self._file.get(self._table.indexbase, self._table.indexlen * kind.itemsize), kind)

    def __len__(self) -> int:
        """How many terms there are, of all fields."""
        return int(self._table.indexlen)

    def entries(self) -> Iterator[tuple[bytes, bytes]]:
        """(key, value) of all terms, in the order of their keys, from one reading."""
        first = int(self._places[0]) if len(self) else 0
        data = self._file.get(first, self._table.endofdata - first) if len(self) else b""
        for place in (self._places - first).tolist():
            length, of_value = _LENGTHS.unpack_from(data, place)
            value = place + _HEAD + length
            yield data[place + _HEAD : value], data[value : value + of_value]

    def prefix(self, field: str) -> bytes:
        """What the keys of a field begin with; b"" when the segment has no such field."""
        number = self._fields.get(field)
        return b"" if number is None else number.to_bytes(_FIELD, "big")

    def info(self, field: str, term: bytes) -> W3TermInfo | None:
        """What the table says of a term; None when the segment does not hold it."""
        prefix = self.prefix(field)
        value = self._value(prefix + term) if prefix else None
        return None if value is None else W3TermInfo.from_bytes(value)

    def _value(self, key: bytes) -> bytes | None:
        hashed = _HASH[self.hash](key)
        first, size = self._bounds[hashed & 255]
        slot = (hashed >> 8) % size if size else 0
        for _ in range(size):  # a damaged table may have no empty slot to end at
            seen, at = _ONE_SLOT.unpack_from(self._raw, _SLOT.itemsize * (first + slot))
            if not at:
                break
            if seen == hashed and (value := self._value_at(at, key)) is not None:
                return value
            slot = (slot + 1) % size
        return None

    def _value_at(self, place: int, key: bytes) -> bytes | None:
        """The entry's value, if it is the key's."""
        head = self._file.get(place, _HEAD + len(key))
        length, of_value = _LENGTHS.unpack_from(head)
        if length != len(key) or head[_HEAD:] != key:
            return None
        return bytes(self._file.get(place + _HEAD + length, min(of_value, _MOST_VALUE)))

    def known(self, terms: Sequence[bytes], keys: Sequence[bytes], hashes: Array) -> Counts:
        """Those of the terms that exist, with the number of documents (deleted ones too)."""
        found: Counts = Counter()
        for at, place in self._probed(hashes):
            key = keys[at]
            entry = self._file.get(place, _HEAD + len(key) + _COUNT + 4)
            if entry[:4] == len(key).to_bytes(4, "big") and entry[_HEAD : _HEAD + len(key)] == key:
                found[terms[at]] = int.from_bytes(entry[-4:], "big")
        return found

    def _probed(self, hashes: Array) -> list[tuple[int, int]]:
        """(number of a key, place of an entry of the same hash), by linear probing as the table was filled."""
        first, size = self._tables[hashes & 255].T
        asked = numpy.flatnonzero(size)
        slot = (hashes >> 8) % numpy.maximum(size, 1)
        hits: list[tuple[int, int]] = []
        for _ in range(int(size.max(initial=0))):  # a damaged table may have no empty slot to end at
            if not len(asked):
                break
            seen = self._slots[first[asked] + slot[asked]]
            same = (seen["hash"] == hashes[asked]) & (seen["at"] != 0)
            hits += zip(asked[same].tolist(), seen["at"][same].tolist(), strict=True)
            asked = asked[seen["at"] != 0]
            slot[asked] = (slot[asked] + 1) % size[asked]
        return hits

    def beginning(self, field: str, start: bytes, most: int) -> Counts:
        """The terms that begin so and stand in most documents, with the numbers of documents."""
        prefix = self.prefix(field)
        if not prefix:
            return Counter()
        key = prefix + start
        first, end = self._place_of(key), self._place_of(key + b"\xff")
        places = self._places[slice(*numpy.searchsorted(self._places, (first, end)))].astype(numpy.int64) - first
        places = places[places < _MOST_BYTES]
        if not len(places):
            return Counter()
        data = self._file.get(first, min(end - first, _MOST_BYTES + 1024, self._table.endofdata - first))
        return _most_frequent(data, places, most)

    def _place_of(self, key: bytes) -> int:
        place: int | None = self._table.closest_key_pos(key)
        return self._table.endofdata if place is None else place


class Terms(Protocol):
    """What is asked of a segment's terms: TermTable, or FewTerms."""

    hash: int

    def prefix(self, field: str) -> bytes: ...

    def info(self, field: str, term: bytes) -> W3TermInfo | None: ...

    def known(self, terms: Sequence[bytes], keys: Sequence[bytes], hashes: Array) -> Counts: ...

    def beginning(self, field: str, start: bytes, most: int) -> Counts: ...


def known(tables: Iterable[Terms], field: str, terms: Sequence[bytes]) -> Iterator[Counts]:
    """For each table, those of the terms that exist in it. Hashing is most of the work, and done once for all tables
    that number the field and hash alike."""
    made: dict[tuple[bytes, int], tuple[list[bytes], Array]] = {}
    for table in tables:
        prefix = table.prefix(field)
        if prefix and terms:
            if (prefix, table.hash) not in made:
                keys = [prefix + term for term in terms]
                made[prefix, table.hash] = keys, numpy.fromiter(map(_HASH[table.hash], keys), numpy.int64)
            yield table.known(terms, *made[prefix, table.hash])


def _md5(key: bytes) -> int:
    return int.from_bytes(md5(key, usedforsecurity=False).digest()[-4:], "big")


_HASH: dict[int, Callable[[bytes], int]] = {MD5: _md5, CRC32: crc32}  # segments of before are hashed by MD5


def _most_frequent(data: bytes, places: Array, most: int) -> Counts:
    raw = numpy.frombuffer(data, numpy.uint8)

    def number(at: Array, size: int) -> Array:
        bytes_of = (raw[at + byte].astype(numpy.int64) << 8 * (size - 1 - byte) for byte in range(size))
        return numpy.asarray(sum(bytes_of))

    lengths = number(places, 4)
    counts = number(places + _HEAD + lengths + _COUNT, 4)
    chosen = numpy.argpartition(-counts, most)[:most] if len(counts) > most else range(len(counts))
    found: Counts = Counter()
    for at in chosen:
        start = int(places[at]) + _HEAD
        found[data[start + _FIELD : start + int(lengths[at])]] = int(counts[at])
    return found
