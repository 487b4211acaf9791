"""When little or nothing is found: what was perhaps meant, and which other question may find more."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from core.errors import Invalid
from core.i18n import _
from search.analysis import is_cjk, normalize, parts
from search.asking import Wanted
from search.engine import LONGEST_RUN, SHORTEST, Ask, Readable, SearchEngine
from search.nodes import Either
from search.query import parse

FEW = 3  # results; with fewer we ask whether something else was meant
LITTLE = 3  # posts and products; with no more the search counts as one that sellers should know of
MOST_SPELT = 3  # words of a question that are looked at
MOST_ASKED = 4  # corrected questions that are tried


@dataclass(frozen=True)
class Way:
    """Another question, as a link."""

    label: str
    address: str


def meant(engine: SearchEngine, wanted: Wanted, ask: Ask, boards: Readable, total: int) -> str:
    """The question with one word changed by one edit that finds most, when it finds more than twice as much; else "".

    Every word comes from documents that the asker may read, and is tried with the filters that were asked.
    """
    if ask.filters.kinds == frozenset():  # people or boards were counted; few people may have written much
        total = engine.search(replace(ask, page=1, size=1), boards).total
    best, most = "", 2 * total
    for typed in islice(_corrected(engine, wanted.question.typed, _spelt(wanted), boards), MOST_ASKED):
        try:
            node = parse(typed).node
        except Invalid:
            continue
        found = engine.search(replace(ask, node=node, page=1, size=1), boards).total
        if found > most:
            best, most = typed, found
    return best


def _spelt(wanted: Wanted) -> list[tuple[int, int, str]]:
    """(start, end, normalized) of the words that may be misspelt."""
    question = wanted.question
    found = ((start, end, normalize(question.typed[start:end])) for start, end in question.words)
    return [spelt for spelt in found if _may_be_misspelt(spelt[2])][:MOST_SPELT]


def _may_be_misspelt(word: str) -> bool:
    """Plain words, and short runs of Chinese; not numbers and compounds."""
    if is_cjk(word):
        return 2 <= len(word) <= LONGEST_RUN
    return len(word) >= SHORTEST and not word.isdigit() and parts(word) == (word,)


def _corrected(engine: SearchEngine, typed: str, spelt: list[tuple[int, int, str]], boards: Readable) -> Iterator[str]:
    """What was typed with one word changed, then with all that can be."""
    better = {start: words for start, _, word in spelt if (words := engine.similar(word, boards, 2))}
    places = {start: end for start, end, _ in spelt}
    if len(better) > 1:
        yield _replaced(typed, {start: (places[start], words[0]) for start, words in better.items()})
    for start, words in better.items():
        for word in words:
            yield _replaced(typed, {start: (places[start], word)})


def _replaced(typed: str, changes: dict[int, tuple[int, str]]) -> str:
    for start, (end, word) in sorted(changes.items(), reverse=True):
        typed = typed[:start] + word + typed[end:]
    return typed


def ways(wanted: Wanted) -> tuple[Way, ...]:
    """Other questions that find at least as much."""
    question, found = wanted.question, []
    words = question.topic.split()
    if '"' in question.typed or any(quote in question.typed for quote in "“”「」『』«»"):
        found.append(
            Way(_("Without the quotation marks"), _asking(wanted, _unquoted(question.without(*question.said))))
        )
    if 1 < len(words) <= 8 and not isinstance(question.node, Either):
        found.append(Way(_("With any of these words"), _asking(wanted, " OR ".join(words))))
    if question.boards:
        boards = (said for said in question.said if said.name == "board")
        found.append(Way(_("On all boards"), wanted.address(q=question.without(*boards), board=None)))
    if (question.said or wanted.fields) and question.has_topic:
        fields = dict.fromkeys(dict(wanted.fields))
        found.append(Way(_("Search without the filters"), wanted.address(q=question.without(*question.said), **fields)))
    return tuple(found)


def _asking(wanted: Wanted, words: str) -> str:
    """The same filters with other words."""
    said = (wanted.question.typed[said.start : said.end] for said in wanted.question.said)
    return wanted.address(q=" ".join([words, *said]))


def _unquoted(typed: str) -> str:
    return " ".join(typed.translate(dict.fromkeys(map(ord, '"“”「」『』«»„〝〞＂'), " ")).split())
