"""Founding boards, their settings, the directory."""

import pytest

from core.db import db
from forum.boards.models import Board, Membership, ModerationRecord
from forum.threads.models import ReadMark
from tests import make
from tests.conftest import reload

NEW = {"name": "Espresso at home", "slug": "espresso", "about": "Beans and machines.", "access": "public"}


def found(browser, **given):
    return browser.post("/boards/new", data=NEW | given)


def settings_of(board, **given):
    shown = {"name": board.name, "about": board.about, "access": board.access, "rules": board.rules}
    levels = {f"{doing}_level": getattr(board, f"{doing}_level") for doing in ("read", "reply", "start", "sell")}
    return shown | levels | given


def test_a_member_founds_a_board_and_owns_it(as_member):
    founder = make.member()

    answer = found(as_member(founder), **{"question-1": "What do you brew?"}, rules="Be kind.")

    board = db.session.scalar(db.select(Board))
    assert (answer.status_code, answer.location) == (303, "/b/espresso")
    assert (board.name, board.member_count, board.questions) == ("Espresso at home", 1, ["What do you brew?"])
    assert (board.rules_version, board.rules_html) == (1, "<p>Be kind.</p>\n")
    owner = db.session.scalar(db.select(Membership))
    assert (owner.member_id, owner.role, owner.accepted_rules) == (founder.id, "owner", 1)


@pytest.mark.parametrize("slug", ["x", "Ümlaut", "two words", "-edge", "edge-", "a" * 41, "admin", "new", "咖啡", ""])
def test_an_address_that_cannot_be_is_refused_and_the_form_keeps_its_words(as_member, slug):
    answer = found(as_member(make.member()), slug=slug)

    assert answer.status_code == 422
    assert 'value="Espresso at home"' in answer.text
    assert db.session.scalar(db.select(Board)) is None


def test_a_taken_address_is_refused_at_its_field(as_member):
    make.board(slug="espresso")

    answer = found(as_member(make.member()), slug="Espresso")

    assert answer.status_code == 422
    assert "This address is taken." in answer.text


def test_a_double_click_founds_one_board(as_member):
    browser = as_member(make.member())

    assert [found(browser).location for _ in range(2)] == ["/b/espresso"] * 2
    assert db.session.scalar(db.select(db.func.count()).select_from(Board)) == 1


def test_who_has_not_confirmed_their_mail_founds_nothing(as_member):
    answer = found(as_member(make.member(email_verified_at=None)))

    assert answer.status_code == 403
    assert db.session.scalar(db.select(Board)) is None


def test_no_more_boards_a_day_than_the_limit(as_member):
    browser = as_member(make.member())

    codes = [found(browser, slug=f"board-no-{number}").status_code for number in range(6)]

    assert codes == [303] * 5 + [429]


def test_a_guest_is_sent_to_sign_in(guest):
    assert guest.get("/boards/new").location.startswith("/login")


def test_an_owner_changes_access_and_levels(as_member):
    board = make.board("open")
    browser = as_member(make.member(of=board, role="owner"))

    answer = browser.post(
        f"/b/{board.slug}/settings", data=settings_of(board, read_level=1, sell_level=4, access="apply")
    )

    assert answer.status_code == 303
    board = reload(board)
    assert (board.access, board.read_level, board.sell_level) == ("apply", 1, 4)


@pytest.mark.parametrize(
    ("access", "read", "reply"), [("secret", 0, 2), ("secret", 1, 2), ("public", 1, 2), ("apply", 2, 1)]
)
def test_levels_that_make_no_sense_together_are_refused_in_words(as_member, access, read, reply):
    board = make.board("open")
    browser = as_member(make.member(of=board, role="owner"))
    wanted = settings_of(board, access=access, read_level=read, reply_level=reply, start_level=3, sell_level=3)

    answer = browser.post(f"/b/{board.slug}/settings", data=wanted)

    assert answer.status_code == 422
    assert "field__error" in answer.text
    assert reload(board).access == "open"


def test_closing_a_board_closes_its_doors_too_unless_the_owner_says_otherwise(as_member):
    board = make.board("public")
    browser = as_member(make.member(of=board, role="owner"))

    browser.post(f"/b/{board.slug}/settings", data=settings_of(board, access="apply"))

    board = reload(board)
    assert (board.read_level, board.reply_level, board.start_level, board.sell_level) == (2, 2, 2, 2)


@pytest.mark.parametrize(("role", "status"), [("member", 403), ("moderator", 403), ("owner", 200)])
def test_only_owners_see_the_settings(as_member, role, status):
    board = make.board("apply")

    assert as_member(make.member(of=board, role=role)).get(f"/b/{board.slug}/settings").status_code == status


def test_changed_rules_are_a_new_version_that_the_others_must_accept(as_member):
    board = make.board(rules="Be kind.", rules_version=1)
    owner, member = make.member(of=board, role="owner"), make.member(of=board)

    as_member(owner).post(f"/b/{board.slug}/settings", data=settings_of(board, rules="Be kinder."))

    assert reload(board).rules_version == 2
    page = as_member(member).get(f"/b/{board.slug}/rules")
    assert "The rules have changed" in page.text
    assert "Be kinder." in page.text
    assert "The rules have changed" not in as_member(owner).get(f"/b/{board.slug}/rules").text

    as_member(member).post(f"/b/{board.slug}/rules", data={"rules": "2"})

    assert "The rules have changed" not in as_member(member).get(f"/b/{board.slug}/rules").text


