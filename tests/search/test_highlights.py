"""Snippets are safe, and mark what was found."""

import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from search.highlights import Highlighter, words_of
from search.query import parse

TAGS = re.compile(r"</?mark>|… | …")


@pytest.fixture(autouse=True)
def sentences(app):
    """Refusals are translated, which needs an app."""


def highlighter(typed):
    return Highlighter(parse(typed).needles)


def test_words_are_marked_in_their_own_spelling():
    assert highlighter("helmet se215").marked("Old Helmets & SE-215") == (
        "Old <mark>Helmets</mark> &amp; <mark>SE-215</mark>"
    )


def test_traditional_text_is_marked_for_simplified_words():
    assert highlighter("减肥").marked("我的減肥方法") == "我的<mark>減肥</mark>方法"


def test_html_in_a_text_stays_text():
    found = highlighter("helmet").snippet('<script>alert("helmet")</script>')
    assert found == "&lt;script&gt;alert(&#34;<mark>helmet</mark>&#34;)&lt;/script&gt;"


def test_a_long_text_is_cut_around_the_finds():
    found = highlighter("helmet").snippet("word " * 500 + "the helmet is here " + "word " * 500)
    assert "<mark>helmet</mark>" in found
    assert len(found) < 300


def test_bold_words_stay_whole_and_paragraphs_apart():
    assert words_of("<p>半盘<strong>蔬菜</strong>，好</p><p>a &lt;b&gt;</p>").split() == ["半盘蔬菜，好", "a", "<b>"]


def test_letters_that_grow_when_folded_are_marked_in_place():
    assert highlighter("oeuvre helmet").marked("ﬁne ŒUVRE helmet") == "ﬁne <mark>ŒUVRE</mark> <mark>helmet</mark>"


@given(st.text(max_size=200), st.text(max_size=40))
def test_only_marks_are_markup(text, typed):
    found = ""
    with suppress(Invalid):
        found = str(highlighter(typed).snippet(text))
    assert "<" not in TAGS.sub("", found)
