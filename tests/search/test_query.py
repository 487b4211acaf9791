"""What people type, understood."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from search.nodes import Anything, Both, Either, Phrase, Prefix, Word
from search.query import parse
from search.schema import Kind


@pytest.fixture(autouse=True)
def sentences(app):
    """Refusals are translated, which needs an app."""


def test_words_are_all_wanted():
    assert parse("red helmet").node == Both((Word("red", ("~red",)), Word("helmet", ("~helmet",))))


def test_quotes_of_any_kind_make_a_phrase():
    phrase = Phrase(((0, "full"), (1, "face")))
    assert {parse(typed).node for typed in ('"full face"', "“full face”", "「full face」")} == {phrase}


def test_a_minus_takes_out():
    assert parse("helmet -shoei").node == Both((Word("helmet", ("~helmet",)),), (Word("shoei", ("~shoei",)),))


def test_or_joins_its_neighbours():
    assert parse("bike OR scooter").node == Either((Word("bike", ("~bike",)), Word("scooter", ("~scooter",))))


def test_a_star_asks_for_a_beginning():
    assert parse("moto*").node == Prefix("moto")


def test_short_chinese_stands_together_and_one_character_begins_a_term():
    assert parse("减肥").node == Word("减肥")
    assert parse("減肥法").node == Phrase(((0, "减肥"), (1, "肥法")))
    assert parse("减").node == Prefix("减")


def test_filters_are_taken_out_of_the_topic():
    found = parse('helmet by:"Anna B" board:bikes kind:products after:1993-04 before:2024 has:picture price:<100')
    assert found.topic == "helmet"
    assert (found.authors, found.boards, found.kinds) == (("anna b",), ("bikes",), (Kind.PRODUCT,))
    assert found.after == datetime(1993, 4, 1, tzinfo=UTC).timestamp()
    assert found.before == datetime(2024, 1, 1, tzinfo=UTC).timestamp()
    assert (found.has_picture, found.price_below) == (True, "100")


@pytest.mark.parametrize(
    "typed", ["before:yesterday", "after:2024-13", "price:cheap", "has:wings", "http://a.b/c", "by:"]
)
def test_a_filter_that_makes_no_sense_is_text(typed):
    assert parse(typed).asks_words


@pytest.mark.parametrize("typed", ["", '"', "-", "*", "OR", "| OR |", "()", "…", '""', "- -"])
def test_nothing_is_asked_with_signs_alone(typed):
    assert parse(typed).node == Anything()


@pytest.mark.parametrize(
    "typed", ["a" * 501, " ".join(["ab*"] * 20), " ".join("abcdefghijklmnopqrstuvwxyz"), '"' + "a b " * 60 + '"']
)
def test_too_much_work_is_refused_in_words(typed):
    with pytest.raises(Invalid) as refused:
        parse(typed)
    assert refused.value.field == "q"


@given(st.text(max_size=600) | st.text(alphabet="ab\"-*: |()减肥by:price<>.'OR\n", max_size=200))
def test_nothing_raises_but_refusals(typed):
    with suppress(Invalid):
        parse(typed)
