"""The interface in Chinese: complete, and with no English left in it by accident."""

import os
import re
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask_babel import get_domain

from core import i18n
from core.clock import now
from core.db import writing
from forum.boards.models import Application, Invitation
from forum.notices.models import Notice
from scripts import check_translations
from shop.payments.commands import ask_withdrawal
from shop.payments.models import TopUp
from shop.payments.rules import Asked
from tests import make
from tests.conftest import reload
from tests.shop.buying import buy, rich

CATALOGUE = Path(__file__).parents[1] / "translations/zh_Hans/LC_MESSAGES/messages.po"
CHINESE = {"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5"}
KNOWN_WORDS = {"Boardwalk", "English", "Markdown", "USD", "US", "JPEG", "PNG", "WebP", "GIF", "AVIF", "MB", "TOPUP"}
SPOKEN = ("aria-label", "title", "placeholder", "alt", "data-copied", "data-offline")


class Spoken(HTMLParser):
    """Collects what a page says: its text and the attributes that are read out, without code and addresses."""

    def __init__(self):
        super().__init__()
        self.silent = 0
        self.said = []

    def handle_starttag(self, tag, attributes):
        self.silent += tag in ("script", "style", "code", "pre", "textarea")
        self.said += [value for name, value in attributes if name in SPOKEN and value]

    def handle_endtag(self, tag):
        self.silent -= tag in ("script", "style", "code", "pre", "textarea")

    def handle_data(self, text):
        if not self.silent and text.strip():
            self.said.append(text.strip())


def english_in(page: str) -> list[str]:
    reader = Spoken()
    reader.feed(page)
    texts = [re.sub(r"\S*[@/]\S*|\b[A-Z0-9]{8}\b|\bUTC$", " ", text) for text in reader.said]
    return [text for text in texts if set(re.findall(r"[A-Za-z]{2,}", text)) - KNOWN_WORDS]


@pytest.fixture(autouse=True)
def compiled(request):
    """The catalogue as it is now, also where `make` has not compiled it yet."""
    target = CATALOGUE.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime >= CATALOGUE.stat().st_mtime:
        return
    draft = target.with_suffix(f".{os.getpid()}")
    with CATALOGUE.open("rb") as source, draft.open("wb") as file:
        write_mo(file, read_po(source, locale="zh_Hans"))
    draft.replace(target)
    i18n._translated.cache_clear()
    i18n._translated_count.cache_clear()
    with request.getfixturevalue("app").test_request_context():
        get_domain().cache.clear()


def test_every_string_is_translated_with_its_placeholders_and_none_is_dead():
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="zh_Hans")

    assert check_translations.problems(check_translations.extracted(), catalogue, "zh_Hans") == []


def test_no_translation_has_half_width_marks_after_chinese():
    with CATALOGUE.open("rb") as file:
        texts = [text for message in read_po(file, locale="zh_Hans") if message.id for text in [message.string]]
    said = [text if isinstance(text, str) else text[0] for text in texts]

    assert [text for text in said if re.search(r"[\u4e00-\u9fff][,;:?!.](?:\s|$)", text) and "摄影" not in text] == []


@pytest.fixture
def town(app, reindex):
    """A board with everything in it; all that people wrote is Chinese, so what is English is the interface."""
    owner, seller = (make.member(username=name, interests="摄影") for name in ("组长甲", "卖家乙"))
    buyer = rich(username="买家丙")
    board = make.board("apply", name="咖啡角", slug="kafei", about="豆子", questions=["为什么？"], read_level=0)
    make.membership(owner, board, "owner")
    for person in (seller, buyer):
        make.membership(person, board)
    thread = make.thread(on=board, by=seller, title="出一台磨豆机", body="几乎没用过", kind="sale")
    make.post(to=thread, by=buyer, body="还在吗？")
    offer = make.offer(by=seller, thread=thread, stock=5, product={"title": "磨豆机", "ships": True})
    with writing():
        thread.is_for_sale = True
    _waiting(board, owner, buyer, thread)
    order = buy(offer, buyer, address="海边路一号")
    reindex()
    return {"owner": owner, "buyer": buyer, "seller": seller, "thread": thread, "offer": offer, "order": order.number}


def _waiting(board, owner, buyer, thread):
    make.saved(
        Application(board_id=board.id, member_id=make.member(username="新人丁").id, answers=[["为什么？", "喜欢"]])
    )
    make.saved(
        Invitation(board_id=board.id, token="t", created_by_id=owner.id, quota=3, expires_at=now() + timedelta(days=3))
    )
    make.saved(TopUp(member_id=buyer.id, amount=500, currency="USD", key="a", provider="transfer"))
    ask_withdrawal(buyer, Asked(500, "USD", "b"), "招商银行")
    about = {"member_id": buyer.id, "actor_id": owner.id, "thread_id": thread.id, "board_id": board.id}
    for kind in ("reply", "mention", "application"):
        make.saved(Notice(kind=kind, key=kind, address=f"/t/{thread.id}", facts={"count": 3}, **about))


