"""How well a thing for sale fits a wish, from the words of both.

A wish's title is taken apart into topics: each Latin word or number is one, each Chinese character half of one.
Words that only say that somebody wishes (wanted, 求购) are none. A topic is met by a thing that holds the word, in
any form, or a pair of characters around the character. What is met of all topics is the fit: from more than half on,
and with something of it in the thing's own title, the two belong together. So one word of two is too little, and
of 求购相机镜头 both 相机 and 镜头 are needed, but not the pairs that only stand between words.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from search.analysis import STEM, TOKEN, is_cjk, joined, normalize, pairs, parts
from search.matching.saying import SAYING, pieces_of
from search.stemming import stem

ENOUGH = 0.5  # of the topics must be met by more than this
MOST_TOPICS = 60
BY_TAGS = 0.6  # what only a wish's tags name comes after all that its title names
LONGEST_TAG, MOST_TAGS = 4, 300  # characters of a Chinese run that may be a tag; tags looked for


@dataclass(frozen=True)
class Topic:
    """Any of the terms meets it; `weight` is its part in the whole."""

    terms: frozenset[str]
    weight: float


@dataclass(frozen=True)
class Wished:
    """What a wish says of the thing, in its title and in its tags."""

    title: list[Topic]
    tags: list[Topic]

    @property
    def terms(self) -> frozenset[str]:
        return terms_of([*self.title, *self.tags])

    def fit(self, names: Collection[str], everything: Collection[str]) -> float:
        """As `fit`, of the better of the two. `names`: the terms of a thing's title and tags."""
        by_tags = BY_TAGS * fit(self.tags, names, everything) if self.tags else 0.0
        return max(by_tags, fit(self.title, names, everything) if self.title else 0.0)


def wished(title: str, tags: Iterable[str]) -> Wished:
    return Wished(topics_of(title), topics_of(" ".join(tags)))


def tags_for(title: str, tags: Iterable[str]) -> list[str]:
    """Folded tags under which a thing may stand that this wish is about: its own, and the words of its title."""
    found = [normalize(tag) for tag in tags]
    for token in TOKEN.findall(normalize(title)):
        found += _runs_in(token) if is_cjk(token) else [token, *([stem(token)] if token not in SAYING else [])]
    return [tag for tag in dict.fromkeys(found) if tag not in SAYING][:MOST_TAGS]


def _runs_in(token: str) -> list[str]:
    """`减肥茶` -> [减肥, 肥茶, 减肥茶]."""
    sizes = range(2, LONGEST_TAG + 1)
    return [run[at : at + size] for run in pieces_of(token) for size in sizes for at in range(len(run) - size + 1)]


def topics_of(title: str) -> list[Topic]:
    """What a title is about."""
    found: dict[frozenset[str], Topic] = {}
    for token in TOKEN.findall(normalize(title)):
        for topic in _of_run(token) if is_cjk(token) else _of_word(token):
            found.setdefault(topic.terms, topic)
    return list(found.values())[:MOST_TOPICS]


def terms_of(topics: Collection[Topic]) -> frozenset[str]:
    return frozenset().union(*(topic.terms for topic in topics))


def fit(topics: Collection[Topic], title: Collection[str], everything: Collection[str]) -> float:
    """From 0 to 1; `title` and `everything` are the terms of the thing's title and of all that is said of it."""
    known = set(everything) | set(title)
    if not any(not topic.terms.isdisjoint(title) for topic in topics):
        return 0.0
    met = sum(topic.weight for topic in topics if not topic.terms.isdisjoint(known))
    return met / sum(topic.weight for topic in topics)


def belongs(fitted: float) -> bool:
    return fitted > ENOUGH


def _of_word(token: str) -> list[Topic]:
    """A model name is one topic however it is spelt, and weighs as two words. A letter or a small number is none."""
    pieces = parts(token)
    name = joined(pieces)
    if token in SAYING or name in SAYING or len(name) < 2 or (name.isdigit() and len(name) < 3):
        return []
    if len(pieces) > 1:
        return [Topic(frozenset([name]), 2.0)]
    return [Topic(frozenset({name, stem(name), STEM + stem(name)}), 1.0)]


def _of_run(token: str) -> list[Topic]:
    """For each character the pairs that hold it."""
    topics = []
    for run in pieces_of(token):
        found = pairs(run) if len(run) > 1 else []
        topics += [Topic(frozenset(found[max(0, at - 1) : at + 1]), 0.5) for at in range(len(run) if found else 0)]
    return topics
