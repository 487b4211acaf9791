"""Who knows about a topic."""

from datetime import timedelta

import pytest

from core.clock import now
from search.engine import Ask
from search.query import parse
from search.schema import Document, Kind

BOARDS = frozenset([1])


@pytest.fixture
def ask(open_engine):
    """Give posts as (author, text) or (author, text, {more}); get author ids, best first."""

    def ranked(*written, typed="helmet"):
        engine = open_engine()
        present = int(now().timestamp())
        documents = [
            Document(
                **{"kind": Kind.POST, "id": number, "thread_id": number, "board_id": 1, "at": present, **_post(*post)}
            )
            for number, post in enumerate(written, 1)
        ]
        engine.rebuild(documents, lambda keys: iter(()))
        return engine.people(Ask(parse(typed).node), BOARDS).people

    return ranked


def _post(author, text, more=None):
    return {"author_id": author, "text": text, **(more or {})}


def order(people):
    return [person.author_id for person in people]


def test_more_posts_on_the_topic_lead(ask):
    assert order(ask((1, "a helmet"), (2, "a helmet"), (2, "that helmet fits"), (2, "helmet sizes"))) == [2, 1]


def test_repeating_a_word_in_one_post_does_not(ask):
    people = ask((1, "helmet " * 50), (2, "this helmet fits a round head well"), (2, "try the helmet on in the shop"))
    assert order(people) == [2, 1]


def test_old_posts_count_less(ask):
    old = int((now() - timedelta(days=3000)).timestamp())
    assert order(ask((1, "a good helmet", {"at": old}), (2, "a good helmet"))) == [2, 1]


def test_answers_received_count(ask):
    assert order(ask((1, "a good helmet"), (2, "a good helmet", {"replies": 8}))) == [2, 1]


def test_who_writes_about_everything_stands_behind_who_writes_about_it(ask):
    chatter = [(1, f"weather and lunch {number}") for number in range(40)]
    assert order(ask(*chatter, (1, "a good helmet"), (2, "a good helmet"))) == [2, 1]


def test_words_quoted_of_others_are_nobodys_knowledge(ask):
    assert order(ask((1, "no idea", {"quoted": "a good helmet"}), (2, "a good helmet"))) == [2]


def test_each_person_comes_with_reasons(ask):
    later = int(now().timestamp()) + 60
    posts = [(1, f"helmet number {number}", {"replies": number}) for number in range(5)]
    (person,) = ask(*posts, (1, "the helmet, again", {"at": later}), typed="helmet")
    assert (person.post_count, person.last_at, person.board_ids) == (6, later, (1,))
    assert len(person.post_ids) == 3
    assert 5 in person.post_ids
