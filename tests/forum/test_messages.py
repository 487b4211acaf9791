"""Conversations between two members."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from core.db import db, writing
from core.errors import NotAllowed, Refused
from forum.members.models import Block
from forum.messages.commands import Letter, send
from forum.messages.models import Conversation, Message, Participant
from forum.notices.models import Notice
from tests import make
from tests.conftest import reload

HTMX = {"HX-Request": "true"}


def start(client, to="paul", body="Is it **still** there?", **more):
    return client.post("/messages/new", data={"to": to, "body": body, **more})


def test_a_message_starts_a_conversation_and_leads_there(as_member, anna, paul):
    client = as_member(anna)

    answer = start(client)

    assert answer.status_code == 303
    assert answer.location.endswith("#message-1")
    assert "<strong>still</strong>" in client.get(answer.location).text
    assert "<strong>still</strong>" in as_member(paul).get(answer.location).text


def test_two_people_have_one_conversation_whoever_begins(as_member, anna, paul):
    start(as_member(anna))
    start(as_member(paul), to="Anna")

    assert db.session.query(Conversation).one().message_count == 2
    assert [row.message_no for row in db.session.query(Message).order_by(Message.id)] == [1, 2]


def test_a_double_click_sends_once(as_member, anna, paul):
    client = as_member(anna)

    first, again = start(client, key="k" * 32), start(client, key="k" * 32)

    assert first.location == again.location
    assert db.session.query(Message).count() == 1
    assert reload(paul).unread_messages == 1


def test_the_same_key_with_other_words_is_refused(as_member, anna, paul):
    client = as_member(anna)
    start(client, key="k" * 32)

    assert start(client, body="Something else", key="k" * 32).status_code == 409


def test_what_is_unread_is_counted_until_it_is_read_by_a_post(as_member, anna, paul):
    where = start(as_member(anna)).location.partition("#")[0]
    start(as_member(anna), body="And one more")
    reader = as_member(paul)

    assert reload(paul).unread_messages == 2
    assert "2 new" in reader.get("/messages").text
    assert f'data-read-url="{where}/read"' in reader.get(where).text
    assert reload(paul).unread_messages == 2
    reader.post(f"{where}/read", data={"no": 1})
    assert reload(paul).unread_messages == 1
    reader.post(f"{where}/read")
    assert reload(paul).unread_messages == 0
    reader.post(f"{where}/read", data={"no": 1})
    assert reload(paul).unread_messages == 0
    assert "data-read-url" not in reader.get(where).text


def test_own_messages_are_never_unread(as_member, anna, paul):
    start(as_member(anna))

    assert reload(anna).unread_messages == 0


def test_a_reply_appears_in_place_with_an_empty_form(as_member, anna, paul):
    where = start(as_member(anna)).location.partition("#")[0]

    answer = as_member(paul).post(f"{where}/replies", data={"body": "Yes <b>it</b> is"}, headers=HTMX)

    assert answer.status_code == 201
    assert "<html" not in answer.text
    assert 'hx-swap-oob="beforeend:#talk"' in answer.text
    assert "Yes &lt;b&gt;it&lt;/b&gt; is" in answer.text


def test_without_javascript_the_writer_lands_on_the_message(as_member, anna, paul):
    where = start(as_member(anna)).location.partition("#")[0]

    answer = as_member(paul).post(f"{where}/replies", data={"body": "Yes"})

    assert (answer.status_code, answer.location) == (303, f"{where}#message-2")


@pytest.mark.parametrize("body", ["", "   ", "x" * 20_001, "nul \x00 here"])
def test_a_bad_text_comes_back_with_its_sentence(as_member, anna, paul, body):
    answer = start(as_member(anna), body=body)

    assert answer.status_code == 422
    assert 'id="body-error"' in answer.text
    assert 'value="paul"' in answer.text


def test_an_unknown_name_is_said_at_its_field(as_member, anna):
    answer = start(as_member(anna), to="nobodyhere")

    assert answer.status_code == 422
    assert 'id="to-error"' in answer.text
    assert "still" in answer.text


def test_a_conversation_of_others_looks_missing(as_member, guest, anna, paul):
    where = start(as_member(anna)).location.partition("#")[0]
    stranger = as_member(make.operator())

    for path in (where, "/messages/999999"):
        assert stranger.get(path).status_code == 404
        assert stranger.post(f"{path}/replies", data={"body": "Hi"}).status_code == 404
        assert stranger.post(f"{path}/read").status_code == 404
    assert guest.get(where).status_code == 302


@pytest.mark.parametrize("blocker", ["anna", "paul"])
def test_a_block_ends_it_both_ways(as_member, anna, paul, blocker):
    where = start(as_member(anna)).location.partition("#")[0]
    who, whom = (anna, paul) if blocker == "anna" else (paul, anna)
    as_member(who).post(f"/m/{whom.username}/block")

    for writer in (anna, paul):
        answer = as_member(writer).post(f"{where}/replies", data={"body": "my long letter"})
        assert answer.status_code == 403
        assert "my long letter" in answer.text
    assert db.session.query(Message).count() == 1


def test_who_is_blocked_is_not_told_so(as_member, anna, paul):
    with writing():
        db.session.add(Block(member_id=paul.id, blocked_id=anna.id))
    answer = start(as_member(anna))

    assert "cannot be reached" in answer.text
    assert "blocked" not in answer.text.partition("<main")[2]


def test_who_takes_no_messages_gets_none_but_old_conversations_go_on(as_member, anna, paul):
    where = start(as_member(anna)).location.partition("#")[0]
    for person in (anna, paul):
        with writing():
            person.messages_from = "nobody"

    assert start(as_member(make.member())).status_code == 403
    assert as_member(anna).post(f"{where}/replies", data={"body": "Still here"}).status_code == 303


def test_messages_from_people_of_the_same_board_only(as_member, paul):
    board = make.board()
    make.membership(paul, board)
    with writing():
        paul.messages_from = "shared"

    assert start(as_member(make.member())).status_code == 403
    assert start(as_member(make.member(of=board, role="banned"))).status_code == 403
    assert start(as_member(make.member(of=board))).status_code == 303


@pytest.mark.parametrize(
    ("given", "error", "code"),
    [
        ({"imported_from": "news", "password_hash": None}, Refused, "not_joined"),
        ({"is_suspended": True}, NotAllowed, "unreachable"),
    ],
)
def test_who_cannot_answer_gets_no_message(anna, given, error, code):
    with pytest.raises(error) as refused:
        send(anna, make.member(**given), Letter("Hello"))

    assert refused.value.code == code
    assert db.session.query(Conversation).count() == 0


def test_one_does_not_write_to_oneself(as_member, anna):
    assert start(as_member(anna), to="anna").status_code == 409


def test_an_unconfirmed_member_reads_but_does_not_write(as_member, paul):
    newcomer = as_member(make.member(email_verified_at=None))

    assert newcomer.get("/messages").status_code == 200
    answer = start(newcomer)
    assert answer.status_code == 403
    assert 'action="/verify/link"' in answer.text


def test_newcomers_begin_few_conversations_an_hour(as_member, anna, clock):
    people = [make.member() for _ in range(7)]
    client = as_member(anna)

    answers = [start(client, to=person.username) for person in people[:6]]
    assert [answer.status_code for answer in answers] == [303] * 5 + [429]
    clock.travel(days=4)
    assert start(client, to=people[6].username).status_code == 303


def test_a_post_is_shown_as_a_card_only_to_who_may_read_it(as_member, anna, paul):
    board = make.board("secret")
    make.membership(anna, board)
    thread = make.thread(on=board, title="The hidden grinder", by=make.member(of=board))
    post = make.post(to=thread, body="canary words")

    where = start(as_member(anna), about=f"post:{post.id}").location

    assert "The hidden grinder" in as_member(anna).get(where).text
    seen = as_member(paul).get(where).text
    assert "The hidden grinder" not in seen
    assert "canary" not in seen
    assert "may not see it" in seen


def test_a_product_comes_along_as_a_card(as_member, anna, paul):
    offer = make.offer(by=paul, on=make.board(), product={"title": "A fine lamp"})

    page = as_member(anna).get(f"/messages/new?to=paul&about=product:{offer.product_id}").text
    where = start(as_member(anna), about=f"product:{offer.product_id}").location

    assert "A fine lamp" in page
    assert "A fine lamp" in as_member(paul).get(where).text


@pytest.mark.parametrize(
    "about", ["post:999999", "product:999999", "order:NONE", "post:abc", "member:1", "post:1;drop", "x" * 500]
)
def test_one_cannot_quote_what_one_cannot_see(as_member, anna, paul, about):
    client = as_member(anna)

    assert client.get("/messages/new", query_string={"to": "paul", "about": about}).status_code == 200
    assert start(client, about=about).status_code in (409, 422)
    assert db.session.query(Message).count() == 0


def test_the_recipient_gets_one_notice_a_conversation_and_none_for_what_was_read(as_member, anna, paul, worker):
    where = start(as_member(anna)).location.partition("#")[0]
    start(as_member(anna), body="And one more")
    worker()

    notice = db.session.query(Notice).one()
    assert (notice.member_id, notice.actor_id, notice.address) == (paul.id, anna.id, where)
    assert reload(paul).unread_notices == 1
    as_member(paul).post(f"{where}/read")
    assert reload(paul).unread_notices == 0
    start(as_member(anna), body="A last one")
    as_member(paul).post(f"{where}/read")
    worker()
    assert reload(paul).unread_notices == 0


def test_the_list_is_paged_by_key(as_member, anna, clock):
    client = as_member(anna)
    for number in range(33):
        clock.travel(minutes=13)
        send(make.member(username=f"friend{number}"), anna, Letter(f"Hello {number}"))

    first = client.get("/messages").text
    more = first.partition('href="/messages?after=')[2].partition('"')[0]
    second = client.get(f"/messages?after={more}").text

    assert "friend32" in first
    assert "friend3<" in first
    assert "friend2<" not in first
    assert all(f"friend{number}<" in second for number in range(3))
    assert client.get("/messages?after=junk~x").status_code == 200


def test_a_long_conversation_is_read_backwards_page_by_page(as_member, anna, paul, app, monkeypatch):
    monkeypatch.setitem(app.extensions, "limit_windows", {})
    monkeypatch.setitem(app.config, "LIMITS", {"message": "1000/hour"})
    for number in range(1, 61):
        sent = send(anna, paul, Letter(f"Message number {number}."))
    client, where = as_member(paul), f"/messages/{sent.conversation_id}"

    newest, earlier = client.get(where).text, client.get(f"{where}?before=11").text

    assert "number 60." in newest
    assert "number 10." not in newest
    assert f'{where}?before=11"' in newest
    assert "number 10." in earlier
    assert "number 11." not in earlier


@pytest.mark.parametrize("amount", [2, 20])
def test_pages_cost_few_statements_whatever_their_length(as_member, anna, paul, count_queries, amount):
    board = make.board()
    post, offer = make.post(to=make.thread(on=board)), make.offer(by=paul, on=board)
    for number in range(amount):
        about = (f"post:{post.id}", f"product:{offer.product_id}")[number % 2]
        sent = send(paul, anna, Letter(f"Message {number}", about))
        send(make.member(), anna, Letter("Hello"))
    client = as_member(anna)

    for path in ("/messages", f"/messages/{sent.conversation_id}"):
        with count_queries() as sent_statements:
            assert client.get(path).status_code == 200
        assert len(sent_statements) <= 8
        assert not [one for one in sent_statements if not one.lstrip().upper().startswith(("SELECT", "WITH"))]


def test_many_at_once_lose_no_count(app, anna, paul, monkeypatch):
    monkeypatch.setitem(app.extensions, "limit_windows", {})
    monkeypatch.setitem(app.config, "LIMITS", {"message": "1000/hour"})
    anna_id, paul_id = anna.id, paul.id

    def write(number):
        with app.app_context():
            author, to = (anna_id, paul_id)[:: 1 if number % 2 else -1]
            people = {row.id: row for row in db.session.query(type(anna))}
            send(people[author], people[to], Letter(f"Message {number}"))
            db.session.remove()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(40)))

    assert db.session.query(Conversation).one().message_count == 40
    assert reload(anna).unread_messages + reload(paul).unread_messages == 40
    assert sum(row.unread for row in db.session.query(Participant)) == 40
