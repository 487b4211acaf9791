"""Colour for code blocks that name their language."""

from collections.abc import Iterable

from markdown_it.token import Token
from pygments import highlight as pygments_highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

# What lexers take grows with the square of a block's length: 20,000 times one sign took seven seconds. So the squares
# of a post's blocks are counted, and what comes after that many stays plain: one block of 5,000 signs, or 25 of 1,000.
MOST = 5_000**2
# Lexers (by their first name) that held against all repeated signs and pairs: at most half a second for 5,000. Others
# took minutes (autohotkey: blanks, csharp: lines of one letter), so what is not named here stays plain.
KNOWN = {
    "awk", "bash", "batch", "c", "clojure", "cmake", "common-lisp", "console", "cpp", "css", "dart", "delphi",
    "diff", "django", "docker", "elixir", "erlang", "fortran", "gas", "go", "graphql", "groovy", "haskell",
    "html", "ini", "java", "javascript", "json", "julia", "kotlin", "lean", "lua", "make", "markdown",
    "matlab", "nasm", "nginx", "nixos", "objective-c", "ocaml", "perl", "php", "postgresql", "powershell",
    "prolog", "properties", "pycon", "pytb", "python", "restructuredtext", "ruby", "rust", "scala", "scheme",
    "scss", "splus", "sql", "sqlite3", "swift", "systemverilog", "tcl", "terraform", "tex", "toml",
    "typescript", "vim", "xml", "yaml", "zig",
}  # fmt: skip
_formatter = HtmlFormatter(nowrap=True)


def spare(tokens: Iterable[Token]) -> None:
    """Take the language from the blocks that a post cannot afford to have coloured."""
    left = MOST
    for token in tokens:
        if token.type == "fence":
            left -= len(token.content) ** 2
            token.info = token.info if left >= 0 else ""


def highlight(code: str, language: str, _attributes: str) -> str:
    """Spans with Pygments' short classes, or nothing, which leaves the code plain and escaped."""
    if not language:
        return ""
    try:
        lexer = get_lexer_by_name(language, handlecodeblocks=False)  # Markdown's would hand its blocks to any lexer
    except ClassNotFound:
        return ""
    return str(pygments_highlight(code, lexer, _formatter)) if lexer.aliases[0] in KNOWN else ""
