"""Nothing leaks: every route, asked by every kind of outsider about every kind of closed board.

A new route is walked by itself; a new kind of route argument must be named in `tests/leaks.py`, or this test fails.
"""

import itertools
import re

import pytest
from sqlalchemy import select

from core.db import db
from core.live import Signal
from forum.threads.models import Watch
from tests import leaks, make, papers

pytestmark = pytest.mark.usefixtures("unlimited")
ASKED_AS = ({}, {"HX-Request": "true"}, {"Accept": "application/json"})
NOT_OF_BOARDS = {  # arguments that do not lead into a board, with a harmless value
    "notice_id": 1,
    "sign_in_id": 1,
    "top_up_id": 1,
    "withdrawal_id": 1,
    "account": "fees",
    "correction_id": 1,
    "transfer_id": 1,
    "provider": "no-such-provider",
    "pay_back_id": 1,
    "token": "no-such-token",
    "size": "large",
    "filename": "x.css",
    "name": "x",
    "digest": "x",
    "step": "open",
}
HIDDEN = re.compile(
    r"/(?:t|posts|p|orders|offers|parcels|returns)/|/shop/pick-up/\d|/messages/\d|/searches/\d|/shop/answers/\d"
    r"|/shop/stock/(?:\d|places/\d)|/moderation/|/reports/|/invitations/\d|/feedback/|/trades/\d|/disputes/\d"
)  # what is posted there is answered as if there were nothing
QUERIES = (
    "/search?q={word}",
    "/search?q={word}&in=people",
    "/search?q={word}&in=people&intent=wants",
    "/search?q={word}&in=people&intent=sells",
    "/search?q={word}&in=people&intent=knows",
    "/search?q={word}&in=products",
    "/search?q={word}&in=boards",
    "/search?q=by:{member}",
    "/search?q=board:{slug}",
    "/search?board={slug}&q={word}",
    "/search/suggest?q=canary",
    "/search/suggest?q={word}",
    "/search?q=x{word}",
    "/search?q=x{word}&in=products",
    "/search?q={word}+by:{member}+board:{slug}&kind=thread",
    "/search?q=kind:sale&in=products&price=>1",
    "/search?q=after:2000&kind=sale",
    "/search?q=tag:{word}",
    "/messages/new?to={member}&about=post:{post}",
    "/messages/new?to={member}&about=product:{product}",
    "/messages/new?to={member}&about=order:LEAKTEST",
    "/messages?q=canaryqx",
    "/messages/requests",
    "/messages/new?to={member}&about=private-offer:{private_offer}",
    "/messages/{talk}?answer={answer}",
    "/messages/{talk}/offers/new?product={product}",
    "/shop/answers/{answer}/text?in={talk}",
    "/shop/conversations?by=product&days=90",
    "/shop/stock/{offer}?before=99",
    "/shop/stock?before=99",
    "/b/{slug}?sort=new",
    "/b/{slug}?sort=for-sale",
    "/b/{slug}?tag={tag}",
    "/posts/{post}/thanks?before=99",
    "/t/{thread}?page=1",
    "/t/{thread}?quote=1",
    "/cart",
    "/wallet/statements?from=2020-01-01&to=2030-01-01",
    "/saved",
    "/searches",
    "/demand?days=30",
    "/trades",
    "/disputes",
    "/m/{member}/feedback?before=99",
    "/checkout",
    "/orders",
    "/orders/OWNFORMER",
    "/orders/OWNBANNED",
    "/returns?side=sold",
    "/shop/parcels",
    "/shop/pick-up",
    "/shop/hand-over?code=LEAKCDE",
    "/shop/parcels/labels.pdf?parcel={parcel}",
    "/payments",
    "/notices",
    "/boards",
    "/",
)


def addresses(app, world, method):
    """Every route of this method with every combination of values that lead to something hidden."""
    values = {name: [value] for name, value in NOT_OF_BOARDS.items()} | world.values
    for rule in app.url_map.iter_rules():
        if method not in rule.methods or rule.endpoint == "static":
            continue
        unknown = rule.arguments - values.keys()
        assert not unknown, f"{rule}: say in tests/leaks.py or NOT_OF_BOARDS what {unknown} may be"
        names = sorted(rule.arguments)
        with app.test_request_context():
            for chosen in itertools.product(*(values[name] for name in names)):
                yield app.url_map.bind("localhost").build(rule.endpoint, dict(zip(names, chosen, strict=True)), method)


