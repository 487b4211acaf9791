"""Attacks on conversations, private offers and every form: what was never the attacker's to read, change or send."""

from email import message_from_bytes
from email.policy import default
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from core.db import db, writing
from core.live import Signal
from core.mail import MailRequested, _message
from forum.boards.models import Board
from forum.members.models import Block
from forum.messages import commands as messages
from forum.messages.commands import Letter
from forum.messages.models import Message, Participant
from forum.threads.models import Post, Thread
from shop.orders.models import Order
from shop.private_offers.models import PrivateOffer
from tests import leaks, make
from tests.shop.buying import rich
from tests.shop.offering import counter, here, key, offered, on_sale, refused, state_of
from tests.shop.offering import talk as talk_with
from tests.test_leaks import addresses

pytestmark = pytest.mark.usefixtures("unlimited")
WITHOUT_TOKEN = (  # posted by mail programs to signed addresses, and by payment providers, which sign what they send
    *("/searches/unsubscribe/", "/messages/mails/stop/", "/payments/callbacks/"),
)
ELSEWHERE = ("//evil.example/x", "https://evil.example/x", "/\t/evil.example")


@pytest.fixture
def with_tokens(app):
    app.config["WTF_CSRF_ENABLED"] = True
    yield
    app.config["WTF_CSRF_ENABLED"] = False


# Every form


@pytest.mark.usefixtures("with_tokens")
@pytest.mark.parametrize("token", [None, "", "x", "IjEi.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb"])
def test_no_form_is_taken_without_its_token(app, as_member, token):
    world = leaks.closed_board("secret")
    browser = as_member(world.member)
    form = {"body": "x", "q": "x"} | ({"csrf_token": token} if token is not None else {})
    taken = [
        address
        for address in addresses(app, world, "POST")
        if not address.startswith(WITHOUT_TOKEN) and browser.post(address, data=form).status_code != 400
    ]
    assert taken == []


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_no_page_and_no_form_leads_to_another_site(app, as_member, wanted):
    world = leaks.closed_board("secret")
    form = {"next": wanted, "body": "x", "q": "x", "language": "en", "theme": "dark", "username": world.member.username}
    led = []
    for person in (world.member, None):
        for address in addresses(app, world, "POST"):
            answer = as_member(person).post(address, data=form, headers={"Referer": wanted})
            led += [(address, where) for where in _where(answer)]
        browser = as_member(person)
        for address in addresses(app, world, "GET"):
            answer = browser.get(address, query_string={"next": wanted, "back": wanted, "from": wanted})
            led += [(address, where) for where in _where(answer)]
    assert led == []


def _where(answer):
    """Where an answer sends its browser, if that is not here."""
    places = [answer.headers.get(name, "/") for name in ("Location", "HX-Redirect", "HX-Location", "Refresh")]
    return [
        place for place in places if urlsplit(place).netloc not in ("", "localhost") or not place.startswith(("/", "h"))
    ]


@given(st.text(max_size=80), st.text(max_size=200))
def test_no_subject_and_no_text_becomes_a_header_of_a_mail(app, subject, body):
    subject = "".join(sign for sign in subject if not "\ud800" <= sign <= "\udfff")
    body = "".join(sign for sign in body if not "\ud800" <= sign <= "\udfff")
    asked = MailRequested("marina@example.org", " ".join(f"{subject}\r\nBcc: x@evil.example".split()), body)

    sent = message_from_bytes(bytes(_message(asked, app.extensions["settings"])), policy=default)

    assert sorted(sent.keys()) == sorted(
        ["From", "To", "Subject", "Date", "Message-ID", "Content-Type", "Content-Transfer-Encoding", "MIME-Version"]
    )
    assert sent["To"] == "marina@example.org"
    assert sent.get_content_type() == "text/plain"


# Conversations


@pytest.fixture
def people(app):
    return [make.member(username=name) for name in ("anna", "paul", "third")]


