"""Who may write to a member first, read marks, and quiet hours."""

from datetime import UTC, datetime

import pytest

from core.db import db, writing
from core.live import Signal
from forum.boards.models import Membership
from forum.members.models import Member
from forum.members.quiet import is_quiet
from forum.messages.commands import Letter, mark_read, send, send_to_several
from forum.messages.models import Participant
from tests import make
from tests.conftest import reload

GOOD = {
    "messages_from": "requests",
    "message_mail": "names",
    "shares_read_marks": "y",
    "quiet_from": "",
    "quiet_to": "",
    "time_zone": "",
}


def save(client, **given):
    return client.post("/settings/messages", data={**GOOD, **given})


def test_settings_are_kept_and_shown(as_member, anna):
    client = as_member(anna)

    answer = save(client, messages_from="shared", quiet_from="22:30", quiet_to="7:05", time_zone="europe/berlin")

    assert answer.status_code == 303
    anna = reload(anna)
    assert (anna.messages_from, anna.quiet_from, anna.quiet_to) == ("shared", 22 * 60 + 30, 7 * 60 + 5)
    page = client.get("/settings/messages").text
    for shown in ('value="22:30"', 'value="07:05"', 'value="Europe/Berlin"', "checked"):
        assert shown in page


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("messages_from", "robots"),
        ("quiet_from", "25:00"),
        ("quiet_from", "٢٢:٣٠"),
        ("quiet_to", "late"),
        ("time_zone", "Atlantis/Harbour"),
        ("time_zone", "../../etc/passwd"),
        ("time_zone", "\x00"),
    ],
)
def test_a_wrong_value_is_said_at_its_field(as_member, anna, field, value):
    answer = save(as_member(anna), **{"quiet_from": "22:00", "quiet_to": "07:00", field: value})

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert reload(anna).quiet_from is None


def test_half_a_quiet_time_is_refused(as_member, anna):
    answer = save(as_member(anna), quiet_from="22:00")

    assert answer.status_code == 422
    assert 'id="quiet_to-error"' in answer.text


@pytest.mark.parametrize(
    ("hours", "zone", "at", "quiet"),
    [
        ((22 * 60, 7 * 60), "", (2026, 1, 5, 23, 0), True),
        ((22 * 60, 7 * 60), "", (2026, 1, 5, 6, 59), True),
        ((22 * 60, 7 * 60), "", (2026, 1, 5, 7, 0), False),
        ((22 * 60, 7 * 60), "Asia/Shanghai", (2026, 1, 5, 15, 0), True),
        ((22 * 60, 7 * 60), "Europe/Berlin", (2026, 1, 5, 20, 30), False),  # half past nine there
        ((22 * 60, 7 * 60), "Europe/Berlin", (2026, 7, 5, 20, 30), True),  # half past ten: summer time
        ((12 * 60, 14 * 60), "", (2026, 1, 5, 13, 0), True),
        ((12 * 60, 14 * 60), "", (2026, 1, 5, 14, 0), False),
        ((60, 60), "", (2026, 1, 5, 1, 0), False),
        ((None, None), "Europe/Berlin", (2026, 1, 5, 1, 0), False),
    ],
)
def test_quiet_hours_are_those_of_the_members_own_clock(hours, zone, at, quiet):
    member = Member(quiet_from=hours[0], quiet_to=hours[1], time_zone=zone)

    assert is_quiet(member, datetime(*at, tzinfo=UTC)) is quiet


def test_in_quiet_hours_a_message_arrives_without_a_signal(anna, paul):
    with writing():
        paul.quiet_from, paul.quiet_to = 0, 24 * 60 - 1
    send(anna, paul, Letter("Good night"))
    assert reload(paul).unread_messages == 1
    assert db.session.query(Signal).filter_by(member_id=paul.id).count() == 0

    with writing():
        paul.quiet_from = paul.quiet_to = None
    sent = send(anna, paul, Letter("Good morning"))
    heard = db.session.query(Signal).filter_by(member_id=paul.id)
    assert [row.topic for row in heard] == [f"conversation:{sent.conversation_id}"]


