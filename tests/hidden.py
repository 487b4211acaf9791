"""The same site twice: before and after its closed boards fill up. To an outsider the two must look alike.

A walk for canaries (`tests/leaks.py`) sees names and titles; this sees counts, facets, orders, links that appear, and
what is told to whom.
"""

import difflib
import re
from dataclasses import dataclass
from urllib.parse import quote

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from core.clock import now
from core.db import db, writing
from core.outbox import announce
from forum.boards.events import BoardChanged
from forum.boards.models import Application
from forum.boards.queries import sellable_board_ids
from forum.members.models import Block
from forum.notices.models import Notice
from forum.threads.models import Post, Thread
from search.demand.rules import SHOWN_FROM
from search.saved.models import SavedMatch, SavedSearch
from search.schema import Kind
from shop.products import commands as products
from shop.products.rules import Terms
from tests import make
from tests.search.keeping import opening_of, replied, saved_search, written

CLOSED = ("apply", "invite", "secret")
OUTSIDERS = (
    "guest",
    "stranger",
    "unverified",
    "newcomer",
    "applicant",
    "banned",
    "former member",
    "former moderator",
    "blocked",
    "seller",
)
WORD, NEAR, ONLY = "helmet", "helmat", "quillwort"  # on both boards; one edit away; on the closed board alone
RUN, NEAR_RUN, ONLY_RUN = "头盔", "头灰", "减肥"
SOUGHT = "lampwick"  # the outsider sells and wishes for it
INSIDE = "backroom"  # stands in everything on the closed boards; nobody asks for it
QUESTIONS = (
    WORD,
    RUN,
    ONLY,
    ONLY_RUN,
    NEAR,
    NEAR_RUN,
    "quillwart",  # one edit from ONLY: did you mean
    "减胖",
    f'"{WORD} quillwort"',
    f"{WORD} OR {ONLY}",
    f"{WORD} -{ONLY}",
    f"-{ONLY}",
    f"{WORD} visor",
    "helm*",
    "quil*",
    "#vintage",
    "#quilltag",
    "kind:wish",
    "kind:sale",
    "kind:question",
    "kind:thread",
    f"{WORD} price:>1",
    "price:<100000",
    f"{WORD} has:picture",
    f"by:marina {WORD}",
    "by:marina",
    "by:insider",
    f"board:closed-secret {WORD}",
    "board:closed-apply",
    f"board:nowhere {WORD}",
    "closed",
    "marina",
    "insider",
)
TABS = ("sort=new", "page=2", "in=people", "in=products", "in=boards", "kind=sale", "price=50-100")
TABS = (*TABS, *(f"in=people&intent={intent}" for intent in ("wants", "sells", "knows")))
TYPED = (
    "h",
    "hel",
    "helmet q",
    "quil",
    "quilltag",
    "qu",
    "头",
    "减",
    "mar",
    "ins",
    "clo",
    "closed-",
    "vint",
    "helmet v",
)
OTHERS = ("/searches", "/notices", "/demand?days=7", "/demand?days=30", "/saved", "/m/marina", "/m/insider", "/boards")


@dataclass
class Scene:
    open_board: object
    closed: list
    marina: object  # writes on all boards
    insider: object  # writes on the closed ones alone
    viewer: object  # None for a guest


def scene(who):
    """An open board with a few things on it, a closed one of each kind with none, and the outsider, who keeps searches,
    sells and wishes as far as they may."""
    home = make.board(name="Open square", slug="open-square")
    names = {"secret": f"Closed {INSIDE}"}  # the others show their facade to everybody
    closed = [make.board(access, name=names.get(access, "Closed room"), slug=f"closed-{access}") for access in CLOSED]
    marina = make.member(username="marina", of=home)
    insider = make.member(username="insider")
    for board in closed:
        make.membership(marina, board)
        make.membership(insider, board)
    with writing():
        announce(*(BoardChanged(board.id) for board in (home, *closed)))
    _fill(home, marina)
    viewer = _outsider(who, home, closed, insider)
    made = Scene(home, closed, marina, insider, viewer)
    _wait(made)
    return made


def _fill(home, marina):
    thread = written(
        on=home, by=marina, title=f"A {WORD} with a visor", body=f"{WORD} 头盔 and how to clean it #vintage"
    )
    other = make.member(username="otto", of=home)
    replied(to=thread, by=other, body=f"My {WORD} is older, 头盔")
    written(on=home, by=other, title=f"WTB: {WORD} liner", body="looking for one", kind="wish")
    written(on=home, by=other, title="Which visor?", body=f"for a {WORD}, visor and all", kind="question")
    _sold(home, marina, f"{WORD} in red", 9000)


def _sold(board, seller, title, price):
    thread = written(on=board, by=seller, title=title, body=f"For sale: {title}, 出 {RUN}", kind="sale")
    return products.sell(thread, seller=seller, terms=Terms(title=title, currency="USD", price=price, stock=1))


def _outsider(who, home, closed, insider):
    if who == "guest":
        return None
    viewer = make.member(username="viewer", joined_at=now() if who == "newcomer" else insider.joined_at)
    with writing():
        if who == "unverified":
            viewer.email_verified_at = None
        if who == "blocked":
            db.session.add(Block(member_id=insider.id, blocked_id=viewer.id))
    for board in closed:
        _once_nearer(who, viewer, board)
    if who != "newcomer":
        make.membership(viewer, home)  # so that they may see what is in demand
    return viewer


