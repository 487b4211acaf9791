"""What alerts say, in the reader's language."""

from core.i18n import _
from core.money import Money
from forum.notices.models import Notice
from forum.notices.sentences import says


@says("price-drop", "tag")
def cheaper(notice: Notice) -> str:
    facts = notice.facts
    was, price = (Money(facts[name], facts["currency"]) for name in ("was", "price"))
    return _(
        "“%(title)s”, which you saved, costs %(price)s now instead of %(was)s.",
        title=facts["title"],
        price=price,
        was=was,
    )


@says("back-in-stock", "package")
def back(notice: Notice) -> str:
    return _("“%(title)s”, which you saved, can be bought again.", title=notice.facts["title"])
