"""The filters as people write them, and a sentence for each value that makes no sense.

`read(question, "before", "2024")` gives the question with the filter set, or with the trouble said: what is not
understood is left out, never searched for as text and never an error.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from core.i18n import _
from search.analysis import TOKEN, normalize, tag_term
from search.question import Question
from search.schema import Kind

_DATE = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2}))?)?[年月日号]?")
_PRICE = re.compile(r"(?P<sign><=?|>=?)?(?P<amount>[^<>]{1,30})")
_PICTURES = ("picture", "pictures", "photo", "photos", "image", "images", "图", "图片", "照片")
_KINDS: dict[str, tuple[Kind, str, bool]] = {  # kind of document, of thread, whether openings only
    "post": (Kind.POST, "", False),
    "thread": (Kind.POST, "", True),
    "wish": (Kind.POST, "wish", False),
    "question": (Kind.POST, "question", False),
    "sale": (Kind.POST, "sale", False),
    "talk": (Kind.POST, "talk", False),
    "product": (Kind.PRODUCT, "", False),
    "board": (Kind.BOARD, "", False),
    "member": (Kind.MEMBER, "", False),
}
_SAME = {
    "wishes": "wish", "person": "member", "people": "member",
    "帖子": "post", "主题": "thread", "求购": "wish", "提问": "question", "出售": "sale", "闲聊": "talk",
    "商品": "product", "小组": "board", "成员": "member",
}  # fmt: skip
ALIASES = {
    "作者": "by", "小组": "board", "标签": "tag", "类型": "kind", "早于": "before", "晚于": "after",
    "含": "has", "价格": "price",
    "小組": "board", "標籤": "tag", "類型": "kind", "早於": "before", "晚於": "after", "價格": "price",
}  # fmt: skip
Changes = dict[str, Any]


def read(question: Question, name: str, text: str) -> Question:
    """`name` is one of FILTERS."""
    changes = FILTERS[name](question, text) if text else {}
    if changes is not None:
        return replace(question, **changes)
    trouble = _trouble(name, text[:60])
    return replace(question, troubles=tuple(dict.fromkeys((*question.troubles, trouble))))


def is_set(question: Question, name: str, text: str) -> bool:
    """Whether such a filter was understood."""
    return bool(text and FILTERS[name](question, text))


def _by(question: Question, text: str) -> Changes | None:
    return {"authors": (*question.authors, username_lower(text))}


def username_lower(typed: str) -> str:
    """A name as members' names are compared; no name has full-width or styled letters, so they are folded."""
    return unicodedata.normalize("NFKC", typed).lstrip("@").lower()[:100]


def _board(question: Question, text: str) -> Changes | None:
    return {"boards": (*question.boards, normalize(text)[:100])}


def _tag(question: Question, text: str) -> Changes | None:
    tag = tag_term(text.strip("#"))
    return {"tags": (*question.tags, tag)} if TOKEN.search(tag) else None


def _kind(question: Question, text: str) -> Changes | None:
    word = normalize(text)
    word = _SAME.get(word, word.removesuffix("s"))
    if word not in _KINDS:
        return None
    kind, of_thread, openings = _KINDS[word]
    return {
        "kinds": (*question.kinds, kind),
        "thread_kinds": (*question.thread_kinds, of_thread) if of_thread else question.thread_kinds,
        "openings": question.openings or openings,
    }


def _before(_question: Question, text: str) -> Changes | None:
    return None if (moment := read_date(text)) is None else {"before": moment}


def _after(_question: Question, text: str) -> Changes | None:
    return None if (moment := read_date(text)) is None else {"after": moment}


def _has(_question: Question, text: str) -> Changes | None:
    return {"has_picture": True} if normalize(text) in _PICTURES else None


def _price(_question: Question, text: str) -> Changes | None:
    low, dash, high = text.partition("-")
    if dash and any(map(str.isdigit, low)) and any(map(str.isdigit, high)):
        return {"price_from": low[:30], "price_below": high[:30]}
    shape = _PRICE.fullmatch(text)
    if not shape or not any(map(str.isdigit, shape["amount"])):
        return None
    side = {"<": "price_below", ">": "price_from"}.get((shape["sign"] or "")[:1])
    return {side: shape["amount"]} if side else {"price_from": shape["amount"], "price_below": shape["amount"]}


FILTERS: dict[str, Callable[[Question, str], Changes | None]] = {
    "by": _by,
    "board": _board,
    "tag": _tag,
    "kind": _kind,
    "before": _before,
    "after": _after,
    "has": _has,
    "price": _price,
}


def _trouble(name: str, typed: str) -> str:
    if name in ("before", "after"):
        return _("“%(typed)s” is no date. Write it like 2024-05-31, 2024-05 or 2024.", typed=typed)
    if name == "price":
        return _("“%(typed)s” is no price. Write price:<100, price:>20 or price:50-100.", typed=typed)
    if name == "has":
        return _("“has:%(typed)s” is not known; has:picture is.", typed=typed)
    if name == "tag":
        return _("“%(typed)s” is no tag.", typed=typed)
    return _(
        "“%(typed)s” is no kind of result. Kinds are post, thread, talk, question, wish, sale, product, board, member.",
        typed=typed,
    )


def read_date(text: str) -> int | None:
    """The first second of a year, month or day (`2024`, `2024-05`, `2024年5月31日`), UTC; None when it is no date."""
    shape = _DATE.fullmatch(normalize(text.strip()))
    if not shape:
        return None
    try:
        return int(datetime(int(shape[1]), int(shape[2] or 1), int(shape[3] or 1), tzinfo=UTC).timestamp())
    except ValueError:
        return None
