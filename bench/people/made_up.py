"""The made-up people of made_up.txt as documents of an index, and who is right for which question."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from core.clock import now
from search import intent
from search.schema import Document, Kind

TUNED, HELD = HALVES = ("tune", "held")
INTENTS = ("wants", "sells", "knows", "")
OPEN_BOARD, CLOSED_BOARD = 1, 2
CHATTER = {
    "zh": (
        "今天天气不错，中午和邻居聊了聊路况。",
        "周末去了公园，人很多，回来睡了一觉。",
        "新来的同学大家好，先报到。",
        "晚上看了一场球，结果不太满意。",
    ),
    "en": (
        "Nice weather today, had a chat about the roads.",
        "Went to the park, far too many people.",
        "Hello, I am new here.",
        "Watched the match last night, not impressed.",
    ),
}


class Person(NamedTuple):
    """One line of the file."""

    half: str
    language: str
    aim: str  # the intent they are right for, or the name of a trap
    grade: int
    age: int  # days
    replies: int
    thanks: int
    marks: tuple[str, ...]
    posts: tuple[str, ...]


@dataclass
class Question:
    half: str
    language: str
    topic: str
    intent: str
    grades: dict[int, int] = field(default_factory=dict)  # author id -> 1, 2 (or 3, of real people)


@dataclass
class Evaluation:
    documents: list[Document]
    questions: list[Question]
    traps: dict[int, str]  # author id -> the trap that they are
    boards: frozenset[int] = frozenset([OPEN_BOARD])  # that the searcher may read


def load() -> Evaluation:
    people, topics = _read(_written())
    made = _Maker()
    questions = []
    for (half, language), names in topics.items():
        for topic in names:
            asked = [Question(half, language, topic, one) for one in INTENTS]
            cast = [person for person in people if (person.half, person.language) == (half, language)]
            Random(topic).shuffle(cast)  # so that nobody wins a tie by their place in the file
            for person in cast:
                author = made.add(person, topic)
                for question in asked:
                    if person.grade and question.intent in (person.aim, ""):
                        question.grades[author] = person.grade
            questions += asked
    return Evaluation(made.documents, questions, made.traps)


def trap_people(topics: Iterable[tuple[str, str, str]], first: int) -> Evaluation:
    """Only the traps, for (half, language, topic) of others. All ids, those of boards too, are above `first`."""
    people, _ = _read(_written())
    made = _Maker(first)
    for half, language, topic in dict.fromkeys(topics):
        for person in people:
            if not person.grade and (person.half, person.language) == (half, language):
                made.add(person, topic)
    return Evaluation(made.documents, [], made.traps, frozenset([first + OPEN_BOARD]))


def _written() -> str:
    return Path(__file__).with_name("made_up.txt").read_text("utf-8")


def _read(text: str) -> tuple[list[Person], dict[tuple[str, str], list[str]]]:
    people: list[Person] = []
    topics: dict[tuple[str, str], list[str]] = {}
    for line in text.splitlines():
        head, _, written = line.partition(" :: ")
        words = head.split()
        if words[:1] == ["topics"]:
            topics[words[1], words[2]] = written.split(" | ")
        elif written and not line.startswith("#"):
            half, language, aim, *numbers, marks = words
            posts = tuple(written.split(" || "))
            people.append(Person(half, language, aim, *map(int, numbers), tuple(marks.split(",")), posts))
    return people, topics


class _Maker:
    def __init__(self, first: int = 0) -> None:
        self.documents: list[Document] = []
        self.traps: dict[int, str] = {}
        self.first = self.authors = first
        self.present = int(now().timestamp())

    def add(self, person: Person, topic: str) -> int:
        self.authors += 1
        if not person.grade:
            self.traps[self.authors] = person.aim
        for written in person.posts:
            for copy in range(_copies(person)):
                board = CLOSED_BOARD if "closed" in person.marks else OPEN_BOARD
                self._post(_fields(person, written.replace("{t}", topic)), person.age + copy, board)
        for remark in CHATTER[person.language]:
            self._post({"text": remark}, person.age + 1)
        return self.authors

    def _post(self, given: dict[str, Any], age: int, board: int = OPEN_BOARD) -> None:
        number = self.first + len(self.documents) + 1
        common = {"kind": Kind.POST, "id": number, "thread_id": number, "author_id": self.authors}
        common["board_id"] = self.first + board
        self.documents.append(Document(**common, at=self.present - age * 86_400, **given))


def _copies(person: Person) -> int:
    return next((int(mark[1:]) for mark in person.marks if mark[0] == "x"), 1)


def _fields(person: Person, written: str) -> dict[str, Any]:
    """What search.documents would make of such a post."""
    quoted, _, own = written.rpartition(" >> ")
    title, _, text = own.rpartition(" // ")
    kind = next((mark for mark in person.marks if mark in ("wish", "sale", "question")), "talk")
    over = frozenset([intent.SELLS]) if "over" in person.marks else frozenset()
    said = intent.read(title, text, kind if title else "", over)
    return {
        "title": title,
        "text": text,
        "quoted": quoted,
        "thread_kind": kind,
        "is_opening": bool(title),
        "replies": person.replies,
        "thanks": person.thanks,
        **said._asdict(),
    }


def by_trap(evaluation: Evaluation) -> dict[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for author, trap in evaluation.traps.items():
        found[trap].add(author)
    return found
