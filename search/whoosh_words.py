"""Words near a misspelt one, and words that begin so: out of the index's own terms, through the gate.

Candidates are made and looked up, the vocabulary is never scanned: one edit of a Latin word of n letters makes about
73 n candidates (Norvig, "How to write a spelling corrector", 2007); for Chinese the pairs that share a character.
A term counts with the documents on the asker's boards alone, so that a word which stands only on a closed board is
never named to an outsider.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import cached_property, reduce
from itertools import chain

import numpy

from search.analysis import STEM, is_cjk, pairs
from search.engine import LONGEST, LONGEST_RUN, SHORTEST, Readable, Within
from search.executor import Executor
from search.narrowing import gate
from search.nodes import Phrase
from search.phrases import common
from search.whoosh_codec import Array
from search.whoosh_segments import Snapshot
from search.whoosh_terms import Counts, known

ALPHABETS = ("abcdefghijklmnopqrstuvwxyz0123456789", "абвгдежзийклмнопрстуфхцчшщъыьэюя", "αβγδεζηθικλμνξοπρστυφχψως")
_ROWS = bytes(byte for lead in range(0xB0, 0xD8) for rest in range(0xA1, 0xFF) for byte in (lead, rest))
COMMON = [sign.encode() for sign in _ROWS.decode("gb2312", "ignore")]  # the 3,755 of the first level of GB 2312
MOST_CANDIDATES = 200  # of a segment, or of one place in a run
MOST_LOOKED_AT = 60  # candidates whose documents are counted behind the gate
MOST_RUNS, MOST_COMPARED = 24, 6  # runs that are counted, and those of which the places are compared for it
Count = Callable[[str], int]


def similar(snapshot: Snapshot, word: str, boards: Readable, most: int) -> tuple[str, ...]:
    def make() -> tuple[str, ...]:
        if is_cjk(word):
            return Runs(snapshot, word, boards).named(most) if 2 <= len(word) <= LONGEST_RUN else ()
        mask, candidates = gate(snapshot, boards), _edited(snapshot, word)
        candidates.pop(word, None)
        return _visible(_frequent(candidates), lambda term: _behind(mask, snapshot.found("text", term).documents), most)

    return snapshot.cached(("similar", word, boards, most), make, lambda words: 100 * len(words))


def completions(snapshot: Snapshot, start: str, boards: Readable, most: int) -> tuple[str, ...]:
    def make() -> tuple[str, ...]:
        mask = gate(snapshot, boards)
        best: Counter[str] = Counter()
        for field in ("text", "tag"):

            def count(term: str, field: str = field) -> int:
                return _behind(mask, snapshot.found(field, term).documents)

            for term in _visible(_frequent(_beginning(snapshot, field, start)), count, 2 * most):
                best[term] = max(best[term], count(term))
        ordered = sorted(best, key=lambda term: (-best[term], term))
        return tuple([term for term in ordered if not _is_joined(snapshot, term, ordered)][:most])

    return snapshot.cached(("completions", start, boards, most), make, lambda words: 100 * len(words))


def _is_joined(snapshot: Snapshot, term: str, others: list[str]) -> bool:
    """Whether it only stands for a compound that is written apart: `halfshell`, made of `half-shell`, beside `half`."""
    whole = snapshot.found("text", term).documents
    for first in others:
        rest = term.removeprefix(first)
        if rest not in (term, "") and len(snapshot.found("text", rest).documents) >= len(whole) > 0:
            apart = Executor(snapshot, Within.OWN).matches(Phrase(((0, first), (1, rest)))).documents
            return bool(numpy.isin(whole, apart).all())
    return False


def _visible(candidates: list[tuple[str, int]], count: Count, most: int) -> tuple[str, ...]:
    """Those with most documents behind the gate, of (term, as many documents as it can have there at the most); the
    likeliest come first. Who cannot be better is not counted."""
    best: list[tuple[int, str]] = []
    for term, bound in candidates[:MOST_LOOKED_AT]:
        is_better = len(best) < most or bound > best[most - 1][0]
        if is_better and (documents := count(term)):
            best = sorted([*best, (documents, term)], key=lambda found: (-found[0], found[1]))
    return tuple(term for _, term in best[:most])


def _frequent(candidates: Counter[str]) -> list[tuple[str, int]]:
    return sorted(candidates.items(), key=lambda found: (-found[1], found[0]))


def _behind(mask: Array, documents: Array) -> int:
    return int(numpy.count_nonzero(mask[documents]))


def _known(snapshot: Snapshot, terms: list[str]) -> Counter[str]:
    return _present(snapshot, [term.encode("utf-8", "replace") for term in terms])


def _present(snapshot: Snapshot, encoded: list[bytes]) -> Counter[str]:
    return _summed(known((segment.table for segment in snapshot.segments), "text", encoded))


def _beginning(snapshot: Snapshot, field: str, start: str) -> Counter[str]:
    if not start or start.startswith(STEM):
        return Counter()
    encoded = start.encode("utf-8", "replace")
    return _summed(segment.table.beginning(field, encoded, MOST_CANDIDATES) for segment in snapshot.segments)


def _summed(counts: Iterator[Counts]) -> Counter[str]:
    total: Counter[str] = Counter()
    for found in counts:
        for term, number in found.items():
            total[term.decode()] += number
    return total


def _edited(snapshot: Snapshot, word: str) -> Counter[str]:
    return _known(snapshot, sorted(edits(word))) if SHORTEST <= len(word) <= LONGEST else Counter()


def edits(word: str) -> set[str]:
    """Everything one insertion, deletion, replacement or swap of neighbours away, in the alphabet of the word."""
    letters = next((letters for letters in ALPHABETS if not set(letters).isdisjoint(word)), "")
    halves = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    made = {left + right[1:] for left, right in halves if right}
    made |= {left + right[1] + right[0] + right[2:] for left, right in halves if len(right) > 1}
    made |= {left + letter + right[1:] for left, right in halves if right for letter in letters}
    made |= {left + letter + right for left, right in halves for letter in letters}
    return made - {word, ""}


class Runs:
    """Runs with one other character all of whose pairs exist and that stand on these boards."""

    def __init__(self, snapshot: Snapshot, run: str, boards: Readable):
        self.snapshot, self.run, self.boards = snapshot, run, boards
        self.rests: dict[int, Rest] = {}
        self.looks = 0

    def named(self, most: int) -> tuple[str, ...]:
        """The likeliest of each place in turn: every character may be the wrong one."""
        likely = sorted(chain.from_iterable(map(self._likely, range(len(self.run)))))
        places = {run: at for _, _, run, at in likely}
        candidates = [(run, -bound) for _, bound, run, _ in likely]
        return _visible(candidates[:MOST_RUNS], lambda run: self._count(run, places[run]), most)

    def _likely(self, at: int) -> Iterator[tuple[int, int, str, int]]:
        """(rank, minus the most documents that it can have, run, place), with another character at this place."""
        rest = self.rests[at] = Rest(self.snapshot, self.run, at, self.boards)
        others = _others(self.snapshot, self.run, at) if rest.count else Counter[str]()
        others.pop(self.run[at], None)
        for rank, (character, number) in enumerate(_frequent(others)):
            yield rank, -min(rest.count, number), self.run[:at] + character + self.run[at + 1 :], at

    def _count(self, run: str, at: int) -> int:
        """In how many documents it stands as it is; a look at the places only where all its pairs are."""
        steps = [(place, pair) for place, pair in enumerate(pairs(run)) if place in (at - 1, at)]
        documents = self.rests[at].holding(steps)
        if len(run) == 2 or not len(documents):
            return len(documents)
        self.looks += 1
        return self.rests[at].together(steps, documents) if self.looks <= MOST_COMPARED else 0


class Rest:
    """What is left of a run without the pairs that touch one place, and where it stands behind the gate."""

    def __init__(self, snapshot: Snapshot, run: str, at: int, boards: Readable):
        self.snapshot, self.mask = snapshot, gate(snapshot, boards)
        self.steps = [(place, pair) for place, pair in enumerate(pairs(run)) if place not in (at - 1, at)]
        self.count = int(numpy.count_nonzero(self.mask)) if not self.steps else len(self.documents)

    @cached_property
    def documents(self) -> Array:
        return self._holding(self.steps, None)

    def holding(self, steps: list[tuple[int, str]]) -> Array:
        """Documents that hold these pairs and the rest."""
        return self._holding(steps, self.documents if self.steps else None)

    def _holding(self, steps: list[tuple[int, str]], documents: Array | None) -> Array:
        size = self.snapshot.size
        for _, pair in steps:
            if documents is None or len(documents):
                found = self.snapshot.found("text", pair).documents
                documents = found[self.mask[found]] if documents is None else common(documents, found, size)
        return numpy.empty(0, numpy.int64) if documents is None else documents

    @cached_property
    def _starts(self) -> Array:
        return self._places(self.steps, self.documents)

    def together(self, steps: list[tuple[int, str]], documents: Array) -> int:
        """In how many of the documents these pairs stand at their places beside the rest."""
        starts = self._places(steps, documents)
        starts = self._both(starts, self._starts) if self.steps else starts
        return len(numpy.unique(starts >> 32))

    def _places(self, steps: list[tuple[int, str]], documents: Array) -> Array:
        """Where the run begins by these pairs: document << 32 | position, ascending."""
        found = []
        for offset, pair in steps:
            places = self.snapshot.places("text", pair, documents)
            found.append((numpy.repeat(documents, places.counts) << 32) + places.positions - offset)
        return reduce(self._both, found)

    def _both(self, some: Array, others: Array) -> Array:
        return common(some, others, self.snapshot.size << 32)


def _others(snapshot: Snapshot, run: str, at: int) -> Counter[str]:
    """Characters that may stand at this place, by the rarer of the pairs which they make with their neighbours."""
    before, after = run[at - 1 : at], run[at + 1 : at + 2]
    if not before:
        end = after.encode()
        return _by(_present(snapshot, [character + end for character in COMMON]), 0)
    found = _by(Counter({pair: n for pair, n in _beginning(snapshot, "text", before).items() if len(pair) == 2}), 1)
    if not after:
        return found
    following = _by(_known(snapshot, [character + after for character in found]), 0)
    return Counter({character: min(number, found[character]) for character, number in following.items()})


def _by(counted: Counter[str], place: int) -> Counter[str]:
    return Counter({pair[place]: number for pair, number in counted.most_common(MOST_CANDIDATES)})
