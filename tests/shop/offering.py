"""What tests of private offers share: a seller and a buyer who talk, offers between them, and how they stand."""

from decimal import Decimal
from itertools import count

from core.clock import now
from core.db import db, writing
from core.errors import Refused
from forum.members.models import Member
from forum.messages.commands import Letter, send
from forum.messages.models import Conversation, Participant
from shop.orders.rules import Choice
from shop.private_offers import commands
from shop.private_offers.models import PrivateOffer
from shop.private_offers.rules import Asked
from tests import make

_keys = count(1)
FIVE = Decimal(5)
HERE = "1 Pier Road"


def here(person):
    """The member as a row of this thread's own session."""
    return db.session.get_one(Member, person.id)


def key():
    return f"offering-{next(_keys)}"


def on_sale(seller, **given):
    """A product on a board that lets its members sell."""
    board = make.board()
    make.membership(seller, board)
    return make.offer(by=seller, on=board, **given)


def talk(buyer, seller, about=None):
    """The buyer writes first; the conversation's id."""
    return send(buyer, seller, Letter("Hello", about)).conversation_id


def asked(**given):
    return Asked(**{"key": key(), "unit_price": 1200, "quantity": 1, "shipping": 300, **given})


def offered(offer, seller, buyer, **given):
    """One private offer of this product, through the real command."""
    where = {"conversation_id": talk(buyer, seller), "product_id": offer.product_id}
    return commands.make(asked(**given), seller=seller, buyer=buyer, **where)


def choose(private, **given):
    return Choice(**{"key": key(), "method": "wallet", "address": HERE, "about": private.about, **given})


def accept(private, buyer, **given):
    return commands.accept(private.id, choose(private, **given), buyer=buyer, fee_percent=FIVE)


def counter(private, actor, **given):
    terms = {"shipping": private.shipping, "delivery": private.delivery, **given}
    return commands.counter(private.id, asked(**terms), actor=actor)


def state_of(private):
    db.session.rollback()
    return db.session.get(PrivateOffer, private.id, populate_existing=True).state


def refused(act, *args, **given):
    """The code with which this is refused; None when it is not."""
    try:
        act(*args, **given)
    except Refused as refusal:
        db.session.rollback()
        return refusal.code
    return None


def conversation(seller, buyer, source="", *, by=None, ago=None):
    """A conversation as a row, begun by the buyer from somewhere."""
    at = now() - ago if ago else now()
    row = Conversation(started_by_id=(by or buyer).id, source=source, started_at=at, last_message_at=at)
    make.saved(row)
    with writing():
        db.session.add_all(Participant(conversation_id=row.id, member_id=one.id) for one in (seller, buyer))
    return row
