"""Pictures: what is taken, what comes out, and who sees it."""

import io
import resource
import time
import zlib

import pytest
from PIL import Image

from core.db import db, writing
from core.storage import storage
from forum.pictures.commands import attach, keep_picture
from forum.pictures.jobs import remove_unused
from forum.pictures.models import Picture, storage_key
from tests import make
from tests.conftest import reload


def drawn(kind="JPEG", size=(800, 600), mode="RGB", **more):
    made = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert(mode).save(made, kind, **more)
    return made.getvalue()


def chunk(name, body):
    return len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")


def png_header_only(width, height):
    """A file of a few hundred bytes that claims to be enormous."""
    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\x00\x00\x00"
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\x00" * 100000)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def upload(client, content, name="photo.jpg"):
    return client.post("/pictures", data={"picture": (io.BytesIO(content), name)})


def opened(answer):
    return Image.open(io.BytesIO(answer.data))


@pytest.fixture
def owner(app):
    return make.member()


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("JPEG", "a.jpg"),
        ("JPEG", "A.JPEG"),
        ("PNG", "a.png"),
        ("WEBP", "a.webp"),
        ("GIF", "a.gif"),
        ("AVIF", "a.avif"),
        ("PNG", ""),
    ],
)
def test_the_usual_kinds_become_webp_in_two_sizes(as_member, owner, kind, name):
    client = as_member(owner)

    answer = upload(client, drawn(kind, (2000, 1000)), name or "blob")

    assert answer.status_code == 201
    assert (answer.json["width"], answer.json["height"]) == (1600, 800)
    address = answer.json["address"]
    assert answer.json["markdown"] == f"![]({address})"
    large, thumb = client.get(f"{address}/large"), client.get(f"{address}/thumb")
    assert (opened(large).format, opened(large).size, opened(thumb).size) == ("WEBP", (1600, 800), (480, 240))
    assert client.get(address).data == large.data


def test_a_small_picture_is_not_blown_up(as_member, owner):
    assert upload(as_member(owner), drawn(size=(30, 20))).json["width"] == 30


def test_a_picture_is_turned_upright_and_forgets_where_it_was_taken(as_member, owner):
    client, exif = as_member(owner), Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x010E] = "at home"
    exif.get_ifd(0x8825)[1] = "N"

    address = upload(client, drawn(size=(800, 400), exif=exif)).json["address"]

    shown = opened(client.get(address))
    assert shown.size == (400, 800)
    assert not shown.getexif()
    assert b"at home" not in client.get(address).data


def test_transparency_stays_and_odd_colours_are_understood(as_member, owner):
    client = as_member(owner)
    see_through = io.BytesIO()
    Image.new("LA", (40, 40), (200, 90)).save(see_through, "PNG")
    assert opened(client.get(upload(client, see_through.getvalue(), "a.png").json["address"])).mode == "RGBA"
    for mode in ("CMYK", "L"):
        assert upload(client, drawn("JPEG", mode=mode)).status_code == 201
    for mode in ("P", "1", "I;16"):
        assert upload(client, drawn("PNG", mode=mode), "a.png").status_code == 201


def test_of_a_film_the_first_picture_is_kept(as_member, owner):
    frames, film = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue")], io.BytesIO()
    frames[0].save(film, "GIF", save_all=True, append_images=frames[1:])
    client = as_member(owner)

    shown = opened(client.get(upload(client, film.getvalue(), "a.gif").json["address"]))

    assert not getattr(shown, "is_animated", False)
    assert shown.convert("RGB").getpixel((20, 20))[0] > 200


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.jpg", "empty"),
        (b"hello", "a.jpg", "not_a_picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "a.svg", "polyglot"),
        (b"<?xml version='1.0'?><svg/>", "a.png", "polyglot"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "a.png", "polyglot"),
        (drawn("GIF") + b"<script>alert(1)</script>", "a.gif", "polyglot"),
        (drawn("JPEG", comment=b"<script>alert(1)</script>"), "a.jpg", "polyglot"),
        (drawn("PNG") + b"PK\x05\x06" + bytes(18), "a.png", "polyglot"),
        (drawn("BMP"), "a.bmp", "not_a_picture"),
        (drawn("TIFF"), "a.tiff", "not_a_picture"),
        (drawn("PNG"), "a.jpg", "wrong_ending"),
        (drawn("JPEG"), "a.exe", "wrong_ending"),
        (drawn("JPEG"), "a.jpg.html", "wrong_ending"),
        (drawn("JPEG")[:3000], "a.jpg", "damaged"),
        (drawn("PNG")[:200], "a.png", "damaged"),
        (drawn("JPEG") + bytes(10 * 1024 * 1024), "a.jpg", "too_large"),
        (png_header_only(50_000, 50_000), "a.png", "too_many_pixels"),
        (png_header_only(8_000, 5_001), "a.png", "too_many_pixels"),
        (png_header_only(6_000, 6_000), "a.png", "damaged"),
    ],
)
def test_what_is_no_honest_picture_is_refused_in_words(as_member, owner, content, name, code):
    answer = upload(as_member(owner), content, name)

    assert answer.status_code == 422
    assert answer.json["code"] == code
    assert len(answer.json["detail"]) > 15
    assert db.session.query(Picture).count() == 0


