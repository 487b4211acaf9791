"""A closed board with a canary in everything it holds, and the outsiders who must never meet one."""

from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select

from core.clock import now
from core.db import db, writing
from core.storage import storage
from forum.boards.models import Application, Invitation
from forum.members.models import Block
from forum.messages.models import Conversation, Message, Participant
from forum.moderation.models import Evidence, Report, TalkReport
from forum.notices.models import Notice
from forum.pictures.models import Picture, storage_key
from forum.threads import commands as threads
from forum.threads.models import PostEdit
from search.saved.models import SavedMatch, SavedSearch
from search.schema import Kind
from shop.addresses.models import Address
from shop.alerts.models import SavedProduct
from shop.answers.models import CannedAnswer
from shop.attributes.models import BoardAttribute
from shop.cart.models import CartItem
from shop.coupons.models import Coupon
from shop.disputes.models import Dispute, DisputeEvidence, EvidencePicture, Verdict
from shop.feedback.models import Feedback, FeedbackCase, FeedbackPicture, Trade
from shop.orders.models import Checkout, Order, OrderEvent, OrderLine
from shop.pickups.models import Pickup, PickupPoint, PickupWindow
from shop.private_offers.models import PrivateOffer
from shop.products.models import Offer, PriceChange, Product
from shop.providers.models import Payment
from shop.returns.models import GoodsReturn, ReturnLine, ReturnPicture
from shop.shipments.models import Shipment, ShipmentLine
from shop.stock import commands as stock
from shop.stock.models import Hold, Limit, Spot, Stock
from shop.terms.models import DeliveryMethod
from tests import make

CANARY = "canaryqx"
CLOSED = ("apply", "invite", "secret")
OUTSIDERS = (
    "guest", "stranger", "unverified", "applicant", "banned", "neighbour", "former",
    "blocked", "former-moderator", "seller", "newcomer",
)  # fmt: skip


@dataclass
class World:
    """One closed board: `values` are what route arguments can be filled with; each leads to something hidden."""

    access: str
    values: dict[str, list[object]]
    member: object
    seller: object
    outsiders: dict[str, object]
    canaries: list[str] = field(default_factory=list)


def canary(*words: object) -> str:
    return CANARY + "".join(str(word) for word in words)


def closed_board(access: str) -> World:
    name = canary("board") if access == "secret" else "Closed board"
    slug = canary("slug") if access == "secret" else f"closed-{access}"
    board = make.board(access, name=name, slug=slug)
    member, seller = make.member(of=board), make.member(of=board, role="owner")
    thread = make.thread(on=board, by=seller, title=canary("title"), body=canary("opening"), kind="sale")
    post = make.post(to=thread, by=member, body=canary("reply"))
    _mark(thread, post, board, seller)
    values = _shop(thread, seller, member) | _rest(board, thread, post, member)
    values |= _private(values, seller)
    values |= _said(order_of(values), member, seller)
    values |= _disputed(order_of(values), member, seller)
    values |= {
        "thread_id": [thread.id],
        "post_id": [post.id],
        "post_no": [1, 2],
        "slug": [slug, canary("title")],
        "username": [member.username, seller.username],
    }
    return World(access, values, member, seller, _outsiders(board, thread, member))


def _mark(thread, post, board, owner) -> None:
    """A tag, and thanks by someone whose name is met nowhere else."""
    threads.set_tags(thread, [canary("tag")], actor=owner)
    threads.thank(post, member=make.member(of=board, username=canary("thanker"), is_findable=False))


def _shop(thread, seller, buyer) -> dict[str, list[object]]:
    offer = make.offer(by=seller, thread=thread, stock=5, product={"title": canary("product"), "picture_key": None})
    with writing():
        thread.is_for_sale = True
        db.session.get_one(Stock, offer.id).sold = 1
    make.saved(PriceChange(offer_id=offer.id, price=1200))
    asked = make.saved(BoardAttribute(board_id=thread.board_id, name=canary("attribute"), kind="text"))
    with writing():
        db.session.get_one(Product, offer.product_id).details = {str(asked.id): canary("detail")}
    order = _order(offer, buyer, seller, "LEAKTEST", canary("line"))
    make.saved(OrderEvent(order_id=order.id, kind="placed", note=canary("event")))
    found = {"product_id": [offer.product_id], "offer_id": [offer.id], "number": [order.number]}
    found |= {"attribute_id": [asked.id]} | _stock(offer, seller) | _checkout(seller, buyer) | _paid(buyer)
    return found | _delivery(order, buyer, seller)


