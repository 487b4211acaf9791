"""What members are told: who, once, and only as long as they may know it."""

import pytest

from core.db import db, writing
from core.errors import Missing
from core.outbox import announce
from forum.boards import commands as boards
from forum.boards.models import Application
from forum.members.models import Block, Member
from forum.messages import commands as messages
from forum.notices import commands, queries
from forum.notices.models import Notice
from forum.threads.events import PostEdited, PostWritten
from forum.threads.models import Thread, Watch
from tests import make
from tests.conftest import reload


def told(member):
    return list(db.session.scalars(db.select(Notice).where(Notice.member_id == member.id).order_by(Notice.id)))


def kinds(member):
    return [notice.kind for notice in told(member)]


def watch(thread, member):
    return make.saved(Watch(thread_id=thread.id, member_id=member.id))


def written(worker, **given):
    post = make.post(**given)
    with writing():
        announce(PostWritten(post.id))
    worker()
    return post


def tell(member, **given):
    return commands.tell([member.id], **{"kind": "news", "key": "order:1", "address": "/orders/1"} | given)


def test_watchers_hear_of_a_reply_but_not_its_author(app, worker):
    thread, watcher, author = make.thread(title="Grinders"), make.member(), make.member()
    watch(thread, watcher)
    watch(thread, author)

    post = written(worker, to=thread, by=author)

    assert kinds(watcher) == ["reply"]
    assert (told(watcher)[0].address, told(watcher)[0].actor_id) == (thread.address_of(post.post_no), author.id)
    assert kinds(author) == []
    assert reload(watcher).unread_notices == 1


def test_who_stopped_watching_hears_nothing(app, worker):
    thread, member = make.thread(), make.member()
    make.saved(Watch(thread_id=thread.id, member_id=member.id, is_on=False))

    written(worker, to=thread)

    assert kinds(member) == []


def test_the_same_event_twice_tells_once(app, worker):
    thread, watcher = make.thread(), make.member()
    watch(thread, watcher)
    post = written(worker, to=thread)

    with writing():
        announce(PostWritten(post.id), PostEdited(post.id))
    worker()

    assert kinds(watcher) == ["reply"]
    assert reload(watcher).unread_notices == 1


def test_who_is_named_hears_that_and_not_of_a_reply_too(app, worker):
    thread, named = make.thread(), make.member(username="Ada")
    watch(thread, named)

    written(worker, to=thread, body="What does @ada say? And @nobody?")

    assert kinds(named) == ["mention"]


def test_who_is_quoted_hears_that(app, worker):
    opener = make.member()
    thread = make.thread(by=opener)
    watch(thread, opener)

    written(worker, to=thread, reply_to_no=1)

    assert kinds(opener) == ["quoted"]


def test_a_name_that_an_edit_brings_in_is_told_once(app, worker):
    thread, named = make.thread(), make.member(username="Ada")
    post = written(worker, to=thread, body="No name.")

    with writing():
        reload(post).body = "Now @Ada."
        announce(PostEdited(post.id), PostEdited(post.id))
    worker()

    assert kinds(named) == ["mention"]


def test_nobody_hears_of_a_board_they_may_not_read(app, worker):
    board = make.board("apply")
    thread = make.thread(on=board, by=make.member(of=board))
    stranger, banned = make.member(username="Ada"), make.member(of=board, role="banned")
    watch(thread, stranger)
    watch(thread, banned)

    written(worker, to=thread, body="@Ada may not know this.")

    assert kinds(stranger) == kinds(banned) == []


def test_nobody_hears_of_someone_they_blocked(app, worker):
    thread, watcher, author = make.thread(), make.member(username="Ada"), make.member()
    watch(thread, watcher)
    make.saved(Block(member_id=watcher.id, blocked_id=author.id))

    written(worker, to=thread, by=author, body="Hi @Ada")

    assert kinds(watcher) == []


