"""What the index holds: one document for each post, product, board and member."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from enum import IntEnum
from operator import attrgetter
from zlib import crc32

import numpy

from search import analysis

VERSION = 3  # of documents and their columns: an index of another version is rebuilt
NO_PRICE = -1
NO_BOARD = 0  # members live on no board; readable by everyone who may search


THREAD_KINDS = ("", "talk", "question", "wish", "sale")  # as numbered in the index; "" for what is no post


class Kind(IntEnum):
    """A thread's opening is a post."""

    POST = 1
    PRODUCT = 2
    BOARD = 3
    MEMBER = 4


ID_BITS = 48


def key_of(kind: Kind, row_id: int) -> int:
    """One integer for a kind and a row id, as the index knows the document."""
    return int(kind) << ID_BITS | row_id


def kind_and_id(key: int) -> tuple[Kind, int]:
    return Kind(key >> ID_BITS), key & ((1 << ID_BITS) - 1)


META = numpy.dtype(
    [
        ("key", "<i8"),
        ("at", "<i8"),  # seconds since 1970, UTC; older posts are negative
        ("price", "<i8"),  # minor units, or NO_PRICE
        ("board", "<u4"),
        ("author", "<u4"),
        ("thread", "<u4"),
        ("length", "<u4"),  # tokens of its own text
        ("replies", "<u4"),
        ("thanks", "<u4"),
        ("version", "<u4"),  # checksum of all that was indexed
        ("thread_kind", "u1"),  # place in THREAD_KINDS
        ("has_picture", "?"),
        ("is_opening", "?"),
        ("speaks", "?"),  # whether its author may be found among people by it
    ]
)


@dataclass(frozen=True, slots=True)
class Document:
    """A row as the index sees it. `text` is what its author wrote; `quoted` is what they quoted of others:
    found like text, weighed less, and never held for the author's own knowledge. `wants`, `sells` and `declines` are
    those parts of title and text in which the author wishes to buy, offers, or says that they do not want."""

    kind: Kind
    id: int
    board_id: int
    author_id: int
    text: str
    title: str = ""
    quoted: str = ""
    thread_id: int = 0
    at: int = 0
    price: int = NO_PRICE
    replies: int = 0
    has_picture: bool = False
    thanks: int = 0
    thread_kind: str = ""
    is_opening: bool = False
    tags: tuple[str, ...] = ()
    wants: str = ""
    sells: str = ""
    declines: str = ""
    speaks: bool = True

    @property
    def key(self) -> int:
        return key_of(self.kind, self.id)

    @property
    def version(self) -> int:
        """Checksum over every field, so that `search verify` sees any difference between index and database."""
        return crc32(repr(_ALL(self)).encode("utf-8", "replace"))

    def analyzed(self) -> dict[str, analysis.Terms]:
        """The terms of each field that whoosh_codec.SCHEMA names."""
        return {
            "text": analysis.analyze(self.title, self.text),
            "title": analysis.analyze(self.title),
            "quoted": analysis.analyze(self.quoted),
            "tag": analysis.whole(self.tags),
            "wants": analysis.analyze(self.wants),
            "sells": analysis.analyze(self.sells),
            "declines": analysis.analyze(self.declines),
        }

    def row(self, length: int) -> bytes:
        """The document's row of META; `length` of its text, in tokens."""
        place = (self.board_id, self.author_id, self.thread_id)
        counts = (length, self.replies, self.thanks, self.version)
        marks = (THREAD_KINDS.index(self.thread_kind), self.has_picture, self.is_opening, self.speaks)
        return numpy.array((self.key, self.at, self.price, *place, *counts, *marks), META).tobytes()


_ALL = attrgetter(*(field.name for field in fields(Document)))


def keys(documents: Iterable[Document]) -> list[int]:
    return [document.key for document in documents]
