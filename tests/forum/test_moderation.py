"""Reports, the moderators' desk, suspension."""

import pytest

from core.db import db
from core.errors import Missing, Refused
from forum.boards.models import Application, ModerationRecord
from forum.moderation import commands
from forum.moderation.models import Report
from forum.notices.models import Notice
from tests import make
from tests.conftest import reload

REASON = {"reason": "This is spam."}


@pytest.fixture
def board(app):
    return make.board("apply")


@pytest.fixture
def moderator(board):
    return make.member(of=board, role="moderator")


@pytest.fixture
def post(board):
    return make.post(to=make.thread(on=board, title="Canary thread"), by=make.member(of=board), body="Canary post")


@pytest.fixture
def report(board, post):
    return commands.report(post.id, reporter=make.member(of=board), reason="This is spam.")


def reports():
    return list(db.session.scalars(db.select(Report).order_by(Report.id).execution_options(populate_existing=True)))


def test_a_member_reports_a_post_and_goes_back_to_it(as_member, board, post):
    reporter = make.member(of=board)
    browser = as_member(reporter)
    assert "Canary post" in browser.get(f"/posts/{post.id}/report").text

    answer = browser.post(f"/posts/{post.id}/report", data=REASON)

    assert (answer.status_code, answer.location.split("#")[1]) == (303, f"post-{post.post_no}")
    assert [(row.post_id, row.reporter_id, row.state) for row in reports()] == [(post.id, reporter.id, "waiting")]


def test_reporting_twice_is_reporting_once(as_member, board, post):
    browser = as_member(make.member(of=board))

    assert [browser.post(f"/posts/{post.id}/report", data=REASON).status_code for _ in range(2)] == [303, 303]
    assert len(reports()) == 1


def test_a_report_needs_a_reason(as_member, board, post):
    answer = as_member(make.member(of=board)).post(f"/posts/{post.id}/report", data={"reason": " "})

    assert answer.status_code == 422
    assert "field__error" in answer.text
    assert reports() == []


def test_nobody_reports_themselves(as_member, board):
    author = make.member(of=board)
    post = make.post(to=make.thread(on=board), by=author)

    assert as_member(author).post(f"/posts/{post.id}/report", data=REASON).status_code == 409


@pytest.mark.parametrize("kind", ["guest", "stranger", "applicant", "banned"])
@pytest.mark.parametrize("access", ["apply", "invite", "secret"])
def test_outsiders_report_nothing_that_they_may_not_read(as_member, access, kind):
    board = make.board(access)
    post = make.post(to=make.thread(on=board), body="Canary post")
    member = None if kind == "guest" else make.member()
    if kind == "banned":
        make.membership(member, board, "banned")
    if kind == "applicant":
        make.saved(Application(board_id=board.id, member_id=member.id))
    browser = as_member(member)

    for answer in (browser.get(f"/posts/{post.id}/report"), browser.post(f"/posts/{post.id}/report", data=REASON)):
        assert answer.status_code in ((302, 303) if kind == "guest" else (404,))
        assert "Canary" not in answer.text
    assert reports() == []


def test_no_more_reports_an_hour_than_the_limit(as_member):
    browser, thread = as_member(make.member()), make.thread()
    posts = [make.post(to=thread) for _ in range(21)]

    codes = [browser.post(f"/posts/{post.id}/report", data=REASON).status_code for post in posts]

    assert codes == [303] * 20 + [429]


def test_moderators_are_told_and_the_author_is_not(worker, as_member, moderator, report, post):
    author = db.session.get(make.Member, post.author_id)
    worker()

    assert list(db.session.scalars(db.select(Notice.member_id))) == [moderator.id]
    assert "This is spam." in as_member(moderator).get("/notices").text
    assert "spam" not in as_member(author).get("/notices").text


def test_the_desk_shows_what_waits_on_the_boards_one_moderates(as_member, board, moderator, report):
    applicant = make.member(username="Ada")
    make.saved(Application(board_id=board.id, member_id=applicant.id, answers=[["Why?", "Because of Canary"]]))

    page = as_member(moderator).get("/moderation").text

    assert "Canary post" in page
    assert "This is spam." in page
    assert "Because of Canary" in page
    assert f'action="/b/{board.slug}/applications/' in page


@pytest.mark.parametrize("who", ["member", "elsewhere", "operator"])
def test_the_desk_shows_nothing_of_other_boards(as_member, board, report, who):
    make.saved(Application(board_id=board.id, member_id=make.member(username="CanaryApplicant").id))
    viewer = make.operator() if who == "operator" else make.member(of=board if who == "member" else None)
    if who == "elsewhere":
        make.membership(viewer, make.board("apply"), "owner")

    assert "Canary" not in as_member(viewer).get("/moderation").text
    with pytest.raises(Missing):
        commands.uphold(report.id, actor=viewer)


