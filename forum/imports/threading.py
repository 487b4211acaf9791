"""Messages to conversations, after Jamie Zawinski's threading algorithm (https://www.jwz.org/doc/threading.html).

Two things differ from his. Threads here are flat, so the trees only say which messages belong together and what
each one answers. And two openings of the same subject stay two threads: in a group of offers "For sale" says nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, Protocol, TypeVar


class Envelope(Protocol):
    """What threading needs to know of a message."""

    @property
    def key(self) -> str: ...
    @property
    def topic(self) -> str: ...
    @property
    def is_reply(self) -> bool: ...
    @property
    def references(self) -> tuple[str, ...]: ...
    @property
    def written_at(self) -> datetime: ...


M = TypeVar("M", bound=Envelope)


@dataclass(eq=False, slots=True)
class Node(Generic[M]):
    """A message, or the place of one that is only known from references to it."""

    key: str
    message: M | None = None
    parent: "Node[M] | None" = None
    children: list["Node[M]"] = field(default_factory=list)
    place: int = 0


@dataclass(frozen=True, slots=True)
class Conversation(Generic[M]):
    """Messages of one thread, the opening first; `answers[i]` is the index of what message i answers, or None."""

    messages: list[M]
    answers: list[int | None]


def conversations(messages: Iterable[M]) -> list[Conversation[M]]:
    """Threads of the messages of one group, by the date of their openings. A key that comes twice counts once."""
    nodes = _linked(messages)
    trees = [_flat(node) for node in nodes.values() if node.parent is None]
    found = [_ordered(group) for group in _joined_by_subject([tree for tree in trees if tree])]
    return sorted(found, key=lambda conversation: conversation.messages[0].written_at)


def _linked(messages: Iterable[M]) -> dict[str, Node[M]]:
    """A forest by References: step 1 of the algorithm."""
    nodes: dict[str, Node[M]] = {}
    for place, message in enumerate(messages):
        node = nodes.setdefault(message.key, Node(message.key))
        if node.message is not None:
            continue
        node.message, node.place = message, place
        _link_chain(nodes, node, [key for key in message.references if key != message.key])
    return nodes


def _link_chain(nodes: dict[str, Node[M]], node: Node[M], references: list[str]) -> None:
    above: Node[M] | None = None
    for key in references:
        ancestor = nodes.setdefault(key, Node(key))
        if above is not None and ancestor.parent is None:
            _link(above, ancestor)
        above = ancestor
    if above is not None:
        # The message's own last reference knows better than a chain somebody else wrote.
        _link(above, node)


def _link(parent: Node[M], child: Node[M]) -> None:
    if parent is child.parent or _is_above(child, parent):
        return
    if child.parent is not None:
        child.parent.children.remove(child)
    child.parent = parent
    parent.children.append(child)


def _is_above(node: Node[M], other: Node[M]) -> bool:
    """Whether `other` is `node` or hangs somewhere under it: linking them would close a circle."""
    step: Node[M] | None = other
    while step is not None:
        if step is node:
            return True
        step = step.parent
    return False


def _flat(root: Node[M]) -> list[Node[M]]:
    """The real messages of a tree, parents before children; no recursion, for chains of any length."""
    found, waiting = [], [root]
    while waiting:
        node = waiting.pop()
        if node.message is not None:
            found.append(node)
        waiting.extend(reversed(node.children))
    return found


def _joined_by_subject(trees: list[list[Node[M]]]) -> list[list[Node[M]]]:
    """Trees of replies whose opening is missing join the latest thread of their subject that had begun: step 5."""
    trees.sort(key=lambda tree: (_begins(tree), tree[0].place))
    by_topic: dict[str, list[Node[M]]] = {}
    groups: list[list[Node[M]]] = []
    for tree in trees:
        opening = _message(tree[0])
        home = by_topic.get(opening.topic) if opening.topic and opening.is_reply else None
        if home is not None:
            home.extend(tree)
            continue
        groups.append(tree)
        by_topic[opening.topic] = tree
    return groups


def _begins(tree: list[Node[M]]) -> datetime:
    return min(_message(node).written_at for node in tree)


def _message(node: Node[M]) -> M:
    assert node.message is not None
    return node.message


def _ordered(nodes: list[Node[M]]) -> Conversation[M]:
    """In order of date, but an answer never before what it answers, whatever the clocks said."""
    when: dict[Node[M], datetime] = {}
    depth: dict[Node[M], int] = {}
    for node in nodes:
        above = _answered(node)
        own = _message(node).written_at
        when[node] = max(own, when[above]) if above in when else own
        depth[node] = depth[above] + 1 if above in depth else 0
    nodes = sorted(nodes, key=lambda node: (when[node], depth[node], node.place))
    index = {node: position for position, node in enumerate(nodes)}
    answers = [index.get(above) if (above := _answered(node)) else None for node in nodes]
    return Conversation([_message(node) for node in nodes], answers)


def _answered(node: Node[M]) -> Node[M] | None:
    """The nearest message above that is really there."""
    step = node.parent
    while step is not None and step.message is None:
        step = step.parent
    return step
