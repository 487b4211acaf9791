"""`flask import mbox` and `flask import threads`, from the outside."""

import gzip
import json
import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from core.db import db
from forum.boards.models import Board, Membership
from forum.imports import cli, commands
from forum.members.models import Member
from forum.threads.models import Post, Thread
from tests import make


def letter(number, sender="ann@mill.example (Ann Miller)", subject="Boots", references="", body="Hello."):
    return (
        f"From x Mon Apr  5 10:00:00 1993\nFrom: {sender}\nSubject: {subject}\nMessage-ID: <{number}@mill.example>\n"
        f"Date: {5 + number} Apr 1993 10:00:00 GMT\nReferences: {references}\n\n{body}\n\n"
    )


THREE = (
    letter(1)
    + letter(2, "bo@mill.example (Bo)", "Re: Boots", "<1@mill.example>", "> Hello.\n\nYes.")
    + letter(3, subject="Socks")
)


@pytest.fixture
def run(app):
    def invoke(*arguments):
        return app.test_cli_runner().invoke(args=["import", *map(str, arguments)])

    return invoke


@pytest.fixture
def mailbox(tmp_path):
    def write(text, name="rec.boots.mbox.gz"):
        path = tmp_path / name
        path.write_bytes(gzip.compress(text.encode("utf-8", "surrogateescape")))
        return path

    return write


def rows(model, *order):
    db.session.rollback()
    return list(db.session.scalars(select(model).order_by(*order).execution_options(populate_existing=True)))


def test_a_mailbox_becomes_a_board_with_threads_posts_and_members(run, mailbox):
    answer = run("mbox", mailbox(THREE))

    assert answer.exit_code == 0, answer.output
    (board,) = rows(Board)
    boots, socks = rows(Thread, Thread.id)
    assert (board.slug, board.name, board.thread_count, board.member_count) == ("rec-boots", "rec.boots", 2, 2)
    assert (boots.title, boots.post_count, socks.title) == ("Boots", 2, "Socks")
    assert boots.last_post_at == board.last_post_at.replace(day=7) == datetime(1993, 4, 7, 10, tzinfo=UTC)
    _opening, reply, _socks = rows(Post, Post.id)
    assert (reply.post_no, reply.reply_to_no, "<blockquote>" in reply.html) == (2, 1, True)
    assert [(one.username, one.post_count) for one in rows(Member, Member.id)] == [("Ann.Miller", 2), ("Bo", 1)]


def test_a_second_run_adds_nothing(run, mailbox):
    path = mailbox(THREE)
    run("mbox", path)
    before = [len(rows(model)) for model in (Board, Thread, Post, Member, Membership)]

    answer = run("mbox", path)

    assert [len(rows(model)) for model in (Board, Thread, Post, Member, Membership)] == before
    assert [one.post_count for one in rows(Member, Member.id)] == [2, 1]
    assert "here already" in answer.output


def test_a_longer_file_adds_to_the_threads_that_are_here(run, mailbox):
    run("mbox", mailbox(THREE))
    later = letter(4, subject="Re: Boots", references="<1@mill.example> <2@mill.example>", body="Still yes.")

    run("mbox", mailbox(THREE + later))

    boots = rows(Thread, Thread.id)[0]
    assert (boots.post_count, boots.last_post_at.day) == (3, 9)
    assert [(post.post_no, post.reply_to_no) for post in rows(Post, Post.id) if post.thread_id == boots.id][-1] == (
        3,
        2,
    )


def test_a_message_sent_to_two_groups_is_one_post_in_the_first(run, mailbox):
    both = [
        mailbox(THREE),
        mailbox(THREE + letter(4, subject="Re: Socks", references="<3@mill.example>"), "rec.socks.mbox.gz"),
    ]

    run("mbox", *both)

    assert len(rows(Post)) == 4
    assert [board.thread_count for board in rows(Board, Board.id)] == [2, 1]


