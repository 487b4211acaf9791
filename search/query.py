"""What people type, understood: words, "phrases", -without, OR, prefix*, by: board: kind: before: after: has: price:.

Forgiving: whatever cannot be understood is looked for as text. Only questions that are too much work are refused,
in words (Invalid), before any work is done.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from core.errors import Invalid
from core.i18n import _
from search.analysis import MOST_PARTS, STEM, TOKEN, is_cjk, joined, normalize, pairs, parts
from search.nodes import Anything, Both, Either, Most, Node, Phrase, Prefix, Word
from search.schema import Kind
from search.stemming import stem

LONGEST = 500  # characters of a question
MOST_WORDS = 24
MOST_TERMS = 64
MOST_PREFIXES = 3
SHORTEST_PREFIX = 2
EXACT_RUN = 4  # characters of Chinese that must stand together as typed; of a longer run most pairs suffice
ENOUGH = 0.7

_QUOTES = str.maketrans(dict.fromkeys("“”„«»「」『』〝〞＂", '"') | {"：": ":"})
_ITEM = re.compile(r'(?P<minus>-(?=\S))?(?:(?P<name>[A-Za-z]+):)?(?:"(?P<quoted>[^"]*)"|(?P<bare>[^\s"]+))')
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")
_PRICE = re.compile(r"(?P<sign><=?|>=?)?(?P<amount>[^<>]{1,30})")
_KINDS = {
    "post": Kind.POST,
    "thread": Kind.POST,
    "product": Kind.PRODUCT,
    "sale": Kind.PRODUCT,
    "board": Kind.BOARD,
    "member": Kind.MEMBER,
    "person": Kind.MEMBER,
    "people": Kind.MEMBER,
}


@dataclass(frozen=True)
class Needles:
    """What to mark in a text that was found: normalized words, stems, beginnings, and runs of Chinese."""

    words: frozenset[str] = frozenset()
    stems: frozenset[str] = frozenset()
    prefixes: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """`topic` is what is left to say without the filters. Times are seconds since 1970, UTC; amounts as typed."""

    typed: str
    topic: str = ""
    node: Node = field(default_factory=Anything)
    needles: Needles = field(default_factory=Needles)
    authors: tuple[str, ...] = ()
    boards: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    after: int | None = None
    before: int | None = None
    has_picture: bool = False
    price_from: str | None = None
    price_below: str | None = None

    @property
    def asks_words(self) -> bool:
        return self.node != Anything()

    @property
    def has_topic(self) -> bool:
        """Whether there is something to be about, not only something to leave out."""
        return bool(self.topic)

    @property
    def is_empty(self) -> bool:
        return not self.asks_words and self == Question(self.typed, self.topic)


def parse(typed: str) -> Question:
    """Raises Invalid when the question is too long or too much work; never for what it says."""
    if len(typed) > LONGEST:
        raise Invalid("q", _("This is too long to search for: use at most %(most)s characters.", most=LONGEST))
    return _Parser(typed).question()


class _Parser:
    def __init__(self, typed: str):
        self.found = Question(typed=typed.strip())
        self.wanted: list[Node] = []
        self.without: list[Node] = []
        self.topic: list[str] = []
        self.looked_for: list[tuple[str, bool]] = []  # text, is it a prefix
        self.either = False

    def question(self) -> Question:
        for item in _ITEM.finditer(self.found.typed.translate(_QUOTES)):
            self._take(item)
        node = _together(self.wanted, self.without)
        _check(node)
        return replace(self.found, node=node, topic=" ".join(self.topic), needles=_needles(self.looked_for))

    def _take(self, item: re.Match[str]) -> None:
        text, name = item["quoted"] if item["quoted"] is not None else item["bare"], (item["name"] or "").lower()
        if name and not item["minus"] and self._filtered(name, text):
            return
        if name and item["quoted"] is None:
            text = f"{item['name']}:{text}"
        if text in ("OR", "|", "||"):
            self.either = bool(self.wanted)
            return
        self._look_for(text, quoted=item["quoted"] is not None, without=bool(item["minus"]))

    def _look_for(self, text: str, *, quoted: bool, without: bool) -> None:
        prefix = not quoted and text.endswith("*") and len(text.rstrip("*")) >= SHORTEST_PREFIX
        node = _prefix(text) if prefix else _phrase(text) if quoted else _words(text)
        if node is None:
            return
        if without:
            self.without.append(node)
            return
        self.topic.append(text.rstrip("*"))
        self.looked_for.append((text, prefix))
        if self.either and self.wanted:
            node = _either(self.wanted.pop(), node)
        self.either = False
        self.wanted.append(node)

    def _filtered(self, name: str, text: str) -> bool:
        """Whether this was a filter; if so it is set."""
        read = getattr(self, f"_read_{name}", None)
        change = read(text) if read and text else None
        if change:
            self.found = replace(self.found, **change)
        return bool(change)

    def _read_by(self, text: str) -> dict[str, object]:
        return {"authors": (*self.found.authors, text.lstrip("@").casefold())}

    def _read_board(self, text: str) -> dict[str, object]:
        return {"boards": (*self.found.boards, text.casefold())}

    def _read_kind(self, text: str) -> dict[str, object] | None:
        kind = _KINDS.get(text.casefold()) or _KINDS.get(text.casefold().removesuffix("s"))
        return {"kinds": (*self.found.kinds, kind)} if kind else None

    def _read_before(self, text: str) -> dict[str, object] | None:
        moment = read_date(text)
        return None if moment is None else {"before": moment}

    def _read_after(self, text: str) -> dict[str, object] | None:
        moment = read_date(text)
        return None if moment is None else {"after": moment}

    def _read_has(self, text: str) -> dict[str, object] | None:
        return {"has_picture": True} if text.casefold() in ("picture", "pictures", "photo", "image", "图") else None

    def _read_price(self, text: str) -> dict[str, object] | None:
        low, dash, high = text.partition("-")
        if dash and any(map(str.isdigit, low)) and any(map(str.isdigit, high)):
            return {"price_from": low, "price_below": high}
        shape = _PRICE.fullmatch(text)
        if not shape or not any(map(str.isdigit, shape["amount"])):
            return None
        side = {"<": "price_below", ">": "price_from"}.get((shape["sign"] or "")[:1])
        return {side: shape["amount"]} if side else {"price_from": shape["amount"], "price_below": shape["amount"]}


def read_date(text: str) -> int | None:
    """The first second of a year, month or day (`2024`, `2024-05`, `2024-05-31`); None when it is no date."""
    shape = _DATE.fullmatch(text.strip())
    if not shape:
        return None
    try:
        return int(datetime(int(shape[1]), int(shape[2] or 1), int(shape[3] or 1), tzinfo=UTC).timestamp())
    except ValueError:
        return None


def _together(wanted: list[Node], without: list[Node]) -> Node:
    if not wanted and not without:
        return Anything()
    return wanted[0] if len(wanted) == 1 and not without else Both(tuple(wanted), tuple(without))


def _either(first: Node, second: Node) -> Either:
    return Either((*(first.choices if isinstance(first, Either) else (first,)), second))


def _words(text: str) -> Node | None:
    nodes = [node for token in TOKEN.findall(normalize(text)) if (node := _token(token))]
    return _together(nodes, []) if nodes else None


def _token(token: str) -> Node | None:
    if is_cjk(token):
        return _run(token)
    pieces = parts(token)
    if len(pieces) < 2:
        return _word(pieces[0]) if pieces else None
    apart = _steps(enumerate(pieces))
    return Either((Word(joined(pieces)), apart)) if len(pieces) <= MOST_PARTS else apart


def _word(term: str) -> Word:
    root = stem(term)
    return Word(term, (STEM + root,) if root == term else (root, STEM + root))


def _run(token: str) -> Node:
    if len(token) == 1:
        return Prefix(token)
    terms = pairs(token)
    if len(token) <= EXACT_RUN:
        return _steps(enumerate(terms))
    return Most(tuple(dict.fromkeys(terms)), max(1, int(len(set(terms)) * ENOUGH)))


def _phrase(text: str) -> Node | None:
    """Exactly these tokens in this order; a lone last character may go on as any word."""
    tokens = TOKEN.findall(normalize(text))
    rest = tokens.pop() if tokens and len(tokens[-1]) == 1 and is_cjk(tokens[-1]) else None
    steps = list(_placed(tokens))
    nodes: list[Node] = [_steps(steps)] if steps else []
    return _together(nodes + ([Prefix(rest)] if rest else []), []) if nodes or rest else None


def _placed(tokens: Iterable[str]) -> Iterator[tuple[int, str]]:
    at = 0
    for token in tokens:
        terms = pairs(token) if is_cjk(token) else parts(token)
        yield from enumerate(terms, at)
        at += len(token) if is_cjk(token) else len(terms)


def _steps(steps: Iterable[tuple[int, str]]) -> Node:
    placed = tuple(steps)
    return Word(placed[0][1]) if len(placed) == 1 else Phrase(placed)


def _prefix(text: str) -> Node | None:
    tokens = TOKEN.findall(normalize(text.rstrip("*")))
    if not tokens:
        return None
    *words, last = tokens
    nodes = [node for token in words if (node := _token(token))]
    return _together([*nodes, _run(last) if is_cjk(last) else Prefix(joined(parts(last)))], [])


def _check(node: Node) -> None:
    leaves = list(_leaves(node))
    terms = sum(len(leaf.steps) if isinstance(leaf, Phrase) else 1 for leaf in leaves)
    terms += sum(len(leaf.terms) for leaf in leaves if isinstance(leaf, Most))
    if len(leaves) > MOST_WORDS or terms > MOST_TERMS:
        raise Invalid("q", _("These are too many words to search for at once."))
    if sum(isinstance(leaf, Prefix) for leaf in leaves) > MOST_PREFIXES:
        raise Invalid("q", _("Use at most %(most)s words that end with *.", most=MOST_PREFIXES))


def _leaves(node: Node) -> Iterator[Node]:
    children: tuple[Node, ...] = ()
    if isinstance(node, Both):
        children = node.wanted + node.without
    elif isinstance(node, Either):
        children = node.choices
    else:
        yield node
    for child in children:
        yield from _leaves(child)


def _needles(looked_for: list[tuple[str, bool]]) -> Needles:
    words: set[str] = set()
    runs: dict[str, None] = {}
    prefixes = []
    for text, is_prefix in looked_for:
        for token in TOKEN.findall(normalize(text)):
            if is_cjk(token):
                runs |= dict.fromkeys([token] if len(token) <= EXACT_RUN else pairs(token))
            elif pieces := parts(token):
                words |= {*pieces, joined(pieces)}
                prefixes += [joined(pieces)] if is_prefix else []
    stems = frozenset(map(stem, words))
    return Needles(frozenset(words), stems, tuple(prefixes), tuple(sorted(runs, key=len, reverse=True)))
