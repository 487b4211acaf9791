"""How Whoosh stores our postings: its index, segments and term tables, with posting lists that numpy reads in place.

Whoosh's own codec pickles and compresses blocks of 128 postings, which costs milliseconds to decode for a common
word. This one lays a list out as plain arrays, so that it needs no decoding:

    'BWp2' | count u32 | widths u8, u8 | documents u32[count] | frequencies u8 or u32[count] | positions u16 or u32[…]

The positions, which only phrases need, are read when they are asked for. The lists come whole from whoosh_pools.py.
"""

import io
import os
import struct
import zlib
from array import array
from collections.abc import Callable
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
FREQUENCIES, POSITIONS = (1, 4), (2, 4)  # bytes of a number; the second where the first is too small
Array = numpy.ndarray[Any, Any]


class Damaged(Exception):
    """The index files are not what was written. The index is rebuilt; nothing else is lost."""


class Postings(NamedTuple):
    """One term in one segment: documents ascending (u32), how often in each, and all positions when called for,
    those of the first document first."""

    documents: Array
    frequencies: Array
    positions: Callable[[], Array]


class Entry(NamedTuple):
    """A posting list as it is written, and what the term table says of it: how many documents, the first and the last
    of them, how many tokens."""

    data: bytes
    documents: int
    first: int
    last: int
    often: int


def header(count: int, often: int, place: int) -> bytes:
    """`often` and `place` are the widths of a frequency and a position, in bytes."""
    return _HEADER.pack(_MAGIC, count, often, place)


def entry(postings: Postings) -> Entry:
    documents, frequencies, positions = postings.documents, postings.frequencies, postings.positions()
    often, place = _width(frequencies, FREQUENCIES), _width(positions, POSITIONS)
    parts = (documents.astype("<u4"), frequencies.astype(f"<u{often}"), positions.astype(f"<u{place}"))
    data = header(len(documents), often, place) + b"".join(part.tobytes() for part in parts)
    return Entry(data, len(documents), int(documents[0]), int(documents[-1]), len(positions))


def _width(numbers: Array, widths: tuple[int, int]) -> int:
    small, large = widths
    return small if numbers.max() < 1 << 8 * small else large


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
    """A field of which terms are kept and no text: the database has it."""

    def __init__(self) -> None:
        super().__init__(PackedPositions(), None)  # type: ignore[arg-type]


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


class _FieldWriter(W3FieldWriter):
    def add_postings(self, schema: Any, lengths: Any, items: Any) -> None:
        """`items` is a pool of whoosh_pools."""
        self._hash_quickly()
        for name, terms in groupby(items.in_order(), key=itemgetter(0)):
            self.start_field(name, schema[name])
            for _name, term, found in terms:
                self._write_term(term, found)
            self.finish_field()

    def _hash_quickly(self) -> None:
        """Whoosh hashes terms with MD5 and says so in the file's head; CRC-32 is eight times quicker to look up by. The
        head is written anew with the terms, not before, so that a full disk shows where it is expected."""
        file = self._tindex.dbfile
        file.seek(self._tindex.startoffset)
        HashWriter.__init__(self._tindex, file, hashtype=CRC32)
        self._fieldmap = self._tindex.extras["fieldmap"] = {}

    def _write_term(self, term: bytes, found: Entry) -> None:
        info = W3TermInfo(weight=float(found.often), df=found.documents, minid=found.first, maxid=found.last)
        info.set_extent(self._postfile.tell(), len(found.data))
        self._postfile.write(found.data)
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