def test_upholding_deletes_the_post_and_answers_all_its_reports(as_member, board, moderator, report, post):
    commands.report(post.id, reporter=make.member(of=board), reason="I think so too.")

    answer = as_member(moderator).post(f"/moderation/reports/{report.id}/uphold", data={"reason": "Spam."})

    assert answer.status_code == 303
    assert reload(post).deleted_by_id == moderator.id
    assert [row.state for row in reports()] == ["upheld", "upheld"]
    assert "report_upheld" in set(db.session.scalars(db.select(ModerationRecord.action)))
    assert "Canary post" not in as_member(moderator).get("/moderation").text


def test_dismissing_leaves_the_post(as_member, moderator, report, post):
    answer = as_member(moderator).post(f"/moderation/reports/{report.id}/dismiss")

    assert answer.status_code == 303
    assert reload(post).deleted_at is None
    assert reload(report).state == "dismissed"


def test_deciding_twice_is_deciding_once_and_never_both_ways(app, moderator, report, post):
    commands.dismiss(report.id, actor=moderator)
    commands.dismiss(report.id, actor=moderator)

    with pytest.raises(Refused) as refused:
        commands.uphold(report.id, actor=moderator)

    assert refused.value.code == "already_decided"
    assert reload(post).deleted_at is None
    assert db.session.scalar(db.select(db.func.count()).select_from(ModerationRecord)) == 1


def test_a_report_about_a_post_that_is_gone_can_still_be_upheld(app, moderator, report, post, clock):
    with make.writing():
        db.session.get(type(post), post.id).deleted_at = clock.now()

    commands.uphold(report.id, actor=moderator)

    assert reload(report).state == "upheld"


def test_a_report_follows_a_thread_that_was_moved(app, board, moderator, report, post):
    other = make.board()
    theirs = make.member(of=other, role="moderator")
    thread = post.thread_id
    with make.writing():
        db.session.get(make.Thread, thread).board_id = other.id

    with pytest.raises(Missing):
        commands.dismiss(report.id, actor=moderator)
    commands.dismiss(report.id, actor=theirs)


def test_the_desk_costs_at_most_eight_statements(as_member, count_queries, board, moderator):
    for _ in range(4):
        post = make.post(to=make.thread(on=board))
        commands.report(post.id, reporter=make.member(of=board), reason="Spam.")
        make.saved(Application(board_id=board.id, member_id=make.member().id))
    browser = as_member(moderator)

    with count_queries() as sent:
        assert browser.get("/moderation").status_code == 200

    assert len(sent) <= 8


def test_an_operator_suspends_a_member_whose_access_ends_at_once(as_member):
    operator, member = make.operator(), make.member(username="Spammer")
    theirs, desk = as_member(member), as_member(operator)
    assert theirs.get("/notices").status_code == 200

    assert "Spammer" in desk.get("/admin/members?q=spam").text
    assert desk.post("/admin/members/Spammer/suspend").status_code == 303

    assert theirs.get("/notices").status_code == 302
    desk.post("/admin/members/Spammer/restore")
    assert not reload(member).is_suspended
    assert theirs.get("/notices").status_code == 302


@pytest.mark.parametrize("words", ["Spammer", "@spam", "spammer@example.org", ""])
def test_the_operator_finds_by_name_or_mail(as_member, words):
    make.member(username="Spammer", email="spammer@example.org")

    assert "Spammer" in as_member(make.operator()).get("/admin/members", query_string={"q": words}).text


@pytest.mark.parametrize("words", ["nobody", "%", "_", "' or 1=1", "\\"])
def test_odd_words_find_nobody(as_member, words):
    make.member(username="Spammer")

    assert "Spammer" not in as_member(make.operator()).get("/admin/members", query_string={"q": words}).text


def test_operators_are_not_suspended_here(as_member):
    operator, other = make.operator(), make.operator()

    assert as_member(operator).post(f"/admin/members/{other.username}/suspend").status_code == 403
    assert as_member(operator).post(f"/admin/members/{operator.username}/suspend").status_code == 403


def test_the_members_page_is_there_for_operators_only(as_member, guest):
    member = make.member()

    assert as_member(member).get("/admin/members").status_code == 404
    assert as_member(member).post(f"/admin/members/{make.member().username}/suspend").status_code == 404
    assert guest.get("/admin/members").status_code == 302
