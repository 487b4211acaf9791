"""Words near a misspelt one, and words that begin so: out of the index's own terms, through the gate.

Candidates are made and looked up, the vocabulary is never scanned: one edit of a Latin word of n letters makes about
73 n candidates (Norvig, "How to write a spelling corrector", 2007); for Chinese the pairs that share a character.
A term counts with the documents on the asker's boards alone, so that a word which stands only on a closed board is
never named to an outsider.
"""

from collections import Counter
from collections.abc import Callable, Iterator

import numpy

from search.analysis import STEM, is_cjk, pairs
from search.engine import LONGEST, LONGEST_RUN, SHORTEST, Within
from search.executor import Executor
from search.narrowing import gate
from search.nodes import Phrase
from search.whoosh_codec import Array
from search.whoosh_segments import Snapshot
from search.whoosh_terms import Counts, known

ALPHABETS = ("abcdefghijklmnopqrstuvwxyz0123456789", "абвгдежзийклмнопрстуфхцчшщъыьэюя", "αβγδεζηθικλμνξοπρστυφχψως")
_ROWS = bytes(byte for lead in range(0xB0, 0xD8) for rest in range(0xA1, 0xFF) for byte in (lead, rest))
COMMON = [sign.encode() for sign in _ROWS.decode("gb2312", "ignore")]  # the 3,755 of the first level of GB 2312
MOST_CANDIDATES = 200  # of a segment, or of one place in a run
MOST_LOOKED_AT = 60  # candidates whose documents are counted behind the gate
Count = Callable[[str], int]


def similar(snapshot: Snapshot, word: str, boards: frozenset[int], most: int) -> tuple[str, ...]:
    def make() -> tuple[str, ...]:
        candidates = _runs(snapshot, word) if is_cjk(word) else _edited(snapshot, word)
        candidates.pop(word, None)
        return _visible(candidates, lambda term: _documents(snapshot, term, boards), most)

    return snapshot.cached(("similar", word, boards, most), make, lambda words: 100 * len(words))


def completions(snapshot: Snapshot, start: str, boards: frozenset[int], most: int) -> tuple[str, ...]:
    def make() -> tuple[str, ...]:
        mask = gate(snapshot, boards)
        best: Counter[str] = Counter()
        for field in ("text", "tag"):

            def count(term: str, field: str = field) -> int:
                return _behind(mask, snapshot.found(field, term).documents)

            for term in _visible(_beginning(snapshot, field, start), count, 2 * most):
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


def _visible(candidates: Counter[str], count: Count, most: int) -> tuple[str, ...]:
    """Those with most documents behind the gate. Counts before the gate are never smaller, so that the search may end
    as soon as no other candidate can be better."""
    best: list[tuple[int, str]] = []
    for term, bound in sorted(candidates.items(), key=lambda found: (-found[1], found[0]))[:MOST_LOOKED_AT]:
        if len(best) >= most and bound <= best[most - 1][0]:
            break
        if documents := count(term):
            best = sorted([*best, (documents, term)], key=lambda found: (-found[0], found[1]))
    return tuple(term for _, term in best[:most])


def _documents(snapshot: Snapshot, term: str, boards: frozenset[int]) -> int:
    """On how many of these boards' documents a word stands, or a run of Chinese as it is."""
    steps = tuple(enumerate(pairs(term))) if is_cjk(term) else ((0, term),)
    mask = gate(snapshot, boards)
    if len(steps) == 1:
        return _behind(mask, snapshot.found("text", term).documents)
    for _, pair in steps:  # where all pairs stand, before anybody looks whether they stand together
        holds = numpy.zeros(snapshot.size, bool)
        holds[snapshot.found("text", pair).documents] = True
        mask = mask & holds
    return _behind(mask, Executor(snapshot, Within.OWN).matches(Phrase(steps)).documents) if mask.any() else 0


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


def _runs(snapshot: Snapshot, run: str) -> Counter[str]:
    """Runs with one other character all of whose pairs exist; the number is that of the rarest pair."""
    found: Counter[str] = Counter()
    if 2 <= len(run) <= LONGEST_RUN:
        kept = _known(snapshot, pairs(run))
        for at in range(len(run)):
            left_alone = [pair for place, pair in enumerate(pairs(run)) if place not in (at - 1, at)]
            bound = min((kept[pair] for pair in left_alone), default=snapshot.size)
            for character, number in _others(snapshot, run, at).items() if bound else ():
                found[run[:at] + character + run[at + 1 :]] = min(bound, number)
    return found


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
