"""What a notice says, in the reader's language, when it is shown. Rooms above bring sentences for their own kinds."""

from collections.abc import Callable

from core.i18n import _, ngettext
from forum.notices.models import Notice
from forum.notices.rules import Near

Sentence = Callable[[Notice], str]
_sentences: dict[str, Sentence] = {}
_icons: dict[str, str] = {}
_near: dict[str, Near] = {}


def says(kind: str, icon: str = "bell", near: Near = Near.COUNTED) -> Callable[[Sentence], Sentence]:
    """Register the sentence of a kind of notice, the icon beside it when there is no face, and how near it is."""

    def register(sentence: Sentence) -> Sentence:
        _sentences[kind], _icons[kind], _near[kind] = sentence, icon, near
        return sentence

    return register


def sentence(notice: Notice) -> str:
    known = _sentences.get(notice.kind)
    return known(notice) if known else _("There is something new for you.")


def near_of(kind: str) -> Near:
    return _near.get(kind, Near.COUNTED)


def icon_of(notice: Notice) -> str:
    return _icons.get(notice.kind, "bell")


def _names(notice: Notice) -> dict[str, str]:
    """Who did it, in which thread, on which board: as these are called now."""
    return {
        "name": notice.actor.username if notice.actor else _("Someone"),
        "thread": notice.thread.title if notice.thread else "",
        "board": notice.board.name if notice.board else "",
    }


@says("reply", "reply", Near.FOLLOWED)
def reply(notice: Notice) -> str:
    more = int(notice.facts.get("count", 1)) - 1
    if not more:
        return _("%(name)s replied in “%(thread)s”.", **_names(notice))
    return ngettext(
        "%(name)s replied in “%(thread)s”, and there is %(num)s more reply.",
        "%(name)s replied in “%(thread)s”, and there are %(num)s more replies.",
        more,
        **_names(notice),
    )


@says("mention", "user", Near.NAMED)
def mention(notice: Notice) -> str:
    return _("%(name)s mentioned you in “%(thread)s”.", **_names(notice))


@says("quoted", "quote", Near.ANSWERED)
def quoted(notice: Notice) -> str:
    return _("%(name)s answered you in “%(thread)s”.", **_names(notice))


@says("thanks", "hand-heart")
def thanks(notice: Notice) -> str:
    more = int(notice.facts.get("count", 1)) - 1
    if not more:
        return _("%(name)s thanked you in “%(thread)s”.", **_names(notice))
    return ngettext(
        "%(name)s and %(num)s other thanked you in “%(thread)s”.",
        "%(name)s and %(num)s others thanked you in “%(thread)s”.",
        more,
        **_names(notice),
    )


@says("application", "user-plus")
def application(notice: Notice) -> str:
    return _("%(name)s would like to join %(board)s.", **_names(notice))


@says("decision", "key-round")
def decision(notice: Notice) -> str:
    if notice.facts.get("state") == "accepted":
        return _("Welcome: you are now a member of %(board)s.", **_names(notice))
    told = _names(notice) | {"reason": notice.facts.get("reason", "")}
    return _("%(board)s did not accept your application: %(reason)s", **told)


@says("report", "flag")
def report(notice: Notice) -> str:
    told = _names(notice) | {"reason": notice.facts.get("reason", "")}
    return _("A post in “%(thread)s” was reported: %(reason)s", **told)


@says("message", "mail")
def message(notice: Notice) -> str:
    more = int(notice.facts.get("count", 1)) - 1
    if not more:
        return _("%(name)s wrote to you.", **_names(notice))
    return ngettext(
        "%(name)s wrote to you, and there is %(num)s more message.",
        "%(name)s wrote to you, and there are %(num)s more messages.",
        more,
        **_names(notice),
    )
