"""The rows that `make bench` measures on."""

import re

import pytest
from numpy.random import default_rng
from sqlalchemy import func, select

from bench.cli import bench
from bench.plan import Size
from bench.seed import seed
from bench.words import Writer, as_html
from core.db import db
from core.errors import Refused
from core.text import render_markdown
from forum.boards.models import Board, Membership
from forum.members.models import Member
from forum.threads.models import Post, Thread
from shop.products.models import Product
from tests import make

SMALL = Size(boards=5, members=30, threads=60, posts=900)


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


@pytest.fixture
def seeded(app):
    seed(SMALL, "hash", lambda table, rows: None)
    db.session.rollback()


def test_a_seed_has_the_rows_that_were_asked_for(seeded):
    assert (count(Board), count(Member), count(Thread), count(Post)) == (5, 30, 60, 900)
    assert count(Product) > 0
    assert set(db.session.scalars(select(Board.access))) == {"public", "open", "apply", "invite", "secret"}


def test_the_counters_of_a_seed_are_right(seeded):
    posts = select(func.count(Post.id)).where(Post.thread_id == Thread.id).scalar_subquery()
    assert list(db.session.scalars(select(Thread.id).where(Thread.post_count != posts))) == []
    written = select(func.count(Post.id)).where(Post.author_id == Member.id).scalar_subquery()
    assert list(db.session.scalars(select(Member.id).where(Member.post_count != written))) == []
    threads = select(func.count(Thread.id)).where(Thread.board_id == Board.id).scalar_subquery()
    assert list(db.session.scalars(select(Board.id).where(Board.thread_count != threads))) == []


def test_whoever_writes_on_a_seeded_board_belongs_to_it(seeded):
    belongs = select(Membership.id).where(
        Membership.board_id == Thread.board_id, Membership.member_id == Post.author_id
    )
    strangers = select(Post.id).join(Thread, Thread.id == Post.thread_id).where(~belongs.exists())

    assert list(db.session.scalars(strangers)) == []


def test_the_next_row_after_a_seed_gets_a_new_id(seeded):
    assert make.thread(by=make.member(), on=make.board()).id > SMALL.threads


def test_the_same_size_gives_the_same_posts():
    first, second = (list(Writer(make_random()).bodies(5)) for _run in range(2))

    assert first == second


def make_random():
    return default_rng(1)


def test_the_short_way_to_html_gives_what_rendering_gives():
    bodies = list(Writer(make_random()).bodies(200))

    assert [as_html(body) for body in bodies] == [render_markdown(body) for body in bodies]
    assert any(re.search("[一-龥]", body) for body in bodies)
    assert 300 < sum(map(len, bodies)) / len(bodies) < 500


def test_a_site_with_people_is_not_seeded(app):
    make.member()

    with pytest.raises(Refused):
        seed(SMALL, "hash", lambda table, rows: None)


def test_the_command_says_what_it_made(app):
    app.cli.commands.setdefault("bench", bench)

    arguments = ["bench", "seed", "--boards", "5", "--members", "30", "--threads", "60", "--posts", "100"]
    answer = app.test_cli_runner().invoke(args=arguments)

    assert answer.exit_code == 0, answer.output
    assert "100" in answer.output
