"""The shape of what people type about boards."""

from collections.abc import Sequence
from typing import Any

from wtforms import HiddenField, RadioField, SelectChoice, SelectField
from wtforms.validators import ValidationError

from core.forms import Form, Line, StringField, Text, TextAreaField, WholeField, choices, whole
from core.i18n import _l
from forum.boards.commands import Draft
from forum.boards.models import (
    ANYONE,
    APPLY,
    INVITE,
    MEMBER,
    MODERATOR,
    OPEN,
    OWNER,
    PUBLIC,
    ROLE_LEVELS,
    SECRET,
    SIGNED_IN,
    Board,
)
from forum.boards.rules import DOINGS

ACCESS = {
    PUBLIC: (_l("Public"), _l("Everyone reads, every member of the site talks.")),
    OPEN: (_l("Open to join"), _l("Everyone reads; who wants to talk joins at once.")),
    APPLY: (_l("By application"), _l("People answer your questions, moderators decide.")),
    INVITE: (_l("By invitation"), _l("People come by links that moderators give out.")),
    SECRET: (_l("Secret"), _l("By invitation, and nobody else knows that it exists.")),
}
WHO = {
    ANYONE: _l("Everyone, guests too"),
    SIGNED_IN: _l("Every member of the site"),
    MEMBER: _l("Members of this board"),
    MODERATOR: _l("Moderators and owners"),
    OWNER: _l("Owners"),
}
QUESTIONS = ("question-1", "question-2", "question-3")
ANSWERS = ("answer-1", "answer-2", "answer-3")
LONGEST_ANSWER = 2000


def _accesses() -> list[SelectChoice]:
    return choices({access: label for access, (label, _hint) in ACCESS.items()})


def _who(*levels: int) -> list[SelectChoice]:
    return choices({str(level): WHO[level] for level in levels})


class BoardForm(Form):
    name = StringField(_l("Name"), [Line(60, 2)])
    about = TextAreaField(_l("What it is about"), [Line(300, optional=True)])
    access = RadioField(_l("How people come in"), choices=_accesses(), default=PUBLIC)
    rules = TextAreaField(_l("Rules"), [Text(20_000, optional=True)])

    def hint(self, access: str) -> str:
        return ACCESS[access][1]

    def draft(self) -> Draft:
        said = [self[name].data for name in QUESTIONS]
        questions = [question for question in said if question]
        return Draft(self.name.data, self.about.data, self.access.data, self.rules.data, questions, self.levels())

    def levels(self) -> dict[str, int]:
        return {}


for _name, _label in zip(QUESTIONS, (_l("First question"), _l("Second question"), _l("Third question")), strict=True):
    setattr(BoardForm, _name, StringField(_label, [Line(200, optional=True)]))


class NewBoardForm(BoardForm):
    slug = StringField(_l("Web address"), [Line(40)])

    def validate_slug(self, field: Any) -> None:
        field.data = (field.data or "").lower()


class SettingsForm(BoardForm):
    """Everything an owner may change; the four levels make "read open, write gated" and its like."""

    read_level = SelectField(_l("Who may read"), coerce=int, choices=_who(ANYONE, SIGNED_IN, MEMBER))
    reply_level = SelectField(_l("Who may reply"), coerce=int, choices=_who(SIGNED_IN, MEMBER, MODERATOR))
    start_level = SelectField(_l("Who may start threads"), coerce=int, choices=_who(SIGNED_IN, MEMBER, MODERATOR))
    sell_level = SelectField(_l("Who may sell"), coerce=int, choices=_who(SIGNED_IN, MEMBER, MODERATOR, OWNER))

    def levels(self) -> dict[str, int]:
        return {doing: self[f"{doing}_level"].data for doing in DOINGS}

    @classmethod
    def about_board(cls, board: Board) -> "SettingsForm":
        """The form filled with what the board says now."""
        questions = dict(zip(QUESTIONS, board.questions, strict=False))
        return cls(obj=board, data=questions)


class RulesForm(Form):
    """`rules` is the version that was accepted; 0 when the box stayed empty."""

    rules = HiddenField()

    @property
    def version(self) -> int:
        return whole(self.rules.data) or 0


class JoinForm(RulesForm):
    """One answer for each of the board's questions."""

    def answers(self) -> list[str]:
        return [self[name].data for name in ANSWERS if name in self]

    @classmethod
    def for_questions(cls, questions: Sequence[str]) -> "JoinForm":
        form = cls()
        for name in ANSWERS[len(questions) :]:
            del form[name]
        return form


for _name in ANSWERS:
    setattr(JoinForm, _name, TextAreaField(_l("Answer"), [Text(LONGEST_ANSWER)]))


class ReasonForm(Form):
    reason = StringField(_l("Reason"), [Line(500)])


class InviteForm(Form):
    quota = WholeField(_l("For how many people"), low=1, high=100, default=1)
    days = WholeField(_l("Good for how many days"), low=1, high=90, default=7)

    def validate_quota(self, field: Any) -> None:
        _filled(field)

    def validate_days(self, field: Any) -> None:
        _filled(field)


class RoleForm(Form):
    role = SelectField(_l("Role"), choices=[SelectChoice(role) for role in (*ROLE_LEVELS, "none")])
    reason = StringField(_l("Reason"), [Line(500, optional=True)])


class BanForm(Form):
    username = StringField(_l("Username"), [Line(40)])
    reason = StringField(_l("Reason"), [Line(500)])


def _filled(field: Any) -> None:
    if field.data is None and not field.errors:
        raise ValidationError(str(_l("Fill this in.")))