def _stock(offer, seller) -> dict[str, list[object]]:
    """What the seller alone knows of the goods: where they lie, why they moved, how few one may buy."""
    place = stock.add_place(canary("place"), seller=seller)
    stock.receive(Spot(offer.id, "flash", place.id), 2, stock.Why(seller.id, canary("why")))
    stock.set_limit(offer.id, "address", 30, 4)
    return {"place_id": [place.id], "limit_id": list(db.session.scalars(select(Limit.id).filter_by(offer_id=offer.id)))}


def _checkout(seller, buyer) -> dict[str, list[object]]:
    """The buyer's address book, the seller's coupon and way of sending: each its owner's alone."""
    where = {"country": "DE", "street": canary("street"), "city": canary("town"), "postcode": "10115"}
    address = make.saved(Address(member_id=buyer.id, name=canary("name"), is_default=True, **where))
    given = {"kind": "percent", "value": 5, "currency": "USD"}
    coupon = make.saved(Coupon(seller_id=seller.id, code=canary("coupon"), **given))
    span = {"days_least": 1, "days_most": 2, "basis": "amount", "currency": "USD"}
    method = make.saved(DeliveryMethod(seller_id=seller.id, name=canary("method"), **span))
    return {"address_id": [address.id], "coupon_id": [coupon.id], "method_id": [method.id], "rate_id": [10**6]}


def _delivery(order, buyer, seller) -> dict[str, list[object]]:
    """A parcel of the order and a return with a picture: the business of two."""
    line = db.session.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).one()
    parcel = make.saved(Shipment(order_id=order.id, parcel_no=1, key="leak", state="sent", tracking=canary("tracking")))
    make.saved(ShipmentLine(shipment_id=parcel.id, order_line_id=line.id, quantity=1))
    said = {"words": canary("complaint"), "answer": canary("mind"), "send_to": canary("sendto"), "reason": "other"}
    back = make.saved(GoodsReturn(order_id=order.id, key="leak", **said))
    make.saved(ReturnLine(return_id=back.id, order_line_id=line.id, quantity=1))
    shown = make.saved(Picture(key="leakreturned", owner_id=buyer.id, width=10, height=10, bytes=10))
    make.saved(ReturnPicture(return_id=back.id, picture_id=shown.id))
    storage().put(storage_key(shown.key, "large"), canary("returned").encode())
    return {"parcel_id": [parcel.id], "return_id": [back.id]} | _pickup(order, seller)


def _pickup(order, seller) -> dict[str, list[object]]:
    """The seller's point with a window that the order's buyer chose."""
    at = {"name": canary("point"), "place": canary("corner")}
    point = make.saved(PickupPoint(keeper_id=seller.id, **at))
    times = {"starts_at": now() + timedelta(days=1), "ends_at": now() + timedelta(days=2), "cutoff_at": now()}
    window = make.saved(PickupWindow(point_id=point.id, capacity=5, taken=1, **times))
    make.saved(Pickup(order_id=order.id, window_id=window.id, code="LEAKCDE"))
    return {"point_id": [point.id], "window_id": [window.id]}


def _order(offer, buyer, seller, number, title) -> Order:
    checkout = make.saved(Checkout(buyer_id=buyer.id, key=number))
    hold = make.saved(
        Hold(offer_id=offer.id, member_id=buyer.id, quantity=1, state="sold", expires_at=checkout.opened_at)
    )
    terms = {"currency": "USD", "goods": 1500, "method": "transfer", "delivery": "ship", "address": canary("address")}
    order = make.saved(Order(number=number, checkout_id=checkout.id, buyer_id=buyer.id, seller_id=seller.id, **terms))
    line = {"order_id": order.id, "offer_id": offer.id, "hold_id": hold.id, "unit_price": 1500, "quantity": 1}
    make.saved(OrderLine(title=title, **line))
    return order


def _paid(buyer) -> dict[str, list[object]]:
    """A payment of the board's member, which says where it leads."""
    told = {"key": "leak", "provider": canary("provider"), "purpose": "order", "about": canary("order")}
    told |= {"address": canary("address"), "amount": 1500, "currency": "USD", "until": now()}
    payment = make.saved(Payment(reference="PKEAK2345678KEAK", member_id=buyer.id, **told))
    return {"reference": [payment.reference]}


