"""The seller's funnel: counts that are right, and that tell nobody's way or words."""

from datetime import timedelta

import pytest

from core.db import db, writing
from core.money import Money
from forum.messages.commands import Letter, send
from forum.threads.models import Post
from shop.funnel import queries
from shop.orders import commands as orders
from tests import make
from tests.shop.buying import buy, rich
from tests.shop.offering import accept, conversation, offered, on_sale

HERE = "/shop/conversations"


@pytest.fixture
def lamp(seller):
    return on_sale(seller, price=1000, stock=90, product={"title": "Lamp"})


def rows(seller, days=30, by=queries.by_source):
    db.session.rollback()
    found = by(seller, days, "USD")
    return {row.key: (row.started, row.answered, row.offered, row.sold, row.amount) for row in found.rows}


def come(seller, source, count=1, **given):
    """So many buyers, each with a conversation begun from there."""
    buyers = [rich() for _number in range(count)]
    for buyer in buyers:
        conversation(seller, buyer, source, **given)
    return buyers


def test_from_the_start_to_the_sale(as_member, seller, lamp):
    buyer = rich()
    where = send(buyer, seller, Letter("Hello", f"product:{lamp.product_id}")).conversation_id
    with writing():
        db.session.get_one(queries.Conversation, where).source = f"product:{lamp.product_id}"
    key = f"product:{lamp.product_id}"
    assert rows(seller) == {key: (1, 0, 0, 0, 0)}

    send(seller, buyer, Letter("Yes?"))
    assert rows(seller) == {key: (1, 1, 0, 0, 0)}

    private = offered(lamp, seller, buyer, unit_price=800, shipping=0)
    assert rows(seller) == {key: (1, 1, 1, 0, 0)}

    order = accept(private, buyer)
    assert rows(seller) == {key: (1, 1, 1, 1, 800)}
    assert rows(seller, by=queries.by_product) == {key: (1, 1, 1, 1, 800)}
    page = as_member(seller).get(HERE).text
    assert "Lamp" in page
    assert str(Money(800, "USD")) in page

    orders.cancel(order, actor=buyer)
    assert rows(seller) == {key: (1, 1, 1, 0, 0)}


def test_money_that_went_back_is_not_counted(seller, lamp):
    [buyer] = come(seller, "profile")
    order = buy(lamp, buyer, quantity=2)
    orders.refund(order, actor=seller, amount=500, reason="", key="a")

    assert rows(seller) == {"profile": (1, 0, 0, 1, 1500)}

    orders.refund(order, actor=seller, amount=None, reason="", key="b")
    assert rows(seller) == {"profile": (1, 0, 0, 0, 0)}


def test_only_paid_orders_after_the_conversation_began_count(seller, lamp, clock):
    buyer = rich()
    buy(lamp, buyer)
    clock.travel(minutes=1)
    conversation(seller, buyer, "profile")
    due = buy(lamp, buyer, method="transfer")
    assert rows(seller)["profile"] == (1, 0, 0, 0, 0)

    orders.confirm_payment(due, actor=seller)

    assert rows(seller)["profile"] == (1, 0, 0, 1, 1000)


def test_a_sale_belongs_to_the_last_conversation_before_it(seller, lamp):
    buyer = rich()
    conversation(seller, buyer, "profile", ago=timedelta(days=3))
    conversation(seller, buyer, f"product:{lamp.product_id}", ago=timedelta(days=1))
    buy(lamp, buyer)

    found = rows(seller)

    assert (found["profile"][3], found[f"product:{lamp.product_id}"][3]) == (0, 1)


def test_words_are_told_when_three_came_by_them_and_not_before(as_member, seller):
    come(seller, "search:减肥", 2)
    come(seller, "search:kettle", 3)
    assert rows(seller) == {"search:kettle": (3, 0, 0, 0, 0), "search:": (2, 0, 0, 0, 0)}
    page = as_member(seller).get(HERE).text
    assert "Search: kettle" in page
    assert "减肥" not in page
    assert "Other searches" in page

    come(seller, "search:减肥")
    assert "Search: 减肥" in as_member(seller).get(HERE).text


def test_one_person_who_came_three_times_is_not_three(seller):
    buyer = rich()
    for _time in range(3):
        conversation(seller, buyer, "search:rash")

    assert rows(seller) == {"search:": (3, 0, 0, 0, 0)}


