"""The people of the shared data as an evaluation: real posts, and who is right for what (real.txt, by reference).

Traps that nobody set while the posts were collected are planted: for each topic the trap people of made_up.txt, of the
same half and language, closed boards among them. They are in nobody's grades.
"""

from collections.abc import Iterable
from pathlib import Path

from bench.people import made_up
from bench.people.made_up import Evaluation, Question
from bench.shared import Shared, of_today

REFERENCE = 10  # characters of a writer's hash
PLANTED = 100_000  # ids of what is planted, boards too, are above it; those of the shared data below


def load(shared: Shared) -> Evaluation:
    authors = {key[:REFERENCE]: author for author, key in shared.writers.items()}
    text = Path(__file__).with_name("real.txt").read_text("utf-8")
    questions = read(text.splitlines(), authors)
    planted = made_up.trap_people([(one.half, one.language, one.topic) for one in questions], first=PLANTED)
    posts = of_today(shared.documents)
    boards = planted.boards | {post.board_id for post in posts}
    return Evaluation([*posts, *planted.documents], questions, planted.traps, boards)


def read(lines: Iterable[str], authors: dict[str, int]) -> list[Question]:
    """`authors`: reference -> author id. A reference that is not there raises KeyError: other data, or a wrong hand."""
    questions: list[Question] = []
    for line in lines:
        head, _, rest = line.partition(":")
        if line.startswith("#"):
            continue
        if rest.startswith(":"):
            half, language, intent = head.split()
            questions.append(Question(half, language, rest[1:].strip(), intent))
        elif head.isdecimal() and int(head):
            questions[-1].grades |= dict.fromkeys((authors[key] for key in rest.split()), int(head))
    return questions