def _rest(board, thread, post, member) -> dict[str, list[object]]:
    size = {"width": 10, "height": 10, "bytes": 10}
    picture = make.saved(Picture(key="leakpicture", owner_id=member.id, board_id=board.id, post_id=post.id, **size))
    make.saved(PostEdit(post_id=post.id, editor_id=member.id, body=canary("before")))
    applicant = make.member()
    asked = make.saved(
        Application(board_id=board.id, member_id=applicant.id, answers=[["Why?", canary("answer")]], state="waiting")
    )
    words = _words(board, post, member, applicant)
    letter = db.session.scalars(select(Message.id).where(Message.conversation_id == words["conversation_id"][0])).one()
    enclosed = make.saved(Picture(key="leakenclosed", owner_id=member.id, message_id=letter, **size))
    for shown, name in ((picture, "picture"), (enclosed, "enclosed")):
        storage().put(storage_key(shown.key, "large"), canary(name).encode())
    search = make.saved(SavedSearch(member_id=member.id, key="member", name=canary("search"), asked={"q": canary("q")}))
    kept = {"search_id": [search.id], "key": [picture.key, enclosed.key, "leakreturned"], "application_id": [asked.id]}
    return kept | words


def _words(board, post, member, other) -> dict[str, list[object]]:
    """A report and an invitation of the board, and two members' conversation: nobody else's business."""
    reported = make.saved(
        Report(post_id=post.id, board_id=board.id, reporter_id=other.id, reason=canary("report"), state="waiting")
    )
    made = {"board_id": board.id, "created_by_id": member.id, "expires_at": now() + timedelta(days=1)}
    invitation = make.saved(Invitation(token="leak-invitation", quota=1, **made))
    talk = make.saved(Conversation(pair=f"{member.id}:{other.id}", message_count=1))
    for person in (member, other):
        make.saved(Participant(conversation_id=talk.id, member_id=person.id))
    said = {"message_no": 1, "author_id": member.id, "body": canary("message"), "html": canary("message")}
    make.saved(Message(conversation_id=talk.id, **said))
    made = {"report_id": [reported.id], "invitation_id": [invitation.id], "message_no": [1]}
    return made | _talks(talk, member, other)


def _talks(talk, member, other) -> dict[str, list[object]]:
    """Beside the two people's conversation one of several and a stranger's request; what was reported of the first."""
    title, stranger = canary("talk"), make.member(username="talk-stranger")
    group = make.talk(member, other, make.member(), title=title, said=canary("group"))
    request = make.talk(stranger, member, said=canary("request"), states={member.id: "request"})
    message = db.session.scalars(select(Message).where(Message.conversation_id == talk.id)).one()
    report = make.saved(TalkReport(conversation_id=talk.id, reporter_id=other.id, key="k", reason=canary("complaint")))
    copied = {"message_id": message.id, "message_no": 1, "author_id": member.id, "written_at": now()}
    make.saved(Evidence(talk_report_id=report.id, body=canary("evidence"), html=canary("evidence"), **copied))
    return {"conversation_id": [talk.id, group.id, request.id], "talk_report_id": [report.id]}


def order_of(values) -> Order:
    return db.session.scalars(select(Order).where(Order.number == values["number"][0])).one()


def _said(order, buyer, seller) -> dict[str, list[object]]:
    """Feedback on what was bought there, shown to who may read the thread; a report of it; a trade of two members."""
    line = db.session.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).one()
    product_id = db.session.get_one(Offer, line.offer_id).product_id
    said = {"stars": 4, "body": "x", "html": canary("feedback"), "reply_html": canary("answer"), "replied_at": now()}
    said |= {"shown_at": now(), "closes_at": now(), "author_id": buyer.id, "about_id": seller.id, "side": "buyer"}
    review = make.saved(Feedback(order_line_id=line.id, product_id=product_id, **said))
    gone = {"removed_at": now(), "removed_by_id": buyer.id, "removed_reason": canary("why")}
    said |= {"author_id": seller.id, "about_id": buyer.id, "side": "seller"}
    removed = make.saved(Feedback(order_line_id=line.id, product_id=product_id, **said, **gone))
    shown = make.saved(Picture(key="leakfeedback", owner_id=buyer.id, width=10, height=10, bytes=10))
    storage().put(storage_key(shown.key, "large"), canary("shown").encode())
    make.saved(FeedbackPicture(feedback_id=review.id, key=shown.key))
    case = make.saved(FeedbackCase(feedback_id=review.id, kind="report", member_id=seller.id, reason=canary("case")))
    trade = make.saved(Trade(proposer_id=buyer.id, other_id=seller.id, what=canary("trade"), key="k"))
    values = {"line_id": [line.id], "feedback_id": [review.id, removed.id], "case_id": [case.id]}
    return values | {"trade_id": [trade.id], "key": ["leakpicture", "leakenclosed", shown.key]}


