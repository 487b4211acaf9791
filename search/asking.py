"""From the search form to one question: what was typed, with the fields beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from core.money import BadAmount, parse_amount
from search.engine import Filters
from search.query import Question, parse, read_date
from search.schema import Kind

TABS = ("posts", "people", "products", "boards")
SORTS = ("best", "new")
INTENTS = ("wants", "sells", "knows")
MOST_PAGES = 50
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

    def arguments(self, **changed: object) -> dict[str, object]:
        """Arguments of the same search's address; `None` leaves one out."""
        kept: dict[str, object] = {"q": self.question.typed, **dict(self.fields)}
        kept |= {"in": self.tab if self.tab != "posts" else None, "sort": self.sort if self.sort != "best" else None}
        kept["intent"] = self.intent if self.tab == "people" else None
        return {name: value for name, value in (kept | changed).items() if value}


def read(args: Mapping[str, str]) -> Wanted:
    """Raises Invalid for a question that is too much; every other mistake is read as not said."""
    args = {name: value.replace("\0", " ").strip() for name, value in args.items()}
    question = parse(args.get("q", ""))
    fields = tuple((name, args[name]) for name in ("board", "by", "before", "after") if args.get(name))
    said = dict(fields)
    if "board" in said:
        question = replace(question, boards=(*question.boards, said["board"].casefold()))
    if "by" in said:
        question = replace(question, authors=(*question.authors, said["by"].lstrip("@").casefold()))
    if (before := read_date(said.get("before", ""))) is not None:
        question = replace(question, before=before)
    if (after := read_date(said.get("after", ""))) is not None:
        question = replace(question, after=after)
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
    low, below = _amount(question.price_from, currency), _amount(question.price_below, currency)
    if low is not None and low == below:
        below = low + 1
    return Filters(
        after=question.after,
        before=question.before,
        has_picture=question.has_picture,
        price_from=low,
        price_below=below,
    )


def _amount(typed: str | None, currency: str) -> int | None:
    try:
        return None if typed is None else parse_amount(typed, currency)
    except BadAmount:
        return None
