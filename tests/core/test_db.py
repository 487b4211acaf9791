"""The session: who may write, and that nothing is lost under load."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from core.db import command, db, rows_changed, writing
from forum.members.models import Member
from tests import make
from tests.conftest import reload


def test_reading_connections_cannot_write(app):
    member = make.member()

    with pytest.raises(DBAPIError):
        db.session.execute(update(Member).where(Member.id == member.id).values(post_count=5))


def test_a_command_that_fails_leaves_nothing(app):
    @command
    def rename(member):
        member.username = "other"
        db.session.flush()
        raise RuntimeError("stop")

    member = make.member(username="first")
    with pytest.raises(RuntimeError):
        rename(member)

    assert reload(member).username == "first"


def test_a_statement_says_how_many_rows_it_found(app):
    members = [make.member() for _ in range(3)]
    ids = [member.id for member in members]

    with writing():
        guarded = update(Member).where(Member.id.in_(ids), Member.post_count == 0).values(post_count=1)
        assert [rows_changed(guarded), rows_changed(guarded)] == [3, 0]


def test_counters_moved_in_sql_lose_nothing_under_threads(app):
    member = make.member()

    def count_one(_number):
        with app.app_context(), writing():
            db.session.execute(update(Member).where(Member.id == member.id).values(post_count=Member.post_count + 1))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count_one, range(200)))

    assert reload(member).post_count == 200
