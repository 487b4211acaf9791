"""What 10,000 saved searches cost a new post: `flask bench searches`, on a site filled by `flask bench seed`."""

import random
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from statistics import mean, quantiles

from sqlalchemy import delete, func, select

from core.clock import now
from core.db import db, writing
from forum.members.models import Member
from forum.threads.models import Post
from search import documents
from search.analysis import is_cjk
from search.consumers import engine
from search.percolate import Candidate
from search.saved import covers, finding, queries, wants
from search.saved.commands import terms_of
from search.saved.models import SavedMatch, SavedSearch, SavedTerm
from search.schema import Document, Kind, key_of

WORD = re.compile(r"[A-Za-z]{4,}|[\u4e00-\u9fff]{2,4}")


@dataclass(frozen=True)
class Cost:
    """CPU milliseconds a post, and how many of the searches were looked at and answered."""

    mean: float
    p99: float
    candidates: float
    found: float


def fill(count: int, seed: int = 1) -> None:
    """Searches of one to three words that somebody wrote, for members in turn; what was saved before is removed.

    They count from tomorrow on, so that measuring tells nobody anything.
    """
    chance = random.Random(seed)
    members = list(db.session.scalars(select(Member.id).order_by(Member.id)))
    often = cache(queries.how_often(engine()))
    texts = [document.text for document in _posts(count // 4, chance)]
    with writing():
        for table in (SavedTerm, SavedMatch, SavedSearch):
            db.session.execute(delete(table))
        for number, typed in enumerate(_questions(count, texts, chance, often)):
            want = wants.understood({"q": typed})
            search = SavedSearch(member_id=members[number % len(members)], key=f"{number}", name=typed)
            search.asked, search.since, search.version = {"q": typed}, now() + timedelta(days=1), covers.VERSION
            db.session.add(search)
            db.session.flush()
            db.session.add_all(SavedTerm(term=term, search_id=search.id) for term in terms_of(want, often))


def _questions(count: int, texts: list[str], chance: random.Random, often: Callable[[str], int]) -> Iterator[str]:
    """Of words that at most one document in a hundred holds: nobody searches for "because"."""
    made, most = 0, documents.total() // 100
    while made < count:
        found = set(WORD.findall(chance.choice(texts).lower()))
        words = sorted(word for word in found if often(word[:2] if is_cjk(word) else word) <= most)
        if words:
            made += 1
            yield " ".join(chance.sample(words, min(len(words), chance.choice((1, 2, 2, 3)))))


def measure(posts: int, seed: int = 2) -> Cost:
    times, candidates, found = [], [], []
    for document in _posts(posts, random.Random(seed)):
        start = time.process_time()
        finding.take(document, "USD")
        times.append((time.process_time() - start) * 1000)
        candidate, place = Candidate(document), queries.place_of(document)
        looked_at = queries.candidates(covers.keys_of(candidate) | {covers.EVERYTHING})
        candidates.append(len(looked_at))
        found.append(sum(_answers(search, candidate, place) for search in looked_at))
        db.session.rollback()
    return Cost(mean(times), quantiles(times, n=100)[98], mean(candidates), mean(found))


def _answers(search: queries.Waiting, candidate: Candidate, place: wants.Place) -> bool:
    want = wants.read(search.asked)
    return want is not None and finding.answers_now(want, candidate, place, "USD")


def _posts(count: int, chance: random.Random) -> list[Document]:
    last = db.session.scalar(select(func.max(Post.id))) or 0
    return list(documents.some(key_of(Kind.POST, chance.randint(1, last)) for _ in range(count)))
