"""Where a conversation came from, what is new in an open one, and taking a message back."""

import pytest

from core.clock import now
from core.db import db, writing
from core.live import Signal
from forum.messages.commands import Letter, leave, mark_read, reply, send, send_to_several
from forum.messages.models import Conversation, Message, Participant
from forum.messages.sources import known_source, source_of
from forum.threads.models import Thread
from shop.products.models import Product
from shop.stock.models import Stock
from tests import make
from tests.conftest import reload
from tests.shop import buying


@pytest.fixture
def talk(anna, paul):
    return db.session.get(Conversation, send(anna, paul, Letter("Hello")).conversation_id)


# Source


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("search:old  helmet", "search:old helmet"),
        ("search:" + "头" * 300, "search:" + "头" * 100),
        ("search:a\x00b\u202ec", "search:a bc"),
        ("board:road-bikes", "board:road-bikes"),
        ("profile", "profile"),
        ("search:", ""),
        ("board:../x", ""),
        ("board:Bikes", ""),
        ("post:12", ""),
        ("elsewhere", ""),
        ("profile:x", ""),
        (None, ""),
    ],
)
def test_a_source_is_kept_as_one_of_its_kinds_or_not_at_all(said, kept):
    assert known_source(said) == kept


@pytest.mark.parametrize("about", ["post:12", "product:3", "order:A1B2"])
def test_without_one_it_is_what_the_first_message_is_about(about):
    assert source_of("", about) == about
    assert source_of("junk", about) == about
    assert source_of("search:lamp", about) == "search:lamp"
    assert source_of("", "private-offer:3") == ""
    assert source_of("", None) == ""


def test_the_source_travels_with_the_form_and_counts_only_for_the_first_message(as_member, anna, paul):
    client = as_member(anna)
    form = client.get("/messages/new?to=paul&from=search:helmet+lamp").text
    assert 'name="source" type="hidden" value="search:helmet lamp"' in form

    for source in ("search:helmet lamp", "profile"):
        client.post("/messages/new", data={"to": "paul", "body": f"Hello from {source}", "source": source})

    assert db.session.query(Conversation).one().source == "search:helmet lamp"


@pytest.mark.parametrize("source", ["x" * 5000, "board:" + "x" * 500, "search:\x00"])
def test_a_bent_source_keeps_nobody_from_writing(as_member, anna, paul, source):
    client = as_member(anna)
    assert client.get("/messages/new", query_string={"to": "paul", "from": source}).status_code == 200

    answer = client.post("/messages/new", data={"to": "paul", "body": "Hello", "source": source})

    assert answer.status_code == 303
    assert db.session.query(Conversation).one().source == ""


def test_pages_say_where_their_links_come_from(as_member, anna, paul):
    board = make.board("open", slug="lamps")
    make.membership(paul, board)

    assert "to=paul&from=profile" in as_member(anna).get("/m/paul").text.replace("&amp;", "&")
    assert "to=paul&from=board:lamps" in as_member(anna).get("/b/lamps/people").text.replace("&amp;", "&")


# What is new


def test_what_came_since_is_a_fragment_for_the_end_of_the_talk(as_member, anna, paul, talk):
    send(paul, anna, Letter("Hello yourself"))
    send(paul, anna, Letter("And how are you?"))

    answer = as_member(anna).get(f"/messages/{talk.id}/newer?after=2")

    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "how are you" in answer.text
    assert "yourself" not in answer.text
    assert 'data-read-no="3"' in answer.text
    assert reload(anna).unread_messages == 2


def test_the_read_mark_comes_out_of_band(as_member, anna, paul, talk):
    assert "read-mark" not in as_member(anna).get(f"/messages/{talk.id}/newer?after=1").text

    mark_read(paul, talk.id, 1)

    answer = as_member(anna).get(f"/messages/{talk.id}/newer?after=1").text
    assert 'hx-swap-oob="beforeend:#message-1 .bubble__meta"' in answer
    assert 'class="bubble' not in answer.replace("bubble__meta", "")


@pytest.mark.parametrize("after", ["", "x", "-1", "99999999999999999999", "٣"])
def test_an_odd_number_asks_for_everything_or_nothing(as_member, anna, talk, after):
    assert as_member(anna).get(f"/messages/{talk.id}/newer?after={after}").status_code == 200


def test_the_page_says_which_signal_it_listens_to(as_member, anna, talk):
    page = as_member(anna).get(f"/messages/{talk.id}").text

    assert f'data-conversation="{talk.id}"' in page
    assert 'data-no="1"' in page


def test_writing_signals_the_others_and_ones_own_other_pages(anna, paul, talk):
    """Who wrote may have the conversation open twice."""
    topic = f"conversation:{talk.id}"
    assert {(row.member_id, row.topic) for row in db.session.query(Signal)} == {(anna.id, topic), (paul.id, topic)}


def test_ones_own_other_page_is_live_at_any_hour_and_that_of_who_sleeps_is_not(anna, paul, talk):
    with writing():
        db.session.query(Signal).delete()
        for person in (anna, paul):
            person.quiet_from, person.quiet_to = 0, 1439

    send(anna, paul, Letter("Cannot sleep"))

    assert [row.member_id for row in db.session.query(Signal)] == [anna.id]


