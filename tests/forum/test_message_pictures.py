"""Pictures in messages: for the people of the conversation, and for nobody else."""

from core.db import db
from core.storage import storage
from forum.messages.commands import Letter, add, leave, reply, send, send_to_several
from forum.pictures.commands import attach, keep_picture
from forum.pictures.jobs import remove_unused
from forum.pictures.models import Picture, storage_key
from tests import make
from tests.forum.test_pictures import drawn, upload


def sent_with_picture(author, to):
    picture = keep_picture(author, drawn())
    return picture, send(author, to, Letter(f"Look: ![]({picture.address})"))


def test_a_picture_uploaded_in_the_composer_is_shown_to_both_and_to_nobody_else(as_member, guest, anna, paul):
    client = as_member(anna)
    assert 'data-upload-url="/pictures"' in client.get("/messages/new?to=paul").text
    address = upload(client, drawn()).json["address"]

    where = client.post("/messages/new", data={"to": "paul", "body": f"![]({address})"}).location

    page = as_member(paul).get(where).text
    assert f'src="{address}' in page
    assert 'width="800"' in page
    for size in ("", "/large", "/thumb"):
        assert client.get(address + size).status_code == 200
        assert as_member(paul).get(address + size).status_code == 200
        for outsider in (guest, as_member(make.member()), as_member(make.operator())):
            assert outsider.get(address + size).status_code == 404
    assert as_member(paul).get(address).headers["Cache-Control"] == "private, no-cache"


def test_in_a_request_it_is_seen_and_once_declined_it_is_not(as_member, anna):
    reader = make.member()
    picture, sent = sent_with_picture(anna, reader)
    client = as_member(reader)
    assert client.get(picture.address).status_code == 200

    client.post(f"/messages/{sent.conversation_id}/decline")

    assert client.get(picture.address).status_code == 404
    assert as_member(anna).get(picture.address).status_code == 200


def test_with_the_message_the_picture_is_gone(as_member, anna, paul):
    picture, sent = sent_with_picture(anna, paul)

    as_member(anna).post(f"/messages/{sent.conversation_id}/1/delete")

    for person in (anna, paul):
        assert as_member(person).get(picture.address).status_code == 404


def test_who_left_or_came_later_does_not_see_it(as_member, anna, paul):
    mia, late = (make.member(username=name, messages_from="everyone") for name in ("mia", "late"))
    talk = send_to_several(anna, [paul, mia], Letter("Hello")).conversation_id
    picture = keep_picture(anna, drawn())
    reply(anna, talk, Letter(f"![]({picture.address})"))
    leave(mia, talk)
    add(anna, talk, late)

    seen = {person.username: as_member(person).get(picture.address).status_code for person in (anna, paul, mia, late)}

    assert seen == {"anna": 200, "paul": 200, "mia": 404, "late": 404}


def test_nobody_sends_another_ones_picture_or_one_that_hangs_already(as_member, anna, paul):
    theirs = keep_picture(make.member(), drawn())
    send(anna, paul, Letter(f"![]({theirs.address})"))
    assert as_member(paul).get(theirs.address).status_code == 404

    thread = make.thread(on=make.board("secret"), by=anna)
    hung = keep_picture(anna, drawn())
    attach(anna.id, [hung.address], make.post(to=thread, by=anna).id, thread.board_id)
    send(anna, paul, Letter(f"![]({hung.address})"))
    assert as_member(paul).get(hung.address).status_code == 404

    picture, _sent = sent_with_picture(anna, paul)
    attach(anna.id, [picture.address], make.post(to=thread, by=anna).id, thread.board_id)
    assert db.session.query(Picture.board_id).filter_by(id=picture.id).scalar() is None


def test_sent_pictures_are_kept(anna, paul, clock):
    picture, _sent = sent_with_picture(anna, paul)
    loose = keep_picture(anna, drawn())
    clock.travel(days=3)

    remove_unused()

    assert storage().get(storage_key(picture.key, "large"))
    assert [row.id for row in db.session.query(Picture)] == [picture.id]
    assert loose.id != picture.id
