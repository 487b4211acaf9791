"""How Whoosh stores our postings: its index, segments and term tables, with posting lists that numpy reads in place.

Whoosh's own codec pickles and compresses blocks of 128 postings, which costs milliseconds to decode for a common
word. This one lays a list out as plain arrays, so that it needs no decoding:

    'BWp2' | count u32 | widths u8, u8 | documents u32[count] | frequencies u8 or u32[count] | positions u16 or u32[…]

The positions, which only phrases need, are read when they are asked for. Written with `PostingPool` or
`MergedPool`, which give whole terms, not single postings.
"""

import io
import os
import struct
import zlib
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator
from heapq import merge
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple
from weakref import finalize

import numpy
from whoosh import columns, fields, formats
from whoosh.codec.whoosh3 import W3Codec, W3FieldWriter, W3TermInfo
from whoosh.filedb.filetables import HashWriter
from whoosh.filedb.structfile import BufferFile
from whoosh.matching import ListMatcher

from search.schema import META

MD5, CRC32 = 0, 1  # how the terms of a table are hashed, by Whoosh's numbers
_MAGIC = b"BWp2"
_HEADER = struct.Struct("<4sIBB")
_FREQUENCIES, _POSITIONS = (1, 4), (2, 4)  # bytes of a number; the second where the first is too small
Array = numpy.ndarray[Any, Any]


class Damaged(Exception):
    """The index files are not what was written. The index is rebuilt; nothing else is lost."""


class Postings(NamedTuple):
    """One term in one segment: documents ascending (u32), how often in each, and all positions when called for,
    those of the first document first."""

    documents: Array
    frequencies: Array
    positions: Callable[[], Array]


def pack(documents: Array, frequencies: Array, positions: Array) -> bytes:
    often, place = _width(frequencies, _FREQUENCIES), _width(positions, _POSITIONS)
    head = _HEADER.pack(_MAGIC, len(documents), often, place)
    parts = (documents.astype("<u4"), frequencies.astype(f"<u{often}"), positions.astype(f"<u{place}"))
    return head + b"".join(part.tobytes() for part in parts)


def _width(numbers: Array, widths: tuple[int, int]) -> int:
    small, large = widths
    return small if not len(numbers) or numbers.max() < 1 << 8 * small else large


def unpack(file: "SharedFile", info: W3TermInfo) -> Postings:
    """What stands at a term's place. Raises Damaged."""
    offset, length = extent(info)
    count = int(info.doc_frequency())
    data = file.get(offset, min(length, _HEADER.size + 8 * count))
    magic, found, often, place = _HEADER.unpack_from(data)
    if magic != _MAGIC or found != count:
        raise Damaged("A posting list does not begin as it should.")
    start = _HEADER.size + 4 * count
    end = start + often * count
    documents = numpy.frombuffer(data, "<u4", count, _HEADER.size)
    frequencies = numpy.frombuffer(data, f"<u{often}", count, start)
    return Postings(
        documents, frequencies, lambda: numpy.frombuffer(file.get(offset + end, length - end), f"<u{place}")
    )


def extent(info: W3TermInfo) -> tuple[int, int]:
    """(offset, bytes) of a posting list. Whoosh hands the second back as it was unpacked, in a tuple."""
    offset, length = info.extent()
    return offset, length[0] if isinstance(length, tuple) else length