def test_words_are_weighed_within_the_time_that_is_shown(seller):
    come(seller, "search:kettle", 2, ago=timedelta(days=20))
    come(seller, "search:kettle", 1)

    assert rows(seller, 90) == {"search:kettle": (3, 0, 0, 0, 0)}
    assert rows(seller, 7) == {"search:": (1, 0, 0, 0, 0)}


def test_boards_need_three_too_and_a_seller_who_may_read_them(as_member, seller):
    few, many, hidden = make.board(slug="few"), make.board(slug="many"), make.board("secret", slug="behindwalls")
    come(seller, f"board:{few.slug}", 2)
    come(seller, f"board:{many.slug}", 3)
    come(seller, f"board:{hidden.slug}", 3)

    page = as_member(seller).get(HERE).text

    assert rows(seller) == {"board:": (5, 0, 0, 0, 0), "board:many": (3, 0, 0, 0, 0)}
    assert many.name in page
    assert few.name not in page
    assert "behindwalls" not in page


def test_a_post_has_a_name_as_long_as_the_seller_may_read_it(as_member, seller):
    board = make.board("secret")
    secret, seen, gone = (make.thread(on=place, title=title) for place, title in _threads(board))
    with writing():
        gone.deleted_at = queries.now()
    for thread in (secret, seen, gone):
        come(seller, f"post:{_opening(thread)}")

    page = as_member(seller).get(HERE).text

    assert "Seen by all" in page
    assert "Secret words" not in page
    assert "Gone words" not in page
    assert page.count("A post that is not there any more") == 2


def _threads(board):
    return [(board, "Secret words"), (make.board(), "Seen by all"), (make.board(), "Gone words")]


def _opening(thread):
    return db.session.query(Post.id).filter_by(thread_id=thread.id).scalar()


def test_what_the_seller_began_and_suspended_people_stand_apart(seller):
    buyer, [spammer] = rich(), come(seller, "profile")
    conversation(seller, buyer, "search:wtb lamp", by=seller)
    with writing():
        spammer.is_suspended = True

    assert rows(seller) == {"own": (1, 0, 0, 0, 0)}


def test_nobody_is_named_and_nobody_elses_conversations_count(as_member, seller, lamp):
    buyers = come(seller, "profile", 2)
    come(make.member(), "profile", 4)

    for by in ("source", "product"):
        page = as_member(seller).get(f"{HERE}?by={by}").text
        assert not [buyer for buyer in buyers if buyer.username in page]
    assert rows(seller) == {"profile": (2, 0, 0, 0, 0)}


def test_products_are_counted_by_what_was_talked_about(seller, lamp):
    chair, buyer = on_sale(seller, price=300, stock=9, product={"title": "Chair"}), rich()
    send(buyer, seller, Letter("And the chair?", f"product:{chair.product_id}"))
    offered(lamp, seller, buyer)
    buy(chair, buyer, quantity=3)

    found = rows(seller, by=queries.by_product)

    assert found == {f"product:{chair.product_id}": (1, 1, 0, 1, 900), f"product:{lamp.product_id}": (1, 1, 1, 0, 0)}


def test_long_lists_go_on_by_key(as_member, seller, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 2)
    for number, count in enumerate((3, 3, 4, 5)):
        come(seller, f"search:word{number}", count)

    first = queries.by_source(seller, 30, "USD")
    second = queries.by_source(seller, 30, "USD", first.older)

    assert [row.key for row in first.rows + second.rows] == [f"search:word{number}" for number in (3, 2, 0, 1)]
    assert (first.total.started, second.older) == (15, None)
    for odd in ("x", "~", "9999999999999~a", "3~\x00", "٣~a"):
        assert queries.by_source(seller, 30, "USD", odd).rows == first.rows


def test_it_costs_few_statements(as_member, seller, lamp, count_queries):
    board = make.board()
    for source in (f"post:{_opening(make.thread(on=board))}", f"product:{lamp.product_id}", "profile", "search:x"):
        come(seller, source)
    come(seller, f"board:{board.slug}", 3)
    browser = as_member(seller)

    for by in ("source", "product"):
        with count_queries() as sent:
            assert browser.get(f"{HERE}?by={by}&days=90").status_code == 200
        assert len(sent) <= 8, by


def test_an_empty_one_says_so(as_member, seller):
    assert "Nobody has written to you in this time" in as_member(seller).get(HERE).text


def test_the_menu_leads_a_seller_here_and_nobody_else(as_member, seller, lamp):
    assert f'class="menu__item" href="{HERE}"' in as_member(seller).get("/").text
    assert HERE not in as_member(rich()).get("/").text
