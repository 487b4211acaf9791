"""From the search form to one question: what was typed, with the fields beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import quote, urlencode

from core.money import BadAmount, parse_amount
from search import qualifiers
from search.engine import Filters
from search.qualifiers import FILTERS
from search.query import parse
from search.question import Question
from search.schema import Kind

TABS = ("posts", "people", "products", "boards")
SORTS = ("best", "new")
INTENTS = ("wants", "sells", "knows")
MOST_PAGES = 50
LONGEST_FIELD = 100
LONGEST_ORIGIN = 100
_TAB_OF = {Kind.MEMBER: "people", Kind.PRODUCT: "products", Kind.BOARD: "boards", Kind.POST: "posts"}


@dataclass(frozen=True)
class Wanted:
    """`fields` holds what the form's fields said, to show and to link with."""

    question: Question
    tab: str = "posts"
    sort: str = "best"
    page: int = 1
    fields: tuple[tuple[str, str], ...] = ()
    intent: str = ""  # of people; "" for all

    @property
    def is_empty(self) -> bool:
        return self.question.is_empty

    @cached_property
    def origin(self) -> str:
        """Where a conversation that is begun from a result came from, as an address carries it; "" for no words."""
        return self.question.topic and quote(f"search:{self.question.topic[:LONGEST_ORIGIN]}", safe=":")

    @property
    def without_fields(self) -> str:
        """The address of the same search as if nothing was set beside its words."""
        return self.address(sort=None, **dict.fromkeys(dict(self.fields)))

    def address(self, **changed: object) -> str:
        """Of the same search with something else; `None` leaves an argument out. `in_` is the tab."""
        if "in_" in changed:
            changed["in"] = changed.pop("in_")
        return "/search?" + urlencode(self.arguments(**changed))

    def arguments(self, **changed: object) -> dict[str, object]:
        """Arguments of the same search's address; `None` leaves one out."""
        kept: dict[str, object] = {"q": self.question.typed, **dict(self.fields)}
        kept |= {"in": self.tab if self.tab != "posts" else None, "sort": self.sort if self.sort != "best" else None}
        kept["intent"] = self.intent if self.tab == "people" else None
        return {name: value for name, value in (kept | changed).items() if value}


def read(args: Mapping[str, str]) -> Wanted:
    """Raises Invalid for a question that is too much; what else is wrong is left out, and said in words."""
    args = {name: value.replace("\0", " ").strip() for name, value in args.items()}
    question = parse(args.get("q", ""))
    fields = tuple((name, args[name][:LONGEST_FIELD]) for name in FILTERS if args.get(name))
    for name, value in fields:
        question = qualifiers.read(question, name, value)
    sort = args.get("sort", "")
    intent = args.get("intent", "")
    wanted = Wanted(question, _tab(args, question), sort if sort in SORTS else "best", _page(args), fields)
    return replace(wanted, intent=intent) if intent in INTENTS and wanted.tab == "people" else wanted


def _tab(args: Mapping[str, str], question: Question) -> str:
    if args.get("in") in TABS:
        return args["in"]
    return _TAB_OF[question.kinds[0]] if question.kinds else "posts"


def _page(args: Mapping[str, str]) -> int:
    typed = args.get("page", "")
    return min(max(int(typed), 1), MOST_PAGES) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 1


def filters(question: Question, currency: str) -> Filters:
    """What needs no look at the database; boards and authors are looked up by the caller."""
    low, below = _amount(question.price_from, currency)[0], _amount(question.price_below, currency)[0]
    if low is not None and below is not None and low >= below:
        low, below = below, low + (low == below)  # 100-50 is meant the other way round; one price is a range of one
    return Filters(
        thread_kinds=frozenset(question.thread_kinds),
        openings=question.openings,
        tags=frozenset(question.tags),
        after=question.after,
        before=question.before,
        has_picture=question.has_picture,
        price_from=low,
        price_below=below,
    )


def price_troubles(question: Question, currency: str) -> tuple[str, ...]:
    """Why a price cannot be read as an amount of this currency."""
    found = (_amount(typed, currency)[1] for typed in (question.price_from, question.price_below))
    return tuple(dict.fromkeys(filter(None, found)))


def _amount(typed: str | None, currency: str) -> tuple[int | None, str]:
    """(minor units, "") or (None, what is wrong)."""
    try:
        return (None if typed is None else parse_amount(typed, currency)), ""
    except BadAmount as problem:
        return None, str(problem)
