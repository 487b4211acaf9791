"""Mails that go with a notice. Pure: subject and body, in the language that is set."""

from core.i18n import _
from forum.boards.models import Application


def decision(application: Application, link: str) -> tuple[str, str]:
    name, board = application.member.username, application.board.name
    if application.state == "accepted":
        body = _(
            "Hello %(name)s,\n\nyou are now a member of %(board)s:\n\n%(link)s\n", name=name, board=board, link=link
        )
        return _("Welcome to %(board)s", board=board), body
    body = _(
        "Hello %(name)s,\n\nthe moderators of %(board)s did not accept your application. They wrote:\n\n%(reason)s\n",
        name=name,
        board=board,
        reason=application.reason,
    )
    return _("Your application to %(board)s", board=board), body
