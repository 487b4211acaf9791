"""The people's tab: what the people shown mean to do, why they are shown, and who is not."""

import re

import pytest

from core.clock import now
from core.db import db, writing
from forum.boards import commands as boards
from forum.members.models import Member
from forum.threads import commands as threads
from forum.threads.commands import Draft
from shop.products import commands as products
from shop.products.models import Product
from tests import make

ANSWER = "A helmet should sit tight on the forehead and not move when you shake your head, so try it for ten minutes."


@pytest.fixture
def bikes(index):
    return make.board(name="Motorcycles", slug="motorcycles")


@pytest.fixture
def people(bikes):
    """Wanda wishes for a helmet, Selma sells one, Kurt knows."""
    wanda, selma, kurt = (make.member(username=name, of=bikes) for name in ("wanda", "selma", "kurt"))
    wish = make.thread(on=bikes, by=wanda, title="WTB helmet", body="Any colour.", kind="wish")
    make.offer(by=selma, on=bikes, thread=make.thread(on=bikes, by=selma, title="Helmet, worn twice", kind="sale"))
    make.post(to=wish, by=kurt, body=ANSWER)
    return {"wanda": wanda, "selma": selma, "kurt": kurt}


def named(page):
    return re.findall(r'member-card__name"><a href="/m/(\w+)"', page.text)


def test_the_tabs_of_intent_choose_the_people(guest, people, reindex):
    reindex()
    for intent, expected in (("wants", ["wanda"]), ("sells", ["selma"]), ("knows", ["kurt"])):
        page = guest.get(f"/search?q=helmet&in=people&intent={intent}")
        assert named(page)[0] == expected[0]
        assert f'intent={intent}" aria-current="page"' in page.text
    assert sorted(named(guest.get("/search?q=helmet&in=people"))) == ["kurt", "selma", "wanda"]


@pytest.mark.parametrize("intent", ["", "x", "%00", "wants,sells", "a" * 300])
def test_an_unknown_intent_is_none(guest, people, reindex, intent):
    reindex()
    assert len(named(guest.get(f"/search?q=helmet&in=people&intent={intent}"))) == 3


def test_each_person_says_why(as_member, people, bikes, reindex):
    viewer = make.member(of=bikes)
    reindex()
    page = as_member(viewer).get("/search?q=helmet&in=people").text
    assert page.count("Wants to buy") == 1
    assert "You are both on" in page
    assert "Last seen" in page
    assert '<span class="muted">Wishes for</span> <a href="/t/' in page
    assert "$15.00" in page
    assert "<mark>helmet</mark>" in page
    assert re.search(r"/messages/new\?to=kurt&amp;about=post:\d+&amp;from=search:helmet", page)
    assert "Knows about it" in as_member(viewer).get("/search?q=helmet").text


def test_a_closed_product_is_no_offer_any_more(guest, people, bikes, worker, reindex):
    reindex()
    thread = make.thread(on=bikes, by=people["kurt"], title="Visor", kind="sale")
    product = make.offer(by=people["kurt"], thread=thread).product_id
    reindex()
    assert named(guest.get("/search?q=visor&in=people&intent=sells")) == ["kurt"]
    products.close(make.db.session.get_one(products.Product, product), seller=people["kurt"])
    worker()
    assert named(guest.get("/search?q=visor&in=people&intent=sells")) == []


def test_a_stale_index_shows_no_closed_product(guest, people, reindex):
    reindex()
    product = db.session.scalar(db.select(Product))
    asked = {"q": product.title, "in": "products"}
    assert f'href="{product.address}"' in guest.get("/search", query_string=asked).text
    with writing():
        product.is_open = False
    assert "product-card" not in guest.get("/search", query_string=asked).text


def test_who_says_sold_later_in_their_thread_sells_no_more(guest, bikes, worker, reindex):
    kurt = make.member(username="kurt", of=bikes)
    thread = make.thread(on=bikes, by=kurt, title="FS: visor", kind="sale")
    reindex()
    assert named(guest.get("/search?q=visor&in=people&intent=sells")) == ["kurt"]
    threads.reply(thread, author=kurt, draft=Draft("Sold, thank you all."))
    worker()
    assert named(guest.get("/search?q=visor&in=people&intent=sells")) == []


