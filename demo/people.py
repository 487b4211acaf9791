"""Members and boards of the demo."""

from datetime import timedelta
from functools import partial

from demo import pictures
from demo.community import Group, Person, groups, people
from demo.timeline import Timeline
from demo.town import PASSWORD, Town
from forum.boards import commands as boards
from forum.members.commands import profiles
from forum.pictures.commands import keep_picture

FIRST_DAY = timedelta(days=60)
ADDRESS = "demo{number}@demo.test"  # no mail can ever reach .test
WAITING = ("vintage-audio", "Pell", ["A blade grinder, and an open mind.", "How not to electrocute myself."])


def plan(line: Timeline, town: Town) -> None:
    """Everyone joins in the first days; boards are founded, then found."""
    for number, person in enumerate(people(), start=1):
        line.at(FIRST_DAY - timedelta(hours=3 * number), partial(_arrive, town, person, number))
    for number, group in enumerate(groups()):
        ago = FIRST_DAY - timedelta(days=4, hours=5 * number)
        line.at(ago, partial(_found, town, group))
        for place, name in enumerate(group.members, start=1):
            line.at(ago - timedelta(hours=7 * place), partial(_come, town, group, name))
    slug, name, answers = WAITING
    line.at(timedelta(hours=9), partial(_apply, town, slug, name, answers))


def _arrive(town: Town, person: Person, number: int) -> None:
    role = "operator" if person.operator else "member"
    member = profiles.create(person.name, ADDRESS.format(number=number), PASSWORD, role)
    town.members[person.name] = member.id
    profile = profiles.Profile(person.about, person.interests, person.language, is_findable=True)
    profiles.save_profile(member, profile)
    kind = ("rings", "tiles", "hills", "waves", "leaves")[number % 5]
    portrait = keep_picture(member, pictures.picture(person.name, kind, 400, 400), is_portrait=True)
    profiles.set_picture(member, portrait.key)


def _found(town: Town, group: Group) -> None:
    draft = boards.Draft(group.name, group.about, group.access, group.rules.strip(), group.questions)
    town.boards[group.slug] = boards.found(draft, slug=group.slug, founder=town.member(group.owner)).id


def _come(town: Town, group: Group, name: str) -> None:
    """In by the door that the board has."""
    board, member, owner = town.board(group.slug), town.member(name), town.member(group.owner)
    if group.access in ("public", "open"):
        boards.join(board, member=member, rules_version=board.rules_version)
    elif group.access == "apply":
        answers = [f"{member.interests}.", "Whatever the bench teaches."]
        application = boards.apply(board, member=member, answers=answers, rules_version=board.rules_version)
        boards.accept(application, actor=owner)
    else:
        invitation = boards.invite(board, actor=owner, quota=1, days=7)
        boards.redeem(invitation, member=member, rules_version=board.rules_version)


def _apply(town: Town, slug: str, name: str, answers: list[str]) -> None:
    board = town.board(slug)
    boards.apply(board, member=town.member(name), answers=answers, rules_version=board.rules_version)
