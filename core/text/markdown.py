"""Markdown to safe HTML: markdown-it parses (CommonMark), nh3 cleans last, whatever the parser let through."""

import html
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from core.text.chinese import FULLWIDTH, ChineseInline
from core.text.clean import clean, strip_tags
from core.text.code import highlight, spare

RENDER_VERSION = 1  # raise it when the output changes; `flask render` re-renders older posts
# A long address defined once and named ten thousand times made 600 MB of one post, and ended the process. What grows
# beyond this is shown as it was typed.
MOST_HTML = 600_000  # characters
TANGLED = 5_000_000  # length times brackets of text without a space: the pattern for addresses scans it so often
MENTION = re.compile(r"(?<![\w@/.])@([\w][\w.-]{1,29})", re.UNICODE)


def mentioned_names(source: str) -> set[str]:
    """Names after an @, lower case, code aside. Whether they are members is for the caller to ask."""
    return {match.group(1).rstrip(".-").lower() for match in MENTION.finditer(_without_code(source))}


def render_markdown(
    source: str, names: Mapping[str, str] | None = None, pictures: Mapping[str, tuple[int, int]] | None = None
) -> str:
    """Safe HTML of a post.

    `names` maps lower-case mentioned names to the member's spelling; `pictures` maps an uploaded picture's address
    to its width and height in pixels, so that the page does not jump while it loads.
    """
    environment: dict[str, Any] = {"names": names or {}, "pictures": pictures or {}}
    parser = _parser(finds_links=not _is_tangled(source))
    tokens = parser.parse(source, environment)
    if _weight(tokens) > MOST_HTML:
        return _as_typed(source)
    rendered = clean(parser.renderer.render(tokens, parser.options, environment))
    return rendered if len(rendered) <= MOST_HTML else _as_typed(source)


def _is_tangled(source: str) -> bool:
    words = (word for word in source.split() if len(word) > 1_000)
    return sum(len(word) * sum(map(word.count, "([{\"'")) for word in words) > TANGLED


def _weight(tokens: Sequence[Token]) -> int:
    """What the tokens will at least become. They share the texts they repeat, so counting costs no memory."""
    own = sum(len(token.content) + sum(len(str(value)) for value in token.attrs.values()) for token in tokens)
    return own + sum(_weight(token.children) for token in tokens if token.children)


def _as_typed(source: str) -> str:
    return clean("<p>" + html.escape(source).replace("\n", "<br>\n") + "</p>")


def plain_text(rendered: str) -> str:
    """The words of rendered HTML, for the index, mails and excerpts."""
    return html.unescape(strip_tags(rendered))


def excerpt(rendered: str, longest: int = 200) -> str:
    """The first words of rendered HTML in one line, quotes left out."""
    without_quotes = re.sub(r"<blockquote>.*</blockquote>", " ", rendered, flags=re.DOTALL)
    line = " ".join(plain_text(without_quotes).split())
    return line if len(line) <= longest else line[:longest].rsplit(" ", 1)[0].rstrip() + "…"


def _without_code(source: str) -> str:
    return re.sub(r"```.*?(?:```|\Z)|`[^`\n]*`", " ", source, flags=re.DOTALL)


@lru_cache(maxsize=2)
def _parser(*, finds_links: bool) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": finds_links, "breaks": True, "highlight": highlight})
    parser.inline = ChineseInline()
    parser.enable(["linkify", "table", "strikethrough"])
    parser.options["maxNesting"] = 40
    parser.core.ruler.push("boardwalk", _walk)
    parser.add_render_rule("image", _image)
    return parser


def _walk(state: Any) -> None:
    names = state.env.get("names", {})
    spare(state.tokens)
    for block in state.tokens:
        if block.type == "inline" and block.children:
            block.children = _inline(block.children, names)


def _inline(tokens: Sequence[Token], names: Mapping[str, str]) -> list[Token]:
    made: list[Token] = []
    inside_link = 0
    tail = ""
    for place, token in enumerate(tokens):
        inside_link += token.type == "link_open"
        inside_link -= token.type == "link_close"
        if token.type == "link_open" and token.markup == "linkify":
            tail = _end_link_at_fullwidth(token, tokens[place + 1])
        made.extend([token] if inside_link or token.type != "text" else _mentions(token, names))
        if token.type == "link_close" and tail:
            made.append(_text(tail))
            tail = ""
    return made


def _end_link_at_fullwidth(link: Token, text: Token) -> str:
    """`见https://a.example/b，然后` is a link to /b, not to /b，然后. Returns what follows the link."""
    cut = next((at for at, sign in enumerate(text.content) if sign in FULLWIDTH), len(text.content))
    link_text, tail = text.content[:cut], text.content[cut:]
    if tail:
        link.attrs["href"], text.content = link_text, link_text
    return tail


def _mentions(token: Token, names: Mapping[str, str]) -> list[Token]:
    if "@" not in token.content or not names:
        return [token]
    made: list[Token] = []
    end = 0
    for match in MENTION.finditer(token.content):
        name = names.get(match.group(1).rstrip(".-").lower())
        if name:
            made += [_text(token.content[end : match.start()]), *_link(f"/m/{name}", f"@{name}")]
            end = match.start() + 1 + len(name)
    return [*made, _text(token.content[end:])]


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _link(where: str, shown: str) -> list[Token]:
    opening = Token("link_open", "a", 1, attrs={"href": where, "class": "mention"})
    return [opening, _text(shown), Token("link_close", "a", -1)]


def _image(self: Any, tokens: Sequence[Token], index: int, options: Any, environment: Any) -> str:
    """Pictures uploaded here are shown with their size; those elsewhere become links, so nobody is tracked."""
    source = str(tokens[index].attrs.get("src", ""))
    label = html.escape(tokens[index].content or "")
    size = environment.get("pictures", {}).get(source)
    address = html.escape(source, quote=True)
    if size is None:
        return f'<a href="{address}">{label or address}</a>'
    shape = f'width="{size[0]}" height="{size[1]}"'
    return f'<a href="{address}"><img src="{address}/large" alt="{label}" {shape} loading="lazy"></a>'