def _disputed(order, buyer, seller) -> dict[str, list[object]]:
    """A dispute that the two settle between them: no arbiter was called, so not even operators see it."""
    dispute = make.saved(Dispute(order_id=order.id, reason="damaged", asked=100, appeal_reason=canary("appeal")))
    said = {"dispute_id": dispute.id, "author_id": buyer.id, "key": "k", "html": canary("claim")}
    claim = make.saved(DisputeEvidence(**said))
    shown = make.saved(Picture(key="leakevidence", owner_id=buyer.id, width=10, height=10, bytes=10))
    storage().put(storage_key(shown.key, "large"), canary("proof").encode())
    make.saved(EvidencePicture(evidence_id=claim.id, key=shown.key))
    decided = {"instance": 1, "arbiter_id": make.member().id, "award": 1, "refunded": 0, "reason": canary("verdict")}
    make.saved(Verdict(dispute_id=dispute.id, **decided))
    return {"dispute_id": [dispute.id], "key": ["leakpicture", "leakenclosed", "leakfeedback", shown.key]}


def _private(values, seller) -> dict[str, list[object]]:
    """An offer in the conversation of two, for one of them, and a seller's ready answer."""
    talk = db.session.get_one(Conversation, values["conversation_id"][0])
    member_id, other_id = map(int, talk.pair.split(":"))
    terms = {"unit_price": 900, "quantity": 1, "currency": "USD", "delivery": "ship", "key": "leak"}
    terms |= {"title": canary("offered"), "note": canary("note"), "valid_until": now() + timedelta(days=3)}
    people = {"seller_id": member_id, "buyer_id": other_id, "made_by_id": member_id}
    made = make.saved(PrivateOffer(conversation_id=talk.id, offer_id=values["offer_id"][0], **people, **terms))
    answer = make.saved(CannedAnswer(member_id=seller.id, title=canary("answer"), body=canary("answered")))
    return {"private_offer_id": [made.id], "answer_id": [answer.id]}


def _outsiders(board, thread, member) -> dict[str, object]:
    """Each may have been closer once: read marks, watches and notices of the past must not let them look back in."""
    people = {name: make.member(username=f"outsider-{name}") for name in OUTSIDERS if name != "guest"}
    with writing():
        people["unverified"].email_verified_at = None
    make.saved(Application(board_id=board.id, member_id=people["applicant"].id, answers=[], state="waiting"))
    make.membership(people["banned"], board, "banned")
    make.membership(people["neighbour"], make.board("secret", name="Another one", slug="another-one"))
    make.saved(Block(member_id=member.id, blocked_id=people["blocked"].id))
    make.offer(by=people["seller"])
    was = make.membership(people["former-moderator"], board, "moderator")
    with writing():
        db.session.delete(was)
        people["newcomer"].joined_at = now()
    offer_id = _offer_of(thread)
    product_id = db.session.get_one(Offer, offer_id).product_id
    for name in ("banned", "former", "former-moderator"):
        _kept(people[name], board, thread, product_id)
        offer = db.session.get_one(Offer, offer_id)
        bought = _order(offer, people[name], people["seller"], f"OWN{name.upper()}", "What I bought")
        with writing():
            bought.address = "My own address"
        facts = {"title": canary("notice"), "state": "accepted", "reason": canary("reason")}
        for kind in ("reply", "decision", "application", "report"):
            told = {"kind": kind, "key": f"old-{kind}-{name}", "address": thread.address, "facts": facts}
            make.saved(Notice(member_id=people[name].id, board_id=board.id, actor_id=member.id, **told))
        make.saved(CartItem(member_id=people[name].id, offer_id=offer_id, quantity=1, price_seen=1500))
    return {"guest": None, **people}


def _kept(former, board, thread, product_id) -> None:
    """What they saved and what it found, from a time when they might read it."""
    price = {"currency": "USD", "price_saved": 2000, "price_seen": 2000}
    make.saved(SavedProduct(member_id=former.id, product_id=product_id, **price))
    search = make.saved(
        SavedSearch(member_id=former.id, key="former", name="Mine", asked={"q": "canary*"}, tell="daily")
    )
    make.saved(SavedMatch(search_id=search.id, kind=int(Kind.POST), row_id=1))
    facts = {"search": "Mine", "what": "post", "title": canary("found"), "wish": canary("wish"), "was": 2, "price": 1}
    for kind in ("search-found", "wish-for-shop", "offer-for-wish", "price-drop", "back-in-stock"):
        told = {"kind": kind, "key": f"kept-{kind}", "address": thread.address, "facts": facts | {"currency": "USD"}}
        make.saved(Notice(member_id=former.id, board_id=board.id, thread_id=thread.id, **told))


def _offer_of(thread) -> int:
    query = select(Offer.id).join(Product, Product.id == Offer.product_id).where(Product.thread_id == thread.id)
    return db.session.scalars(query.where(Offer.is_lead)).one()
