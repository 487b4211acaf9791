"""Private offers as the two they concern have them; for everyone else there are none. Nothing here writes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from core.clock import now
from core.db import db
from core.errors import Invalid, Missing
from core.i18n import _
from forum.boards.queries import sellable_board_ids
from forum.members.models import Member
from forum.messages.models import Message, Participant
from forum.threads.models import Thread
from shop.answers.queries import is_about, is_here, subject_of, tools_columns, tools_in
from shop.cart.queries import held_by, is_visible
from shop.cart.rules import Agreed, Line
from shop.orders.models import Order
from shop.orders.words import state_of
from shop.private_offers import rules
from shop.private_offers.models import ACCEPTED, OPEN, SHIP, PrivateOffer
from shop.products.models import Offer, Product
from shop.products.queries import OfferCard, choice_of, free_in_all, free_units, visible_products, whole_cards
from shop.stock.models import Stock

SHELF = 50  # own products to choose from


@dataclass(frozen=True)
class PrivateCard:
    """A private offer with all that its card shows now. `card` is None when the viewer may not see the product."""

    offer: PrivateOffer
    seller: Member
    buyer: Member
    card: OfferCard | None
    free: int
    order: Order | None
    viewer_id: int
    at: datetime

    @property
    def state(self) -> str:
        return rules.state_at(self.offer, self.at)

    @property
    def is_open(self) -> bool:
        return self.state == OPEN

    @property
    def maker(self) -> Member:
        return self.seller if self.offer.is_by_seller else self.buyer

    @property
    def may(self) -> frozenset[str]:
        return rules.actions(self.offer, self.viewer_id, self.at)

    @property
    def is_mine(self) -> bool:
        return self.viewer_id == self.offer.made_by_id

    @property
    def may_pay(self) -> bool:
        """It waits for its buyer, who is looking at it."""
        return rules.ACCEPT in self.may and self.offer.is_by_seller

    @property
    def problem(self) -> str:
        """Why an open one cannot be bought as things stand: gone, closed, fewer, sold_out; or nothing."""
        return self.line.problem if self.is_open else ""

    @property
    def line(self) -> Line:
        """What the buyer would buy, at the agreed terms."""
        offer = self.offer
        agreed = Agreed(offer.unit_price, offer.shipping, offer.delivery == SHIP)
        return Line(offer.offer_id, offer.quantity, offer.unit_price, self.card, self.free, agreed)

    @property
    def order_state(self) -> tuple[str, str] | None:
        return state_of(self.order) if self.order is not None and self.offer.state == ACCEPTED else None


def _cards(viewer: Any) -> Select[Any]:
    """Only for the two, and only while they are in the conversation. One statement, narrowed by the caller."""
    seller, buyer = aliased(Member), aliased(Member)
    units = free_units() + held_by(viewer.id)
    query = select(PrivateOffer, seller, buyer, Product, Offer, Order, units, is_visible(viewer))
    query = query.join(Offer, Offer.id == PrivateOffer.offer_id).join(Product, Product.id == Offer.product_id)
    query = query.join(Stock, Stock.offer_id == Offer.id).join(Thread, Thread.id == Product.thread_id)
    query = query.join(seller, seller.id == PrivateOffer.seller_id).join(buyer, buyer.id == PrivateOffer.buyer_id)
    query = query.outerjoin(Order, Order.id == PrivateOffer.order_id)
    return query.where(_is_one_of_two(viewer)).order_by(PrivateOffer.id)


def _is_one_of_two(viewer: Any) -> ColumnElement[bool]:
    takes_part = select(Participant.id).where(
        Participant.conversation_id == PrivateOffer.conversation_id, Participant.member_id == viewer.id
    )
    takes_part = takes_part.where(is_here(Participant))
    is_concerned = or_(PrivateOffer.seller_id == viewer.id, PrivateOffer.buyer_id == viewer.id)
    return is_concerned & takes_part.exists()


def _found(query: Select[Any], viewer: Any) -> list[PrivateCard]:
    return [_card(viewer, *row) for row in db.session.execute(query.execution_options(populate_existing=True))]


def _card(viewer: Any, *row: Any) -> PrivateCard:
    private, seller, buyer, product, offer, order, free, visible = row
    card = OfferCard(product, offer, seller, int(free)) if visible else None
    return PrivateCard(private, seller, buyer, card, int(free), order, viewer.id, now())


def offer_for(viewer: Any, private_offer_id: int) -> PrivateCard:
    """Missing for all but the two. One statement."""
    found = _found(_cards(viewer).where(PrivateOffer.id == private_offer_id), viewer)
    if not found:
        raise Missing
    return found[0]


def chain_for(viewer: Any, private_offer_id: int) -> tuple[PrivateCard, list[PrivateCard]]:
    """The offer and all links of its chain, the first one first. One statement."""
    first = select(func.coalesce(PrivateOffer.first_id, PrivateOffer.id)).where(PrivateOffer.id == private_offer_id)
    begins = first.scalar_subquery()
    chain = _found(_cards(viewer).where(or_(PrivateOffer.id == begins, PrivateOffer.first_id == begins)), viewer)
    asked_for = next((link for link in chain if link.offer.id == private_offer_id), None)
    if asked_for is None:
        raise Missing
    return asked_for, chain


@dataclass(frozen=True)
class Shown:
    """Cards by id. `tools`: what the viewer sells with (shop.answers.queries.tools_of); None if there was no card."""

    products: dict[int, OfferCard]
    private: dict[int, PrivateCard]
    tools: tuple[bool, Any] | None


def cards_and_tools(viewer: Any, product_ids: list[int], ids: list[int]) -> Shown:
    """Of these products those that the viewer may see, of these private offers those that are theirs. One statement:
    a conversation's page has none to spare."""
    seller, buyer, visible = aliased(Member), aliased(Member), is_visible(viewer)
    its = (PrivateOffer.offer_id == Offer.id) & PrivateOffer.id.in_(ids) & _is_one_of_two(viewer)
    columns = (PrivateOffer, seller, buyer, Product, Offer, Order, free_units() + held_by(viewer.id), visible)
    query = select(*columns, free_in_all(), *tools_columns(viewer)).select_from(Product)
    query = query.join(Offer, Offer.product_id == Product.id).join(Stock, Stock.offer_id == Offer.id)
    query = query.join(Thread, Thread.id == Product.thread_id).join(seller, seller.id == Product.seller_id)
    query = query.outerjoin(PrivateOffer, its).outerjoin(buyer, buyer.id == PrivateOffer.buyer_id)
    query = query.outerjoin(Order, Order.id == PrivateOffer.order_id).order_by(PrivateOffer.id)
    query = query.where(Product.id.in_(_meant(product_ids, ids)))
    query = query.where(or_(Product.id.in_(product_ids) & Offer.is_lead & visible, PrivateOffer.id.is_not(None)))
    rows = list(db.session.execute(query.execution_options(populate_existing=True)))
    seen = [row for row in rows if row[7] and row[4].is_lead and row[3].id in product_ids]
    products = {row[3].id: OfferCard(row[3], row[4], row[1], int(row[8]), is_whole=True) for row in seen}
    private = {row[0].id: _card(viewer, *row[:8]) for row in rows if row[0] is not None}
    return Shown(products, private, tools_in(*rows[0][-2:]) if rows else None)