# Consent per board


def test_only_boards_whose_people_may_write_count_as_shared(as_member, anna, paul):
    quiet_board, board = make.board(name="Quiet"), make.board(name="Lively")
    for person in (anna, paul):
        make.membership(person, quiet_board)
        make.membership(person, board)
    client = as_member(paul)

    def may_write():
        return as_member(anna).post("/messages/new", data={"to": "paul", "body": "Hello"}).status_code

    listed = [quiet_board.id, board.id]
    save(client, messages_from="shared", listed=listed, board=[])
    assert may_write() == 403
    save(client, messages_from="requests", listed=listed, board=[])
    assert may_write() == 303
    assert db.session.query(Participant.state).filter_by(member_id=paul.id).scalar() == "request"
    save(client, messages_from="shared", listed=listed, board=[board.id])
    other = make.member(of=board)
    assert as_member(other).post("/messages/new", data={"to": "paul", "body": "Hi"}).status_code == 303
    assert (
        as_member(make.member(of=quiet_board)).post("/messages/new", data={"to": "paul", "body": "Hi"}).status_code
        == 403
    )


def test_the_senders_own_consent_does_not_count(anna, paul):
    board = make.board()
    make.membership(paul, board)
    own = make.membership(anna, board)
    with writing():
        own.takes_messages = False
        paul.messages_from = "shared"

    assert send(anna, paul, Letter("Hello")).message_no == 1


def test_the_form_changes_only_boards_it_showed_and_only_own_ones(as_member, anna, paul):
    shown, joined_since = make.board(), make.board()
    for board in (shown, joined_since):
        make.membership(anna, board)
    theirs = make.membership(paul, shown)

    save(as_member(anna), listed=[shown.id, 999_999], board=[])

    db.session.rollback()
    states = {row.board_id: row.takes_messages for row in db.session.query(Membership).filter_by(member_id=anna.id)}
    assert states == {shown.id: False, joined_since.id: True}
    assert reload(theirs).takes_messages


# Read marks


def test_a_mark_stands_under_the_last_own_message_that_was_read(as_member, anna, paul):
    where = f"/messages/{send(anna, paul, Letter('One')).conversation_id}"
    send(anna, paul, Letter("Two"))
    send(anna, paul, Letter("Three"))
    assert "read-mark" not in as_member(anna).get(where).text

    as_member(paul).post(f"{where}/read", data={"no": 2})

    page = as_member(anna).get(where).text
    assert page.count('id="read-mark"') == 1
    assert "read-mark" in page.partition('id="message-2"')[2].partition('id="message-3"')[0]
    assert "read-mark" not in as_member(paul).get(where).text


@pytest.mark.parametrize("who", ["anna", "paul"])
def test_marks_are_shown_only_where_both_share_them(as_member, anna, paul, who):
    talk = send(anna, paul, Letter("One")).conversation_id
    with writing():
        db.session.query(Signal).delete()
        (anna if who == "anna" else paul).shares_read_marks = False

    mark_read(paul, talk, 1)

    assert "read-mark" not in as_member(anna).get(f"/messages/{talk}").text
    assert db.session.query(Signal).filter_by(member_id=anna.id).count() == 0


def test_having_read_is_signalled_to_who_may_know(anna, paul):
    talk = send(anna, paul, Letter("One")).conversation_id
    with writing():
        db.session.query(Signal).delete()

    mark_read(paul, talk, 1)

    assert db.session.query(Signal).filter_by(member_id=anna.id, topic=f"conversation:{talk}").count() == 1


def test_among_several_the_mark_says_how_many(as_member, anna, paul):
    mia, shy = (make.member(username=name, messages_from="everyone") for name in ("mia", "shy"))
    with writing():
        shy.shares_read_marks = False
    talk = send_to_several(anna, [paul, mia, shy], Letter("One")).conversation_id
    for reader in (paul, mia, shy):
        mark_read(reader, talk, 1)

    page = as_member(anna).get(f"/messages/{talk}").text

    assert "Read by 2" in page
    assert 'title="paul, mia"' in page