def asked_for(world):
    words = {
        "word": leaks.canary("reply"),
        "tag": leaks.canary("tag"),
        "member": world.member.username,
        "slug": world.values["slug"][0],
        "post": world.values["post_id"][0],
        "product": world.values["product_id"][0],
        "thread": world.values["thread_id"][0],
        "private_offer": world.values["private_offer_id"][0],
        "answer": world.values["answer_id"][0],
        "offer": world.values["offer_id"][0],
        "talk": world.values["conversation_id"][0],
        "parcel": world.values["parcel_id"][0],
    }
    return [query.format(**words) for query in QUERIES]


def spoken(answer, address):
    """What the answer says, less what the asker said themselves (a search shows the words that were typed)."""
    body = answer.get_data()
    text = "\n".join(papers.texts(body)) if answer.mimetype == "application/pdf" else body.decode("utf-8", "replace")
    text += str(answer.headers)
    own = set(re.findall(r"canaryqx\w*", address))
    return [word for word in re.findall(r"canaryqx\w*", text) if word not in own]


@pytest.mark.parametrize("access", leaks.CLOSED)
@pytest.mark.parametrize("who", leaks.OUTSIDERS)
def test_no_page_tells_an_outsider_anything(app, as_member, reindex, access, who):
    world = leaks.closed_board(access)
    reindex()
    browser = as_member(world.outsiders[who])

    found = []
    for address in [*asked_for(world), *addresses(app, world, "GET")]:
        for headers in ASKED_AS if who in ("guest", "banned") else ASKED_AS[:1]:
            answer = browser.get(address, headers=headers)
            assert answer.status_code < 500, address
            found += [f"{address}: {word}" for word in spoken(answer, address)]

    assert found == []


@pytest.mark.parametrize("access", leaks.CLOSED)
@pytest.mark.parametrize("who", leaks.OUTSIDERS)
def test_no_form_does_an_outsiders_will(app, as_member, access, who):
    world = leaks.closed_board(access)
    form = {"body": "x", "offer": world.values["offer_id"][0], "quantity": 1, "reason": "x", "about": "post:1"}

    found = []
    for address in addresses(app, world, "POST"):
        answer = as_member(world.outsiders[who]).post(address, data=form)  # anew each time: one of them signs out
        assert answer.status_code < 500, address
        found += [f"{address}: {word}" for word in spoken(answer, address)]
        if HIDDEN.match(address) and who != "guest":
            found += [f"{address}: {answer.status_code}"] if answer.status_code != 404 else []

    assert found == []


@pytest.mark.parametrize("access", leaks.CLOSED)
def test_no_open_page_of_an_outsider_hears_of_it(as_member, worker, access):
    """Named, and watching since before: the streams of those who may not read it are told nothing."""
    world = leaks.closed_board(access)
    outsiders = [person for person in world.outsiders.values() if person]
    thread, talk = world.values["thread_id"][0], world.values["conversation_id"][0]
    for person in [*outsiders, world.seller]:
        make.saved(Watch(member_id=person.id, thread_id=thread))
    names = " ".join(f"@{person.username}" for person in outsiders)

    assert as_member(world.member).post(f"/t/{thread}/posts", data={"body": f"News for {names}"}).status_code == 303
    assert as_member(world.member).post(f"/messages/{talk}/replies", data={"body": "Between us"}).status_code == 303
    worker()

    heard = set(db.session.scalars(select(Signal.member_id)))
    assert world.seller.id in heard
    assert not heard & {person.id for person in outsiders}


def test_a_hidden_thing_answers_like_a_missing_one(as_member):
    world = leaks.closed_board("secret")
    browser = as_member(world.outsiders["stranger"])
    thread = world.values["thread_id"][0]

    hidden, missing = (browser.get(f"/t/{number}") for number in (thread, thread + 10_000))

    assert hidden.status_code == missing.status_code
    assert _timeless(hidden.text) == _timeless(missing.text.replace(str(thread + 10_000), str(thread)))


