"""Plain text of an old message to Markdown that shows the same thing on a phone. Pure.

Quote marks become block quotes; tables, drawings and code become code blocks; lines that a program once wrapped at 72
columns flow again, while lines that the writer broke keep their breaks; everything that Markdown would take for
markup is escaped.
"""

import re
from itertools import groupby, pairwise

from forum.imports.quoting import Line, lines_of

LONGEST_BODY = 90_000  # characters of Markdown; posts may have 100,000
NARROWEST_WRAP = 50  # a paragraph narrower than this was broken by hand

_SIGNATURE = re.compile(r"^--[ \t]*$")
_LONGEST_SIGNATURE = 25
_WIDE_GAP = re.compile(r"\S(?:\t+| {3,})\S|\S\t")
_CODE = re.compile(r"[;{}]\s*$|^\s*(?:#include|#define|if\s*\(|for\s*\(|\$ |% |C:\\>)")
_RULE = re.compile(r"^\s*([-_=*~+#.])(?:\s*\1){3,}\s*$")
_ITEM = re.compile(r"^\s*(?:[-*+o•]\s|\d{1,3}[.)]\s|[A-Za-z][.)]\s)")
_ENCODED_START = re.compile(r"^begin [0-7]{3,4} (\S.*)$|^\(This file must be converted with BinHex")
_ENCODED_LINE = re.compile(r"^[!-`]{57,80}$")
_SPECIAL = re.compile(
    r"([\\*`\[\]|]|~(?=~)|(?<=~)~|(?<![^\W_])_|_(?![^\W_])|<(?=[A-Za-z/!?])|&(?=#?\w+;)|(?<!\w)@(?=\w))"
)
_AT_START = re.compile(r"^(#{1,6}(?=\s|$)|[-+=](?=\s|$|[-+=])|>|:(?=::)|\d{1,9}(?=[.)](?:\s|$)))")


def to_markdown(text: str) -> str:
    """Markdown of a message body, at most LONGEST_BODY characters."""
    body, signature = _without_signature(_without_encoded_files(text))
    shown = _quoted_blocks(lines_of(body))
    if quiet := _signature(signature):
        shown = f"{shown}\n\n---\n\n{quiet}" if shown else quiet
    return shown if len(shown) <= LONGEST_BODY else f"{_cut(shown)}\n\n[…]"


def _cut(shown: str) -> str:
    cut = shown[:LONGEST_BODY].rsplit("\n\n", 1)[0]
    return f"{cut}\n```" if cut.count("\n```") % 2 else cut


def _without_signature(text: str) -> tuple[str, str]:
    """Body and signature: what follows the last "-- " line, when it is short enough to be one."""
    lines = text.split("\n")
    for position in range(len(lines) - 1, max(-1, len(lines) - _LONGEST_SIGNATURE - 2), -1):
        if _SIGNATURE.match(lines[position]):
            return "\n".join(lines[:position]).strip("\n"), "\n".join(lines[position + 1 :]).strip("\n")
    return text, ""


def _signature(text: str) -> str:
    lines = [line.expandtabs(8) for line in text.split("\n") if not _RULE.match(line)]
    return _code_block(lines) if _is_drawn(lines) else _paragraph(lines, flows=False)


def _without_encoded_files(text: str) -> str:
    """Uuencoded and BinHex files give way to a note; so do long runs of lines that hold nothing but such data."""
    kept: list[str] = []
    for is_data, group in groupby(_marked(text.split("\n")), key=lambda marked: marked[0]):
        lines = [line for _, line in group]
        kept += [_note(lines), ""] if is_data and len(lines) > 5 else lines
    return "\n".join(kept)


def _marked(lines: list[str]) -> list[tuple[bool, str]]:
    marked, inside = [], False
    for line in lines:
        inside = bool(_ENCODED_START.match(line)) or (inside and line.strip() != "end" and bool(line.strip()))
        marked.append((inside or bool(_ENCODED_LINE.match(line)) or line.strip() == "end", line))
    return marked


def _note(lines: list[str]) -> str:
    start = _ENCODED_START.match(lines[0])
    name = f"{start[1]}, " if start and start[1] else ""
    return f"[{name}{len(lines)} lines of encoded data, left out]"