def test_what_was_deleted_speaks_for_nobody(guest, people, bikes, reindex):
    make.thread(on=bikes, by=people["kurt"], title="goneforever", kind="wish", deleted_at=now())
    reindex()
    page = guest.get("/search?q=helmet&in=people").text
    assert ("kurt" in page, "goneforever" in page) == (True, False)


def test_things_on_boards_that_the_viewer_may_not_read_are_not_shown(as_member, guest, people, reindex):
    secret = make.board("secret")
    make.membership(people["kurt"], secret)
    make.thread(on=secret, by=people["kurt"], title="canarywish", kind="wish")
    make.offer(by=people["kurt"], thread=make.thread(on=secret, by=people["kurt"], title="canarysale", kind="sale"))
    reindex()
    page = guest.get("/search?q=helmet&in=people").text
    assert "kurt" in page
    assert "canary" not in page
    assert "canarywish" in as_member(people["kurt"]).get("/search?q=canarywish").text
    assert secret.name not in as_member(people["wanda"]).get("/search?q=helmet&in=people").text


def test_who_opts_out_on_a_board_is_hidden_at_once_and_in_the_index_soon(as_member, guest, people, worker, reindex):
    other = make.board()
    make.post(to=make.thread(on=other), by=people["kurt"], body=f"{ANSWER} Otherwhere.")
    reindex()
    client = as_member(people["kurt"])
    assert "Show me among people" in client.get("/b/motorcycles").text
    assert client.post("/b/motorcycles/findable", data={}).status_code == 303

    for ready in (lambda: None, worker):
        ready()
        page = guest.get("/search?q=helmet&in=people&intent=knows")
        assert "kurt" in page.text
        assert "Otherwhere" in page.text
        assert "shake your head, so try it for ten minutes.</span>" not in page.text
        assert "kurt" not in named(guest.get("/search?q=helmet&in=people&board=motorcycles"))
        assert "/m/kurt" not in guest.get("/search?q=helmet&board=motorcycles&by=wanda").text

    client.post("/b/motorcycles/findable", data={"is_findable": "y"})
    worker()
    assert "kurt" in named(guest.get("/search?q=helmet&in=people&board=motorcycles"))


def test_leaving_a_board_ends_the_opt_out(guest, people, bikes, worker, reindex):
    with writing():
        boards.set_findable(bikes, member=people["kurt"], is_findable=False)
    reindex()
    assert "kurt" not in named(guest.get("/search?q=helmet&in=people"))
    boards.leave(bikes, member=people["kurt"])
    worker()
    assert "kurt" in named(guest.get("/search?q=helmet&in=people"))


def test_only_members_of_a_board_can_opt_out_there(as_member, guest, bikes):
    assert as_member(make.member()).post("/b/motorcycles/findable").status_code == 404
    assert guest.post("/b/motorcycles/findable").status_code in (302, 303, 401)


def test_the_people_page_costs_at_most_eight_statements(as_member, people, bikes, reindex, count_queries):
    for number in range(12):
        member = make.member(of=bikes)
        make.thread(on=bikes, by=member, title=f"WTB helmet {number}", kind="wish")
    reindex()
    client = as_member(make.member(of=bikes))
    for intent in ("", "wants", "sells", "knows"):
        with count_queries() as sent:
            assert client.get(f"/search?q=helmet&in=people&intent={intent}&board=motorcycles").status_code == 200
        assert len(sent) <= 8, "\n".join(sent)


def test_who_writes_without_signing_in_anew_was_seen_then(people, bikes, clock):
    thread = make.thread(on=bikes, by=people["kurt"])
    clock.travel(days=40)
    threads.reply(thread, author=people["selma"], draft=Draft("Still here."))
    selma, wanda = (db.session.get_one(Member, people[name].id, populate_existing=True) for name in ("selma", "wanda"))
    assert (selma.last_seen_at - wanda.last_seen_at).days == 40
