"""A mail for messages that stay unread: to whom, when, what it says, and how it ends."""

import re
from email import message_from_bytes
from email.policy import default

import pytest

from core.clock import now
from core.db import db, writing
from forum.members.models import Block
from forum.messages import commands, jobs
from forum.messages.commands import Letter, mark_read, reply, send, send_to_several
from forum.messages.models import Participant
from forum.messages.rules import MAILED_WITHIN
from tests import make
from tests.conftest import reload


@pytest.fixture
def letters(app, clock, worker):
    """What was mailed by now, all rounds of the worker done."""

    def sent(**later):
        clock.travel(**later)
        jobs.mail_unread()
        worker()
        found = sorted((app.extensions["settings"].data / "mail").glob("*.eml"))
        return [message_from_bytes(path.read_bytes(), policy=default) for path in found]

    return sent


def of(letter):
    return letter.get_content().replace("=\n", "")


def test_what_stays_unread_for_half_an_hour_is_mailed_once_without_its_words(anna, paul, letters):
    sent = send(anna, paul, Letter("A secret word"))
    send(anna, paul, Letter("And one more"))
    assert letters(minutes=29) == []

    [letter] = letters(minutes=1)

    assert (letter["To"], letter["Subject"]) == (paul.email, "You have 2 unread messages")
    assert f"anna: 2 messages\n  http://127.0.0.1:8000/messages/{sent.conversation_id}" in of(letter)
    assert "secret" not in of(letter)
    assert len(letters(hours=5)) == 1
    send(anna, paul, Letter("A third"))
    assert len(letters(hours=5)) == 1, "one mail a conversation while it is unread"
    mark_read(paul, sent.conversation_id, 3)
    send(anna, paul, Letter("A fourth"))
    assert [letter["Subject"] for letter in letters(hours=1)][1:] == ["You have 1 unread message"]


def test_what_was_read_or_taken_back_meanwhile_is_not_mailed(anna, paul, letters):
    read = send(anna, paul, Letter("Read at once"))
    mark_read(paul, read.conversation_id, 1)
    taken = send(anna, paul, Letter("By mistake"))
    commands.delete(anna, taken.conversation_id, taken.message_no)

    assert letters(hours=1) == []


def test_the_words_come_along_only_for_who_wants_them(anna, paul, letters):
    with writing():
        reload(paul).message_mail = "words"
    for number in range(5):
        send(anna, paul, Letter(f"**Word** number {number}"))
    send_to_several(anna, [paul, make.member(messages_from="everyone")], Letter("To all"), "Picnic")

    letter = letters(hours=1)[0]

    assert "“Word number 4”" in of(letter)
    assert "number 1" not in of(letter)
    assert "Picnic: 1 message" in of(letter)
    assert "anna: To all" in of(letter)


def test_nobody_is_mailed_who_turned_it_off_or_cannot_be_reached(anna, letters):
    given = ({"message_mail": "no"}, {"email_verified_at": None}, {"email": None, "email_key": None})
    for one in (make.member(messages_from="everyone", **values) for values in given):
        send(anna, one, Letter("Hello"))
    suspended = make.member(messages_from="everyone")
    send(anna, suspended, Letter("Hello"))
    with writing():
        reload(suspended).is_suspended = True

    assert letters(hours=1) == []


def test_quiet_hours_put_it_off_to_their_end(anna, paul, letters):
    minute = now().hour * 60 + now().minute
    with writing():
        paul = reload(paul)
        paul.quiet_from, paul.quiet_to = minute, (minute + 120) % 1440
    send(anna, paul, Letter("Hello"))

    assert letters(minutes=60) == []
    assert commands.mail_unread(paul.id) is False
    assert letters(minutes=59) == []
    assert len(letters(minutes=1)) == 1


@pytest.mark.parametrize("blocker", ["reader", "writer"])
def test_a_block_ends_it_whoever_set_it(anna, paul, letters, blocker):
    sent = send(anna, paul, Letter("Hello"))
    pair = (paul, anna) if blocker == "reader" else (anna, paul)
    make.saved(Block(member_id=pair[0].id, blocked_id=pair[1].id))

    assert letters(hours=1) == []
    assert sent


def test_suspended_writers_are_not_told_of(anna, paul, letters):
    send(anna, paul, Letter("Cheap watches"))
    with writing():
        reload(anna).is_suspended = True

    assert letters(hours=1) == []