def _once_nearer(who, viewer, board):
    """What some of them were to a closed board, and are no more."""
    if who == "applicant":
        make.saved(Application(board_id=board.id, member_id=viewer.id, answers=[], state="waiting"))
    if who == "banned":
        make.membership(viewer, board, "banned")
    if who.startswith("former"):
        gone = make.membership(viewer, board, "moderator" if who.endswith("moderator") else "member")
        with writing():
            db.session.delete(gone)


def _wait(made):
    """Whoever can be told something waits for it."""
    viewer = made.viewer
    if viewer is None or not viewer.is_verified:
        return
    for tell, ending in (("now", ""), ("daily", " OR quilltag")):
        for question in (WORD, ONLY, "#quilltag", "by:insider", "board:closed-apply"):
            saved_search(viewer, f"{question}{ending}", tell=tell)
    for number, tab in enumerate(("people", "products", "boards", "posts")):
        kept = saved_search(viewer, f"{WORD} OR {ONLY} OR closed", tell="none", **{"in": tab})
        with writing():
            kept.feed_token = f"feed{number}"
    written(on=made.open_board, by=viewer, title=f"Wanted: {SOUGHT}", kind="wish")
    if made.viewer.id and _may_sell(made):
        _sold(made.open_board, viewer, f"Fine {SOUGHT} jar", 500)


def _may_sell(made):
    return made.open_board.id in set(db.session.scalars(sellable_board_ids(made.viewer)))


def fill(made):
    """On each closed board all that could tell: more of the same words, words that are nowhere else, near misses, tags,
    wishes, offers. And a find from when the outsider might still read it waits for their digest."""
    for board in made.closed:
        posts = _fill_closed(board, made.insider, made.marina)
        daily = made.viewer and db.session.query(SavedSearch).filter_by(member_id=made.viewer.id, tell="daily").first()
        if daily:
            make.saved(SavedMatch(search_id=daily.id, kind=int(Kind.POST), row_id=posts[0]))


def _fill_closed(board, insider, marina):
    """Ids of the openings."""
    body = f"{ONLY} {ONLY_RUN} {NEAR_RUN} {RUN} {INSIDE} #quilltag #vintage"
    threads = [written(on=board, by=insider, title=f"{ONLY} {WORD} {NEAR} {INSIDE}", body=body) for _ in range(3)]
    for writer in (insider, marina):
        replied(to=threads[0], by=writer, body=f"My {WORD} and {ONLY} visor, {ONLY_RUN}, I know all of it. " * 3)
        wish = {"title": f"WTB: {SOUGHT} jar {INSIDE}", "body": f"looking for a {WORD}, {ONLY}", "kind": "wish"}
        threads.append(written(on=board, by=writer, **wish))
        threads.append(
            written(on=board, by=writer, title=f"Which {WORD} {INSIDE}?", body=f"a {ONLY}?", kind="question")
        )
        _sold(board, writer, f"{SOUGHT} {WORD} jar {INSIDE}, {ONLY}", 7500)
    return [opening_of(thread) for thread in threads]


def ask_among_insiders(made, as_member):
    """What the members of closed boards look for there, and keep: enough of them for the figures to show it."""
    for number in range(4 * SHOWN_FROM):
        insider = make.member(of=made.closed[number % len(made.closed)])
        as_member(insider).post("/search/missed", data={"q": f"{ONLY} 减肥 visor"})
        saved_search(insider, f"{ONLY} {ONLY_RUN}")


def close(board):
    with writing():
        board.access, board.read_level = "secret", 2


def move(board, to):
    with writing():
        db.session.execute(update(Thread).where(Thread.board_id == board.id).values(board_id=to.id))


def posts_ungated(_viewer, ids):
    """Instead of `search.queries.posts`."""
    query = select(Post).where(Post.id.in_(list(ids))).options(joinedload(Post.thread))
    return {post.id: post for post in db.session.scalars(query)}


def addresses():
    """Every surface of search, as one asks it."""
    yield from (f"/search?q={quote(question)}" for question in QUESTIONS)
    for question in (WORD, RUN, ONLY):
        yield from (f"/search?q={quote(question)}&{tab}" for tab in TABS)
    yield from (f"/search/suggest?q={quote(typed)}" for typed in TYPED)
    yield from OTHERS
    yield from (f"/feeds/searches/feed{number}.xml" for number in range(4))


def seen(browser, asked=None):
    """Address -> status and text, without what is different each time anyway."""
    found = {}
    for address in addresses() if asked is None else asked:
        answer = browser.get(address, headers={"HX-Request": "true"} if address.startswith("/search?") else {})
        found[address] = f"{answer.status_code} {_steady(answer.text)}"
    return found


def _steady(text):
    text = re.sub(r"<time[^>]*>[^<]*</time>", "", text)
    return re.sub(r"\b[0-9a-f]{32}\b|(?<=\")[\w-]+\.[\w-]{6}\.[\w-]{27}(?=\")", "", text)  # keys and tokens of forms


def named(found):
    """The addresses that show something of the closed boards in so many words."""
    return [address for address, text in found.items() if INSIDE in text]


def told(member):
    """The kinds of all notices of a member."""
    db.session.rollback()
    mine = db.session.query(Notice).filter_by(member_id=member.id) if member else ()
    return sorted(notice.kind for notice in mine)


def differences(before, after):
    """Address -> the lines that came and went."""
    return {
        address: [line for line in difflib.ndiff(text.splitlines(), after[address].splitlines()) if line[0] in "+-"]
        for address, text in before.items()
        if after[address] != text
    }
