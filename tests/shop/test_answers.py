"""Canned answers: kept by their owner, filled in safely, put into a conversation."""

import pytest

from core.db import db, writing
from core.errors import Refused
from forum.members.models import Member
from forum.threads.models import Post
from shop.answers import commands
from shop.answers.models import CannedAnswer
from shop.answers.queries import tools_of
from shop.answers.rules import MOST, fill_in
from shop.private_offers.queries import cards_and_tools
from shop.products.models import Product
from tests import make
from tests.shop.money import at_once
from tests.shop.offering import offered, on_sale, talk

HERE = "/shop/answers"


@pytest.fixture
def answer(seller):
    return commands.add(seller, "Price", "Hello {name}, the {product} is {price}.")


@pytest.fixture
def where(seller, buyer):
    offer = on_sale(seller, price=2000, product={"title": "Old *brass* lamp"})
    return talk(buyer, seller, f"product:{offer.product_id}")


def test_who_may_not_write_keeps_no_answers(as_member):
    answer = as_member(make.member(email_verified_at=None)).post(HERE, data={"title": "Hours", "body": "Open daily."})
    assert answer.status_code == 403
    assert db.session.query(CannedAnswer).count() == 0


def test_who_is_suspended_changes_no_answer(seller, answer):
    with writing():
        db.session.get_one(Member, seller.id).is_suspended = True

    with pytest.raises(Refused) as refused:
        commands.change(seller, answer.id, "Price", "Pay elsewhere.")

    assert refused.value.code == "suspended"


def test_answers_are_added_changed_and_removed(as_member, seller):
    browser = as_member(seller)

    browser.post(HERE, data={"title": "Hours", "body": "We are open **daily**."})
    [row] = db.session.query(CannedAnswer)
    browser.post(f"{HERE}/{row.id}", data={"title": "Hours", "body": "Only on Sundays."})
    assert "Only on Sundays." in browser.get(HERE).text

    for _click in range(2):
        browser.post(f"{HERE}/{row.id}/remove")
    assert "Only on Sundays." not in browser.get(HERE).text


def test_a_double_click_adds_one_and_a_title_is_used_once(as_member, seller):
    browser, form = as_member(seller), {"title": "Hours", "body": "Daily."}

    first, second = browser.post(HERE, data=form), browser.post(HERE, data=form)
    other = browser.post(HERE, data=form | {"body": "Never."})

    assert (first.status_code, second.status_code, other.status_code) == (303, 303, 422)
    assert "You have an answer of this title already." in other.text
    assert "Never." in other.text
    assert db.session.query(CannedAnswer).count() == 1


def test_at_most_fifty_also_when_many_are_added_at_once(app, as_member, seller):
    for number in range(MOST - 3):
        commands.add(seller, f"Answer {number}", "Yes")

    answers = at_once(app, lambda number: commands.add(make_own(seller), f"More {number}", "Yes").title, range(8))

    assert answers.count("too_many_answers") == 5
    assert db.session.query(CannedAnswer).count() == MOST
    assert as_member(seller).post(HERE, data={"title": "x", "body": "y"}).status_code == 409


def make_own(person):
    return db.session.get_one(type(person), person.id)


@pytest.mark.parametrize("body", ["", "   ", "x" * 4001])
def test_what_makes_no_sense_is_told(as_member, seller, body):
    assert as_member(seller).post(HERE, data={"title": "Title", "body": body}).status_code == 422
    assert as_member(seller).post(HERE, data={"title": "", "body": "Yes"}).status_code == 422


def test_without_scripts_a_link_loads_the_page_with_the_answer_filled_in(as_member, seller, buyer, answer, where):
    browser = as_member(seller)
    page = browser.get(f"/messages/{where}").text
    assert f'href="/messages/{where}?answer={answer.id}#reply"' in page

    filled = browser.get(f"/messages/{where}?answer={answer.id}").text

    assert f"Hello {buyer.username}, the Old \\*brass\\* lamp is $20.00." in filled


def test_with_scripts_its_text_comes_alone(as_member, seller, buyer, answer, where):
    text = as_member(seller).get(f"{HERE}/{answer.id}/text?in={where}")

    assert text.mimetype == "text/plain"
    assert text.text == f"Hello {buyer.username}, the Old \\*brass\\* lamp is $20.00."


def test_a_post_in_a_products_thread_is_about_that_product(as_member, seller, buyer, answer):
    offer = on_sale(seller, price=700, product={"title": "Chair"})
    opening = db.session.query(Post.id).join(Product, Product.thread_id == Post.thread_id).scalar()
    where = talk(buyer, seller, f"post:{opening}")
    on_sale(seller)

    assert "the Chair is $7.00." in as_member(seller).get(f"{HERE}/{answer.id}/text?in={where}").text
    assert f'value="{offer.product_id}"' in as_member(seller).get(f"/messages/{where}/offers/new").text


def test_the_menu_costs_a_conversation_one_statement_and_none_beside_an_offers_card(seller, answer, count_queries):
    buyer, there = make.member(), on_sale(seller)
    commands.add(seller, "About: us", "Hello")
    private = offered(there, seller, buyer)
    menu = (True, [(answer.id + 1, "About: us"), (answer.id, "Price")])
    with count_queries() as sent:
        assert tools_of(seller) == menu
    assert len(sent) == 1

    ids = [private.id]
    with count_queries() as sent:
        assert cards_and_tools(seller, [], ids).tools == menu
    assert len(sent) == 1


def test_what_is_not_known_stays_to_be_seen(as_member, seller, buyer, answer):
    where = talk(buyer, seller)

    text = as_member(seller).get(f"{HERE}/{answer.id}/text?in={where}").text

    assert text == f"Hello {buyer.username}, the {{product}} is {{price}}."


def test_filling_in_runs_once_and_makes_no_markdown():
    values = {"name": "{price}", "product": "[x](https://evil.example)\n> quoted `a` <b>", "price": "$1"}

    said = fill_in("{name} {product} {price} {other} {0} {", values)

    assert said == "{price} \\[x\\](https://evil.example) \\> quoted \\`a\\` \\<b\\> $1 {other} {0} {"


def test_nobody_else_finds_them_nor_the_conversation(as_member, seller, buyer, answer, where):
    other = as_member(buyer)
    strangers = talk(make.member(), make.member())

    for address in (f"{HERE}/{answer.id}", f"{HERE}/{answer.id}/text?in={where}"):
        assert other.get(address).status_code == 404
    assert other.post(f"{HERE}/{answer.id}", data={"title": "a", "body": "b"}).status_code == 404
    assert other.post(f"{HERE}/{answer.id}/remove").status_code == 404
    assert as_member(seller).get(f"{HERE}/{answer.id}/text?in={strangers}").status_code == 404
    assert as_member(seller).get(f"{HERE}/{answer.id}/text?in=x").status_code == 404
    assert "Price" not in other.get(f"/messages/{where}?answer={answer.id}").text.split("composer")[0].split("talk")[-1]
