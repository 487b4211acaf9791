"""Snippets are safe, and mark what was found."""

import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from search.highlights import marked, snippet
from search.query import parse

TAGS = re.compile(r"</?mark>|… | …")


@pytest.fixture(autouse=True)
def sentences(app):
    """Refusals are translated, which needs an app."""


def needles(typed):
    return parse(typed).needles


def test_words_are_marked_in_their_own_spelling():
    assert marked("Old Helmets & SE-215", needles("helmet se215")) == (
        "Old <mark>Helmets</mark> &amp; <mark>SE-215</mark>"
    )


def test_traditional_text_is_marked_for_simplified_words():
    assert marked("我的減肥方法", needles("减肥")) == "我的<mark>減肥</mark>方法"


def test_html_in_a_text_stays_text():
    found = snippet('<script>alert("helmet")</script>', needles("helmet"))
    assert found == "&lt;script&gt;alert(&#34;<mark>helmet</mark>&#34;)&lt;/script&gt;"


def test_a_long_text_is_cut_around_the_finds():
    found = snippet("word " * 500 + "the helmet is here " + "word " * 500, needles("helmet"))
    assert "<mark>helmet</mark>" in found
    assert len(found) < 300


def test_letters_that_grow_when_folded_are_marked_in_place():
    assert marked("ﬁne ŒUVRE helmet", needles("oeuvre helmet")) == "ﬁne <mark>ŒUVRE</mark> <mark>helmet</mark>"


@given(st.text(max_size=200), st.text(max_size=40))
def test_only_marks_are_markup(text, typed):
    found = ""
    with suppress(Invalid):
        found = str(snippet(text, needles(typed)))
    assert "<" not in TAGS.sub("", found)
