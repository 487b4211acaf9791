"""Holding one document against a question says what the engine says of an index that holds this document alone."""

import random
from dataclasses import fields
from itertools import count
from typing import get_args
from zlib import crc32

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.errors import Invalid
from search import nodes, percolate
from search.asking import filters as filters_of
from search.engine import Ask, Filters, Within
from search.percolate import Candidate, answers
from search.query import parse
from search.saved.covers import EVERYTHING, cover, keys_of
from search.schema import NO_PRICE, Document, Kind, key_of

_serial = count()
WORDS = ["helmet", "Helmets", "red", "running", "run", "SE-215", "se215", "x100v", "减肥", "减肥方法", "法", "肥方",
         "café", "cafe", "the", "of", "a", "iPhone手机", "手机壳", "ＡＢＣ", "don't", "3.5", "ab",
         "二手相机镜头转让", "相机", "手相机", "二手相机镜", "相机镜头"]  # fmt: skip
texts = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)
atoms = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(WORDS).map(lambda word: f"-{word}"),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(lambda words: f'"{" ".join(words)}"'),
    st.sampled_from(WORDS).map(lambda word: f"{word[:2]}*"),
    st.just("OR"),
    st.sampled_from(
        [
            "price:<100",
            "price:20-50",
            "price:>30",
            "has:picture",
            "after:2024",
            "before:2024",
            "zebra",
            "tag:cafe",
            "kind:wish",
            "kind:thread",
        ]
    ),
)


def is_taken(typed):
    """Not refused for its many beginnings; a lone Chinese character is one."""
    try:
        return parse(typed) is not None
    except Invalid:
        return False


questions = st.lists(atoms, min_size=1, max_size=4).map(" ".join).filter(is_taken)
documents = st.builds(
    Document,
    kind=st.sampled_from([Kind.POST, Kind.PRODUCT]),
    id=st.just(1),
    board_id=st.integers(1, 2),
    author_id=st.integers(1, 2),
    title=texts,
    text=texts,
    quoted=texts,
    at=st.sampled_from([0, 1_600_000_000, 1_750_000_000]),
    price=st.sampled_from([NO_PRICE, 2000, 5000, 9999, 20_000]),
    has_picture=st.booleans(),
    thread_kind=st.sampled_from(["", "talk", "wish"]),
    is_opening=st.booleans(),
    tags=st.sampled_from([(), ("café",), ("red", "ＡＢＣ")]),
    wants=texts,
    sells=texts,
    declines=texts,
)


def narrowed(asked, **more):
    base = filters_of(asked, "USD")
    return Filters(**{field.name: getattr(base, field.name) for field in fields(Filters)} | more)


HALVES = ["手相机", "二手 相机", "二手 机镜", "手相 机镜", "相机镜", "二手相"]  # two of the four pairs of 二手相机镜


@settings(max_examples=120)
@given(
    document=documents,
    asked=st.lists(questions, min_size=5, max_size=12),
    within=st.sampled_from(Within),
    boards=st.sampled_from([None, frozenset([1]), frozenset()]),
    authors=st.sampled_from([None, frozenset([2])]),
    kinds=st.sampled_from([frozenset(), frozenset([Kind.PRODUCT])]),
)
@example(
    document=Document(Kind.POST, 1, 1, 1, "二手相机镜头转让 SE 215"),
    asked=["二手相机镜头转让", "SE-215", '"相机镜头"', "法*", "-red"],
    within=Within.ALL, boards=None, authors=None, kinds=frozenset(),
)  # fmt: skip
@example(
    document=Document(Kind.POST, 1, 1, 1, "手相机"), asked=["二手相机镜"],
    within=Within.ALL, boards=None, authors=None, kinds=frozenset(),
)  # fmt: skip
def test_the_verdict_is_the_engines(engine, document, asked, within, boards, authors, kinds):
    random.seed(next(_serial))  # Hypothesis sets it back for each example, and segments' names are drawn from it
    engine.apply([document], [key_of(kind, 1) for kind in Kind if kind != document.kind])
    candidate = Candidate(document)
    for typed in asked:
        question = parse(typed)
        wanted = narrowed(question, boards=boards, authors=authors, kinds=kinds)
        found = engine.search(Ask(question.node, wanted, within=within), frozenset([1, 2]))
        assert answers(candidate, question.node, wanted, within) == bool(found.total), (typed, document)


@given(document=documents, typed=questions, seed=st.integers(0, 5))
def test_what_answers_is_always_a_candidate(document, typed, seed):
    node = parse(typed).node
    kept = cover(node, lambda term: (crc32(term.encode()) >> seed) % 100)
    candidate = Candidate(document)
    if percolate.matches(candidate, node):
        assert kept & (keys_of(candidate) | {EVERYTHING}), (typed, kept)


@pytest.mark.parametrize("text", HALVES)
def test_half_of_a_long_run_is_enough_and_is_a_candidate(text):
    node, candidate = parse("二手相机镜").node, Candidate(Document(Kind.POST, 1, 1, 1, text))
    assert percolate.matches(candidate, node)
    assert cover(node, lambda term: 1) & keys_of(candidate)


def test_the_rarest_necessary_words_are_kept():
    often = {"the": 900, "red": 300, "helmet": 5, "visor": 7}
    kept = [cover(parse(typed).node, lambda term: often.get(term, 0)) for typed in
            ("red helmet", '"the red visor"', "the visor OR helmet", "hel* visor", "-red")]  # fmt: skip
    assert [sorted(term for term in terms if not term.startswith("~")) for terms in kept[:4]] == [
        ["helmet"], ["visor"], ["helmet", "visor"], ["visor"],
    ]  # fmt: skip
    assert kept[4] == {EVERYTHING}


def test_nothing_that_a_question_can_hold_is_unknown_here():
    """A new kind of node or filter must be learnt by percolate.py as well."""
    assert set(get_args(nodes.Node)) == set(percolate._CHECKS)
    assert {field.name for field in fields(Filters)} == {
        "kinds", "thread_kinds", "openings", "tags", "boards", "authors", "after", "before", "price_from",
        "price_below", "has_picture",
    }  # fmt: skip
