"""Make real rows for tests. Say only what the test is about; the rest has a sensible default."""

import secrets
from datetime import timedelta
from itertools import count

from core.clock import now
from core.db import db, writing
from core.text import render_markdown
from forum.boards.models import DEFAULT_LEVELS, ROLE_LEVELS, Board, Membership
from forum.members.auth import hash_token
from forum.members.models import Member, SignIn
from forum.messages.models import Conversation, Message, Participant
from forum.messages.queries import pair_of
from forum.threads.models import Post, Thread
from shop.products.models import Offer, Product
from shop.stock.commands import supply
from shop.stock.models import Stock

_serial = count(1)


def saved(row):
    with writing():
        db.session.add(row)
    return row


def member(*, of: Board | None = None, role: str = "member", **given) -> Member:
    """A verified member; `of` a board with a role (member, moderator, owner, banned)."""
    name = given.pop("username", f"member{next(_serial)}")
    email = given.pop("email", f"{name}@example.org".lower())
    row = saved(
        Member(
            **{
                "username": name,
                "username_lower": name.lower(),
                "name_key": name.lower(),
                "email": email,
                "email_key": email and email.lower(),
                "email_verified_at": now(),
                **given,
            }
        )
    )
    if of:
        membership(row, of, role)
    return row


def operator(**given) -> Member:
    row = member(**given)
    with writing():
        row.role = "operator"
    return row


def membership(member: Member, board: Board, role: str = "member") -> Membership:
    return saved(Membership(member_id=member.id, board_id=board.id, role=role, level=ROLE_LEVELS[role]))


def sign_in(member: Member) -> str:
    """A session row; the token that the cookie holds."""
    token = secrets.token_urlsafe(32)
    saved(SignIn(member_id=member.id, token_hash=hash_token(token), expires_at=now() + timedelta(days=365)))
    return token


def board(access: str = "public", **given) -> Board:
    number = next(_serial)
    levels = dict(zip(("read_level", "reply_level", "start_level", "sell_level"), DEFAULT_LEVELS[access], strict=True))
    return saved(Board(**{"name": f"Board {number}", "slug": f"board-{number}", "access": access, **levels, **given}))


def thread(*, on: Board | None = None, by: Member | None = None, body: str = "The opening post.", **given) -> Thread:
    """A thread with its opening post."""
    author = by or member()
    row = saved(Thread(**{"board_id": (on or board()).id, "author_id": author.id, "title": "A thread", **given}))
    post(to=row, by=author, body=body)
    return row


def post(*, to: Thread, by: Member | None = None, body: str = "A post.", **given) -> Post:
    author = by or member()
    with writing():
        db.session.refresh(to)
        to.post_count += 1
        row = Post(
            **{
                "thread_id": to.id,
                "author_id": author.id,
                "post_no": to.post_count,
                "body": body,
                "html": render_markdown(body),
                "render_version": 1,
                **given,
            }
        )
        to.last_post_at, to.last_poster_id = row.written_at or now(), author.id
        db.session.add(row)
    return row


def offer(*, stock: int = 1, by: Member | None = None, on: Board | None = None, **given) -> Offer:
    """A thread turned into a product with its offer and stock; product fields by `product={...}`."""
    seller = by or member()
    home = given.pop("thread", None) or thread(on=on, by=seller, kind="sale", is_for_sale=True)
    fields = {"thread_id": home.id, "seller_id": seller.id, "title": home.title, **given.pop("product", {})}
    product = saved(Product(**fields))
    row = saved(Offer(**{"product_id": product.id, "price": 1500, "currency": "USD", **given}))
    with writing():
        db.session.add(Stock(offer_id=row.id))
        db.session.flush()
        supply(row.id, stock)
    return row


def talk(*people: Member, said: str = "Hello.", title: str = "", states: dict[int, str] | None = None) -> Conversation:
    """A conversation of these people with one message of the first; `states` by member id where it is not "in"."""
    ids = [person.id for person in people]
    pair = pair_of(*ids) if len(ids) == 2 else None
    row = saved(Conversation(pair=pair, title=title, started_by_id=ids[0], message_count=1))
    for number in ids:
        saved(Participant(conversation_id=row.id, member_id=number, state=(states or {}).get(number, "in")))
    words = {"body": said, "html": render_markdown(said), "words": said.casefold()}
    saved(Message(conversation_id=row.id, message_no=1, author_id=ids[0], **words))
    return row