def test_a_bomb_is_refused_fast_and_with_little_memory(as_member, owner):
    client, started = as_member(owner), time.perf_counter()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    assert upload(client, png_header_only(50_000, 50_000), "a.png").status_code == 422

    assert time.perf_counter() - started < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 * 1024


def test_the_type_is_fixed_and_not_guessed(as_member, owner):
    client = as_member(owner)

    answer = client.get(upload(client, drawn("PNG"), "a.png").json["address"])

    assert answer.headers["Content-Type"] == "image/webp"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_until_a_post_takes_it_only_its_owner_sees_it(as_member, owner, guest):
    address = upload(as_member(owner), drawn()).json["address"]

    assert as_member(owner).get(address).status_code == 200
    assert guest.get(address).status_code == as_member(make.member()).get(address).status_code == 404


def hung(owner, access):
    """A picture on a post of a board with this kind of access."""
    board = make.board(access)
    kept = keep_picture(owner, drawn(size=(20, 20)))
    post = make.post(to=make.thread(on=board, by=owner), by=owner)
    attach(owner.id, [kept.address], post.id, board.id)
    return kept, board, post


def test_on_a_public_board_everyone_sees_it_and_may_keep_it_a_while(guest, owner):
    kept, _board, _post = hung(owner, "public")

    answer = guest.get(kept.address)

    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, max-age=3600")


@pytest.mark.parametrize("access", ["apply", "invite", "secret"])
def test_on_a_closed_board_only_its_members_see_it_and_are_checked_each_time(as_member, guest, owner, access):
    kept, board, _post = hung(owner, access)
    insider, stranger = as_member(make.member(of=board)), as_member(make.member())

    answer = insider.get(f"{kept.address}/thumb")

    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-cache")
    again = insider.get(f"{kept.address}/thumb", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    for outsider in (guest, stranger, as_member(make.member(of=board, role="banned"))):
        hidden = outsider.get(kept.address, headers={"If-None-Match": answer.headers["ETag"]})
        missing = outsider.get(f"/pictures/{'0' * len(kept.key)}")
        assert hidden.status_code == missing.status_code == 404
        assert len(hidden.data) == len(missing.data)


def test_a_banned_owner_does_not_even_see_their_own(as_member, owner):
    kept, board, _post = hung(owner, "apply")
    make.membership(owner, board, "banned")

    assert as_member(owner).get(kept.address).status_code == 404


def test_nobody_hangs_up_someone_elses_picture_or_one_that_hangs_already(owner):
    kept, board, post = hung(owner, "secret")
    other, open_board = make.member(), make.board()
    loose = keep_picture(owner, drawn(size=(20, 20)))

    attach(owner.id, [kept.address], post.id, open_board.id)
    attach(other.id, [loose.address], post.id, open_board.id)

    assert reload(kept).board_id == board.id
    assert reload(loose).post_id is None


def test_uploads_need_a_confirmed_address(as_member):
    answer = upload(as_member(make.member(email_verified_at=None)), drawn())

    assert (answer.status_code, answer.json["code"]) == (403, "not_verified")


def test_a_guest_uploads_nothing(guest):
    assert upload(guest, drawn()).status_code == 303
    assert db.session.query(Picture).count() == 0


def test_a_portrait_is_square_and_seen_by_everyone(as_member, owner, guest):
    client = as_member(owner)

    answer = client.post("/pictures/portrait", data={"picture": (io.BytesIO(drawn(size=(600, 300))), "me.jpg")})

    assert answer.status_code == 303
    address = reload(owner).picture_url
    assert opened(guest.get(address)).size == (192, 192)
    assert address in client.get("/settings").text
    client.post("/pictures/portrait/remove")
    assert reload(owner).picture_key is None


def test_a_bad_portrait_comes_back_with_its_sentence(as_member, owner):
    answer = as_member(owner).post("/pictures/portrait", data={"picture": (io.BytesIO(b"no"), "me.jpg")})

    assert answer.status_code == 422
    assert "not a picture" in answer.text


def test_unused_pictures_are_removed_after_two_days_and_used_ones_stay(owner, clock):
    used, _board, _post = hung(owner, "public")
    loose = keep_picture(owner, drawn(size=(20, 20)))
    worn, shed = (keep_picture(owner, drawn(size=(20, 20)), is_portrait=True) for _ in range(2))
    with writing():
        owner.picture_key = worn.key
    gone = {storage_key(loose.key, "large"), storage_key(shed.key, "portrait")}
    kept = {used.key, worn.key}
    clock.travel(days=3)

    remove_unused()

    assert {row.key for row in db.session.query(Picture)} == kept
    assert not gone & set(storage().keys())
    assert {storage_key(used.key, "large"), storage_key(worn.key, "portrait")} <= set(storage().keys())


def test_a_picture_costs_two_statements(as_member, owner, count_queries):
    kept, board, _post = hung(owner, "apply")
    insider = as_member(make.member(of=board))

    with count_queries() as sent:
        assert insider.get(kept.address).status_code == 200

    assert len(sent) <= 2