def test_replies_in_a_closed_group_stay_there(run, mailbox):
    run("mbox", mailbox(THREE))
    closed = make.board("secret", slug="closed")

    run(
        "mbox",
        mailbox(THREE + letter(4, subject="Re: Socks", references="<3@mill.example>"), "x.mbox"),
        "--board",
        "closed",
    )

    (reply,) = (thread for thread in rows(Thread) if thread.board_id == closed.id)
    assert (reply.title, reply.post_count) == ("Socks", 1)
    assert len(rows(Post)) == 4


def test_imported_members_have_no_address_and_no_password(run, mailbox):
    run("mbox", mailbox(THREE))

    for member in rows(Member):
        assert (member.email, member.email_key, member.password_hash) == (None, None, None)
        assert "mill.example" not in member.imported_from


def test_imported_members_were_last_seen_when_they_last_wrote(run, mailbox):
    run("mbox", mailbox(THREE))
    assert joined_and_seen("Ann.Miller") == (at_day(6), at_day(8))

    run("mbox", mailbox(THREE + letter(5, subject="Laces")))
    assert joined_and_seen("Ann.Miller") == (at_day(6), at_day(10))


def joined_and_seen(name):
    columns = select(Member.joined_at, Member.last_seen_at).where(Member.username == name)
    return tuple(db.session.execute(columns).one())


def at_day(day):
    return datetime(1993, 4, day, 10, tzinfo=UTC)


def test_names_that_are_taken_reserved_or_impossible_become_others(run, mailbox):
    make.member(username="Ann.Miller", name_key="ann-mi1ler")
    names = ["Ann Miller", "admin", "((((", "x" * 200, "何师傅", "Ann-Miller!"]
    letters = [
        letter(1 + place, f'p{place}@mill.example ("{name}")', f"No. {place}") for place, name in enumerate(names)
    ]

    answer = run("mbox", mailbox("".join(letters)))

    made = [one.username for one in rows(Member, Member.id) if one.imported_from]
    assert answer.exit_code == 0, answer.output
    assert len({name.lower() for name in made}) == len(names)
    assert made[0] == "Ann.Miller2"
    assert made[1] == "member.admin"
    assert made[4] == "何师傅"
    assert all(len(name) <= 30 for name in made)


def test_broken_messages_are_reported_with_their_place_and_skipped(run, mailbox):
    answer = run("mbox", mailbox(letter(1) + letter(2, body=" ") + letter(3)))

    assert "no. 2: it is empty; skipped" in answer.output
    assert len(rows(Post)) == 2


def test_the_board_can_be_named_and_another_one_is_not_taken_by_accident(run, mailbox):
    make.board(slug="rec-boots")
    path = mailbox(THREE)

    refused = run("mbox", path)
    taken = run("mbox", path, "--board", "rec-boots")

    assert refused.exit_code == 1
    assert "--board rec-boots" in refused.output
    assert taken.exit_code == 0
    assert len(rows(Board)) == 1


def test_a_file_without_messages_makes_no_board(run, mailbox):
    answer = run("mbox", mailbox("Dear Ann,\n\nthis is no mailbox.\n"))

    assert answer.exit_code == 0
    assert "there are no messages in it" in answer.output
    assert rows(Board) == []


def test_an_import_that_is_stopped_keeps_whole_batches_and_goes_on_later(run, mailbox, monkeypatch):
    path = mailbox("".join(letter(number, subject=f"No. {number}") for number in range(1, 10)))
    monkeypatch.setattr(cli, "AT_ONCE", 2)
    add, calls = commands.add_threads, []

    def stopped(*arguments):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return add(*arguments)

    monkeypatch.setattr(commands, "add_threads", stopped)
    first = run("mbox", path)
    kept = len(rows(Thread))
    run("mbox", path)

    assert (first.exit_code, kept) == (1, 4)
    assert "run the same command again" in first.output
    assert len(rows(Thread)) == 9