def test_a_card_goes_with_what_it_showed(as_member, people):
    """A post and a product that both could see, on a board that is secret by now, from every place that shows cards."""
    anna, paul, _third = people
    board = make.board(name="Once open")
    seller = make.member(of=board)
    thread = make.thread(on=board, by=seller, title="Canary post", body="canaryqx words")
    offer = make.offer(by=seller, on=board, product={"title": "Canary product"})
    opening = db.session.scalars(select(Post.id).where(Post.thread_id == thread.id)).one()
    about = [f"post:{opening}", f"product:{offer.product_id}"]
    for number, one in enumerate(about):
        sent = messages.send(here(anna), here(paul), Letter(f"See this {number}", one, f"key-{number}"))
    talk = sent.conversation_id
    places = [f"/messages/{talk}", f"/messages/{talk}/newer?after=0", "/messages", "/messages?q=see", "/notices"]
    places += [f"/messages/new?to=paul&about={one}" for one in about] + [f"/messages/{talk}/report?no=1"]
    assert "Canary post" in as_member(paul).get(places[0]).text
    assert "Canary product" in as_member(paul).get(places[0]).text

    with writing():
        board.access, board.read_level = "secret", 2

    for person in (anna, paul):
        for place in places:
            assert "Canary" not in as_member(person).get(place).text, place
    assert thread.id


@pytest.mark.parametrize("state", ["left", "declined", "request"])
def test_who_is_not_in_it_hears_nothing_of_it(people, state):
    anna, paul, third = people
    group = make.talk(anna, paul, third, title="Three")
    with writing():
        db.session.query(Participant).filter_by(member_id=third.id).one().state = state

    messages.reply(here(anna), group.id, Letter("News", None))
    messages.mark_read(here(paul), group.id, 2)

    db.session.rollback()
    assert not db.session.scalars(select(Signal.topic).where(Signal.member_id == third.id)).all()


@pytest.mark.parametrize("number", ["-1", "0", "99999999999999999999", "1e9", "１２", "", "x", "2147483648"])
def test_odd_numbers_read_and_report_nothing_that_is_not_there(as_member, people, number):
    anna, paul, _third = people
    group = make.talk(anna, paul)
    browser = as_member(paul)
    assert browser.post(f"/messages/{group.id}/read", data={"no": number}).status_code == 303
    report = {"no": number, "numbers": number, "message": number, "reason": "x", "key": "k"}
    assert browser.post(f"/messages/{group.id}/report", data=report).status_code in (303, 404, 422)
    for place in (f"/messages/{group.id}?before={number}", f"/messages/{group.id}/newer?after={number}"):
        assert browser.get(place).status_code == 200
    db.session.rollback()
    row = db.session.query(Participant).filter_by(conversation_id=group.id, member_id=paul.id).one()
    assert 0 <= row.read_no <= 1


def test_hundreds_of_recipients_are_refused_before_anyone_is_looked_up(as_member, people, count_queries):
    names = " ".join(f"member{number}" for number in range(100))
    for to in (names, "anna " * 100_000, ",".join(["anna"] * 5_000)):
        with count_queries() as sent:
            answer = as_member(people[1]).post("/messages/new", data={"to": to, "body": "Hello"})
        assert answer.status_code in (303, 409, 413, 422)
        assert len(sent) <= 30
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Message)) <= 1


def test_a_key_of_someone_elses_form_sends_nothing_twice_and_shows_nothing(as_member, people):
    anna, paul, third = people
    sent = messages.send(here(anna), here(paul), Letter("Between us", None, "the-key"))

    answer = as_member(third).post("/messages/new", data={"to": "paul", "body": "Between us", "key": "the-key"})

    assert answer.status_code == 303
    assert f"/messages/{sent.conversation_id}#" not in answer.location


@pytest.mark.parametrize("kind", ["conversation", "private offer", "saved search", "ready answer", "picture"])
def test_what_is_another_ones_takes_as_many_steps_as_what_is_not_there(app, as_member, count_queries, kind):
    world = leaks.closed_board("secret")
    value = {name: values[0] for name, values in world.values.items()}
    places = {
        "conversation": ("/messages/{}", value["conversation_id"]),
        "private offer": ("/offers/{}", value["private_offer_id"]),
        "saved search": ("/searches/{}", value["search_id"]),
        "ready answer": ("/shop/answers/{}", value["answer_id"]),
        "picture": ("/pictures/{}", "leakenclosed"),
    }
    place, there = places[kind]
    steps, answers = [], []
    for which in (there, "nothing" if kind == "picture" else 987_654):
        browser = as_member(world.outsiders["stranger"])
        with count_queries() as sent:
            answers.append(browser.get(place.format(which)))
        steps.append(len(sent))
    assert steps[0] == steps[1]
    assert {answer.status_code for answer in answers} == {404}
    assert len(answers[0].data) - len(str(there)) * 2 == len(answers[1].data) - len(str(which)) * 2