def test_several_replies_are_one_notice_until_it_is_read(app, worker, as_member):
    thread, watcher = make.thread(title="Grinders"), make.member()
    watch(thread, watcher)
    for _ in range(3):
        written(worker, to=thread, by=make.member(username=f"writer{_}"))

    assert [notice.facts["count"] for notice in told(watcher)] == [3]
    assert reload(watcher).unread_notices == 1
    page = as_member(watcher).get("/notices").text
    assert "writer2 replied in “Grinders”, and there are 2 more replies." in page

    commands.read_all(reader=watcher)
    written(worker, to=thread)

    assert [notice.facts["count"] for notice in told(watcher)] == [3, 1]
    assert reload(watcher).unread_notices == 1


def test_a_banned_member_finds_earlier_notices_gone(app, worker, as_member):
    board = make.board("apply")
    thread, watcher = make.thread(on=board, title="Canary"), make.member(of=board)
    moderator = make.member(of=board, role="moderator")
    watch(thread, watcher)
    written(worker, to=thread, by=moderator)
    assert "Canary" in as_member(watcher).get("/notices").text

    boards.set_role(board, actor=moderator, target=watcher, role="banned", reason="Spam.")

    page = as_member(watcher).get("/notices").text
    assert "Canary" not in page
    assert "Nothing yet" in page
    with pytest.raises(Missing):
        commands.read_one(told(watcher)[0].id, reader=watcher)
    worker()
    assert reload(watcher).unread_notices == 0


def test_a_thread_moved_behind_a_gate_takes_its_notices_along(app, worker, as_member):
    thread, watcher = make.thread(title="Canary"), make.member()
    watch(thread, watcher)
    written(worker, to=thread)

    closed = make.board("apply")
    with writing():
        db.session.get(Thread, thread.id).board_id = closed.id

    assert "Canary" not in as_member(watcher).get("/notices").text


def test_a_deleted_thread_takes_its_notices_along(app, worker, as_member, clock):
    thread, watcher = make.thread(title="Canary"), make.member()
    watch(thread, watcher)
    written(worker, to=thread)

    with writing():
        db.session.get(Thread, thread.id).deleted_at = clock.now()

    assert "Canary" not in as_member(watcher).get("/notices").text


def apply_to(board, worker, username="Ada"):
    application = boards.apply(board, member=make.member(username=username), answers=[])
    worker()
    return application


def test_moderators_hear_of_an_application_until_they_are_moderators_no_more(app, worker, as_member):
    board = make.board("apply")
    owner, moderator = make.member(of=board, role="owner"), make.member(of=board, role="moderator")
    plain = make.member(of=board)

    apply_to(board, worker)

    assert kinds(owner) == kinds(moderator) == ["application"]
    assert kinds(plain) == []
    assert "Ada would like to join" in as_member(moderator).get("/notices").text
    boards.set_role(board, actor=owner, target=moderator, role="member")
    assert "Ada" not in as_member(moderator).get("/notices").text.split("<main")[1]


def mails(app):
    folder = app.extensions["settings"].data / "mail"
    return [path.read_text() for path in sorted(folder.glob("*.eml"))] if folder.exists() else []


def test_the_applicant_hears_the_answer_here_and_by_mail(app, worker, as_member):
    board = make.board("apply", name="Roasters")
    moderator = make.member(of=board, role="moderator")
    application = apply_to(board, worker)
    before = len(mails(app))

    boards.refuse(application, actor=moderator, reason="Tell us more.")
    worker()

    applicant = db.session.get(Member, application.member_id)
    page = as_member(applicant).get("/notices").text
    assert "Roasters did not accept your application: Tell us more." in page
    new = mails(app)[before:]
    assert len(new) == 1
    assert f"To: {applicant.email}" in new[0]
    assert "Tell us more." in new[0]


def test_no_mail_goes_to_an_address_that_is_not_confirmed(app, worker):
    board = make.board("apply")
    moderator = make.member(of=board, role="moderator")
    applicant = make.member(email_verified_at=None)
    application = make.saved(Application(board_id=board.id, member_id=applicant.id))
    before = len(mails(app))

    boards.accept(application, actor=moderator)
    worker()

    assert kinds(applicant) == ["decision"]
    assert len(mails(app)) == before


