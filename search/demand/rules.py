"""Which questions are counted, and under which name. Pure."""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import timedelta

from core.errors import NotAllowed
from core.i18n import _
from search.analysis import TOKEN, is_cjk, normalize
from search.demand.rude import RUDE, RUDE_RUNS
from search.nodes import Both, Either, Most, Node, Phrase, Prefix, Word
from search.qualifiers import username_lower
from search.query import Needles, Question

SHOWN_FROM = 3  # different askers on one day
LONGEST, MOST_WORDS = 60, 6
KEPT = timedelta(days=90)
PERIODS = (7, 30)  # days
_DIGITS = re.compile(r"[\d\s().+/-]{7,}")
_ADDRESS = re.compile(r"@|://|www\.|\b[\w-]+\.(?:com|net|org|cn|io|de|uk|me)\b")


@dataclass(frozen=True)
class Topic:
    """`words` as they are shown, `key` the same for any order of them, `names` what of it may be a member's name."""

    key: str
    words: str
    names: frozenset[str]


def topic_of(question: Question) -> Topic | None:
    """None for what is not counted: filters and operators, nothing but a letter, what is long, rude or personal."""
    words = TOKEN.findall(normalize(question.topic))
    if not _is_plain(question) or not 0 < len(words) <= MOST_WORDS or _is_personal(question.topic):
        return None
    shown = " ".join(words)
    is_short = len(shown) < 3 and not is_cjk(shown)
    if is_short or len(shown) > LONGEST or _is_rude(words):
        return None
    return Topic(" ".join(sorted(words)), shown, _names(words, question.topic))


def _names(words: list[str], typed: str) -> frozenset[str]:
    """The words, and all of them together; as they are shown, and as they were typed: names keep accents and forms."""
    lower = username_lower(typed)
    return frozenset({*words, "".join(words), " ".join(words), *TOKEN.findall(lower), *lower.split()})


def _is_plain(question: Question) -> bool:
    """Words and nothing beside them: what only filters leave empty is not missing."""
    beside = Question(question.typed, question.topic, question.node, question.needles or Needles())
    return question.bare == beside and _are_words(question.node)


def _are_words(node: Node) -> bool:
    if isinstance(node, Both):
        return not node.without and all(map(_are_words, node.wanted))
    if isinstance(node, Either):  # the two spellings of a model name
        return all(map(_are_words, node.choices))
    if isinstance(node, Prefix):  # a lone Chinese character
        return is_cjk(node.start)
    return isinstance(node, Word | Phrase | Most)


def _is_personal(typed: str) -> bool:
    """An address of mail or the web, or a number that could be somebody's."""
    text = normalize(typed)
    return bool(_ADDRESS.search(text)) or any(sum(map(str.isdigit, run)) >= 7 for run in _DIGITS.findall(text))


def _is_rude(words: list[str]) -> bool:
    return any(word in RUDE or any(run in word for run in RUDE_RUNS) for word in words)


def mark_of(secret: str, key: str, asker: str, topic: Topic) -> str:
    """Who asked what: told to nobody without the site's secret and the day's key, to nobody at all without the key."""
    said = f"{asker}|{topic.key}".encode("utf-8", "replace")
    return hmac.digest(f"demand:{secret}:{key}".encode(), said, hashlib.sha256).hex()


def check_may_see(*, sells: bool) -> None:
    if not sells:
        raise NotAllowed(
            "sells_nothing", _("This page is for people who may sell. Join a board first, and confirm your address.")
        )
