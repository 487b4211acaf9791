"""The pages that are measured, found in the seeded database, and how one signs in to fetch them as a member."""

import http.client
import itertools
import secrets
import threading
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select

from bench.measure import Send, get, post
from core.clock import now
from core.db import db, writing
from forum.boards.models import ANYONE, Board
from forum.members.auth import hash_token
from forum.members.models import Member, SignIn
from forum.threads.models import Thread
from shop.ledger.commands import Movement, transfer
from shop.products.models import Offer, Product
from shop.stock.commands import supply

MANY = 5000  # posts of the long thread
LIMITED = ("post", "post-new", "search", "suggest", "checkout", "preview")  # limits that a benchmark would reach


@dataclass(frozen=True)
class Site:
    """Ids in the seeded database, and the cookie and token of a signed-in member."""

    board: str
    thread: int
    posts: int
    long_thread: int
    offer: int
    product: int
    headers: dict[str, str]
    token: str


def prepare(app: Flask) -> Site:
    """Pick what to fetch, sign a member in and give them money. Writes to the bench's own database only."""
    with app.app_context():
        thread = a_thread(20, 60)
        board = db.session.get_one(Board, thread.board_id)
        offer = _offer()
        member = db.session.scalars(
            select(Member).where(Member.email_verified_at.is_not(None)).order_by(Member.id)
        ).all()[1]
        token = secrets.token_urlsafe(32)
        with writing():
            expires = now() + timedelta(days=30)
            db.session.add(SignIn(member_id=member.id, token_hash=hash_token(token), expires_at=expires))
            currency = app.config["CURRENCY"]
            key = f"bench:{token}"
            supply(offer.id, 1_000_000)
            outside, wallet = f"outside:{currency}", f"wallet:{member.id}:{currency}"
            transfer(Movement(outside, wallet, 10**9, currency, "top_up", key, "bench"))
        cookie, csrf = signed_cookie(app, token)
        headers = {"Cookie": cookie, "X-CSRFToken": csrf, "Accept-Encoding": "gzip"}
        return Site(
            board.slug,
            thread.id,
            thread.post_count,
            a_thread(MANY, 10**9).id,
            offer.id,
            offer.product_id,
            headers,
            csrf,
        )


def a_thread(low: int, high: int) -> Thread:
    query = select(Thread).join(Board, Board.id == Thread.board_id)
    query = query.where(Board.read_level == ANYONE, Thread.post_count.between(low, high), ~Thread.is_locked)
    return db.session.scalars(query.order_by(Thread.id)).first()  # type: ignore[return-value]


def _offer() -> Offer:
    """Something that is sold where everybody may read, and sent by post."""
    query = select(Offer).join(Product, Product.id == Offer.product_id).join(Thread, Thread.id == Product.thread_id)
    query = query.join(Board, Board.id == Thread.board_id).where(Board.read_level == ANYONE, Product.is_open)
    query = query.where(Product.ships, Offer.is_lead, Offer.limit_per_member.is_(None))
    return db.session.scalars(query.order_by(Offer.id)).first()  # type: ignore[return-value]


def signed_cookie(app: Flask, token: str) -> tuple[str, str]:
    """A session cookie as the site itself would sign it, with its CSRF token."""
    raw = secrets.token_hex(20)
    session = app.session_interface.get_signing_serializer(app).dumps(  # type: ignore[attr-defined]
        {"_user_id": token, "_fresh": True, "csrf_token": raw}
    )
    csrf = _csrf(app, raw)
    return f"{app.config['SESSION_COOKIE_NAME']}={session}", csrf


def _csrf(app: Flask, raw: str) -> str:
    """Flask-WTF's own way of signing."""
    return str(URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token").dumps(raw))  # type: ignore[arg-type]


def reading(site: Site) -> dict[str, Send]:
    """The GET pages by name."""
    member = site.headers
    return {
        "home, guest": get("/"),
        "home, member": get("/", member),
        "board, guest": get(f"/b/{site.board}"),
        "board, member": get(f"/b/{site.board}", member),
        "thread of 20, guest": get(f"/t/{site.thread}"),
        "thread of 20, member": get(f"/t/{site.thread}", member),
        "long thread, page 1": get(f"/t/{site.long_thread}"),
        "long thread, page 250": get(f"/t/{site.long_thread}?page=250"),
        "product, guest": get(f"/p/{site.product}"),
        "search": get(lambda number: f"/search?q={WORDS[number % len(WORDS)]}", member),
        "search, people": get(lambda number: f"/search?tab=people&q={WORDS[number % len(WORDS)]}", member),
        "suggestions": get(lambda number: f"/search/suggest?q={BEGUN[number % len(BEGUN)]}", member),
        "search, refused": get(lambda number: f"/search?q={HOSTILE[number % len(HOSTILE)]}", member, 422),
        "search, the most allowed": get(lambda number: f"/search?q={HARD[number % len(HARD)]}", member),
    }


WORDS = ("camera", "lens+manual", "coffee", "%E5%87%8F%E8%82%A5", "market+price")
BEGUN = ("cam", "manual+le", "coffee+gri", "%E5%87%8F", "market+pr")
HOSTILE = ("a*+" * 1000, "(" * 30_000 + ")" * 30_000, "a+OR+" * 1000, "x" * 60_000)  # beyond 64 kB the server says 414
HARD = (
    "co*+th*+an*",
    "the+of+and+to+in+is+for+it+on+with+that+this",
    "%22the+of+and+to+in+is+for+it+on+with%22",
    "a+OR+the+OR+of",
)


def writing_pages(site: Site) -> dict[str, Send]:
    """The POSTs by name: a reply (htmx), and an item put into the cart and bought from the wallet."""
    fragment = {**site.headers, "HX-Request": "true", "HX-Request-Type": "partial"}
    last = itertools.count(site.posts)  # what the page showed last; the answer brings what is newer

    def words(number: int) -> str:
        typed = {"body": f"Reply {number} " + "word " * 70, "key": secrets.token_hex(16), "last_no": next(last)}
        return urlencode(typed)

    reply = post(f"/t/{site.thread}/posts", words, fragment)
    fill = post("/cart/items", lambda _number: urlencode({"offer": site.offer, "quantity": 1}), site.headers)
    place = post("/checkout", lambda _number: urlencode({**PURCHASE, "key": secrets.token_hex(16)}), site.headers)

    def buy(connection: http.client.HTTPConnection, number: int) -> int:
        with ONE_CART:  # one member has one cart, so that two threads must take turns
            return fill(connection, number) + place(connection, number)

    return {"reply": reply, "cart and checkout": buy}


PURCHASE = {"method": "wallet", "delivery": "ship", "address": "1 Pier Road", "note": ""}
ONE_CART = threading.Lock()
