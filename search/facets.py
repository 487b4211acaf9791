"""What results can be narrowed by, with counts behind the gate, and what they are narrowed by now: all of it links."""

from dataclasses import dataclass

from core.i18n import _
from core.money import Money, exponent
from forum.boards.models import Board
from search.analysis import normalize
from search.asking import Wanted
from search.engine import Results
from search.qualifiers import is_set

MOST_BOARDS = 8
STEPS = {  # lower ends of the price ranges, in whole units; other currencies as in OTHERS
    "CNY": (0, 50, 100, 500, 1_000, 5_000),
    "JPY": (0, 1_000, 5_000, 10_000, 50_000, 100_000),
}
OTHERS = (0, 10, 50, 100, 500, 1_000)


@dataclass(frozen=True)
class Choice:
    """A link to the same search with one filter more or less."""

    label: str
    address: str
    count: int = 0
    board: Board | None = None


@dataclass(frozen=True)
class Facets:
    active: tuple[Choice, ...] = ()
    boards: tuple[Choice, ...] = ()
    kinds: tuple[Choice, ...] = ()
    prices: tuple[Choice, ...] = ()


def kind_label(kind: str) -> str:
    labels = {
        "thread": _("Openings only"),
        "talk": _("Talk"),
        "question": _("Question"),
        "wish": _("Wish"),
        "sale": _("Sale"),
    }
    return labels.get(kind, kind)


def price_steps(currency: str) -> tuple[int, ...]:
    """In minor units, ascending from 0."""
    return tuple(step * 10 ** exponent(currency) for step in STEPS.get(currency, OTHERS))


def facets(wanted: Wanted, results: Results, known: dict[int, Board], currency: str) -> Facets:
    """A filter that is set is not offered a second time."""
    question = wanted.question
    return Facets(
        active=active(wanted, known),
        boards=() if question.boards else _boards(wanted, results, known),
        kinds=() if question.thread_kinds or question.openings else _kinds(wanted, results),
        prices=() if question.price_from or question.price_below else _prices(wanted, results, currency),
    )


def active(wanted: Wanted, known: dict[int, Board]) -> tuple[Choice, ...]:
    """Every filter that is set, in a field or in the words, as a link that takes it out."""
    question = wanted.question
    names = {board.slug: board.name for board in known.values()}
    typed = [
        Choice(label_of(said.name, said.value, names), wanted.address(q=question.without(said)))
        for said in question.said
        if is_set(question, said.name, said.value)
    ]
    chosen = [
        Choice(label_of(name, value, names), wanted.address(**{name: None}))
        for name, value in wanted.fields
        if is_set(question, name, value)
    ]
    return (*typed, *chosen)


def label_of(name: str, value: str, names: dict[str, str]) -> str:
    """A filter in words; `names` are those of boards by slug."""
    labels = {
        "by": _("By %(name)s", name=value.lstrip("@")),
        "board": names.get(normalize(value), value),
        "tag": "#" + value.strip("#"),
        "kind": kind_label(value),
        "before": _("Before %(date)s", date=value),
        "after": _("From %(date)s", date=value),
        "has": _("With a picture"),
        "price": _("Price %(range)s", range=value),
    }
    return labels[name]


def _boards(wanted: Wanted, results: Results, known: dict[int, Board]) -> tuple[Choice, ...]:
    """The boards with most results."""
    counts = sorted(results.boards.items(), key=lambda found: -found[1])
    found = [(known[board], count) for board, count in counts if board in known][:MOST_BOARDS]
    choices = [Choice(board.name, wanted.address(board=board.slug), count, board) for board, count in found]
    return tuple(choices) if len(choices) > 1 else ()


def _kinds(wanted: Wanted, results: Results) -> tuple[Choice, ...]:
    counts = {"thread": results.openings} | results.thread_kinds if wanted.tab == "posts" else {}
    return tuple(
        Choice(kind_label(kind), wanted.address(kind=kind), count)
        for kind, count in counts.items()
        if 0 < count < results.total
    )


def _prices(wanted: Wanted, results: Results, currency: str) -> tuple[Choice, ...]:
    """The ranges that hold something, when there is more than one."""
    steps = STEPS.get(currency, OTHERS)
    choices = [
        Choice(_range_label(at, currency), wanted.address(price=_range(steps, at)), count)
        for at, count in enumerate(results.prices)
        if count
    ]
    return tuple(choices) if len(choices) > 1 else ()


def _range(steps: tuple[int, ...], at: int) -> str:
    """As the price filter reads it: from the lower end, below the upper."""
    if at == 0:
        return f"<{steps[1]}"
    return f"{steps[at]}-{steps[at + 1]}" if at + 1 < len(steps) else f">{steps[at]}"


def _range_label(at: int, currency: str) -> str:
    steps = price_steps(currency)
    if at == 0:
        return _("below %(price)s", price=Money(steps[1], currency))
    if at + 1 == len(steps):
        return _("%(price)s and more", price=Money(steps[at], currency))
    return f"{Money(steps[at], currency)} – {Money(steps[at + 1], currency)}"
