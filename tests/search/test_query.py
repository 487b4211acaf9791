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
    "typed", ["before:yesterday", "after:2024-13", "price:cheap", "has:wings", "kind:unicorn", "tag:!!", "before: soon"]
)
def test_a_filter_that_makes_no_sense_is_left_out_and_said_in_words(typed):
    found = parse(f"helmet {typed}")
    assert found.node == parse("helmet").node
    assert len(found.troubles) == 1


@pytest.mark.parametrize(
    ("typed", "day"),
    [("2024-05-31", (2024, 5, 31)), ("2024/5", (2024, 5, 1)), ("2024年5月31日", (2024, 5, 31)),
     ("2024年5月", (2024, 5, 1)),
     ("２０２４年", (2024, 1, 1)), ("2024年5月3號", (2024, 5, 3))],
)  # fmt: skip
def test_dates_are_read_as_people_write_them(typed, day):
    assert parse(f"helmet after:{typed}").after == datetime(*day, tzinfo=UTC).timestamp()
    assert parse(f"helmet 早於：{typed}").before == datetime(*day, tzinfo=UTC).timestamp()


@pytest.mark.parametrize("typed", ["2024-02-30", "2024年13月", "0000", "20240531", "年", "2024--", "99999"])
def test_days_that_are_none_are_said(typed):
    found = parse(f"helmet before:{typed}")
    assert (found.before, len(found.troubles)) == (None, 1)


def test_filters_are_understood_in_every_form_of_their_letters():
    found = parse("類型：求購 小組：攝影 含：圖片 標籤：減肥 by:Ｓtraße 價格：<５")
    assert (found.thread_kinds, found.boards, found.tags) == (("wish",), ("摄影",), ("减肥",))
    assert (found.has_picture, found.authors, found.topic) == (True, ("straße",), "")


@pytest.mark.parametrize("typed", ["http://a.b/c", "note:helmet", "12:30", "C#", "#1"])
def test_signs_that_are_no_filter_are_text(typed):
    found = parse(typed)
    assert found.asks_words
    assert (found.said, found.troubles) == ((), ())


@pytest.mark.parametrize(
    "typed", ["tag:half-shell", "#half-shell", "＃half-shell#", "标签：half-shell", "Tag: Half-Shell"]
)
def test_tags_are_asked_for_by_name_or_sign(typed):
    found = parse(f"helmet {typed}")
    assert (found.tags, found.topic) == (("half-shell",), "helmet")


@pytest.mark.parametrize(
    ("typed", "thread_kinds", "openings"),
    [
        ("kind:thread", (), True),
        ("kind:wish", ("wish",), False),
        ("kind:Wishes", ("wish",), False),
        ("kind:questions", ("question",), False),
        ("类型：求购", ("wish",), False),
        ("kind:sale kind:talk", ("sale", "talk"), False),
    ],
)
def test_kinds_of_threads_are_kinds_of_posts(typed, thread_kinds, openings):
    found = parse(typed)
    assert (set(found.kinds), found.thread_kinds, found.openings) == ({Kind.POST}, thread_kinds, openings)


@pytest.mark.parametrize(
    "typed", ['"full face', 'full" face', "full face OR", "OR full face -", "(full) [face]", 'full face"']
)
def test_unbalanced_quotes_lone_operators_and_brackets_are_read_as_words(typed):
    assert parse(typed).node == parse("full face").node


def test_every_filter_can_be_taken_out_of_what_was_typed():
    found = parse('helmet by:"Anna B" red #half-shell price: <100')
    assert [found.without(said) for said in found.said] == [
        "helmet red #half-shell price: <100",
        'helmet by:"Anna B" red price: <100',
        'helmet by:"Anna B" red #half-shell',
    ]
    assert found.without(*found.said) == "helmet red"


def test_the_places_of_the_words_are_known():
    found = parse("the “full face” by:anna 减肥 moto* -red")
    assert [found.typed[start:end] for start, end in found.words] == ["the", "full", "face", "减肥"]


@pytest.mark.parametrize(
    "typed", ["", '"', "-", "*", "OR", "| OR |", "()", "…", '""', "- -", "by:", "by: board:", "#", "##"]
)
def test_nothing_is_asked_with_signs_alone(typed):
    assert parse(typed).node == Anything()


@pytest.mark.parametrize(
    "typed",
    [
        "a" * 501,
        "a* " * 1000,
        "(" * 100_000,
        " ".join(["ab*"] * 20),
        " ".join("abcdefghijklmnopqrstuvwxyz"),
        '"' + "a b " * 60 + '"',
    ],
)
def test_too_much_work_is_refused_in_words(typed):
    with pytest.raises(Invalid) as refused:
        parse(typed)
    assert refused.value.field == "q"


def test_what_is_too_long_is_not_even_read(monkeypatch):
    class Unread(str):
        def __getattribute__(self, name):
            raise AssertionError(f"{name} reads it")

    with pytest.raises(Invalid):
        parse(Unread("(" * 100_000))


@given(st.text(max_size=600) | st.text(alphabet="ab#\"-*: |()减肥by:price<>.'OR\n", max_size=200))
def test_nothing_raises_but_refusals(typed):
    with suppress(Invalid):
        parse(typed)
