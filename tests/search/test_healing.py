"""Whoosh's index is disposable: deleted, cut or flipped, the site stays up, says so, and heals by itself."""

import shutil

import pytest

from search import consumers
from tests import make
from wsgi import create_app

pytestmark = pytest.mark.engine("whoosh")


@pytest.fixture
def thread(index, reindex):
    thread = make.thread(title="Helmets", body="which helmet? 减肥")
    reindex()
    return thread


def files(index, ending):
    return sorted((index.files.home / index.files.pointer().folder).glob(f"*{ending}"))


def delete_all(index):
    shutil.rmtree(index.files.home)


def delete_pointer(index):
    index.files.pointer_path.unlink()


def garble_pointer(index):
    index.files.pointer_path.write_text('{"folder": "../../etc"')


def truncate_postings(index):
    for path in files(index, ".pst"):
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip_postings(index):
    _flip(files(index, ".pst")[0])


def flip_terms(index):
    _flip(files(index, ".trm")[0])


def flip_columns(index):
    _flip(files(index, ".meta.col")[0])


def flip_contents(index):
    _flip(files(index, ".toc")[0])


def delete_terms(index):
    files(index, ".trm")[0].unlink()


def _flip(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)


DAMAGES = (
    delete_all,
    delete_pointer,
    garble_pointer,
    truncate_postings,
    flip_postings,
    flip_terms,
    flip_columns,
    flip_contents,
    delete_terms,
)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_index_is_answered_around_and_healed(damage, thread, index, guest):
    damage(index)
    index._snapshot = None
    index._opened = {}

    for typed in ("helmet", "减肥", "helm*"):
        page = guest.get("/search", query_string={"q": typed})
        assert page.status_code == 200
        assert f"/t/{thread.id}/" in page.text, typed

    consumers.look_closely()
    consumers.heal()

    page = guest.get("/search?q=helmet")
    assert "being rebuilt" not in page.text
    assert "<mark>helmet</mark>" in page.text
    assert (index.trouble(), index.inspect()) == ("", "")


def test_while_it_is_away_the_page_says_so_and_keeps_the_gate(index, guest):
    make.thread(title="Open helmet", body="helmet")
    make.thread(on=make.board("secret"), title="Hidden helmet", body="helmet")
    delete_pointer(index)

    page = guest.get("/search?q=helmet")

    assert "being rebuilt" in page.text
    assert "Open <mark>helmet</mark>" in page.text
    assert "Hidden" not in page.text
    assert guest.get("/search/suggest?q=helm").status_code == 200


@pytest.mark.parametrize("typed", ["se-215", "減肥", "头盔", '"SE-215 in"', "sennh*", "减肥以后头盔也松了"])
def test_while_it_is_away_words_are_found_as_they_stand(index, guest, typed):
    make.thread(title="Headphones", body="A SE-215 in Sennheiser colours. 減肥 以后. 减肥以后头盔也松了。")
    make.thread(title="Another", body="nothing of it")
    delete_pointer(index)
    page = guest.get("/search", query_string={"q": typed}).text
    assert ("Headphones" in page, "Another" in page) == (True, False)


def test_a_reader_in_use_survives_a_cut_file(thread, index, guest):
    assert "<mark>helmet</mark>" in guest.get("/search?q=helmet").text
    truncate_postings(index)

    assert guest.get("/search?q=which").status_code == 200


def test_posts_written_while_it_is_away_are_found_after_the_healing(thread, index, guest, worker):
    delete_pointer(index)
    post = make.post(to=thread, body="a visor, newly written")
    worker()
    consumers.heal()

    assert f"#post-{post.post_no}" in guest.get("/search?q=visor").text


def test_a_writer_killed_between_commit_and_pointer_is_forgotten(thread, index, reindex):
    toc = files(index, ".toc")[0]
    toc.with_name("_MAIN_9999.toc").write_bytes(b"half written")
    make.post(to=thread, body="another helmet")
    consumers.index([])
    reindex()

    assert index.count() >= 3


def test_another_process_reads_the_same_index(thread, index, app):
    other = create_app(app.extensions["settings"], TESTING=True).extensions["search"]
    assert other.count() == index.count()
