"""One search, put together: posts, people, products or boards, with counts for all four."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from dataclasses import replace as changed
from datetime import UTC, datetime
from typing import Any

from markupsafe import Markup

from forum.boards.models import Board
from forum.members.models import Member
from forum.threads.models import Post
from search import meeting, queries
from search.asking import MOST_PAGES, Wanted, filters
from search.engine import Ask, Filters, Hit, People, Person, Results, SearchEngine, Unavailable
from search.highlights import LENGTH, Highlighter, words_of
from search.schema import Kind
from shop.products.models import Product

SIZE = 20
MOST_PEOPLE = 20
STRIP = 4
FACETS = 8


@dataclass(frozen=True)
class PostHit:
    post: Post
    title: Markup
    excerpt: Markup

    @property
    def address(self) -> str:
        return self.post.thread.address_of(self.post.post_no)


@dataclass(frozen=True)
class ProductHit:
    product: Product
    title: Markup


@dataclass(frozen=True)
class PersonHit:
    """`posts` are the ones that speak for them, best first (shown on the people's tab); `boards` where they wrote
    them, most active first; `common` those of the viewer's boards where they belong too; `things` what they sell and
    wish for."""

    member: Member
    post_ids: tuple[int, ...]
    posts: list[PostHit]
    boards: list[Board]
    post_count: int
    last_at: datetime
    intents: tuple[str, ...] = ()
    common: list[Board] = field(default_factory=list)
    things: list[meeting.Thing] = field(default_factory=list)


@dataclass(frozen=True)
class SearchPage:
    """`is_partial` when there is no index just now, and the newest posts were looked through instead."""

    wanted: Wanted
    total: int = 0
    counts: dict[str, int | None] = field(default_factory=dict)
    posts: list[PostHit] = field(default_factory=list)
    products: list[ProductHit] = field(default_factory=list)
    boards: list[Board] = field(default_factory=list)
    people: list[PersonHit] = field(default_factory=list)
    more_people: bool = False
    facets: list[tuple[Board, int]] = field(default_factory=list)
    is_partial: bool = False

    @property
    def last_page(self) -> int:
        return min(-(-self.total // SIZE), MOST_PAGES) or 1


def search(engine: SearchEngine, viewer: Any, wanted: Wanted, currency: str) -> SearchPage:
    """At most six statements, whatever is asked."""
    boards = queries.boards_for(viewer)
    try:
        return _Search(engine, viewer, wanted, boards).page(currency)
    except Unavailable:
        found = queries.latest_like(viewer, wanted.question, SIZE) if wanted.question.has_topic else []
        highlighter = Highlighter(wanted.question.needles)
        hits = [_post_hit(post, highlighter) for post in found]
        return SearchPage(changed(wanted, tab="posts"), len(hits), posts=hits, is_partial=True)


class _Search:
    def __init__(self, engine: SearchEngine, viewer: Any, wanted: Wanted, boards: queries.Boards):
        self.engine, self.viewer, self.wanted, self.boards = engine, viewer, wanted, boards
        self.highlighter = Highlighter(wanted.question.needles)
        self.persons: dict[int, Person] = {}
        self.standing = meeting.Standing()
        self.more_people = False

    def page(self, currency: str) -> SearchPage:
        narrow = self._filters(currency)
        everything = self._ask(narrow, {"posts": Kind.POST, "products": Kind.PRODUCT}.get(self.wanted.tab))
        named = self._named(narrow)
        people = self._people(narrow)
        page = SearchPage(
            self.wanted,
            counts={
                "posts": everything.kinds.get(Kind.POST, 0),
                "people": len(people),
                "products": everything.kinds.get(Kind.PRODUCT, 0),
                "boards": len(named),
            },
            people=people,
            more_people=self.more_people,
            facets=self._facets(everything),
        )
        return self._with_hits(page, everything, named)

    def _filters(self, currency: str) -> Filters:
        question = self.wanted.question
        return changed(
            filters(question, currency),
            boards=self.boards.with_slugs(question.boards) if question.boards else None,
            authors=queries.author_ids(question.authors) if question.authors else None,
        )

    def _ask(self, narrow: Filters, kind: Kind | None) -> Results:
        kinds = frozenset([kind]) if kind else frozenset()
        page = self.wanted.page if kind else 1
        ask = Ask(self.wanted.question.node, changed(narrow, kinds=kinds), sort=self.wanted.sort, page=page, size=SIZE)
        return self.engine.search(ask, self.boards.readable)

    def _named(self, narrow: Filters) -> list[Board]:
        """Boards on the topic. Their facades may be known to those who may not read them; secret ones are not."""
        question = self.wanted.question
        if not question.has_topic or narrow.authors is not None or narrow.boards is not None:
            return []
        ask = Ask(question.node, Filters(kinds=frozenset([Kind.BOARD])), size=MOST_PEOPLE)
        hits = self.engine.search(ask, frozenset(self.boards.known)).hits
        return [self.boards.known[hit.id] for hit in hits if hit.id in self.boards.known]

    def _people(self, narrow: Filters) -> list[PersonHit]:
        if not self.wanted.question.has_topic:
            return []
        intent = self.wanted.intent if self.wanted.tab == "people" else ""
        ask = Ask(self.wanted.question.node, narrow, size=MOST_PEOPLE, intent=intent)
        found = self.engine.people(ask, self.boards.readable)
        named = Ask(ask.node, Filters(kinds=frozenset([Kind.MEMBER])), size=STRIP)
        namesakes = self.engine.search(named, frozenset()).hits if narrow == Filters() and not intent else ()
        return self._persons(found, namesakes)

    def _persons(self, found: People, namesakes: tuple[Hit, ...]) -> list[PersonHit]:
        """By topic first, then members of that name. Posts are filled in by `_with_hits`."""
        ids = [person.author_id for person in found.people]
        members = queries.people(self.viewer, [*ids, *(hit.id for hit in namesakes)])
        self.more_people = found.total > MOST_PEOPLE
        self.persons = {person.author_id: person for person in found.people}
        order = dict.fromkeys([*ids, *(hit.id for hit in namesakes)])
        self.standing = meeting.standing(self.viewer, list(members))
        people = [self._person(members[member_id]) for member_id in order if member_id in members]
        return [person for person in people if person.boards or not person.post_count]

    def _person(self, member: Member) -> PersonHit:
        found = self.persons.get(member.id) or Person(member.id, 0, (), (), int(member.last_seen_at.timestamp()), 0)
        hidden, common = self.standing.hidden[member.id], self.standing.common[member.id]
        return PersonHit(
            member,
            () if hidden.intersection(found.board_ids) and self.wanted.tab != "people" else found.post_ids,
            [],
            self._named_boards(board for board in found.board_ids if board not in hidden),
            found.post_count,
            datetime.fromtimestamp(found.last_at, UTC),
            found.intents,
            self._named_boards(board for board in sorted(common) if board in self.boards.readable),
        )

    def _named_boards(self, ids: Iterable[int]) -> list[Board]:
        return [self.boards.known[board_id] for board_id in ids if board_id in self.boards.known]

    def _with_hits(self, page: SearchPage, everything: Results, named: list[Board]) -> SearchPage:
        tab = self.wanted.tab
        if tab == "products":
            return changed(page, products=self._products(everything), total=everything.total)
        if tab == "boards":
            return changed(page, boards=named, total=len(named))
        shown = page.people if tab == "people" else page.people[:STRIP]
        hits = everything.hits if tab == "posts" else ()
        ids = [hit.id for hit in hits]
        speaking = {post_id for person in shown for post_id in person.post_ids} if tab == "people" else set()
        rows = queries.posts(self.viewer, {*ids, *speaking})
        things = meeting.things(self.viewer, [person.member.id for person in shown]) if tab == "people" else {}
        people = [self._with_posts(person, rows, things.get(person.member.id, [])) for person in shown]
        posts = [_post_hit(rows[post_id], self.highlighter) for post_id in ids if post_id in rows]
        return changed(page, people=people, posts=posts, total=everything.total if tab == "posts" else len(shown))

    def _with_posts(self, person: PersonHit, rows: dict[int, Post], things: list[meeting.Thing]) -> PersonHit:
        hidden = self.standing.hidden[person.member.id]
        found = [rows[post_id] for post_id in person.post_ids if post_id in rows]
        posts = [_post_hit(post, self.highlighter, 120) for post in found if post.thread.board_id not in hidden]
        return changed(person, posts=posts, things=meeting.shown(things, self.highlighter.find))

    def _products(self, everything: Results) -> list[ProductHit]:
        ids = [hit.id for hit in everything.hits]
        rows = queries.products(self.viewer, ids)
        return [
            ProductHit(rows[row_id], self.highlighter.marked(rows[row_id].title)) for row_id in ids if row_id in rows
        ]

    def _facets(self, everything: Results) -> list[tuple[Board, int]]:
        """The boards with most results, unless one was chosen."""
        counts = sorted(everything.boards.items(), key=lambda found: -found[1])
        return [(self.boards.known[board], count) for board, count in counts if board in self.boards.known][:FACETS]


def _post_hit(post: Post, highlighter: Highlighter, length: int = LENGTH) -> PostHit:
    return PostHit(post, highlighter.marked(post.thread.title), highlighter.snippet(words_of(post.html), length))
