"""How Whoosh stores our postings: its index, segments and term tables, with posting lists that numpy reads in place.

Whoosh's own codec pickles and compresses blocks of 128 postings, which costs milliseconds to decode for a common
word. This one lays a list out as plain arrays, so that it needs no decoding:

    'BWp1' | count u32 | total u32 | documents u32[count] | frequencies u32[count] or u8[count] | positions, deflated

Written with `PostingPool`, which takes whole terms, not single postings.
"""

import io
import os
import struct
import zlib
from array import array
from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple
from weakref import finalize

import numpy
from whoosh import columns, fields, formats
from whoosh.codec.whoosh3 import W3Codec, W3FieldWriter, W3TermInfo
from whoosh.filedb.structfile import BufferFile
from whoosh.matching import ListMatcher

from search.schema import META

_MAGIC = b"BWp1"
_HEADER = struct.Struct("<4sIIB")
_WIDE = 4  # bytes of a frequency where one byte is too small
Array = numpy.ndarray[Any, Any]


class Damaged(Exception):
    """The index files are not what was written. The index is rebuilt; nothing else is lost."""


class Postings(NamedTuple):
    """One term in one segment: documents ascending (u32), how often in each (u32), and the packed positions."""

    documents: Array
    frequencies: Array
    packed: bytes

    def positions(self) -> Array:
        """All positions (u32), those of the first document first."""
        return numpy.frombuffer(zlib.decompress(self.packed), "<u4")


def pack(documents: Array, frequencies: Array, positions: bytes) -> bytes:
    width = 1 if frequencies.max() < 256 else _WIDE
    head = _HEADER.pack(_MAGIC, len(documents), int(frequencies.sum()), width)
    counts = frequencies.astype("u1" if width == 1 else "<u4")
    return head + documents.tobytes() + counts.tobytes() + zlib.compress(positions, 1)


def unpack(data: bytes) -> Postings:
    """Raises Damaged."""
    magic, count, _, width = _HEADER.unpack_from(data)
    if magic != _MAGIC:
        raise Damaged("A posting list does not begin as it should.")
    start = _HEADER.size + 4 * count
    documents = numpy.frombuffer(data, "<u4", count, _HEADER.size)
    frequencies = numpy.frombuffer(data, "u1" if width == 1 else "<u4", count, start)
    return Postings(documents, frequencies, data[start + width * count :])


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
        """Append what another segment holds of a term, numbered anew, its positions unpacked (bytes of u32)."""
        found = self.terms[field][term]
        found.documents.frombytes(moved.documents.astype("<u4").tobytes())
        found.frequencies.frombytes(moved.frequencies.astype("<u4").tobytes())
        found.positions += moved.packed
        self.count += len(moved.documents)

    def iter_postings(self) -> "PostingPool":
        return self

    def cleanup(self) -> None:
        self.terms.clear()


class _FieldWriter(W3FieldWriter):
    def add_postings(self, schema: Any, lengths: Any, items: PostingPool) -> None:
        for name in sorted(items.terms):
            self.start_field(name, schema[name])
            for term, postings in sorted(items.terms[name].items()):
                self._write_term(term, postings)
            self.finish_field()

    def _write_term(self, term: bytes, postings: _List) -> None:
        documents = numpy.frombuffer(postings.documents, "<u4")
        frequencies = numpy.frombuffer(postings.frequencies, "<u4")
        first, last, often = int(documents[0]), int(documents[-1]), float(frequencies.sum())
        info = W3TermInfo(weight=often, df=len(documents), minid=first, maxid=last)
        data = pack(documents, frequencies, bytes(postings.positions))
        info.set_extent(self._postfile.tell(), len(data))
        self._postfile.write(data)
        self._tindex.add(struct.pack("!H", self._fieldid) + term, info.to_bytes())


class PackedCodec(W3Codec):
    length_stats = False

    def field_writer(self, storage: Any, segment: Any) -> _FieldWriter:
        return _FieldWriter(self, storage, segment)

    def postings_reader(self, dbfile, terminfo, format_, term=None, scorer=None):  # type: ignore[no-untyped-def]
        """For Whoosh's own searcher, which the tests compare with ours."""
        found = unpack(dbfile.get(*extent(terminfo)))
        ends = numpy.cumsum(found.frequencies)[:-1]
        values = [part.tobytes() for part in numpy.split(found.positions(), ends)]
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