def _meant(product_ids: list[int], ids: list[int]) -> Any:
    """One list of products for the planner: of an OR of two it makes a walk through all of them."""
    offered = select(Offer.product_id).join(PrivateOffer, PrivateOffer.offer_id == Offer.id)
    named = select(Offer.product_id).where(Offer.product_id.in_(product_ids))
    return named.union_all(offered.where(PrivateOffer.id.in_(ids)))


def made_before(maker: Member, key: str) -> PrivateOffer | None:
    """What this form made already."""
    return db.session.scalar(select(PrivateOffer).where(PrivateOffer.made_by_id == maker.id, PrivateOffer.key == key))


def others_in(member: Member, conversation_id: int) -> list[Member]:
    """With whom the member is in this conversation; Missing for who is not in it. One statement."""
    mine, theirs = aliased(Participant), aliased(Participant)
    query = select(Member).join(theirs, theirs.member_id == Member.id)
    query = query.join(mine, mine.conversation_id == theirs.conversation_id)
    query = query.where(mine.member_id == member.id, mine.conversation_id == conversation_id, Member.id != member.id)
    query = query.where(is_here(mine), is_here(theirs))
    found = list(db.session.scalars(query.order_by(theirs.id)))
    if not found:
        raise Missing
    return found


def sellable_by(seller: Member) -> Any:
    """The seller's own open products that they may still sell, newest first."""
    own = visible_products(seller).where(Product.seller_id == seller.id, Product.is_open)
    return own.where(Thread.board_id.in_(sellable_board_ids(seller))).order_by(Product.id.desc())


