"""What a board asks of its things, and how sellers answer."""

import pytest
from sqlalchemy import select

from core.db import db
from forum.members.models import Member
from search import documents
from search.schema import Kind
from shop.attributes import commands
from shop.attributes.models import BoardAttribute
from shop.attributes.rules import Asked
from shop.products.models import Product
from shop.variants import commands as variants
from tests import make

pytestmark = pytest.mark.usefixtures("unlimited")
SELL = {"title": "A lens", "price": "20", "stock": "1", "condition": "good", "ships": "y", "delivery_shown": "yes"}


@pytest.fixture
def board(app):
    return make.board()


@pytest.fixture
def moderator(board):
    return make.member(of=board, role="moderator")


@pytest.fixture
def mount(board, moderator):
    return commands.ask(board, Asked("Mount", "choice", choices=("E", "F")), actor=moderator)


@pytest.fixture
def length(board, moderator):
    return commands.ask(board, Asked("Focal length", "number", unit="mm"), actor=moderator)


@pytest.fixture
def thread(board):
    return make.thread(on=board, by=make.member(of=board))


def sell(as_member, thread, **given):
    seller = db.session.get_one(Member, thread.author_id)
    form = {**SELL, "attributes_shown": "yes", **given}
    return as_member(seller).post(f"/t/{thread.id}/sell", data=form)


def details(thread):
    query = select(Product.details).where(Product.thread_id == thread.id)
    return db.session.scalars(query).one()


def test_a_moderator_asks_and_the_record_says_so(as_member, board, moderator):
    browser = as_member(moderator)
    form = {"name": "Focal length", "kind": "number", "unit": "mm"}

    for _time in range(2):
        assert browser.post(f"/b/{board.slug}/attributes", data=form).status_code == 303

    [row] = db.session.scalars(select(BoardAttribute)).all()
    assert (row.name, row.kind, row.unit) == ("Focal length", "number", "mm")
    assert "Focal length" in browser.get(f"/b/{board.slug}/attributes").text
    assert browser.get(f"/b/{board.slug}/record").text.count("asks of things for sale:") == 1


def test_members_may_not_and_outsiders_of_a_closed_board_find_nothing(as_member, board):
    secret = make.board("secret")
    member = make.member(of=board)

    assert as_member(member).get(f"/b/{board.slug}/attributes").status_code == 403
    assert as_member(member).post(f"/b/{board.slug}/attributes", data={"name": "A", "kind": "text"}).status_code == 403
    assert as_member(member).get(f"/b/{secret.slug}/attributes").status_code == 404


def test_the_sell_form_asks_and_the_product_page_answers(as_member, guest, thread, mount, length):
    answer = sell(as_member, thread, **{f"attribute-{mount.id}": "E", f"attribute-{length.id}": "85,50"})

    assert answer.status_code == 303
    assert details(thread) == {str(mount.id): "E", str(length.id): "85.5"}
    product = db.session.scalars(select(Product)).one()
    page = guest.get(f"/p/{product.id}").text
    assert "<dt>Focal length</dt><dd>85.5 mm</dd>" in page
    assert page.index("<dt>Mount</dt>") < page.index("<dt>Focal length</dt>")


@pytest.mark.parametrize("typed", ["long", "٣", "1" * 20, "1e3"])
def test_an_answer_that_does_not_fit_stands_at_its_field_and_sells_nothing(as_member, thread, length, typed):
    number = length.id

    answer = sell(as_member, thread, **{f"attribute-{number}": typed})

    assert answer.status_code == 422
    assert f'id="attribute-{number}-error"' in answer.text
    assert 'value="A lens"' in answer.text
    assert db.session.scalars(select(Product)).all() == []


def test_a_choice_is_one_of_those_there_are(as_member, thread, mount):
    assert sell(as_member, thread, **{f"attribute-{mount.id}": "Q"}).status_code == 422
    assert sell(as_member, thread, **{f"attribute-{mount.id}": "F"}).status_code == 303


def test_a_form_that_knows_nothing_of_attributes_leaves_the_answers(as_member, thread, length):
    sell(as_member, thread, **{f"attribute-{length.id}": "50"})

    sell(as_member, thread, attributes_shown="", **{"title": "Another name"})
    assert details(thread) == {str(length.id): "50"}

    again = as_member(make.operator()).get(f"/t/{thread.id}/sell")
    assert again.status_code == 403


def test_a_renamed_attribute_keeps_its_answers(as_member, guest, board, moderator, thread, length):
    sell(as_member, thread, **{f"attribute-{length.id}": "50"})
    address = f"/p/{db.session.scalars(select(Product.id)).one()}"
    browser = as_member(moderator)

    browser.post(f"/b/{board.slug}/attributes/{length.id}", data={"name": "Length", "unit": "cm", "place": "3"})
    assert "<dt>Length</dt><dd>50 cm</dd>" in guest.get(address).text

    for _time in range(2):
        assert browser.post(f"/b/{board.slug}/attributes/{length.id}/remove").status_code == 303
    assert "Length" not in guest.get(address).text


@pytest.mark.parametrize(
    "typed",
    [{"name": "", "kind": "text"}, {"name": "A", "kind": "colour"}, {"name": "A", "kind": "choice", "choices": "one"},
     {"name": "A\x00", "kind": "text"}, {"name": "mount", "kind": "text"}],
)  # fmt: skip
def test_a_question_that_makes_no_sense_is_refused_at_its_field(as_member, board, moderator, mount, typed):
    answer = as_member(moderator).post(f"/b/{board.slug}/attributes", data=typed)

    assert answer.status_code == 422
    assert len(db.session.scalars(select(BoardAttribute)).all()) == 1


def test_a_board_asks_for_twenty_things_at_most(as_member, board, moderator):
    for number in range(20):
        commands.ask(board, Asked(f"Name {number}", "text"), actor=moderator)

    answer = as_member(moderator).post(f"/b/{board.slug}/attributes", data={"name": "More", "kind": "text"})

    assert answer.status_code == 409


def test_another_boards_attribute_is_not_here(as_member, board, moderator, mount):
    other = make.board()
    stranger = make.member(of=other, role="moderator")

    assert as_member(stranger).get(f"/b/{other.slug}/attributes/{mount.id}").status_code == 404
    as_member(stranger).post(f"/b/{other.slug}/attributes/{mount.id}/remove")
    assert len(db.session.scalars(select(BoardAttribute)).all()) == 1


def test_answers_and_variants_are_words_that_the_search_finds(as_member, thread, board, moderator):
    maker = commands.ask(board, Asked("Maker", "text"), actor=moderator)
    sell(as_member, thread, **{f"attribute-{maker.id}": "Voigtländer"})
    product = db.session.scalars(select(Product)).one()
    seller = db.session.get_one(Member, thread.author_id)
    variants.set_axes(product, [("Finish", ["chrome", "black"])], seller=seller, price=None, each=1)

    [document] = documents.every([Kind.PRODUCT])

    assert {"Voigtländer", "chrome", "black"} <= set(document.text.split())