def test_rules_that_changed_while_one_read_them_are_not_accepted(as_member):
    board = make.board(rules="Be kinder.", rules_version=2)
    member = make.member(of=board)

    assert as_member(member).post(f"/b/{board.slug}/rules", data={"rules": "1"}).status_code == 422


def test_saving_the_same_rules_asks_nobody_again(as_member):
    board = make.board(rules="Be kind.", rules_version=1)
    owner = make.member(of=board, role="owner")

    as_member(owner).post(f"/b/{board.slug}/settings", data=settings_of(board, name="Another name"))

    assert (reload(board).name, board.rules_version) == ("Another name", 1)


def test_the_directory_shows_own_boards_first_and_no_secret_ones(as_member):
    mine, open_one, secret = (
        make.board("apply", name="Mine"),
        make.board(name="Theirs"),
        make.board("secret", name="Hush"),
    )
    make.member(of=open_one)

    page = as_member(make.member(of=mine)).get("/boards").text

    assert page.index("Mine") < page.index("Theirs")
    assert "Hush" not in page
    assert secret.slug not in page


def test_the_directory_tells_outsiders_nothing_of_a_closed_boards_activity(as_member, clock):
    closed = make.board("apply", thread_count=4711)
    clock.travel(days=-4000)
    make.thread(on=closed)
    closed_at = clock.now()
    clock.settle()

    page = as_member(make.member()).get("/boards").text

    assert closed.name in page
    assert "4,711" not in page
    assert closed_at.strftime("%Y-%m-%d") not in page


def test_the_directory_marks_own_boards_with_something_new(as_member):
    lively, quiet = make.board(), make.board()
    member = make.member(of=lively)
    make.membership(member, quiet)
    browser = as_member(member)
    assert "badge--sea" not in browser.get("/boards").text.split("<main")[1]

    thread = make.thread(on=lively)
    assert browser.get("/boards").text.count(">New<") == 1

    make.saved(ReadMark(member_id=member.id, thread_id=thread.id, post_no=1))
    assert browser.get("/boards").text.count(">New<") == 0


def test_the_directory_goes_on_by_key(guest):
    for _ in range(50):
        make.board()

    first = guest.get("/boards").text
    link = first.split('rel="next" href="')[1].split('"')[0]
    second = guest.get(link).text

    assert first.count('class="board-card ') == 48
    assert second.count('class="board-card ') == 2


@pytest.mark.parametrize("path", ["record?before=", "people?after=4-", "people?after="])
@pytest.mark.parametrize("cursor", ["9" * 30, "-1", "x", "%00", "٣"])
def test_a_broken_cursor_breaks_no_page(as_member, path, cursor):
    board = make.board(slug="here")

    assert as_member(make.member(of=board, role="owner")).get(f"/b/here/{path}{cursor}").status_code in (200, 404)


@pytest.mark.parametrize("after", ["x", "-", "1-", "٣-٤", "9" * 30, "1-2-3"])
def test_a_broken_cursor_is_the_first_page(guest, after):
    make.board(name="Only one")

    assert "Only one" in guest.get("/boards", query_string={"after": after}).text


def test_moderators_read_in_the_record_who_changed_what(as_member):
    board = make.board("open")
    owner = make.member(of=board, role="owner")
    as_member(owner).post(f"/b/{board.slug}/settings", data=settings_of(board, rules="Be kind."))

    page = as_member(make.member(of=board, role="moderator")).get(f"/b/{board.slug}/record").text

    assert "changed the rules" in page
    assert [row.action for row in db.session.scalars(db.select(ModerationRecord))] == ["settings", "rules"]


def test_old_records_are_a_page_further(as_member):
    board = make.board()
    owner = make.member(of=board, role="owner")
    for number in range(51):
        make.saved(ModerationRecord(board_id=board.id, actor_id=owner.id, action="lock", about=f"about-{number:02}"))

    page = as_member(owner).get(f"/b/{board.slug}/record").text
    older = as_member(owner).get(page.split('rel="next" href="')[1].split('"')[0]).text

    assert "about-50" in page
    assert "about-00" not in page
    assert "about-00" in older


@pytest.mark.parametrize(
    "path",
    [
        *("/boards", "/boards/new", "/b/x/rules", "/b/x/people", "/b/x/people?banned=1", "/b/x/applications"),
        *("/b/x/invitations", "/b/x/record", "/b/x/settings", "/admin/members", "/notices", "/moderation"),
    ],
)
def test_a_page_costs_at_most_eight_statements(as_member, count_queries, path):
    board = make.board("apply", slug="x")
    owner = make.operator(of=board, role="owner")
    browser = as_member(owner)
    for _ in range(5):
        make.member(of=board)
        make.board()

    with count_queries() as sent:
        assert browser.get(path).status_code == 200

    assert len(sent) <= 8
