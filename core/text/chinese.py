"""Where CommonMark's rules, made for spaced words, misread Chinese."""

from typing import Any

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline.state_inline import Scanned, StateInline
from markdown_it.token import Token

FULLWIDTH = "，。！？；：、（）【】《》「」『』“”‘’…"


class ChineseState(StateInline):
    """`**加粗：**文字` is bold to its writer; the flanking rule wants a space after the closing mark."""

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803  (the library's names)
        scanned = super().scanDelims(start, canSplitWord)
        before = self.src[start - 1] if start else " "
        after = self.src[start + scanned.length : start + scanned.length + 1] or " "
        closes = scanned.can_close or (before in FULLWIDTH and not after.isspace())
        opens = scanned.can_open or (after in FULLWIDTH and not before.isspace())
        return Scanned(opens, closes, scanned.length)


class ChineseInline(ParserInline):
    def parse(self, src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> list[Token]:
        state = ChineseState(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens
