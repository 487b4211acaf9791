"""The stock as a table, out and in: formulas defused, all lines or none, and the same file twice changes nothing."""

import csv
import io

import pytest

from core import sheets
from core.errors import Invalid
from shop.stock import commands, proof, queries
from shop.stock.models import Spot
from tests import make

HEAD = "offer,pool,place,on_hand,counted\n"


@pytest.fixture
def seller(app):
    return make.member()


@pytest.fixture
def offer(seller):
    return make.offer(stock=5, by=seller, product={"title": "=HYPERLINK(evil)"})


@pytest.fixture
def send(as_member, seller):
    def sent(text, encoding="utf-8"):
        content = text if isinstance(text, bytes) else text.encode(encoding)
        return as_member(seller).post("/shop/stock/list", data={"file": (io.BytesIO(content), "stock.csv")})

    return sent


def supplied(offer):
    return queries.levels(offer.id).supplied


def test_the_list_has_a_line_for_each_spot_and_runs_nothing(as_member, seller, offer):
    place = commands.add_place("+Cellar", seller=seller)
    commands.move(Spot(offer.id), Spot(offer.id, place_id=place.id), 2)
    commands.move(Spot(offer.id), Spot(offer.id, "flash"), 1)
    commands.damage(Spot(offer.id), 1)
    make.offer(stock=7, by=make.member())

    answer = as_member(seller).get("/shop/stock/list.csv")

    assert answer.headers["Content-Disposition"].startswith("attachment")
    rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert rows[0] == ["offer", "title", "pool", "place", "on_hand", "held", "damaged", "counted"]
    title = "'=HYPERLINK(evil)"
    assert [row[1:] for row in rows[1:]] == [
        [title, "normal", "", "1", "0", "1", ""],
        [title, "normal", "'+Cellar", "2", "", "", ""],
        [title, "flash", "", "1", "0", "0", ""],
    ]


def test_what_was_counted_comes_back_and_the_same_file_twice_changes_nothing(as_member, seller, offer, send):
    place = commands.add_place("+Cellar", seller=seller)
    commands.move(Spot(offer.id), Spot(offer.id, place_id=place.id), 2)
    text = as_member(seller).get("/shop/stock/list.csv").get_data().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    rows[1][-1], rows[2][-1] = "7", "0"
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(rows)

    for _time in range(2):
        assert send("\ufeff" + out.getvalue()).status_code == 303
        row = queries.levels(offer.id)
        assert (row.supplied, row.placed) == (7, 0)
    assert list(proof.verify()) == []


def test_a_list_from_a_chinese_windows_is_read(seller, offer, send):
    commands.receive(Spot(offer.id, place_id=commands.add_place("地下室", seller=seller).id), 1)

    assert send(HEAD + f"{offer.id},normal,地下室,1,4\n", "gb18030").status_code == 303
    assert supplied(offer) == 9


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{offer},normal,,5,x", "Line 3: “x” is no whole number"),
        ("{offer},normal,,5,-1", "Line 3: “-1” is no whole number"),
        ("{offer},normal,,5,9999999", "Line 3: “9999999” is no whole number"),
        ("{offer},gold,,5,1", "Line 3: there is no pool “gold”"),
        ("{offer},normal,Attic,5,1", "Line 3: you have no place “Attic”"),
        ("{offer},normal,,4,1", "Line 3: there are 6 now, no longer 4"),
        ("999999,normal,,5,1", "Line 3: offer 999999 is not yours"),
        ("{other},normal,,7,1", "Line 3: offer {other} is not yours"),
        ("{first},normal,,5,1", "Line 3: it is there twice"),
        ("{offer},normal,,6,1", "Line 3: Only 4 are there"),
    ],
)
def test_a_line_that_makes_no_sense_is_named_and_nothing_is_changed(seller, offer, send, line, said):
    second, other = make.offer(stock=6, by=seller), make.offer(stock=7)
    commands.hold(second.id, make.member().id, 2)
    ids = {"offer": second.id, "other": other.id, "first": offer.id}

    answer = send(HEAD + f"{offer.id},normal,,5,9\n" + line.format(**ids) + "\n")

    assert answer.status_code == 422
    assert said.format(**ids) in answer.text
    assert (supplied(offer), supplied(second), supplied(other)) == (5, 6, 7)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"\x00", b"a,b\n1,2\n", b'"', b"x" * (sheets.LARGEST + 1)])
def test_what_is_no_list_is_refused_in_words(app, send, offer, content):
    answer = send(content)

    assert answer.status_code == 422
    assert 'data-code="invalid"' in answer.text


def test_too_many_lines_are_refused():
    with pytest.raises(Invalid):
        sheets.read(("a\n" + "1\n" * (sheets.MOST_LINES + 1)).encode(), ["a"])