def test_a_notice_leads_to_its_place_and_is_read_by_going_there(app, as_member):
    member = make.member()
    tell(member)
    browser = as_member(member)

    answer = browser.post(f"/notices/{told(member)[0].id}/read")

    assert (answer.status_code, answer.location) == (303, "/orders/1")
    assert reload(told(member)[0]).read_at is not None
    assert reload(member).unread_notices == 0
    browser.post(f"/notices/{told(member)[0].id}/read")
    assert reload(member).unread_notices == 0


def test_reading_the_page_marks_nothing(as_member):
    member = make.member()
    tell(member)

    as_member(member).get("/notices")

    assert reload(told(member)[0]).read_at is None


def test_marking_all_read_leaves_what_came_meanwhile(as_member):
    member = make.member()
    tell(member)
    shown = told(member)[0].id
    tell(member, key="order:2")

    as_member(member).post("/notices/read", data={"until": str(shown)})

    assert [bool(notice.read_at) for notice in told(member)] == [True, False]
    assert reload(member).unread_notices == 1


def test_nobody_reads_the_notices_of_another(as_member):
    member = make.member()
    tell(member)
    other = as_member(make.member())

    assert other.post(f"/notices/{told(member)[0].id}/read").status_code == 404
    assert "something new" not in other.get("/notices").text.split("<main")[1]


def test_a_guest_is_sent_to_sign_in(guest):
    assert guest.get("/notices").location.startswith("/login")
    assert guest.post("/notices/read").status_code == 303


def test_older_notices_are_a_page_further(as_member):
    member = make.member()
    for number in range(35):
        tell(member, key=f"order:{number}")
    browser = as_member(member)

    first = browser.get("/notices").text
    second = browser.get(first.split('rel="next" href="')[1].split('"')[0]).text

    assert (first.count('id="notice-'), second.count('id="notice-')) == (30, 5)


def test_the_page_costs_at_most_eight_statements(as_member, count_queries, worker):
    member = make.member()
    for number in range(5):
        thread = make.thread()
        watch(thread, member)
        written(worker, to=thread)
        tell(member, key=f"order:{number}")
    browser = as_member(member)

    with count_queries() as sent:
        assert browser.get("/notices").status_code == 200

    assert len(sent) <= 8


def test_several_messages_are_one_notice_until_the_conversation_is_read(app, worker, as_member):
    author, reader = make.member(username="Ada"), make.member(messages_from="everyone")
    for words in ("Hello", "Are you there?"):
        message = messages.send(author, reader, messages.Letter(words))
        worker()

    assert [(notice.kind, notice.facts["count"]) for notice in told(reader)] == [("message", 2)]
    assert "Ada wrote to you, and there is 1 more message." in as_member(reader).get("/notices").text
    assert kinds(author) == []

    messages.mark_read(reader, message.conversation_id, message.message_no)
    assert reload(reader).unread_notices == 0


def test_who_reads_the_thread_needs_its_notices_no_more(app, worker, as_member):
    thread, watcher = make.thread(), make.member(username="Ada")
    watch(thread, watcher)
    browser = as_member(watcher)
    written(worker, to=thread, body="@Ada look")
    written(worker, to=thread)
    written(worker, to=thread, body="@Ada again")

    browser.post(f"/t/{thread.id}/read", data={"no": "3"})
    worker()

    assert [notice.facts["post_no"] for notice in told(watcher) if not notice.read_at] == [4]
    assert reload(watcher).unread_notices == 1


def test_who_has_read_a_message_already_needs_no_notice(app, worker):
    author, reader = make.member(), make.member(messages_from="everyone")
    message = messages.send(author, reader, messages.Letter("Hello"))
    messages.mark_read(reader, message.conversation_id, 1)

    worker()

    assert kinds(reader) == []


def test_a_suspended_member_is_told_nothing_of_boards(app, worker):
    thread, watcher = make.thread(), make.member(is_suspended=True)
    watch(thread, watcher)

    written(worker, to=thread)

    assert kinds(watcher) == []


def test_the_unread_number_counts_what_is_shown(app):
    member = make.member()
    tell(member)
    tell(member, key="order:2")

    assert queries.notices_of(member).unread == reload(member).unread_notices == 2
