"""The community that moves into an empty site."""

import pytest
from sqlalchemy import func, select

from core import clock
from core.db import db
from demo import community
from demo.cli import demo
from demo.pictures import PATTERNS, picture
from demo.town import PASSWORD
from forum.boards.models import ACCESS, Application, Board
from forum.members.models import Member
from forum.messages.models import Message
from forum.notices.models import Notice
from forum.threads.models import Post, Thread
from search.demand import queries as demand
from search.saved.models import SavedSearch
from shop.alerts.models import SavedProduct
from shop.answers.models import CannedAnswer
from shop.orders.models import Order
from shop.private_offers.models import PrivateOffer
from shop.products.models import Product
from tests import make


@pytest.fixture
def move_in(app):
    app.cli.commands.setdefault("demo", demo)
    return lambda *options: app.test_cli_runner().invoke(args=["demo", *options])


def count(model):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model))


def test_a_community_moves_into_an_empty_site_once(move_in, app):
    first = move_in()
    before = {model: count(model) for model in (Member, Board, Thread, Post, Product, Order, Notice, Message)}
    second = move_in()

    assert first.exit_code == 0, first.output
    assert PASSWORD in first.output
    assert before[Thread] == len(community.talks())
    assert before[Product] == len(community.goods())
    bargains = [letter["offer"] for letter in community.letters() if "offer" in letter]
    assert before[Order] == len(community.deals()) + sum("until" in bargain for bargain in bargains)
    assert before[Notice] > 50
    assert before[Message] >= len(community.letters())
    assert second.exit_code == 0
    assert {model: count(model) for model in before} == before
    _check_the_place()
    _check_what_people_look_for()
    for proof in (["ledger", "verify"], ["stock", "verify"]):
        assert app.test_cli_runner().invoke(args=proof).exit_code == 0


def _check_the_place():
    assert set(db.session.scalars(select(Board.access))) == set(ACCESS)
    assert db.session.scalar(select(Application.state).where(Application.state == "waiting"))
    assert {state for (state,) in db.session.execute(select(Order.state))} == {"open", "completed", "cancelled"}
    posts = list(db.session.scalars(select(Post).where(Post.body.contains("减肥"))))
    assert len({post.author_id for post in posts}) >= 3
    assert all(post.written_at <= clock.now() for post in db.session.scalars(select(Post)))
    later = select(Post.id).join(Thread, Thread.id == Post.thread_id).where(Post.written_at < Thread.created_at)
    assert list(db.session.scalars(later)) == []


def _check_what_people_look_for():
    """Private offers in every state of a bargain, and enough searches for the figures of what is wanted."""
    assert set(db.session.scalars(select(PrivateOffer.state))) == {"open", "countered", "agreed", "accepted"}
    assert count(SavedSearch) == len(community.searches())
    assert count(SavedProduct) == len(community.saved_products())
    assert count(CannedAnswer) == len(community.answers())
    found = demand.figures(db.session.scalars(select(Member).filter_by(username="Marta")).one(), 7)
    assert {missed.words for missed in found.missed} == {asked["words"] for asked in community.missed()}
    assert [wanted.members for wanted in found.saved] == [3]


def test_the_demo_leaves_a_site_with_people_alone(move_in):
    make.member()

    answer = move_in()

    assert answer.exit_code == 0
    assert (count(Member), count(Board)) == (1, 0)


def test_everybody_writes_only_where_they_belong():
    inside = {group.slug: {group.owner, *group.members} for group in community.groups()}
    names = {person.name for person in community.people()}

    for talk in [*community.talks(), *community.weekly_talks()]:
        assert {said.by for said in talk.posts} <= inside[talk.board] <= names, talk.title


def test_answers_come_after_what_they_answer_and_before_now():
    for talk in [*community.talks(), *community.weekly_talks()]:
        ago = [said.ago for said in talk.posts]
        assert ago == sorted(ago, reverse=True), talk.title
        assert ago[-1].total_seconds() > 0, talk.title


def test_titles_are_found_again():
    titles = [talk.title for talk in [*community.talks(), *community.weekly_talks()]]

    assert len(set(titles)) == len(titles)
    assert {thing.thread for thing in community.goods()} <= set(titles)
    assert {deal["product"] for deal in community.deals()} <= {thing.title for thing in community.goods()}


@pytest.mark.parametrize("kind", PATTERNS)
def test_a_picture_is_the_same_every_time_and_another_for_another_name(kind):
    first, again, other = (picture(name, kind, 64, 48) for name in ("spoon", "spoon", "vise"))

    assert first == again != other
