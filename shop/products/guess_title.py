"""A product's title from a thread's title: what is sold, without the shouting. Pure."""

import re

from shop.products.guess_words import either

_SOLD = either(r"(?:for|4)[ -]?sale(?:\s*(?:/|or)\s*trade)?", "f/s(?:/t)?", "fs(?:/t)?", "wts", "selling")
_IN_BRACKETS = rf"[\[【(（]\s*(?:{_SOLD}|出售?|转让?|卖|全国|同城)\s*[\]】)）]"
_AFTER_PREFIX = (
    r"\s*(?:[:：;\-–—,/.]+|(?<=[\])】）])|(?<=sale)\s|(?<=fs)\s|(?<=wts)\s|(?<=selling)\s|(?<=出售)|(?<=转让))\s*"
)
_PREFIX = re.compile(
    "^"
    + either(
        "re-?post(?:ed)?",
        "updated?",
        "reduced",
        "price (?:drop|reduced)",
        _SOLD,
        "sale(?=:)",
        "出售|转让|出|转|卖|甩",
        _IN_BRACKETS,
    )
    + _AFTER_PREFIX,
    re.IGNORECASE,
)
_SUFFIX = re.compile(rf"[\s,:;\-–—(/]*\b{_SOLD}\b[\s).!]*$|[\s,，]*(?:出售|转让|出)$", re.IGNORECASE)
_MIDDLE = re.compile(r"(\s*[,;:\-–—(]*\s*)\bfor[ -]?sale\b(\s*[,;:\-–—)]*\s*)", re.IGNORECASE)
_REMARK = re.compile(
    r"\s*[<\[(*]*\b"
    + either(
        "prices? (?:reduced|drop(?:ped)?|lowered)",
        "reduced(?: price)?",
        "lower(?:ed)? prices?",
        "re-?post(?:ed)?",
        "updated?",
        "make (?:me an )?offer",
        "(?:or )?best offer",
        "must sell",
        "cheap",
        "obo",
    )
    + r"\b[\s!]*[>\])*]*",
    re.IGNORECASE,
)
_PRICE = re.compile(
    r"[\s,:;\-–—(/@]*(?:\b(?:for|asking|only|at|sell for|was)\s+|\bf/)*(?:US|CAN)?[$¥￥€£]\s?\d[\d,.]*k?"
    r"(?:\s*(?:each|ea|obo|firm|only|shipped|\+ ?(?:shipping|s/?h)))*\b[\s)!.]*"
    r"|[\s,，]*\d[\d.]*\s?(?:元|块钱?|RMB|USD|EUR)(?:\s*(?:包邮|出|每\w))*",
    re.IGNORECASE,
)
_ORNAMENT = "*#!~=<>+|.,:;-–—_ \t"


def tidy_title(title: str) -> str:
    """ "*** FS: Boots (new) $40 obo ***" is "Boots (new)". What would leave nothing stays as it was."""
    kept = " ".join(title.split())
    for _again in range(3):
        bare = _strip(kept)
        if not bare or bare == kept:
            break
        kept = bare
    return kept


def _strip(title: str) -> str:
    rest = title.strip(_ORNAMENT)
    for pattern, instead in ((_PREFIX, ""), (_PRICE, " "), (_REMARK, ""), (_SUFFIX, ""), (_MIDDLE, r"\1 \2")):
        shorter = pattern.sub(instead, rest).strip(_ORNAMENT)
        rest = shorter if re.search(r"\w{2}", shorter) else rest
    return _closed(" ".join(rest.split()))


def _closed(title: str) -> str:
    """Brackets that lost their partner go too."""
    for opened, closed in ("()", "[]", "【】", "（）"):
        if title.count(opened) != title.count(closed):
            title = title.replace(opened, " ").replace(closed, " ")
    return re.sub(r"[\[(（【]\s*[\])）】]", "", " ".join(title.split())).strip()