@dataclass(frozen=True)
class Making:
    """What the form for a new offer needs. `card` is None until a product is chosen; `others` are who it may be for;
    `variants` what of the product there is to choose from, nothing if it is one thing."""

    conversation_id: int
    others: list[Member]
    shelf: list[OfferCard]
    card: OfferCard | None
    variants: list[OfferCard]


def making(seller: Member, conversation_id: int, product_id: int | None) -> Making:
    """For a product of the seller's own, else the one that was talked about, else the only one, if any are left of it.

    The product 0 is none: the list to choose from. Four statements; five with variants.
    """
    others, shelf = others_in(seller, conversation_id), shelf_for(seller)
    if product_id is not None:
        card = own_product(seller, product_id) if product_id else None
        return Making(conversation_id, others, shelf, card, _variants(card))
    talked_of = whole_cards(sellable_by(seller).where(is_about(subject_of(conversation_id))))
    only = shelf if len(shelf) == 1 else []
    card = next((card for card in talked_of or only if card.free), None)
    return Making(conversation_id, others, shelf, card, _variants(card))


def _variants(card: OfferCard | None) -> list[OfferCard]:
    choice = choice_of(card) if card else None
    return choice.variants if choice else []


def shelf_for(seller: Member) -> list[OfferCard]:
    return whole_cards(sellable_by(seller).limit(SHELF))


def own_product(seller: Member, product_id: int) -> OfferCard:
    """One of them; Missing for what is not theirs, closed, or not to be sold any more."""
    found = whole_cards(sellable_by(seller).where(Product.id == product_id))
    if not found:
        raise Missing
    return found[0]


def own_offer(seller: Member, product_id: int, offer_id: int) -> OfferCard:
    """The same, and of a product with variants the one that is named; Invalid at "offer" when none of them is."""
    whole = own_product(seller, product_id)
    choice = choice_of(whole, offer_id)
    if choice is None:
        return whole
    if choice.chosen is None:
        raise Invalid("offer", _("Choose one of these."))
    return choice.chosen


def may_still_sell(seller: Member, card: OfferCard) -> bool:
    query = select(Thread.id).where(Thread.id == card.product.thread_id, Thread.deleted_at.is_(None))
    may = db.session.scalar(query.where(Thread.board_id.in_(sellable_board_ids(seller)))) is not None
    return may and seller.is_verified


def message_of(offer: PrivateOffer) -> Message | None:
    """The message that brought it into the conversation, with its author."""
    query = select(Message).where(Message.conversation_id == offer.conversation_id)
    return db.session.scalar(query.where(Message.message_no == offer.message_no).options(joinedload(Message.author)))


def overdue(at: datetime) -> list[int]:
    """Open offers past their time, for the sweeper."""
    query = select(PrivateOffer.id).where(PrivateOffer.state == OPEN, PrivateOffer.valid_until <= at)
    return list(db.session.scalars(query.order_by(PrivateOffer.id).limit(500)))