class PackedPositions(formats.Format):
    """Positions of a term in a document, as unsigned 32-bit integers."""

    def decode_frequency(self, value: bytes) -> int:
        return len(value) // 4

    def decode_weight(self, value: bytes) -> float:
        return float(len(value) // 4)

    def decode_positions(self, value: bytes) -> list[int]:
        return array("I", value).tolist()


class TermsField(fields.FieldType):
    """A field that takes `analysis.Terms` and keeps no text: the database has it."""

    def __init__(self) -> None:
        super().__init__(PackedPositions(), None)  # type: ignore[arg-type]

    def index(self, value: Any, **_kwargs: Any) -> Any:
        """(term, frequency, weight, packed positions) of each term."""
        return ((term, count, count, positions) for term, count, positions in value.packed())


SCHEMA = fields.Schema(
    text=TermsField(),
    title=TermsField(),
    quoted=TermsField(),
    tag=TermsField(),
    wants=TermsField(),
    sells=TermsField(),
    declines=TermsField(),
    meta=fields.COLUMN(columns.FixedBytesColumn(META.itemsize)),
)


class _List:
    __slots__ = ("documents", "frequencies", "positions")

    def __init__(self) -> None:
        self.documents = array("I")
        self.frequencies = array("I")
        self.positions = bytearray()

    def taken(self) -> Postings:
        documents, frequencies = numpy.frombuffer(self.documents, "<u4"), numpy.frombuffer(self.frequencies, "<u4")
        return Postings(documents, frequencies, lambda: numpy.frombuffer(bytes(self.positions), "<u4"))


class PostingPool:
    """Gathers a segment's postings in memory, by term. Stands in for Whoosh's pool, which sorts single postings."""

    def __init__(self) -> None:
        self.terms: dict[str, dict[bytes, _List]] = defaultdict(lambda: defaultdict(_List))
        self.count = 0

    def add(self, item: tuple[str, bytes, int, float, bytes]) -> None:
        field, term, document, weight, positions = item
        found = self.terms[field][term]
        found.documents.append(document)
        found.frequencies.append(int(weight))
        found.positions += positions
        self.count += 1

    def extend(self, field: str, term: bytes, moved: Postings) -> None:
        """Append what another segment holds of a term, numbered anew."""
        found = self.terms[field][term]
        found.documents.frombytes(moved.documents.astype("<u4").tobytes())
        found.frequencies.frombytes(moved.frequencies.astype("<u4").tobytes())
        found.positions += moved.positions().astype("<u4").tobytes()
        self.count += len(moved.documents)

    def in_order(self) -> Iterator[tuple[str, bytes, Postings]]:
        for name in sorted(self.terms):
            for term, found in sorted(self.terms[name].items()):
                yield name, term, found.taken()

    def iter_postings(self) -> "PostingPool":
        return self

    def cleanup(self) -> None:
        self.terms.clear()


class MergedPool:
    """The postings of several segments as those of one, term by term, so that memory stays small whatever the size.

    `sources` are each segment's postings in the order of their terms, already numbered as in the new segment.
    """

    count = 0

    def __init__(self, sources: list[Iterator[tuple[str, bytes, Postings]]]):
        self._sources = sources

    def in_order(self) -> Iterator[tuple[str, bytes, Postings]]:
        merged = merge(*self._sources, key=itemgetter(0, 1))
        for (name, term), found in groupby(merged, key=itemgetter(0, 1)):
            parts = [postings for _name, _term, postings in found]
            yield name, term, parts[0] if len(parts) == 1 else _joined(parts)

    def iter_postings(self) -> "MergedPool":
        return self

    def cleanup(self) -> None:
        self._sources = []


def _joined(parts: list[Postings]) -> Postings:
    documents = numpy.concatenate([part.documents for part in parts])
    frequencies = numpy.concatenate([part.frequencies for part in parts])
    return Postings(documents, frequencies, lambda: numpy.concatenate([part.positions() for part in parts]))


class _FieldWriter(W3FieldWriter):
    def __init__(self, codec: W3Codec, storage: Any, segment: Any):
        """Whoosh hashes terms with MD5 and says so in the file's head; CRC-32 is eight times quicker to look up by."""
        super().__init__(codec, storage, segment)
        file = self._tindex.dbfile
        file.seek(self._tindex.startoffset)
        HashWriter.__init__(self._tindex, file, hashtype=CRC32)
        self._fieldmap = self._tindex.extras["fieldmap"] = {}

    def add_postings(self, schema: Any, lengths: Any, items: "PostingPool | MergedPool") -> None:
        for name, terms in groupby(items.in_order(), key=itemgetter(0)):
            self.start_field(name, schema[name])
            for _name, term, postings in terms:
                self._write_term(term, postings)
            self.finish_field()

    def _write_term(self, term: bytes, postings: Postings) -> None:
        documents, frequencies = postings.documents, postings.frequencies
        first, last, often = int(documents[0]), int(documents[-1]), float(frequencies.sum())
        info = W3TermInfo(weight=often, df=len(documents), minid=first, maxid=last)
        data = pack(documents, frequencies, postings.positions())
        info.set_extent(self._postfile.tell(), len(data))
        self._postfile.write(data)
        self._tindex.add(struct.pack("!H", self._fieldid) + term, info.to_bytes())


class PackedCodec(W3Codec):
    length_stats = False

    def field_writer(self, storage: Any, segment: Any) -> _FieldWriter:
        return _FieldWriter(self, storage, segment)

    def postings_reader(self, dbfile, terminfo, format_, term=None, scorer=None):  # type: ignore[no-untyped-def]
        """For Whoosh's own searcher, which the tests compare with ours."""
        found = unpack(dbfile, terminfo)
        ends = numpy.cumsum(found.frequencies)[:-1]
        values = [part.astype("<u4").tobytes() for part in numpy.split(found.positions(), ends)]
        weights = found.frequencies.astype(float).tolist()
        ids = found.documents.tolist()
        return ListMatcher(ids, weights, values, format_, scorer=scorer, term=term, terminfo=terminfo)


class _Cursor(io.RawIOBase):
    """Sequential reading with a place of its own, for the few bytes Whoosh reads on opening a term table."""

    def __init__(self, descriptor: int):
        self._descriptor, self._at = descriptor, 0

    def readinto(self, buffer: Any) -> int:
        data = os.pread(self._descriptor, len(buffer), self._at)
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: os.fstat(self._descriptor).st_size}[whence]
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        return self._at


class SharedFile(BufferFile):
    """An index file that any number of threads may read at once (Whoosh's own seek, then read).

    Not mapped into memory: a mapped file that someone truncates ends the process, a short read only raises Damaged.
    """

    def __init__(self, path: Path):
        self._descriptor = os.open(path, os.O_RDONLY)
        finalize(self, os.close, self._descriptor)
        self._name = str(path)
        self.file = _Cursor(self._descriptor)  # type: ignore[assignment]
        self.size = os.fstat(self._descriptor).st_size

    def get(self, position: int, length: int) -> bytes:
        data = os.pread(self._descriptor, length, position)
        if len(data) != length:
            raise Damaged(f"{self._name} is shorter than it was.")
        return data

    def checksum(self) -> int:
        found = 0
        for at in range(0, self.size, 1 << 20):
            found = zlib.crc32(os.pread(self._descriptor, 1 << 20, at), found)
        return found