# Private offers


@pytest.fixture
def seller(app):
    return make.member(username="seller")


@pytest.fixture
def buyer(app):
    return rich(100_000)


@pytest.fixture
def private(seller, buyer):
    return offered(on_sale(seller, stock=5, price=9000), seller, buyer, unit_price=1200, shipping=300, quantity=2)


TAMPERED = {"price": "0.01", "unit_price": "1", "quantity": "5", "shipping": "0", "goods": "1", "total": "1"}
TAMPERED |= {
    "buyer_id": "1",
    "seller_id": "1",
    "product": "1",
    "currency": "JPY",
    "valid_until": "2999-01-01",
    "hours": "1",
}


def test_what_is_paid_is_what_was_offered_whatever_the_form_says(as_member, private, buyer):
    form = {"key": key(), "address": "1 Pier Road", "method": "wallet", **TAMPERED}

    assert as_member(buyer).post(f"/offers/{private.id}/accept", data=form).status_code == 303

    db.session.rollback()
    order = db.session.scalars(select(Order)).one()
    assert (order.goods, order.shipping, order.currency, order.buyer_id) == (2400, 300, "USD", buyer.id)
    assert (order.seller_id, state_of(private)) == (private.seller_id, "accepted")


def test_a_buyer_cannot_agree_to_their_own_counter_offer_nor_make_the_sellers(as_member, private, buyer, seller):
    link = counter(private, here(buyer), unit_price=1, quantity=2)
    browser = as_member(buyer)

    assert browser.post(f"/offers/{link.id}/accept", data={"key": key(), "address": "x"}).status_code in (403, 409)
    form = {
        "key": key(),
        "product": db.session.get(PrivateOffer, private.id).offer_id,
        "to": buyer.id,
        "price": "0.01",
        "quantity": "1",
    }
    assert browser.post(f"/messages/{private.conversation_id}/offers", data=form).status_code == 404
    assert as_member(seller).post(f"/offers/{private.id}/accept", data={"key": key()}).status_code in (403, 404, 409)

    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Order)) == 0


@pytest.mark.parametrize("gone", ["blocked by seller", "blocked seller", "banned", "board closed", "thread deleted"])
@pytest.mark.parametrize("act", ["accept", "counter"])
def test_what_ended_between_the_two_ends_the_offer(as_member, private, buyer, seller, gone, act):
    thread = db.session.scalars(select(Thread)).one()
    board_id = thread.board_id
    if gone.startswith("blocked"):
        pair = (seller, buyer) if gone == "blocked by seller" else (buyer, seller)
        make.saved(Block(member_id=pair[0].id, blocked_id=pair[1].id))
    with writing():
        if gone in ("banned", "board closed"):
            board = db.session.get(Board, board_id)
            board.access, board.read_level = "secret", 2
        if gone == "thread deleted":
            thread.deleted_at = thread.created_at
    if gone == "banned":
        make.membership(here(buyer), db.session.get(Board, board_id), "banned")

    form = {"key": key(), "address": "1 Pier Road", "method": "wallet", "price": "5", "quantity": "1", "hours": "24"}
    answer = as_member(buyer).post(f"/offers/{private.id}/{act}", data=form)

    assert answer.status_code in (403, 404, 409)
    assert state_of(private) == "open"
    assert db.session.scalar(select(func.count()).select_from(Order)) == 0


def test_nobody_is_offered_anything_outside_the_conversation(as_member, seller, buyer):
    offer, victim = on_sale(seller, stock=2), make.member()
    group = make.talk(buyer, seller, make.member())
    form = {
        "key": key(),
        "product": offer.product_id,
        "to": victim.id,
        "price": "1",
        "quantity": "1",
        "delivery": "ship",
    }

    assert as_member(seller).post(f"/messages/{group.id}/offers", data=form).status_code in (404, 422)

    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(PrivateOffer)) == 0
    assert refused(lambda: talk_with(buyer, seller)) is None
