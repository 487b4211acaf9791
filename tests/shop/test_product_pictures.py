"""Several pictures of a product: which are shown, in what order, and what they say to who cannot see them."""

import pytest
from sqlalchemy import select

from core.db import db
from forum.pictures.models import Picture
from forum.threads.models import Post
from shop.products.models import Offer, Product
from shop.variants import commands
from shop.variants.rules import Row
from tests import make

pytestmark = pytest.mark.usefixtures("unlimited")
SELL = {"title": "Lamp", "price": "20", "stock": "1", "condition": "good", "ships": "y", "delivery_shown": "yes"}


@pytest.fixture
def seller(app):
    return make.member(of=make.board())


@pytest.fixture
def product(seller):
    """A lamp whose opening post has the pictures front, back and side; front is shown."""
    board = make.board()
    make.membership(seller, board)
    offer = make.offer(by=seller, on=board, product={"title": "Lamp", "picture_key": "front"})
    row = db.session.get_one(Product, offer.product_id)
    opening = db.session.scalars(select(Post).where(Post.thread_id == row.thread_id)).one()
    for key in ("front", "back", "side"):
        size = {"width": 10, "height": 10, "bytes": 10}
        make.saved(Picture(key=key, owner_id=seller.id, board_id=board.id, post_id=opening.id, **size))
    return row


def arrange(browser, product, **given):
    return browser.post(f"/t/{product.thread_id}/sell/pictures", data=given)


def fresh(product):
    return db.session.get_one(Product, product.id, populate_existing=True)


def shown(browser, product, **given):
    form = {"show-front": "y", "show-back": "y", "place-front": "2", "place-back": "1", "alt-back": "The plug", **given}
    return arrange(browser, product, **form)


def test_the_first_picture_stands_for_the_product_and_all_have_their_words(as_member, guest, product, seller):
    assert shown(as_member(seller), product).status_code == 303

    assert fresh(product).picture_key == "back"
    page = guest.get(f"/p/{product.id}").text
    assert 'src="/pictures/back/large" width="800" height="600" alt="The plug"' in page
    assert page.index("/pictures/back/large") < page.index("/pictures/front/thumb")
    assert "/pictures/side/" not in page.split('class="posts"')[0]


def test_none_may_be_shown(as_member, product, seller):
    assert arrange(as_member(seller), product).status_code == 303

    assert (fresh(product).picture_key, fresh(product).gallery) == (None, [])


def test_only_pictures_of_the_opening_post_are_shown(as_member, product, seller):
    arrange(as_member(seller), product, **{"show-foreign": "y", "show-side": "y"})

    assert [picture["key"] for picture in fresh(product).gallery] == ["side"]


def test_words_that_are_too_long_change_nothing_and_come_back(as_member, product, seller):
    answer = shown(as_member(seller), product, **{"alt-back": "x" * 201})

    assert answer.status_code == 422
    assert "x" * 201 in answer.text
    assert fresh(product).picture_key == "front"


def test_only_the_seller_arranges_them(as_member, product):
    assert arrange(as_member(make.member()), product).status_code == 403
    assert as_member(make.member()).get(f"/t/{product.thread_id}/sell/pictures").status_code == 403


def test_the_sell_form_moves_its_picture_to_the_front_and_keeps_the_rest(as_member, product, seller):
    browser = as_member(seller)
    shown(browser, product)

    browser.post(f"/t/{product.thread_id}/sell", data={**SELL, "picture": "front"})

    assert fresh(product).gallery == [{"key": "front", "alt": ""}, {"key": "back", "alt": "The plug"}]


def test_a_variant_shows_its_own_picture_until_that_is_taken_away(as_member, guest, product, seller):
    browser = as_member(seller)
    shown(browser, product)
    commands.set_axes(fresh(product), [("Light", ["warm", "cold"])], seller=seller, price=None, each=1)
    cold = db.session.scalars(select(Offer).where(Offer.variant == "cold")).one()
    commands.edit(product, [Row(cold.id, picture_key="front")], seller=seller)

    assert "/pictures/front/large" in guest.get(f"/p/{product.id}?v={cold.id}").text
    assert "/pictures/back/large" in guest.get(f"/p/{product.id}").text

    arrange(browser, product, **{"show-back": "y"})
    assert 'class="offer__picture" src="/pictures/back/large"' in guest.get(f"/p/{product.id}?v={cold.id}").text


def test_a_picture_that_is_not_shown_is_no_variants(as_member, product, seller):
    commands.set_axes(product, [("Light", ["warm"])], seller=seller, price=None, each=1)
    warm = db.session.scalars(select(Offer).where(Offer.variant == "warm")).one()

    answer = as_member(seller).post(f"/p/{product.id}/variants", data={f"picture-{warm.id}": "side"})

    assert answer.status_code == 422