def test_an_address_that_cannot_be_is_refused_before_anything_is_written(run, mailbox):
    answer = run("mbox", mailbox(THREE), "--board", "No Such Address!")

    assert answer.exit_code == 1
    assert rows(Board) == []


def test_the_whole_batch_or_nothing_of_it_is_kept(app, run, mailbox, monkeypatch):
    monkeypatch.setattr(commands, "_remember", lambda written: 1 / 0)

    answer = run("mbox", mailbox(THREE))

    assert answer.exit_code == 1
    assert (rows(Thread), rows(Post), rows(Member)) == ([], [], [])


LINE = {
    "board": "靴子",
    "thread_id": "7",
    "title": "新靴子",
    "author": "阿安",
    "created_at": "2024-05-01T10:00:00+08:00",
    "body": "**合脚**吗？",
    "replies": [
        {"author": "阿博", "created_at": "2024-05-01T11:00:00+08:00", "body": "合脚。"},
        {"author": "阿安", "created_at": "2024-05-01T12:00:00+08:00", "body": "好。", "reply_to": 1},
    ],
}


def lines(tmp_path, *values):
    path = tmp_path / "forum.jsonl"
    path.write_text("\n".join(value if isinstance(value, str) else json.dumps(value) for value in values))
    return path


def test_lines_of_another_forum_become_threads(run, tmp_path):
    path = lines(tmp_path, LINE)

    run("threads", path)
    run("threads", path)

    (board,) = rows(Board)
    (thread,) = rows(Thread)
    assert (board.name, thread.title, thread.post_count) == ("靴子", "新靴子", 3)
    assert re.fullmatch("group-[0-9a-f]{8}", board.slug)
    posts = rows(Post, Post.post_no)
    assert [post.reply_to_no for post in posts] == [None, None, 2]
    assert "<strong>合脚</strong>" in posts[0].html
    assert posts[0].written_at == datetime(2024, 5, 1, 2, tzinfo=UTC)
    assert len(rows(Member)) == 2


WRONG = [
    ("not json", "it is not JSON"),
    ([1], "it is not an object"),
    ({**LINE, "title": " "}, "title is empty"),
    ({**LINE, "author": None}, "author is missing"),
    ({**LINE, "created_at": "soon"}, "created_at is not a date"),
    ({**LINE, "created_at": "0001-01-01T00:00:00+08:00"}, "created_at is not a date"),
    ({**LINE, "created_at": "2999-01-01T00:00:00"}, "created_at lies in the future"),
    ({**LINE, "replies": {}}, "replies is not a list"),
    ({**LINE, "replies": ["hello"]}, "reply 1: it is not an object"),
    ({**LINE, "replies": [{**LINE["replies"][0], "reply_to": 5}]}, "reply 1: reply_to is not an earlier post"),
    ({**LINE, "body": 5}, "body is missing"),
    ("[" * 50_000, "it is not JSON"),
]


@pytest.mark.parametrize(("wrong", "reason"), WRONG)
def test_a_wrong_line_is_reported_with_its_place_and_the_rest_is_read(run, tmp_path, wrong, reason):
    answer = run("threads", lines(tmp_path, LINE, wrong, {**LINE, "thread_id": 8}))

    assert f"no. 2: {reason}; skipped" in answer.output.replace("\n", "")
    assert len(rows(Thread)) == 2


def test_what_was_imported_is_announced_for_the_search(app, run, mailbox, monkeypatch):
    announced = []
    monkeypatch.setattr(commands, "announce", lambda *events: announced.extend(events))

    run("mbox", mailbox(THREE))

    assert [len(event.post_ids) for event in announced if hasattr(event, "post_ids")] == [3]


def test_imported_posts_are_found_once_the_worker_has_seen_them(run, mailbox, worker, guest):
    run("mbox", mailbox(THREE.replace("Hello.", "Gore-Tex hiking boots")))

    worker()

    assert "Boots" in guest.get("/search?q=hiking").text
