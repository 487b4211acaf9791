"""From text to terms: one tokenizer for English, Chinese, numbers and model names in one field.

Every token takes one position, whatever its script, so that phrases work across mixed text:

    Latin word      `Helmets`   -> helmets, and ~helmet (its stem, kept apart by the mark) on the same position
    model, compound `SE-215`    -> se, 215 on two positions, and se215 (joined) on the first
    Chinese         `减肥方法`   -> 减肥 肥方 方法, then the lone last 法: overlapping pairs, one position a character

A pair needs no dictionary and finds any two characters cut out of a text; the lone last character closes the run,
so that every single character is the beginning of some term and is found as a prefix.
Two of the commonest English words side by side are noted as one more term (`of the` -> "+of the"), so that a phrase
need not be looked for among all the places of either; after the CommonGrams of Solr and Lucene.
Traditional characters fold to simplified, full width to half width, accents and case away.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property, lru_cache
from operator import add

from core.text import normalize
from search.stemming import stem

VERSION = 2  # of the terms made here: an index made by another version is rebuilt
STEM = "~"
GAP = 8  # positions between title and body, so that no phrase spans the two
LONGEST = 64  # characters of a term
_COMMON = (
    "a all an and are as at be but by can do for from has have he his i if in is it just me my not of on one or so that"
    " the their there they this to was we what when will with would you your"
)
COMMON = frozenset(_COMMON.split())
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
def _word_terms(token: str) -> tuple[int, tuple[str, ...], tuple[int, ...]]:
    """(positions taken, terms, the offset of each) of one Latin word, number or compound."""
    pieces = parts(token)
    terms = []
    for offset, piece in enumerate(pieces):
        terms.append((piece, offset))
        if (root := stem(piece)) != piece:
            terms.append((STEM + root, offset))
    if 1 < len(pieces) <= MOST_PARTS:
        terms.append((joined(pieces), 0))
    return len(pieces), tuple(term for term, _ in terms), tuple(offset for _, offset in terms)


def side_by_side(first: str, second: str) -> str:
    """The term for two words of COMMON; begins with a mark, so that it is never taken for a word."""
    return f"+{first} {second}"


def joined(pieces: tuple[str, ...]) -> str:
    return "".join(pieces)[:LONGEST]


def pairs(run: str) -> list[str]:
    """`减肥方法` -> [减肥, 肥方, 方法]. A lone character is returned alone."""
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]


class Terms:
    """The terms of one document as they come, `words`, and where each stands, `places`; of one term ascending.
    `joints` and `joint_places` are the same of common words side by side. `length` counts positions that hold a token.
    """

    def __init__(self) -> None:
        self.words: list[str] = []
        self.places: list[int] = []
        self.joints: list[str] = []
        self.joint_places: list[int] = []
        self.length = 0
        self._next = 0

    def add(self, text: str) -> "Terms":
        """Append a text after what is there, a gap in between. Never raises, whatever the text."""
        at = start = self._next
        words, places = self.words, self.places
        before, before_at = "", -2
        for token in TOKEN.findall(normalize(text)):
            if token > "\u3004" and is_cjk(token):
                words += map(add, token, token[1:])
                words.append(token[-1])
                places += range(at, at + len(token))
                at += len(token)
            else:
                if token in COMMON:
                    if before_at == at - 1:
                        self.joints.append(side_by_side(before, token))
                        self.joint_places.append(before_at)
                    before, before_at = token, at
                taken, terms, offsets = _word_terms(token)
                words += terms
                places += [at + offset for offset in offsets] if taken > 1 else [at] * len(terms)
                at += taken
        self.length += at - start
        self._next = at + GAP
        return self

    @cached_property
    def positions(self) -> dict[str, list[int]]:
        """All places of each term. For when nothing more is added."""
        found = defaultdict(list)
        for term, place in zip(self.words, self.places, strict=True):
            found[term].append(place)
        return found


def tag_term(tag: str) -> str:
    """A tag as one term, however it is written."""
    return normalize(tag).strip()[:LONGEST]


def whole(tags: Iterable[str]) -> Terms:
    """Each tag one term, not taken apart."""
    terms = Terms()
    terms.words = sorted({tag_term(tag) for tag in tags} - {""})
    terms.places = list(range(len(terms.words)))
    return terms


def analyze(*texts: str) -> Terms:
    terms = Terms()
    for text in texts:
        if text:
            terms.add(text)
    return terms
