"""Migrations: up to exactly the models, down with data in the tables, and up again."""

import os

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, select, text
from sqlalchemy.exc import DBAPIError

from core.clock import now
from core.db import db
from core.settings import load
from wsgi import create_app


@pytest.fixture
def empty_database(request, tmp_path, worker_id):
    if request.config.getoption("--database") == "sqlite":
        yield f"sqlite:///{tmp_path / 'fresh.sqlite3'}"
        return
    server, name = os.environ["BOARDWALK_TEST_POSTGRESQL"], f"fresh_{worker_id}_{os.getpid()}"
    address = server.replace("postgresql:", "postgresql+psycopg:")
    admin = create_engine(f"{address}/postgres", isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield f"{server}/{name}"
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def fresh(empty_database, tmp_path):
    """An app on an empty database, and its command line."""
    app = create_app(load({"BOARDWALK_DATA": str(tmp_path), "BOARDWALK_DATABASE_URL": empty_database}))
    runner = app.test_cli_runner()

    def run(*command):
        answer = runner.invoke(args=list(command))
        assert answer.exit_code == 0, (answer.output, answer.exception)

    with app.app_context():
        yield run
        for engine in db.engines.values():
            engine.dispose()


def tables():
    return set(inspect(db.engine).get_table_names()) - {"alembic_version"}


def test_the_newest_revision_is_exactly_the_models(fresh):
    fresh("db", "upgrade")

    with db.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), db.metadata) == []
    assert tables() == set(db.metadata.tables)


def test_down_and_up_again_with_data_in_the_tables(fresh):
    fresh("db", "upgrade")
    with db.engine.begin() as connection:
        connection.execute(db.metadata.tables["board"].insert().values(name="A", slug="a"))

    fresh("db", "downgrade", "base")
    assert tables() == set()

    fresh("db", "upgrade")
    assert tables() == set(db.metadata.tables)


def test_a_second_upgrade_keeps_the_data(fresh):
    fresh("db", "upgrade")
    with db.engine.begin() as connection:
        connection.execute(db.metadata.tables["board"].insert().values(name="A", slug="a"))

    fresh("db", "upgrade")

    with db.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM board")).scalar() == 1


def test_rows_of_the_first_revision_come_through_every_later_one_and_back(fresh):
    fresh("db", "upgrade", "0001")
    tell = (
        "INSERT INTO member (id, username, username_lower, name_key, role, is_suspended, about, about_html, interests, "
        "messages_from, is_findable, post_count, unread_notices, unread_messages, joined_at, last_seen_at) VALUES "
        "(1, 'ann', 'ann', 'ann', 'member', false, '', '', '', 'everyone', true, 0, 0, 0, :at, :at)",
        "INSERT INTO conversation (id, pair, message_count, last_message_at) VALUES (1, '1:2', 1, :at)",
        "INSERT INTO participant (id, conversation_id, member_id, last_message_at, read_no, unread) "
        "VALUES (1, 1, 1, :at, 0, 0)",
        "INSERT INTO message (id, conversation_id, message_no, author_id, body, html, written_at) "
        "VALUES (1, 1, 1, 1, 'Hello', '<p>Hello</p>', :at)",
    )
    with db.engine.begin() as connection:
        for statement in tell:
            connection.execute(text(statement), {"at": "2024-05-01 12:00:00"})

    def kept():
        with db.engine.connect() as connection:
            return connection.execute(text("SELECT body, pair, username FROM message JOIN conversation ON "
                "conversation.id = conversation_id JOIN member ON member.id = author_id")).all()  # fmt: skip

    fresh("db", "upgrade")
    assert kept() == [("Hello", "1:2", "ann")]
    with db.engine.connect() as connection:
        assert connection.execute(text("SELECT started_by_id FROM conversation")).scalar() == 1
        assert connection.execute(text("SELECT words, kind FROM message")).one() == ("hello", "said")
        assert connection.execute(text("SELECT state, answered_at IS NOT NULL FROM participant")).one() == ("in", True)
        assert connection.execute(text("SELECT messages_from FROM member")).scalar() == "everyone"

    fresh("db", "downgrade", "0001")
    assert kept() == [("Hello", "1:2", "ann")]