GUEST = (
    "/", "/boards", "/b/kafei", "/b/kafei/people", "/b/kafei/rules", "/b/kafei?sort=top&kind=wish", "/t/{thread}",
    "/p/{product}", "/m/卖家乙", "/search", "/search?q=磨豆机", "/search?q=磨豆机&in=people", "/search?q=找不到",
    "/login", "/join", "/reset", "/reset/asked", "/reset/new?token=x", "/verify?token=x", "/i/t", "/nowhere",
)  # fmt: skip
MEMBER = (
    "/", "/b/kafei", "/b/kafei/new", "/t/{thread}", "/p/{product}", "/cart", "/orders", "/orders?tab=sold", "/wallet",
    "/wallet/top-up", "/wallet/withdraw", "/notices", "/messages", "/messages/new?to=卖家乙", "/settings",
    "/settings/account", "/settings/sessions", "/settings/blocked", "/boards/new", "/moderation", "/checkout",
    "/orders/{order}",
)  # fmt: skip
OWNER = (
    "/b/kafei/applications",
    "/b/kafei/invitations",
    "/b/kafei/record",
    "/b/kafei/settings",
    "/b/kafei/people",
    "/moderation",
    "/t/{thread}",
    "/t/{thread}/move",
)
SELLER = ("/t/{thread}/sell", "/orders/{order}", "/orders?tab=sold", "/p/{product}")  # fmt: skip
OPERATOR = ("/admin", "/admin/books", "/admin/members")


def leftovers(client, town, addresses):
    found, numbers = {}, {"thread": town["thread"].id, "product": town["offer"].product_id, "order": town["order"]}
    for address in addresses:
        answer = client.get(address.format(**numbers), headers=CHINESE)
        if answer.status_code in (301, 302, 303):
            answer = client.get(answer.location, headers=CHINESE)
        assert answer.status_code in (200, 404), address
        assert '<html lang="zh-Hans"' in answer.text, address
        if english := english_in(answer.text):
            found[address] = english
    return found


def test_a_guest_meets_no_english(guest, town):
    assert leftovers(guest, town, GUEST) == {}


def test_a_member_meets_no_english(as_member, town):
    client = as_member(town["buyer"])
    client.post("/cart/items", data={"offer": town["offer"].id, "quantity": 1})

    assert leftovers(client, town, MEMBER) == {}


def test_who_runs_a_board_or_the_site_meets_no_english(as_member, town):
    assert leftovers(as_member(town["owner"]), town, OWNER) == {}
    assert leftovers(as_member(town["seller"]), town, SELLER) == {}
    assert leftovers(as_member(make.operator(username="站长")), town, OPERATOR) == {}


FORMS = {
    "/join": {}, "/login": {"login": "x", "password": "y"}, "/boards/new": {"access": "x"},
    "/settings": {"language": "x"},
    "/b/kafei/new": {"kind": "x"}, "/wallet/top-up": {"amount": "1.234", "provider": "x"}, "/wallet/withdraw": {},
    "/t/{thread}/sell": {"price": "1.234", "stock": "-1", "condition": "x"}, "/messages/new": {"to": "没有这人"},
}  # fmt: skip


def test_what_is_wrong_with_a_form_is_said_in_chinese(as_member, guest, town):
    for address, typed in FORMS.items():
        client = guest if address in ("/join", "/login") else as_member(town["seller"])
        answer = client.post(address.format(thread=town["thread"].id), data=typed, headers=CHINESE)
        assert answer.status_code in (409, 422), address
        assert english_in(answer.text) == [], address


@pytest.mark.parametrize("path", ["/", "/settings", "/settings/account", "/orders", "/nowhere"])
def test_the_switch_in_the_footer_beats_the_members_language_and_that_the_browsers(as_member, path):
    client = as_member(make.member(language="zh_Hans"))
    english = {"Accept-Language": "en"}

    assert '<html lang="zh-Hans"' in client.get(path, headers=english).text
    client.post("/language", data={"language": "en", "next": path})
    assert '<html lang="en"' in client.get(path, headers=CHINESE).text


def test_a_language_chosen_in_the_settings_counts_at_once_also_where_the_footer_said_another(as_member):
    member = make.member()
    client = as_member(member)
    client.post("/language", data={"language": "en"})
    given = {"language": "zh_Hans"}

    client.post("/settings", data=given)
    assert '<html lang="zh-Hans"' in client.get("/settings").text
    client.post("/language", data={"language": "en"})
    client.post("/settings", data={**given, "about": "新的自我介绍"})
    assert reload(member).about == "新的自我介绍"
    assert '<html lang="en"' in client.get("/settings").text