def test_a_request_is_never_a_mail_and_one_line_in_another(anna, letters):
    host = make.member(username="host", messages_from="requests")
    stranger = make.member(username="stranger")
    send(stranger, host, Letter("Hello, stranger"))
    assert letters(hours=1) == []

    send(host, anna, Letter("Hello anna"))
    send(anna, host, Letter("Hello host"))
    letter = letters(hours=1)[-1]

    assert letter["To"] == host.email
    assert "1 person you do not know waits under Requests: http://127.0.0.1:8000/messages/requests" in of(letter)
    assert "stranger" not in of(letter)
    assert letter["Subject"] == "You have 1 unread message"


def test_who_left_or_came_later_hears_only_of_what_is_theirs(anna, paul, letters):
    third = make.member(username="third", messages_from="everyone")
    with writing():
        reload(third).message_mail = "words"
    talk = send_to_several(anna, [paul, make.member(messages_from="everyone", message_mail="no")], Letter("Before"))
    commands.leave(paul, talk.conversation_id)
    commands.add(anna, talk.conversation_id, third)
    reply(anna, talk.conversation_id, Letter("After"))

    [letter] = letters(hours=1)

    assert letter["To"] == third.email
    assert "After" in of(letter)
    assert "Before" not in of(letter)


def test_what_is_older_than_a_week_starts_no_mail(anna, paul, letters):
    with writing():
        reload(paul).email_verified_at = None
    send(anna, paul, Letter("Old"))
    assert letters(days=MAILED_WITHIN.days + 1) == []
    with writing():
        reload(paul).email_verified_at = now()

    assert letters(minutes=1) == []


def test_it_is_in_its_readers_language(anna, paul, letters):
    with writing():
        reload(paul).language = "zh_Hans"
    send(anna, paul, Letter("Hello"))

    [letter] = letters(hours=1)

    assert "未读" in letter["Subject"]


def test_the_link_in_the_mail_ends_it_with_one_post(app, guest, anna, paul, letters, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)  # a mail program has no token
    sent = send(anna, paul, Letter("Hello"))
    [letter] = letters(hours=1)
    link = re.fullmatch(r"<http://127\.0\.0\.1:8000(/messages/mails/stop/\S+)>", letter["List-Unsubscribe"])[1]
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link in of(letter)

    assert "Stop these mails" in guest.get(link).text
    assert reload(paul).message_mail == "names"
    assert guest.post(link, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert reload(paul).message_mail == "no"

    mark_read(paul, sent.conversation_id, 1)
    send(anna, paul, Letter("Once more"))
    assert len(letters(hours=1)) == 1


@pytest.mark.parametrize("token", ["x", "1", "MQ.AAAA", "%00", "\u0663"])
def test_a_link_that_the_site_did_not_sign_ends_nothing(guest, token):
    assert guest.get(f"/messages/mails/stop/{token}").status_code == 404
    assert guest.post(f"/messages/mails/stop/{token}").status_code == 404


def test_a_link_for_other_mails_ends_only_those(app, guest, paul):
    token = commands.mailing.stop_token("search-digest", paul.id)
    assert guest.post(f"/messages/mails/stop/{token}").status_code == 404


def test_one_that_fails_keeps_the_others_from_nothing(anna, paul, letters, monkeypatch):
    third = make.member(messages_from="everyone")
    for person in (paul, third):
        send(anna, person, Letter("Hello"))
    plain = commands.mail_unread

    def failing(member_id):
        if member_id == paul.id:
            raise RuntimeError("stop")
        return plain(member_id)

    monkeypatch.setattr(commands, "mail_unread", failing)
    assert [letter["To"] for letter in letters(hours=1)] == [third.email]
    monkeypatch.setattr(commands, "mail_unread", plain)
    assert {letter["To"] for letter in letters(minutes=5)} == {third.email, paul.email}


def test_finding_whom_to_mail_costs_one_statement_and_a_mail_few(anna, letters, count_queries, clock):
    for _ in range(5):
        send(anna, make.member(messages_from="everyone"), Letter("Hello"))
    clock.travel(hours=1)

    with count_queries() as asked:
        assert jobs.mail_unread() == 5

    assert len(asked) <= 2 + 5 * 9
    assert db.session.query(Participant).filter(Participant.mailed_no == 1).count() == 5