def test_threads_and_posts_of_before_have_no_tags_and_no_thanks(fresh):
    fresh("db", "upgrade", "0002")
    tell = (
        "INSERT INTO member (id, username, username_lower, name_key, role, is_suspended, about, about_html, interests, "
        "messages_from, is_findable, post_count, unread_notices, unread_messages, joined_at, last_seen_at) VALUES "
        "(1, 'ann', 'ann', 'ann', 'member', false, '', '', '', 'everyone', true, 1, 0, 0, :at, :at)",
        "INSERT INTO board (id, slug, name, about, access, read_level, reply_level, start_level, sell_level, rules, "
        "rules_html, rules_version, questions, member_count, thread_count, created_at) VALUES "
        "(1, 'pier', 'Pier', '', 'public', 0, 1, 1, 2, '', '', 0, '[]', 0, 1, :at)",
        "INSERT INTO thread (id, board_id, author_id, title, kind, is_locked, is_pinned, is_for_sale, post_count, "
        "last_post_at, created_at) VALUES (1, 1, 1, 'Old', 'talk', false, false, false, 1, :at, :at)",
        "INSERT INTO post (id, thread_id, post_no, author_id, body, html, render_version, written_at, edit_count) "
        "VALUES (1, 1, 1, 1, 'Words', '<p>Words</p>', 1, :at, 0)",
    )
    with db.engine.begin() as connection:
        for statement in tell:
            connection.execute(text(statement), {"at": "2024-05-01 12:00:00"})

    fresh("db", "upgrade")
    with db.engine.connect() as connection:
        threads, posts = db.metadata.tables["thread"].c, db.metadata.tables["post"].c
        found = connection.execute(select(threads.tags, posts.thank_count).where(posts.thread_id == threads.id))
        assert found.all() == [([], 0)]

    fresh("db", "downgrade", "0002")
    with db.engine.connect() as connection:
        assert connection.execute(text("SELECT body FROM post")).scalar() == "Words"


def test_conversations_of_several_give_way_to_the_older_tables(fresh):
    fresh("db", "upgrade")
    rows = {
        "member": {"username": "ann", "username_lower": "ann", "name_key": "ann", "messages_from": "requests"},
        "conversation": {"pair": None, "message_count": 1},
        "participant": {"conversation_id": 1, "member_id": 1, "state": "request"},
        "message": {"conversation_id": 1, "message_no": 1, "author_id": 1, "body": "Hi", "html": "Hi"},
        "picture": {"key": "k", "owner_id": 1, "message_id": 1, "width": 1, "height": 1, "bytes": 1},
        "talk_report": {"conversation_id": 1, "reporter_id": 1, "key": "k", "reason": "x"},
        "evidence": {"talk_report_id": 1, "message_id": 1, "message_no": 1, "author_id": 1, "body": "Hi", "html": "Hi"},
    }
    rows["evidence"]["written_at"] = now()
    with db.engine.begin() as connection:
        for table, values in rows.items():
            connection.execute(db.metadata.tables[table].insert().values(**values))

    fresh("db", "downgrade", "0002")
    with db.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM message")).scalar() == 0
        assert connection.execute(text("SELECT count(*) FROM picture")).scalar() == 1
        assert connection.execute(text("SELECT messages_from FROM member")).scalar() == "everyone"

    fresh("db", "upgrade")


@pytest.mark.parametrize("change", ["UPDATE transfer SET amount = 1", "DELETE FROM transfer"])
def test_the_migrated_books_cannot_be_changed(fresh, change):
    fresh("db", "upgrade")
    accounts, transfers = db.metadata.tables["account"], db.metadata.tables["transfer"]
    with db.engine.begin() as connection:
        for number, kind in ((1, "outside"), (2, "fees")):
            connection.execute(accounts.insert().values(id=number, code=f"{kind}:USD", kind=kind, currency="USD"))
        movement = {"key": "k", "kind": "fee", "debit_id": 1, "credit_id": 2, "amount": 5, "currency": "USD"}
        after = {"debit_after": -5, "credit_after": 5, "hash": b"1"}
        connection.execute(transfers.insert().values(**movement, **after))

    with pytest.raises(DBAPIError, match="immutable"), db.engine.begin() as connection:
        connection.execute(text(change))
