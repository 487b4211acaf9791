"""What stands first. The same questions for every engine."""

from datetime import timedelta

import pytest

from core.clock import now
from search.engine import Ask
from search.query import parse
from search.schema import Document, Kind

OLD = int((now() - timedelta(days=4000)).timestamp())
BOARDS = frozenset([1])


@pytest.fixture
def first(open_engine):
    """Give texts, or (text, {fields}); get their numbers (from 1), best first."""

    def ranked(typed, *written):
        engine = open_engine()
        engine.rebuild([_post(number, item) for number, item in enumerate(written, 1)], lambda keys: iter(()))
        return [hit.id for hit in engine.search(Ask(parse(typed).node), BOARDS).hits]

    return ranked


def _post(number, item):
    text, given = item if isinstance(item, tuple) else (item, {})
    common = {"kind": Kind.POST, "id": number, "board_id": 1, "author_id": 1, "at": int(now().timestamp())}
    return Document(**{**common, "text": text, **given})


FILLER = "and many more words about the weather and lunch and what the neighbours said about the road"


def test_a_title_counts_more_than_a_mention(first):
    assert first("helmet", f"a helmet {FILLER}", (FILLER, {"title": "Which helmet?"}))[0] == 2


def test_a_post_about_it_counts_more_than_a_mention_in_a_long_one(first):
    assert first("helmet", f"{FILLER} helmet {FILLER}", "helmet, a good helmet")[0] == 2


def test_the_word_as_typed_stands_before_its_other_forms(first):
    assert first("helmets", "one helmet here today", "some helmets here today")[0] == 2


def test_own_words_stand_before_quoted_ones(first):
    assert first("helmet", ("I agree", {"quoted": "a helmet is good"}), "a helmet is good, I say")[0] == 2


def test_new_stands_before_old(first):
    assert first("helmet", ("a good helmet", {"at": OLD}), "a good helmet")[0] == 2


def test_an_old_post_about_it_still_stands_before_a_new_mention(first):
    assert first("helmet", f"helmet {FILLER} {FILLER}", ("helmet helmet test", {"at": OLD, "title": "Helmet"}))[0] == 2


def test_the_rare_word_decides(first):
    common = [f"motorcycle trip {number}" for number in range(20)]
    assert first("motorcycle OR desmodromic", *common, "desmodromic valves")[0] == 21


def test_of_a_long_chinese_question_the_posts_with_most_of_it_stand_first(first):
    found = first("减肥有什么好方法", "今天天气好", "减肥有什么方法好", "有人问减肥有什么好方法吗")
    assert (found[0], 1 in found) == (3, False)
