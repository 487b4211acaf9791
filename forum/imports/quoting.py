"""How deep each line of a plain-text message is quoted, in the styles people used. Pure.

`> `, `>>`, `|> `, `JB> `, `: `, `| `, `# `, `} `, `] `, `--> `: the ones that also begin ordinary lines count only
when several lines in a row begin so, and no line of the run closes a box with the same sign.
"""

import re
from dataclasses import dataclass

DEEPEST = 9

_SURE = re.compile(r"[ \t]{0,3}(?:[A-Za-z]{1,4}>(?!\w)|\|>|#>|-{1,2}>|>)")
_MAYBE = re.compile(r"[ \t]{0,2}([:|#}\]%+])(?![-)(>\]|:#}%+=])(?=\s|$|[A-Za-z\"'(>|])")
_INNER = re.compile(r"[:|](?=[\s\w\"'])")
_BANNER = re.compile(r"^\s*>.*<\s*$|^\s*-+>.*<-+\s*$")
_ATTRIBUTION = re.compile(r"(?:writes?|wrote|said|says)\W{0,4}$", re.IGNORECASE)
_SMALLEST_RUN = 2


@dataclass(frozen=True, slots=True)
class Line:
    depth: int
    text: str


def lines_of(text: str) -> list[Line]:
    """The lines with their quote marks counted and taken off."""
    raw = text.split("\n")
    maybe = _runs_of_unsure_marks(raw)
    lines = [_line(line, position in maybe) for position, line in enumerate(raw)]
    return [_levelled(line, lines[place - 1 : place], lines[place + 1 : place + 2]) for place, line in enumerate(lines)]


def _levelled(line: Line, before: list[Line], after: list[Line]) -> Line:
    """Some newsreaders wrote ">>>>> Ann writes:" above a quote of one mark: no quote, but who is quoted."""
    around = max((other.depth for other in [*before, *after]), default=0)
    return Line(0, line.text) if line.depth > around + 1 and _ATTRIBUTION.search(line.text) else line


def _line(line: str, is_unsure: bool) -> Line:
    depth = 0
    rest = line
    if _BANNER.search(line):
        return Line(0, line)
    if is_unsure:
        rest, depth = _MAYBE.sub("", rest, count=1), 1
    while mark := _SURE.match(rest):
        rest, depth = rest[mark.end() :], depth + 1
        if _INNER.match(rest):
            rest, depth = rest[1:], depth + 1
    return Line(min(depth, DEEPEST), rest[1:] if depth and rest.startswith(" ") else rest)


def _runs_of_unsure_marks(raw: list[str]) -> set[int]:
    found: set[int] = set()
    run: list[int] = []
    sign = ""
    for position, line in enumerate([*raw, ""]):
        mark = _MAYBE.match(line)
        if mark and mark[1] == sign:
            run.append(position)
            continue
        found.update(run if _is_quotation(raw, run, sign) else ())
        run, sign = ([position], mark[1]) if mark else ([], "")
    return found


def _is_quotation(raw: list[str], run: list[int], sign: str) -> bool:
    """Long enough, with words in it, and neither a box nor a table nor a list of remarks."""
    lines = [raw[position] for position in run]
    before = next((line for line in reversed(raw[: run[0]]) if line.strip()), "") if run else ""
    if len(run) < (1 if _ATTRIBUTION.search(before) else _SMALLEST_RUN) or any(
        line.rstrip().endswith(sign) and len(line.strip()) > 1 for line in lines
    ):
        return False
    if any(line.count("|") > 2 for line in lines):
        return False
    return sum(map(str.isalpha, "".join(lines))) > 0.4 * sum(map(len, lines))