def _quoted_blocks(lines: list[Line]) -> str:
    """Blocks of one depth each, with a blank line of the shallower depth between two."""
    shown: list[str] = []
    before = 0
    for depth, text in _by_depth(lines):
        body = _blocks(text)
        if not body:
            continue
        if shown:
            shown.append(_prefix(min(before, depth)).rstrip())
        shown += [f"{_prefix(depth)}{line}" if line else _prefix(depth).rstrip() for line in body]
        before = depth
    return "\n".join(shown)


def _by_depth(lines: list[Line]) -> list[tuple[int, list[str]]]:
    """Runs of lines of one depth. A blank line belongs to whatever is around it, so it splits nothing by itself."""
    runs: list[tuple[int, list[str]]] = []
    for line in lines:
        if not line.text.strip() and runs and line.depth <= runs[-1][0] and line.depth == 0:
            runs[-1][1].append("")
        elif runs and runs[-1][0] == line.depth:
            runs[-1][1].append(line.text)
        else:
            runs.append((line.depth, [line.text]))
    return runs


def _prefix(depth: int) -> str:
    return "> " * depth


def _blocks(lines: list[str]) -> list[str]:
    """Lines of Markdown for lines of text of one depth."""
    shown: list[str] = []
    for is_drawn, paragraphs in groupby(_paragraphs(lines), key=_is_drawn):
        group = list(paragraphs)
        blocks = [_code_block(_with_gaps(group))] if is_drawn else map(_paragraph_or_rule, group)
        for block in blocks:
            shown += ["", *block.split("\n")] if shown else block.split("\n")
    return shown


def _paragraphs(lines: list[str]) -> list[list[str]]:
    """Paragraphs; a line that is only a rule stands alone, unless it belongs to a drawing."""
    wide = [line.expandtabs(8) for line in lines]
    groups = [list(group) for is_blank, group in groupby(wide, key=lambda line: not line.strip()) if not is_blank]
    return [part for group in groups for part in ([group] if _is_drawn(group) else _split_at_rules(group))]


def _split_at_rules(lines: list[str]) -> list[list[str]]:
    return [list(group) for _, group in groupby(lines, key=lambda line: bool(_RULE.match(line)))]


def _with_gaps(paragraphs: list[list[str]]) -> list[str]:
    return [line for paragraph in paragraphs for line in ["", *paragraph]][1:]


def _is_drawn(lines: list[str]) -> bool:
    """Whether a paragraph lives from its columns: a table, a drawing, a listing."""
    if len(lines) < 2:
        return False
    telling = sum(bool(_WIDE_GAP.search(line.strip()) or _CODE.search(line) or _is_art(line)) for line in lines)
    return telling >= 2 and telling >= 0.4 * len(lines)


def _is_art(line: str) -> bool:
    bare = line.replace(" ", "")
    return len(bare) > 3 and sum(map(str.isalnum, bare)) < 0.4 * len(bare) and not _RULE.match(line)


def _code_block(lines: list[str]) -> str:
    margin = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    fence = "`" * (max((len(run) for run in re.findall("`{3,}", "\n".join(lines))), default=2) + 1)
    return "\n".join([fence, *(line[margin:] for line in lines), fence])


def _paragraph_or_rule(lines: list[str]) -> str:
    return "---" if all(_RULE.match(line) for line in lines) else _paragraph(lines, flows=True)


def _paragraph(lines: list[str], *, flows: bool) -> str:
    """Wrapped lines are joined, broken lines keep their break."""
    lines = [line.strip() for line in lines if line.strip()]
    if not lines:
        return ""
    width = max(map(len, lines))
    shown = _escaped(lines[0])
    for line, following in pairwise(lines):
        joins = flows and _was_wrapped(line, following, width)
        shown += f" {_inline(following)}" if joins else f"\n{_escaped(following)}"
    return shown


def _was_wrapped(line: str, following: str, width: int) -> bool:
    """Whether the break came from a margin: the next word would not have fitted, or the sentence just goes on."""
    if width < NARROWEST_WRAP or _ITEM.match(following):
        return False
    if following[0].islower() and line[-1] not in ".!?:;":
        return True
    return len(line) + 1 + len(following.split(maxsplit=1)[0]) > width - 4


def _escaped(line: str) -> str:
    return _AT_START.sub(_escape_start, _inline(line))


def _escape_start(found: re.Match) -> str:
    mark = found[1]
    return f"{mark}\\" if mark.isdigit() else f"\\{mark}"


def _inline(line: str) -> str:
    return _SPECIAL.sub(r"\\\1", re.sub(r"[ \t]{2,}", " ", line))
