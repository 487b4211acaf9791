"""Who knows about a topic."""

from datetime import timedelta

import pytest

from core.clock import now
from search import intent
from search.engine import Ask, Filters
from search.query import parse
from search.schema import Document, Kind

BOARDS = frozenset([1])


@pytest.fixture
def ask(open_engine):
    """Give posts as (author, text) or (author, text, {more}); get author ids, best first."""

    def ranked(*written, typed="helmet", **asked):
        engine = open_engine()
        present = int(now().timestamp())
        documents = [
            Document(
                **{"kind": Kind.POST, "id": number, "thread_id": number, "board_id": 1, "at": present, **_post(*post)}
            )
            for number, post in enumerate(written, 1)
        ]
        engine.rebuild(documents, lambda keys: iter(()))
        return engine.people(Ask(parse(typed).node, **asked), BOARDS).people

    return ranked


def _post(author, text, more=None):
    said = intent.read("", text)._asdict()
    return {"author_id": author, "text": text, **said, **(more or {})}


def ago(**given):
    return {"at": int((now() - timedelta(**given)).timestamp())}


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


WISH, OFFER = "Looking for a helmet in black", "Selling my helmet, worn twice"
ANSWER = "A helmet should sit tight on the forehead and not move when you shake your head, so try it on for a while"


def test_intent_says_who_comes_first(ask):
    written = ((1, WISH), (2, OFFER), (3, ANSWER))
    assert order(ask(*written, intent="wants")) == [1]
    assert order(ask(*written, intent="sells")) == [2]
    assert order(ask(*written, intent="knows"))[0] == 3
    assert sorted(order(ask(*written))) == [1, 2, 3]


def test_each_person_says_what_they_are_about(ask):
    found = {person.author_id: person.intents for person in ask((1, WISH), (2, OFFER), (3, ANSWER), (3, OFFER))}
    assert found == {1: ("wants",), 2: ("sells",), 3: ("sells", "knows")}


def test_who_does_not_want_it_is_not_asked_to_sell_or_to_buy(ask):
    written = ((1, "I don't want a helmet"), (2, "My helmet is not for sale"))
    assert order(ask(*written, intent="wants")) == []
    assert order(ask(*written, intent="sells")) == []


def test_a_wish_taken_back_later_is_none(ask):
    assert order(ask((1, WISH, ago(days=9)), (1, "I don't want a helmet", ago(days=2)), (2, WISH), intent="wants")) == [
        2
    ]
    assert order(ask((1, WISH, ago(days=2)), (1, "I don't want a helmet", ago(days=9)), intent="wants")) == [1]


def test_wishes_and_offers_fade_sooner_than_knowledge(ask):
    old = ago(days=700)
    found = {one: ask((1, text, old), (2, text), intent=one) for one, text in (("wants", WISH), ("knows", ANSWER))}
    assert all(order(people) == [2, 1] for people in found.values())
    shares = {one: people[1].score / people[0].score for one, people in found.items()}
    assert shares["wants"] < 0.05
    assert shares["knows"] > 0.4


def test_many_offers_of_one_person_do_not_bury_the_others(ask):
    many = [(1, OFFER) for _ in range(30)]
    first, second = ask(*many, (2, OFFER), intent="sells")
    assert first.score < 2 * second.score


def test_openings_that_ask_know_less_than_answers_however_many_replies(ask):
    opening = {"is_opening": True, "replies": 64}
    assert order(ask((1, ANSWER, opening), (2, ANSWER), intent="knows")) == [2, 1]


def test_thanks_received_count(ask):
    assert order(ask((1, ANSWER), (2, ANSWER, {"thanks": 8}), intent="knows")) == [2, 1]


def test_posts_in_one_thread_say_less_than_in_several(ask):
    same = {"thread_id": 99}
    assert order(ask((1, ANSWER, same), (1, ANSWER, same), (2, ANSWER), (2, ANSWER), intent="knows")) == [2, 1]


def test_an_answer_among_others_on_the_topic_says_more_than_a_mention_elsewhere(ask):
    together = {"thread_id": 90}
    people = ask(
        (1, "a good helmet"), (2, "a good helmet", together), (3, "which helmet", together | {"is_opening": True})
    )
    assert order(people)[0] == 2


def test_an_explanation_says_more_than_a_remark(ask):
    assert order(ask((1, "a good helmet"), (2, "a good helmet " + "fits well and lasts long " * 10))) == [2, 1]


def test_who_asks_for_it_in_the_title_stands_before_who_names_it_in_a_list(ask):
    opening = {"is_opening": True, "thread_kind": "wish", "title": "Helmet wanted"}
    wish = intent.read("Helmet wanted", "Any colour.", "wish")._asdict()
    long = "WTB gloves, boots, " + "a lamp, a lock, a bag, " * 30 + "helmet"
    assert order(ask((1, long), (2, "Any colour.", opening | wish), intent="wants")) == [2, 1]


@pytest.mark.parametrize("topic", ["头盔", "摩托车", "空气炸锅", "人体工学椅"])
def test_stuffing_is_seen_through_however_long_the_topic(ask, topic):
    stuffed = [(1, f"求购{topic}" + f"{topic}，" * 8, {"thread_id": 50 + copy}) for copy in range(6)]
    people = ask(*stuffed, (2, f"我想买一个{topic}，旧一点没关系"), typed=topic, intent="wants")
    assert order(people) == [2, 1]


def test_filters_on_boards_narrow_people_too(ask):
    elsewhere = {"board_id": 7}
    assert order(ask((1, WISH, elsewhere), (2, WISH), filters=Filters(boards=frozenset([1])))) == [2]
    assert order(ask((1, WISH, elsewhere), (2, WISH), filters=Filters(boards=frozenset([7])))) == []


def test_posts_that_do_not_speak_name_nobody(ask):
    assert order(ask((1, WISH, {"speaks": False}), (2, WISH), intent="wants")) == [2]


def test_pages_of_people_neither_repeat_nor_skip(ask):
    written = [(author, ANSWER, ago(days=author)) for author in range(1, 46)]
    pages = [order(ask(*written, page=page, size=20)) for page in (1, 2, 3)]
    assert [len(page) for page in pages] == [20, 20, 5]
    assert sorted(author for page in pages for author in page) == list(range(1, 46))


def test_remarks_and_thanks_in_ones_own_thread_make_nobody_an_expert(ask):
    own = {"thread_id": 50}
    asked = (1, "Which helmet is best for a round head and long rides in summer", {**own, "is_opening": True})
    found = ask(asked, (1, f"{ANSWER}, I have learned", own), (2, "Nice helmet"), (3, ANSWER, own))
    assert {person.author_id: person.intents for person in found} == {1: (), 2: (), 3: ("knows",)}
