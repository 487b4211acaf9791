"""What a question asks for, as a small tree that any engine can run."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Anything:
    """Every document: a question made of filters alone."""


@dataclass(frozen=True, slots=True)
class Word:
    """A Latin word or number: as typed, and by its stem where it has one."""

    term: str
    stems: tuple[str, ...] = ()

    @property
    def terms(self) -> tuple[str, ...]:
        return (self.term, *self.stems)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Terms at fixed distances: ((offset, term), ...), offsets ascending from 0."""

    steps: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Prefix:
    start: str


@dataclass(frozen=True, slots=True)
class Most:
    """A long run of Chinese: at least `needed` of its pairs, more of them first."""

    terms: tuple[str, ...]
    needed: int


@dataclass(frozen=True, slots=True)
class Both:
    """All of `wanted`, none of `without`."""

    wanted: tuple["Node", ...]
    without: tuple["Node", ...] = ()


@dataclass(frozen=True, slots=True)
class Either:
    choices: tuple["Node", ...]


Node = Anything | Word | Phrase | Prefix | Most | Both | Either
