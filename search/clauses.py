"""From words to the tree that an engine runs, and what to mark in what is found."""

from collections.abc import Iterable, Iterator

from core.errors import Invalid
from core.i18n import _
from search.analysis import MOST_PARTS, STEM, TOKEN, is_cjk, joined, normalize, pairs, parts
from search.nodes import Anything, Both, Either, Most, Node, Phrase, Prefix, Word
from search.question import Needles
from search.stemming import stem

MOST_WORDS = 24
MOST_TERMS = 64
MOST_PREFIXES = 3
EXACT_RUN = 4  # characters of Chinese that must stand together as typed; of a longer run most pairs suffice
ENOUGH = 0.7


def together(wanted: list[Node], without: list[Node]) -> Node:
    if not wanted and not without:
        return Anything()
    return wanted[0] if len(wanted) == 1 and not without else Both(tuple(wanted), tuple(without))


def either(first: Node, second: Node) -> Either:
    return Either((*(first.choices if isinstance(first, Either) else (first,)), second))


def words(text: str) -> Node | None:
    nodes = [node for token in TOKEN.findall(normalize(text)) if (node := _token(token))]
    return together(nodes, []) if nodes else None


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


def phrase(text: str) -> Node | None:
    """Exactly these tokens in this order; a lone last character may go on as any word."""
    tokens = TOKEN.findall(normalize(text))
    rest = tokens.pop() if tokens and len(tokens[-1]) == 1 and is_cjk(tokens[-1]) else None
    steps = list(_placed(tokens))
    nodes: list[Node] = [_steps(steps)] if steps else []
    return together(nodes + ([Prefix(rest)] if rest else []), []) if nodes or rest else None


def _placed(tokens: Iterable[str]) -> Iterator[tuple[int, str]]:
    at = 0
    for token in tokens:
        terms = pairs(token) if is_cjk(token) else parts(token)
        yield from enumerate(terms, at)
        at += len(token) if is_cjk(token) else len(terms)


def _steps(steps: Iterable[tuple[int, str]]) -> Node:
    placed = tuple(steps)
    return Word(placed[0][1]) if len(placed) == 1 else Phrase(placed)


def prefix(text: str) -> Node | None:
    tokens = TOKEN.findall(normalize(text.rstrip("*")))
    if not tokens:
        return None
    *words, last = tokens
    nodes = [node for token in words if (node := _token(token))]
    return together([*nodes, _run(last) if is_cjk(last) else Prefix(joined(parts(last)))], [])


def check(node: Node) -> None:
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


def needles(looked_for: list[tuple[str, bool]]) -> Needles:
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