def _timeless(page):
    """Without the tokens, which tell the second in which they were made."""
    return re.sub(r'"I[\w-]+\.[\w-]+\.[\w-]+"', "", page)


def test_members_do_meet_the_canaries(as_member, reindex):
    """The walk above would pass on an empty site; this shows that there is something to find."""
    world = leaks.closed_board("secret")
    reindex()
    browser = as_member(world.member)

    thread = world.values["thread_id"][0]
    assert leaks.canary("opening") in browser.get(f"/t/{thread}").text
    assert leaks.canary("reply") in browser.get(f"/search?q={leaks.canary('reply')}").text.replace(
        "<mark>", ""
    ).replace("</mark>", "")
    assert leaks.canary("tag") in browser.get(f"/b/{world.values['slug'][0]}").text
    assert leaks.canary("thanker") in browser.get(f"/posts/{world.values['post_id'][0]}/thanks").text
    assert leaks.canary("product") in browser.get(f"/p/{world.values['product_id'][0]}").text
    pair, group, request = world.values["conversation_id"]
    assert leaks.canary("message") in browser.get(f"/messages/{pair}").text
    assert leaks.canary("talk") in browser.get(f"/messages/{group}/people").text
    assert leaks.canary("request") in browser.get(f"/messages/{request}").text
    assert leaks.canary("request") in browser.get("/messages/requests").text
    assert "<mark>canaryqx</mark>group" in browser.get("/messages?q=canaryqx").text
    assert leaks.canary("enclosed").encode() in browser.get("/pictures/leakenclosed").data
    assert leaks.canary("picture").encode() in browser.get("/pictures/leakpicture").data
    assert leaks.canary("evidence") in as_member(make.operator()).get("/moderation").text
    assert leaks.canary("evidence") not in as_member(world.seller).get("/moderation").text
    assert leaks.canary("search") in browser.get("/searches").text
    assert leaks.canary("message") in browser.get(f"/messages/{world.values['conversation_id'][0]}").text
    assert leaks.canary("note") in browser.get(f"/offers/{world.values['private_offer_id'][0]}").text
    assert leaks.canary("answered") in as_member(world.seller).get("/shop/answers").text
    assert leaks.canary("report") in as_member(world.seller).get("/moderation").text


def test_members_do_meet_what_was_said_of_a_deal(as_member):
    world = leaks.closed_board("secret")
    browser = as_member(world.member)
    assert leaks.canary("feedback") in browser.get(f"/feedback/{world.values['feedback_id'][0]}").text
    assert leaks.canary("feedback") in browser.get(f"/m/{world.seller.username}/feedback").text
    assert leaks.canary("why") in browser.get(f"/m/{world.member.username}/feedback").text
    assert leaks.canary("shown").encode() in as_member(world.seller).get("/pictures/leakfeedback").data
    assert leaks.canary("case") in as_member(make.operator()).get("/feedback").text
    assert leaks.canary("trade") in browser.get("/trades").text
    dispute = f"/disputes/{world.values['dispute_id'][0]}"
    assert leaks.canary("claim") in as_member(world.seller).get(dispute).text
    assert leaks.canary("verdict") in browser.get(dispute).text
    assert leaks.canary("proof").encode() in as_member(world.seller).get("/pictures/leakevidence").data
    assert as_member(make.operator()).get(dispute).status_code == 404


def test_moving_a_thread_behind_the_gate_hides_it_at_once(as_member, worker):
    open_board, closed = make.board(), make.board("secret")
    owner = make.member(of=open_board, role="owner")
    make.membership(owner, closed, "owner")
    thread = make.thread(on=open_board, by=owner, title=leaks.canary("moved"), body=leaks.canary("moved"))
    worker()
    stranger = as_member(make.member())
    assert leaks.canary("moved") in stranger.get(f"/t/{thread.id}").text

    as_member(owner).post(f"/t/{thread.id}/move", data={"board": closed.slug})

    assert stranger.get(f"/t/{thread.id}").status_code == 404
    for address in ("/", f"/b/{open_board.slug}", "/search?q=canaryqx*", f"/m/{owner.username}"):
        assert leaks.canary("moved") not in stranger.get(address).text
