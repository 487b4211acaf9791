"""Nothing of a closed board leaves it: results, counts, people, boards, suggestions, whatever the index holds."""

import pytest

from core.db import db, writing
from forum.members.models import Block
from tests import make

CANARY = "xylophonquartz"
CLOSED = ("apply", "invite", "secret")


@pytest.fixture
def closed(index, reindex):
    """For each closed kind of board: a thread, a reply and an offer that name the canary, and the board's member."""
    boards = {}
    for access in CLOSED:
        board = make.board(access, name=f"The {access} room", slug=f"{access}-room")
        member = make.member(username=f"insider{access}", of=board)
        thread = make.thread(on=board, by=member, title=f"{CANARY} title {access}", body=f"{CANARY} body")
        make.post(to=thread, by=member, body=f"> {CANARY}\n\nquoted {CANARY}")
        make.offer(thread=thread, by=member, product={"title": f"{CANARY} for sale"})
        boards[access] = (board, member)
    reindex()
    return boards


def outsiders(closed):
    """Guest, stranger, and for each board one who was banned from it and the members of the other boards."""
    yield None
    yield make.member()
    for board, insider in closed.values():
        yield make.member(of=board, role="banned")
        yield insider


@pytest.mark.parametrize("tab", ["posts", "people", "products", "boards"])
@pytest.mark.parametrize("typed", [CANARY, f"{CANARY}*", "xylo*", f'"{CANARY} title"', "-nothing", f"{CANARY} OR body"])
def test_outsiders_find_and_count_nothing(closed, as_member, tab, typed):
    for viewer in outsiders(closed):
        mine = [access for access, (_, member) in closed.items() if member is viewer]
        page = as_member(viewer).get("/search", query_string={"q": typed, "in": tab})
        assert page.status_code == 200
        for access in CLOSED:
            if access in mine:
                continue
            assert f"title {access}" not in page.text
            assert f"insider{access}" not in page.text
            assert f"board={access}-room" not in page.text  # no facet of it
        expected = 2 * len(mine)
        if CANARY in typed and '"' not in typed:
            assert f'Posts <span class="tabs__count">{expected}<' in page.text


def test_suggestions_name_nothing_hidden(closed, guest):
    for typed in ("xylo", CANARY, f"{CANARY} ti", "The sec", "secret-room"):
        answer = guest.get("/search/suggest", query_string={"q": typed}).text
        assert f"{CANARY} title" not in answer
        assert "The secret room" not in answer


def test_a_member_finds_suggests_and_meets_what_is_theirs(closed, as_member):
    board, _ = closed["secret"]
    client = as_member(make.member(of=board))

    assert "title secret" in client.get("/search/suggest?q=xylo").text
    page = client.get(f"/search?q={CANARY}")
    assert "insidersecret" in page.text
    assert 'Posts <span class="tabs__count">2<' in page.text


def test_a_stale_index_shows_nothing_that_has_become_hidden(index, reindex, guest):
    board = make.board()
    thread = make.thread(on=board, title=f"{CANARY} here", body=CANARY)
    offer = make.offer(thread=thread, by=make.member(), product={"title": f"{CANARY} for sale"})
    reindex()
    assert f"{CANARY}</mark> here" in guest.get(f"/search?q={CANARY}").text

    secret = make.board("secret")
    with writing():
        thread.board_id = secret.id

    assert f"{CANARY}</mark> here" not in guest.get(f"/search?q={CANARY}").text
    assert offer.product_id
    assert "for sale</a>" not in guest.get(f"/search?q={CANARY}&in=products").text


def test_closing_a_board_hides_it_at_once(index, reindex, guest):
    board = make.board()
    make.thread(on=board, title=f"{CANARY} here", body=CANARY)
    reindex()

    with writing():
        board.access, board.read_level = "secret", 2

    page = guest.get(f"/search?q={CANARY}").text
    assert 'Posts <span class="tabs__count">0<' in page
    assert f"{CANARY}</mark> here" not in page


def test_people_who_opted_out_or_were_blocked_are_not_shown(index, reindex, as_member):
    board, viewer = make.board(), make.member()
    shy = make.member(username="shy", is_findable=False)
    gone = make.member(username="gone", is_suspended=True)
    blocked = make.member(username="blocked")
    open_ = make.member(username="openly")
    thread = make.thread(on=board, title="Talk", body="hello")
    for writer in (shy, gone, blocked, open_):
        make.post(to=thread, by=writer, body="all about helmets")
    reindex()
    make.saved(Block(member_id=viewer.id, blocked_id=blocked.id))

    page = as_member(viewer).get("/search?q=helmets&in=people").text

    assert "/m/openly" in page
    assert not any(f"/m/{name}" in page for name in ("shy", "gone", "blocked"))
    assert 'People <span class="tabs__count">1<' in page
    for name in ("shy", "gone", "blocked"):
        assert f"/m/{name}" not in as_member(viewer).get(f"/search/suggest?q={name[:3]}").text
        assert f"/m/{viewer.username}" not in as_member(blocked).get(f"/search/suggest?q={viewer.username}").text
    assert "/m/blocked" in as_member(make.member()).get("/search/suggest?q=blo").text
    db.session.rollback()
