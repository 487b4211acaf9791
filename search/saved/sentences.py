"""What notices and mails of saved searches say, in the language that is set."""

from collections.abc import Mapping

from core.i18n import _, ngettext
from forum.notices.models import Notice
from forum.notices.rules import Near
from forum.notices.sentences import says
from search.facets import label_of
from search.qualifiers import FILTERS


@says("search-found", "search", Near.SOUGHT)
def found(notice: Notice) -> str:
    told = {
        "search": notice.facts["search"],
        "thread": notice.thread.title if notice.thread else "",
        "board": notice.board.name if notice.board else "",
    }
    if notice.facts["what"] == "product":
        return _("For sale, and found by your search “%(search)s”: “%(thread)s”", **told)
    if notice.facts["what"] == "board":
        return _("A new board for your search “%(search)s”: %(board)s", **told)
    return _("New for your search “%(search)s”: “%(thread)s”", **told)


@says("search-found-more", "search")
def found_more(notice: Notice) -> str:
    return ngettext(
        "%(num)s more find for your search “%(search)s”",
        "%(num)s more finds for your search “%(search)s”",
        int(notice.facts.get("count", 1)),
        search=notice.facts["search"],
    )


@says("search-digest", "search")
def digest(notice: Notice) -> str:
    return ngettext(
        "Your saved searches found %(num)s new thing.",
        "Your saved searches found %(num)s new things.",
        int(notice.facts["count"]),
    )


def asked_in_words(asked: Mapping[str, str]) -> str:
    """What a saved search asks for: its words, then all that narrows them."""
    tabs = {"people": _("People"), "products": _("For sale"), "boards": _("Boards")}
    intents = {"wants": _("Want to buy"), "sells": _("Sell"), "knows": _("Know about it")}
    parts = [asked.get("q"), tabs.get(asked.get("in", "")), intents.get(asked.get("intent", ""))]
    parts += [label_of(name, asked[name], {}) for name in FILTERS if name in asked]
    return " · ".join(filter(None, parts))


def digest_mail(name: str, parts: list[str], link: str, stop: str) -> tuple[str, str]:
    """Subject and body; `parts` are the finds, search by search."""
    body = _(
        "Hello %(name)s,\n\nnew for your saved searches:\n\n%(finds)s\n\nYour searches: %(link)s\n\n"
        "No more of these mails: %(stop)s\n",
        name=name,
        finds="\n\n".join(parts),
        link=link,
        stop=stop,
    )
    return _("New for your saved searches"), body


def finds_of(search: str, lines: list[str], more: int, link: str) -> str:
    """The part of one search."""
    shown = [search, *lines]
    if more:
        shown.append("  " + ngettext("and %(num)s more: %(link)s", "and %(num)s more: %(link)s", more, link=link))
    return "\n".join(shown)
