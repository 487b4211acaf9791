"""From text to terms: one tokenizer for English, Chinese, numbers and model names in one field.

Every token takes one position, whatever its script, so that phrases work across mixed text:

    Latin word      `Helmets`   -> helmets, and ~helmet (its stem, kept apart by the mark) on the same position
    model, compound `SE-215`    -> se, 215 on two positions, and se215 (joined) on the first
    Chinese         `减肥方法`   -> 减肥 肥方 方法, then the lone last 法: overlapping pairs, one position a character

A pair needs no dictionary and finds any two characters cut out of a text; the lone last character closes the run,
so that every single character is the beginning of some term and is found as a prefix.
Traditional characters fold to simplified, full width to half width, accents and case away.
"""

import re
from array import array
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from operator import add

from core.text import normalize
from search.stemming import stem

VERSION = 1  # of the terms made here: an index made by another version is rebuilt
STEM = "~"
GAP = 8  # positions between title and body, so that no phrase spans the two
LONGEST = 64  # characters of a term
MOST_PARTS = 4  # a compound of more parts (a domain name, a path) has no joined form

CJK = "\u3005-\u3007\u3040-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
LETTER = rf"[^\W_{CJK}]"
TOKEN = re.compile(rf"[{CJK}]+|{LETTER}+(?:[-_.']{LETTER}+)*")
_PART = re.compile(r"\d+(?:\.\d+)*|[^\W\d_]+")
_IS_CJK = re.compile(rf"[{CJK}]").match


def is_cjk(token: str) -> bool:
    return _IS_CJK(token) is not None


@lru_cache(maxsize=65_536)
def parts(token: str) -> tuple[str, ...]:
    """`se-215`, `se215` -> (se, 215); `x100v` -> (x, 100, v); `don't` -> (dont,). Cut to LONGEST."""
    return tuple(part[:LONGEST] for part in _PART.findall(token.replace("'", "")))


@lru_cache(maxsize=65_536)
def _word_terms(token: str) -> tuple[int, tuple[tuple[str, int], ...]]:
    """(positions taken, ((term, offset), ...)) of one Latin word, number or compound."""
    pieces = parts(token)
    terms = []
    for offset, piece in enumerate(pieces):
        terms.append((piece, offset))
        if (root := stem(piece)) != piece:
            terms.append((STEM + root, offset))
    if 1 < len(pieces) <= MOST_PARTS:
        terms.append((joined(pieces), 0))
    return len(pieces), tuple(terms)


def joined(pieces: tuple[str, ...]) -> str:
    return "".join(pieces)[:LONGEST]


def pairs(run: str) -> list[str]:
    """`减肥方法` -> [减肥, 肥方, 方法]. A lone character is returned alone."""
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]


class Terms:
    """The terms of one document with their positions; `length` counts positions that hold a token."""

    def __init__(self) -> None:
        self.positions: defaultdict[str, list[int]] = defaultdict(list)
        self.length = 0
        self._next = 0

    def add(self, text: str) -> "Terms":
        """Append a text after what is there, a gap in between. Never raises, whatever the text."""
        at = start = self._next
        places = self.positions
        for token in TOKEN.findall(normalize(text)):
            if token > "\u3004" and is_cjk(token):
                for pair in map(add, token, token[1:]):
                    places[pair].append(at)
                    at += 1
                places[token[-1]].append(at)
                at += 1
            else:
                taken, terms = _word_terms(token)
                for term, offset in terms:
                    places[term].append(at + offset)
                at += taken
        self.length += at - start
        self._next = at + GAP
        return self

    def packed(self) -> list[tuple[bytes, int, bytes]]:
        """(term in UTF-8, how often, its positions as packed unsigned 32-bit integers), terms in no order."""
        return [(term.encode(), len(at), array("I", at).tobytes()) for term, at in self.positions.items()]


def tag_term(tag: str) -> str:
    """A tag as one term, however it is written."""
    return normalize(tag).strip()[:LONGEST]


def whole(tags: Iterable[str]) -> Terms:
    """Each tag one term, not taken apart."""
    terms = Terms()
    for at, term in enumerate(sorted({tag_term(tag) for tag in tags} - {""})):
        terms.positions[term].append(at)
    return terms


def analyze(*texts: str) -> Terms:
    terms = Terms()
    for text in texts:
        if text:
            terms.add(text)
    return terms
