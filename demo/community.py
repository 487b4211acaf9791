"""The community as it is written down in content/: plain rows, nothing of the database."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

CONTENT = Path(__file__).parent / "content"
SEED = 7
WEEKS, DAYS_APART = 26, 2  # members joined 60 days ago, so a week of the large demo is two days


@dataclass(frozen=True)
class Person:
    name: str
    about: str
    interests: str
    language: str = "en"
    operator: bool = False


@dataclass(frozen=True)
class Group:
    slug: str
    name: str
    about: str
    access: str
    owner: str
    members: list[str]
    rules: str = ""
    questions: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Said:
    """A post: `ago` is how long before now it was written."""

    by: str
    body: str
    ago: timedelta


@dataclass(frozen=True)
class Talk:
    board: str
    title: str
    kind: str
    posts: list[Said]
    tags: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Thanked:
    """Someone's thanks for a post of a talk."""

    number: int
    by: str
    ago: timedelta


@dataclass(frozen=True)
class Goods:
    """What the thread with this title sells."""

    thread: str
    title: str
    price: str
    stock: int
    condition: str
    picture: str
    shipping: str = ""
    ships: bool = True
    pick_up_place: str = ""
    limit: int | None = None
    axes: list[list[Any]] = field(default_factory=list)
    prices: dict[str, str] = field(default_factory=dict)  # of variants that cost something else


def people() -> list[Person]:
    return [Person(**row) for row in _rows("members", "member")]


def groups() -> list[Group]:
    return [Group(**row) for row in _rows("boards", "board")]


def talks() -> list[Talk]:
    """All threads. Answers come after some hours, the way people write in the evening."""
    random = Random(SEED)
    return [_talk(row, random) for path in sorted(CONTENT.glob("talk-*.toml")) for row in _rows(path.stem, "thread")]


def weekly_talks() -> list[Talk]:
    """Half a year of weekly threads: who of the board answers with what is drawn, the same every time."""
    random, found = Random(SEED), []
    members = {group.slug: [group.owner, *group.members] for group in groups()}
    for row in _rows("weekly", "weekly"):
        for week in range(WEEKS):
            said = random.sample(row["answers"], k=random.randint(5, min(11, len(row["answers"]))))
            posts = [[random.choice(members[row["board"]]), words] for words in said]
            days = (WEEKS - week) * DAYS_APART + random.uniform(0, 1)
            thread = {"board": row["board"], "by": row["by"], "days": days, "body": row["body"], "posts": posts}
            found.append(_talk({**thread, "title": row["title"].format(number=week + 1)}, random))
    return found


def goods() -> list[Goods]:
    return [Goods(**row) for row in _rows("trade", "product")]


def deals() -> list[dict[str, Any]]:
    return _rows("trade", "order")


def letters() -> list[dict[str, Any]]:
    return _rows("trade", "message")


def circles() -> list[dict[str, Any]]:
    """Conversations of several."""
    return _rows("trade", "circle")


def searches() -> list[dict[str, Any]]:
    return _rows("looking", "search")


def missed() -> list[dict[str, Any]]:
    """What several searched for in vain."""
    return _rows("looking", "missed")


def saved_products() -> list[dict[str, Any]]:
    return _rows("looking", "saved")


def answers() -> list[dict[str, Any]]:
    """What sellers have ready to say."""
    return _rows("looking", "answer")


def _rows(name: str, kind: str) -> list[dict[str, Any]]:
    with (CONTENT / f"{name}.toml").open("rb") as file:
        return list(tomllib.load(file).get(kind, []))


def _talk(row: dict[str, Any], random: Random) -> Talk:
    ago = timedelta(days=row["days"], hours=random.uniform(0, 10))
    said = [Said(row["by"], row["body"].strip(), ago)]
    for (by, body), step in zip(
        row.get("posts", []), _steps(row["days"], len(row.get("posts", [])), random), strict=True
    ):
        ago -= step
        said.append(Said(by, body.strip(), ago))
    return Talk(row["board"], row["title"], row.get("kind", "talk"), said, row.get("tags", []))


def thanks_of(talk: Talk, readers: list[str]) -> list[Thanked]:
    """Who of the board's people said thanks for what: the more a post explains, the more of them. Always the same."""
    random, found = Random(f"{SEED} {talk.title}"), []
    for number, said in enumerate(talk.posts, start=1):
        others = [name for name in readers if name != said.by]
        most = min(len(others), len(said.body.encode()) // 120)
        thankers = random.sample(others, k=random.randint(0, most))
        found += [Thanked(number, name, said.ago * random.uniform(0.3, 0.95)) for name in thankers]
    return found


def _steps(days: int, answers: int, random: Random) -> Iterator[timedelta]:
    """Pauses between posts: together always less than the thread's age."""
    longest = min(30.0, days * 24 * 0.9 / max(answers, 1))
    for _answer in range(answers):
        yield timedelta(hours=random.uniform(0.4, longest))