def test_ones_own_other_page_gets_what_it_does_not_show_and_nothing_to_mark_read(as_member, anna, paul, talk):
    send(anna, paul, Letter("From my telephone"))

    answer = as_member(anna).get(f"/messages/{talk.id}/newer?after=1").text

    assert "From my telephone" in answer
    assert "data-read-url" not in answer


def test_who_leaves_is_not_called_back_to_the_page(anna, paul):
    talk_id = send_to_several(anna, [paul, make.member(messages_from="everyone")], Letter("Hello")).conversation_id
    with writing():
        db.session.query(Signal).delete()

    leave(paul, talk_id)

    assert {row.member_id for row in db.session.query(Signal)} == {
        row.member_id for row in db.session.query(Participant).filter_by(conversation_id=talk_id, state="in")
    }


def test_what_who_left_had_written_stays_to_be_read_page_by_page(as_member, anna, paul, unlimited):
    third = make.member(username="third", messages_from="everyone")
    talk_id = send_to_several(anna, [paul, third], Letter("Number 1")).conversation_id
    for number in range(2, 104):
        reply(paul, talk_id, Letter(f"Number {number}."))
    leave(paul, talk_id)
    reader, here = as_member(anna), f"/messages/{talk_id}"

    page = reader.get(here).text
    assert page.count('class="bubble ') + page.count('class="bubble"') + page.count("talk__line") == 50
    assert "Number 103." in page
    assert "Number 54." not in page
    assert f"{here}?before=55" in page
    assert "Number 54." in reader.get(f"{here}?before=55").text
    assert "Number 55." not in reader.get(f"{here}?before=55").text
    assert "Number 103." in reader.get(f"{here}?before=999").text
    assert reader.get(f"{here}?before=0").status_code == 200
    newer = reader.get(f"{here}/newer?after=10").text
    assert "Number 11." in newer
    assert "Number 60." in newer
    assert "Number 61." not in newer


# Taking back


def test_an_own_message_is_taken_back_for_a_quarter_of_an_hour(as_member, anna, paul, talk, clock):
    where, client = f"/messages/{talk.id}", as_member(anna)
    send(anna, paul, Letter("By mistake"))
    assert f'action="{where}/2/delete"' in client.get(where).text

    for _twice in range(2):
        assert client.post(f"{where}/2/delete").status_code == 303
    page = as_member(paul).get(where).text
    assert "By mistake" not in page
    assert "This message was deleted." in page
    assert "By mistake" not in as_member(paul).get("/messages").text
    row = db.session.query(Message).filter_by(message_no=2).one()
    assert (row.body, row.html, row.words) == ("", "", "")
    newer = as_member(paul).get(f"{where}/newer?after=2").text
    assert 'id="message-2" data-no="2" hx-swap-oob="true"' in newer

    clock.travel(minutes=16)
    assert client.post(f"{where}/1/delete").status_code == 409
    assert f'action="{where}/1/delete"' not in client.get(where).text


def test_in_place_a_tombstone_comes_back(as_member, anna, talk):
    answer = as_member(anna).post(f"/messages/{talk.id}/1/delete", headers={"HX-Request": "true"})

    assert answer.status_code == 201
    assert 'id="message-1"' in answer.text
    assert "This message was deleted." in answer.text


def test_nobody_takes_back_what_another_wrote(as_member, paul, talk):
    assert as_member(paul).post(f"/messages/{talk.id}/1/delete").status_code == 404
    assert as_member(paul).post(f"/messages/{talk.id}/9/delete").status_code == 404
    assert db.session.query(Message).one().deleted_at is None


# Cards that stay true


def test_a_products_card_shows_its_price_and_stock_of_now(as_member, anna, paul):
    offer = make.offer(by=paul, on=make.board(), stock=1, product={"title": "A fine lamp"})
    sent = send(anna, paul, Letter("Still there?", f"product:{offer.product_id}"))
    where, client = f"/messages/{sent.conversation_id}", as_member(anna)
    assert "$15.00" in client.get(where).text
    assert "Only 1 left" in client.get(where).text

    with writing():
        offer.price = 1200
        db.session.get_one(Stock, offer.id).sold = 1
    assert "$12.00" in client.get(where).text
    assert "Sold out" in client.get(where).text
    with writing():
        db.session.get_one(Product, offer.product_id).is_open = False
    assert "No longer for sale" in client.get(where).text
    with writing():
        thread = db.session.get_one(Thread, db.session.get_one(Product, offer.product_id).thread_id)
        thread.deleted_at = now()
    page = client.get(where).text
    assert "A fine lamp" not in page
    assert "not there any more" in page


def test_a_page_with_every_kind_of_card_costs_few_statements(as_member, anna, paul, count_queries):
    offer = make.offer(by=paul, on=make.board(), stock=3)
    order = buying.buy(offer, buying.top_up(anna, 100_000))
    post = make.post(to=make.thread(on=make.board()))
    for about in (f"post:{post.id}", f"product:{offer.product_id}", f"order:{order.number}"):
        sent = send(anna, paul, Letter("This", about))

    client = as_member(paul)

    with count_queries() as asked:
        page = client.get(f"/messages/{sent.conversation_id}").text
    assert page.count('class="about') == 3 + page.count('class="about__')
    assert len(asked) <= 6
