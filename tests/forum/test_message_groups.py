"""Conversations of several members."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from core.db import db, writing
from forum.members.models import Block
from forum.messages.commands import Letter, add, leave, reply, send_to_several
from forum.messages.models import Conversation, Participant
from forum.notices.models import Notice
from tests import make
from tests.conftest import reload

HTMX = {"HX-Request": "true"}


@pytest.fixture
def people(app):
    return [make.member(username=name, messages_from="everyone") for name in ("anna", "paul", "mia")]


@pytest.fixture
def group(people):
    anna, paul, mia = people
    return db.session.get(
        Conversation, send_to_several(anna, [paul, mia], Letter("Shall we?"), "Sunday").conversation_id
    )


def part_of(member):
    db.session.rollback()
    return db.session.query(Participant).filter_by(member_id=member.id).one()


def test_several_names_start_one_conversation_with_a_title(as_member, people):
    anna, paul, mia = people

    answer = as_member(anna).post("/messages/new", data={"to": "paul, @Mia，", "body": "Shall we?", "title": "Sunday"})

    assert answer.status_code == 303
    for one in (paul, mia):
        assert "Sunday" in as_member(one).get("/messages").text
        assert "Shall we?" in as_member(one).get(answer.location).text
        assert reload(one).unread_messages == 1


def test_without_a_title_it_is_called_by_the_others(as_member, people):
    anna, paul, mia = people
    send_to_several(anna, [paul, mia], Letter("Hello"))

    assert ">anna, mia<" in as_member(paul).get("/messages").text


def test_the_conversation_of_two_stays_one_beside_those_of_several(as_member, people, group):
    anna, paul, _mia = people
    for writer, to in ((anna, "paul"), (paul, "anna")):
        as_member(writer).post("/messages/new", data={"to": to, "body": "Just us"})

    assert [row.message_count for row in db.session.query(Conversation).filter(Conversation.pair.is_not(None))] == [2]


def test_everyone_in_it_reads_an_answer_and_is_told(as_member, people, group, worker):
    anna, paul, mia = people

    answer = as_member(paul).post(f"/messages/{group.id}/replies", data={"body": "Yes!"}, headers=HTMX)
    worker()

    assert answer.status_code == 201
    assert reload(anna).unread_messages == 1
    assert reload(mia).unread_messages == 2
    assert {notice.member_id for notice in db.session.query(Notice)} == {anna.id, mia.id, paul.id}


@pytest.mark.parametrize(
    ("to", "words"),
    [
        ("paul, nobodyhere, noone", "no member called nobodyhere, noone"),
        (", ，", "no member called"),
        (",".join(f"name{number}" for number in range(25)), "at most 20 people"),
    ],
)
def test_wrong_names_are_said(as_member, people, to, words):
    answer = as_member(people[0]).post("/messages/new", data={"to": to, "body": "Hello"})

    assert answer.status_code in (409, 422)
    assert words in answer.text
    assert db.session.query(Conversation).count() == 0


def test_one_person_in_it_brings_in_another_who_reads_from_then_on(as_member, people, group, worker):
    mia, late = people[2], make.member(username="late", messages_from="everyone")

    as_member(mia).post(f"/messages/{group.id}/people", data={"name": "@late"})
    reply(people[0], group.id, Letter("Welcome, newcomer"))
    worker()

    page = as_member(late).get(f"/messages/{group.id}").text
    assert "Shall we?" not in page
    assert "Welcome, newcomer" in page
    assert "mia added late." in page
    assert "talk_added" in {notice.kind for notice in db.session.query(Notice).filter_by(member_id=late.id)}
    assert "Earlier messages" not in page


def test_who_left_reads_nothing_any_more(as_member, people, group):
    paul = people[1]
    client = as_member(paul)
    assert client.post(f"/messages/{group.id}/leave").status_code == 303
    reply(people[0], group.id, Letter("Without paul"))

    for path in ("", "/people", "/newer", "/report"):
        assert client.get(f"/messages/{group.id}{path}").status_code == 404
    assert client.post(f"/messages/{group.id}/replies", data={"body": "Hm"}).status_code == 404
    assert "Sunday" not in client.get("/messages").text
    assert "item-list" not in client.get("/messages?q=Without").text
    assert reload(paul).unread_messages == 0
    assert "paul left." in as_member(people[2]).get(f"/messages/{group.id}").text


def test_who_comes_back_reads_from_then_on(as_member, people, group):
    anna, paul, _mia = people
    leave(paul, group.id)
    reply(anna, group.id, Letter("While paul was away"))
    add(anna, group.id, paul)
    reply(anna, group.id, Letter("Good to see you"))

    page = as_member(paul).get(f"/messages/{group.id}").text

    assert "away" not in page
    assert "Good to see you" in page
    assert reload(paul).unread_messages == 1


def test_nobody_outside_sees_or_changes_it(as_member, group):
    stranger = as_member(make.operator())

    for path in ("", "/people", "/newer", "/report"):
        assert stranger.get(f"/messages/{group.id}{path}").status_code == 404
    for path in ("/people", "/title", "/leave", "/accept", "/decline", "/report", "/1/delete"):
        answer = stranger.post(f"/messages/{group.id}{path}", data={"name": "paul", "title": "x", "reason": "x"})
        assert answer.status_code == 404, path


@pytest.mark.parametrize("blocker", ["actor", "added"])
def test_a_block_keeps_someone_from_being_added(as_member, people, group, blocker):
    anna, other = people[0], make.member(username="other", messages_from="everyone")
    pair = (anna, other) if blocker == "actor" else (other, anna)
    make.saved(Block(member_id=pair[0].id, blocked_id=pair[1].id))

    answer = as_member(anna).post(f"/messages/{group.id}/people", data={"name": "other"})

    assert answer.status_code == 403
    assert ("have blocked" if blocker == "actor" else "cannot be reached") in answer.text


def test_who_takes_no_messages_is_not_added_either(as_member, people, group):
    make.member(username="hermit", messages_from="nobody")

    answer = as_member(people[0]).post(f"/messages/{group.id}/people", data={"name": "hermit"})

    assert answer.status_code == 403
    assert "does not take messages" in answer.text


def test_nobody_is_added_to_a_conversation_of_two(as_member, people):
    anna, paul, mia = people
    talk = make.talk(anna, paul)

    assert as_member(anna).get(f"/messages/{talk.id}/people").status_code == 404
    assert as_member(anna).post(f"/messages/{talk.id}/people", data={"name": "mia"}).status_code == 404
    assert as_member(anna).post(f"/messages/{talk.id}/leave").status_code == 409
    assert mia.username not in as_member(paul).get(f"/messages/{talk.id}").text


def test_what_a_blocked_person_says_is_folded_and_counts_as_nothing_new(as_member, people, group, worker):
    anna, paul, mia = people
    worker()
    before = reload(mia).unread_messages
    as_member(mia).post("/m/paul/block")
    reply(paul, group.id, Letter("Something unpleasant"))
    worker()

    page = as_member(mia).get(f"/messages/{group.id}").text
    assert "<details><summary" in page.partition('id="message-2"')[2]
    assert "unpleasant" not in as_member(mia).get("/messages").text
    assert reload(mia).unread_messages == before
    as_member(mia).post(f"/messages/{group.id}/read")
    assert reload(mia).unread_messages == 0
    assert "<details><summary" not in as_member(anna).get(f"/messages/{group.id}").text.partition('id="message-2"')[2]


def test_it_has_at_most_twenty_people_also_when_many_add_at_once(app, people, group, unlimited):
    crowd = [make.member(messages_from="everyone").id for _ in range(24)]
    anna = people[0]
    kind, anna_id, group_id = type(anna), anna.id, group.id

    def bring(number):
        with app.app_context():
            try:
                add(db.session.get(kind, anna_id), group_id, db.session.get(kind, number))
            except Exception as problem:
                return getattr(problem, "code", repr(problem))
            finally:
                db.session.remove()
            return "added"

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(bring, crowd))

    assert sorted(set(answers)) == ["added", "full"]
    assert db.session.query(Participant).filter_by(conversation_id=group_id).count() == 20


def test_the_title_changes_with_a_line_that_says_so(as_member, people, group):
    as_member(people[1]).post(f"/messages/{group.id}/title", data={"title": "Saturday"})

    page = as_member(people[2]).get(f"/messages/{group.id}").text
    assert "paul gave this the title “Saturday”." in page
    assert "<h1>Saturday</h1>" in page


def test_the_last_one_has_nobody_to_write_to(as_member, people, group):
    for one in people[1:]:
        leave(one, group.id)

    answer = as_member(people[0]).post(f"/messages/{group.id}/replies", data={"body": "Hello?"})

    assert answer.status_code == 409
    assert "Nobody else" in answer.text


def test_lines_and_own_messages_are_never_unread(people, group):
    anna, paul, mia = people
    with writing():
        part_of(mia).unread = 0
        reload(mia).unread_messages = 0

    add(anna, group.id, make.member(messages_from="everyone"))
    leave(paul, group.id)

    assert reload(mia).unread_messages == 0


def test_pages_of_a_full_conversation_cost_few_statements(as_member, people, group, count_queries, unlimited):
    for _ in range(17):
        add(people[0], group.id, make.member(messages_from="everyone"))
    client = as_member(people[0])

    for path in ("/messages", f"/messages/{group.id}", f"/messages/{group.id}/people", f"/messages/{group.id}/newer"):
        with count_queries() as sent:
            assert client.get(path).status_code == 200
        assert len(sent) <= 8, path


def test_many_at_once_in_two_conversations_of_the_same_people_lose_no_count(app, people, unlimited):
    talks = [
        send_to_several(people[number], [one for one in people if one is not people[number]], Letter("Hi"))
        for number in (0, 2)
    ]
    ids, kind = [person.id for person in people], type(people[0])
    talk_ids = [talk.conversation_id for talk in talks]

    def write(number):
        with app.app_context():
            reply(db.session.get(kind, ids[number % 3]), talk_ids[number % 2], Letter(f"Message {number}"))
            db.session.remove()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(36)))

    db.session.rollback()
    assert [db.session.get(Conversation, one, populate_existing=True).message_count for one in talk_ids] == [19, 19]
    rows = db.session.query(Participant).all()
    for person in people:
        own = sum(row.unread for row in rows if row.member_id == person.id)
        assert reload(person).unread_messages == own
    assert sum(row.unread for row in rows) == 2 * 38
