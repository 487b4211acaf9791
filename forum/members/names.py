"""Which usernames may be, and when two look alike. Pure.

`name_key` follows the idea of Unicode's confusable skeleton (UTS 39, section 4) with the consortium's data: names that
look alike have one key, and the key is unique.
"""

import json
import re
import unicodedata
from functools import lru_cache
from importlib.resources import files

from core.errors import Invalid
from core.i18n import _
from core.text import FILLERS
from forum.members.reserved import RESERVED, VOICES

SHORTEST_NAME, LONGEST_NAME = 2, 30
SEPARATORS = "._-"
ASIAN = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC ITERATION")
OTHER_ALPHABETS = ("CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC")
INVISIBLE = ("Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp")
# Pairs that look alike in most typefaces and that the consortium leaves to each site.
LOOKS_LIKE = {"0": "o", "1": "l", "I": "l", "|": "l"}
PAIRS = (("rn", "m"), ("vv", "w"))
LATIN_MARKS = re.compile("[\u0300-\u036f]")


def check_username(typed: str | None) -> str:
    """The name as it may be kept, or Invalid with the sentence for its field."""
    name = unicodedata.normalize("NFC", (typed or "").strip(" "))
    if not SHORTEST_NAME <= len(name) <= LONGEST_NAME:
        raise Invalid("username", _("A name has %(low)s to %(high)s characters.", low=SHORTEST_NAME, high=LONGEST_NAME))
    _check_signs(name)
    if not (name[0].isalnum() and name[-1].isalnum()) or re.search(r"[._-]{2}", name):
        raise Invalid("username", _("Begin and end with a letter or digit, and put single . _ - only between."))
    if is_reserved(name):
        raise Invalid("username", _("This name is kept for the site itself. Choose another one."), "reserved")
    return name


def _check_signs(name: str) -> None:
    if any(unicodedata.category(sign) in INVISIBLE or sign in FILLERS for sign in name):
        raise Invalid("username", _("This holds invisible or direction-changing characters."), "control_characters")
    if unicodedata.normalize("NFKC", name) != name:
        raise Invalid("username", _("Write the name in ordinary letters, not full-width or styled ones."), "styled")
    scripts = [unicodedata.name(sign, "") for sign in name if sign.isalpha()]
    if any(script.startswith(OTHER_ALPHABETS) for script in scripts):
        why = _("Use Latin or Chinese, Japanese, Korean letters: others look too much alike.")
        raise Invalid("username", why, "mixed_scripts")
    if not all(is_allowed(sign) for sign in name):
        why = _("Use letters (Latin or Chinese, Japanese, Korean), digits and . _ - only.")
        raise Invalid("username", why, "characters")


def is_allowed(sign: str) -> bool:
    if sign in SEPARATORS or (sign.isascii() and sign.isalnum()):
        return True
    if not sign.isalpha():
        return False
    script = unicodedata.name(sign, "")
    # Phonetic alphabets and small capitals are Latin too, but nobody's name is written in them.
    is_everyday = sign < "\u0250" or "\u1e00" <= sign <= "\u1eff"
    return script.startswith(ASIAN) or (script.startswith("LATIN") and is_everyday)


def name_key(name: str) -> str:
    """The same for all names that look like this one."""
    shown = LATIN_MARKS.sub("", unicodedata.normalize("NFKD", name))
    key = "".join(_prototype(sign) for sign in unicodedata.normalize("NFC", shown)).casefold()
    key = "".join("-" if sign in SEPARATORS else sign for sign in key)
    for pair, single in PAIRS:
        key = key.replace(pair, single)
    return key


def is_reserved(name: str) -> bool:
    """Names of the site's own voices and addresses, separators or not; of its voices also with digits behind."""
    return _bare(name) in _bare_all(RESERVED | VOICES) or _bare(name.rstrip("0123456789._-")) in _bare_all(VOICES)


def _bare(name: str) -> str:
    """Stricter than the key: ADM1N and Adm|n are admin too."""
    return name_key(name).replace("-", "").replace("l", "i")


@lru_cache(maxsize=2)
def _bare_all(words: frozenset[str]) -> frozenset[str]:
    return frozenset(map(_bare, words))


def _prototype(sign: str) -> str:
    return LOOKS_LIKE.get(sign, sign) if sign.isascii() else _prototypes().get(sign, sign)


@lru_cache(maxsize=1)
def _prototypes() -> dict[str, str]:
    """Sign -> the one that stands for all that look like it. The package itself would keep 18 MB in memory."""
    data = json.loads((files("confusable_homoglyphs") / "confusables.json").read_text(encoding="utf-8"))
    alike = {sign: [entry["c"].strip("\u200e") for entry in data[sign]] for sign in data}
    return {sign: _chosen(sign, alike) for sign in alike}


def _chosen(sign: str, alike: dict[str, list[str]]) -> str:
    """An ASCII letter if there is one. A sign with many look-alikes is the prototype; of two alone, the lower one."""
    letters = [other for other in alike[sign] if other.isascii() and other.isalpha()]
    if letters:
        return letters[0]
    if len(alike[sign]) > 1:
        return sign
    other = alike[sign][0]
    return other if len(alike.get(other, ())) > 1 else min(sign, other)
