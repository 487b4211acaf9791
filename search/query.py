"""What people type, understood: words, "phrases", -without, OR, prefix*, #tags, and filters like by: and price:.

Forgiving: a filter that makes no sense is left out and said in words, an odd sign is no error. Only questions that
are too much work are refused, in words (Invalid), before any work is done.
"""

import re
from dataclasses import replace

from core.errors import Invalid
from core.i18n import _
from search import clauses, qualifiers
from search.analysis import TOKEN
from search.nodes import Node
from search.qualifiers import ALIASES, FILTERS, read_date
from search.question import Needles, Question, Said

__all__ = ["Needles", "Question", "parse", "read_date"]

LONGEST = 500  # characters of a question
SHORTEST_PREFIX = 2

_SIGNS = str.maketrans(dict.fromkeys("“”„«»「」『』〝〞＂", '"') | {"：": ":", "＃": "#", "＊": "*", "－": "-"})
_FILTER = f"(?i:{'|'.join((*FILTERS, *ALIASES))}):"
_ITEM = re.compile(
    rf"(?P<minus>-(?=\S))?(?:(?P<filter>{_FILTER})\s*(?!{_FILTER})|(?P<name>[A-Za-z]+):)?"
    r'(?:"(?P<quoted>[^"]*)"|(?P<bare>[^\s"]+))'
)
_TAG = re.compile(r"#[^#]*[^\W\d_][^#]*#?")


def parse(typed: str) -> Question:
    """Raises Invalid when the question is too long or too much work; never for what it says."""
    if len(typed) > LONGEST:
        raise Invalid("q", _("This is too long to search for: use at most %(most)s characters.", most=LONGEST))
    return _Parser(typed).question()


class _Parser:
    def __init__(self, typed: str):
        self.found = Question(typed=typed.strip())
        self.signs = self.found.typed.translate(_SIGNS)  # one sign for one, so that places stay the same
        self.wanted: list[Node] = []
        self.without: list[Node] = []
        self.topic: list[str] = []
        self.looked_for: list[tuple[str, bool]] = []  # text, is it a prefix
        self.places: list[tuple[int, int]] = []
        self.either = False

    def question(self) -> Question:
        for item in _ITEM.finditer(self.signs):
            self._take(item)
        node = clauses.together(self.wanted, self.without)
        clauses.check(node)
        needles = clauses.needles(self.looked_for)
        return replace(self.found, node=node, topic=" ".join(self.topic), needles=needles, words=tuple(self.places))

    def _take(self, item: re.Match[str]) -> None:
        text = item["quoted"] if item["quoted"] is not None else item["bare"]
        if not item["minus"] and self._filtered(item, text):
            return
        if item["quoted"] is None:
            text = self.signs[item.start() + len(item["minus"] or "") : item.end()]
        if text in ("OR", "|", "||"):
            self.either = bool(self.wanted)
            return
        self._look_for(item, text)

    def _filtered(self, item: re.Match[str], text: str) -> bool:
        """Whether this was a filter; if so it is set. One without a value is left out."""
        name = (item["filter"] or "").rstrip(":").lower()
        if not item["name"] and item["quoted"] is None and not name:
            name, text = _nameless(text)
        if not name:
            return False
        name = ALIASES.get(name, name)
        said = Said(name, text, item.start(), item.end())
        self.found = replace(qualifiers.read(self.found, name, text), said=(*self.found.said, said))
        return True

    def _look_for(self, item: re.Match[str], text: str) -> None:
        quoted = item["quoted"] is not None
        prefix = not quoted and text.endswith("*") and len(text.rstrip("*")) >= SHORTEST_PREFIX
        node = clauses.prefix(text) if prefix else clauses.phrase(text) if quoted else clauses.words(text)
        if node is None:
            return
        if item["minus"]:
            self.without.append(node)
            return
        self.topic.append(text.rstrip("*"))
        self.looked_for.append((text, prefix))
        if not prefix:
            start, end = item.span("quoted" if quoted else "bare")
            self.places += [word.span() for word in TOKEN.finditer(self.signs, start, end)]
        if self.either and self.wanted:
            node = clauses.either(self.wanted.pop(), node)
        self.either = False
        self.wanted.append(node)


def _nameless(text: str) -> tuple[str, str]:
    """`#tag`, and a filter's name with nothing behind it."""
    if _TAG.fullmatch(text):
        return "tag", text
    name = text.rstrip(":").lower()
    return (name, "") if text.endswith(":") and (name in FILTERS or name in ALIASES) else ("", text)
