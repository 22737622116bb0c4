"""What resolution needs to know of a phrase, and of the somebody or something it may stand for."""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from selon.model import EntityKind, SourceType, Span
from selon.stages.mentions.names import Name

Form = Literal["name", "description", "pronoun"]
Gender = Literal["m", "f", ""]


class Draft(NamedTuple):
    """A mention before it is known whom it stands for. `words` are its folded content words, head's lemma first."""

    span: Span
    head: int
    first: int
    last: int
    form: Form
    kind: EntityKind
    type: SourceType
    gender: Gender
    plural: bool
    sentence: int
    speaker: bool
    subject: bool
    quote: int
    """Index of the outer quotation it stands in, or -1."""
    name: Name | None = None
    titles: tuple[tuple[str, ...], ...] = ()
    title_texts: tuple[str, ...] = ()
    title_heads: tuple[int, ...] = ()
    words: tuple[str, ...] = ()
    definite: bool = False
    known: bool = False
    """Whether the head noun is in the lexicon."""
    pronoun: str = ""
    """For a pronoun: person, thing, any, group, first, last, relative. For a description: pointers, offices or nothing."""
    complement: bool = False
    """Whether a description says of what: «maire d'Orsenna»."""
    proper: bool = False
    """Whether a description is written as a name: «le Tribunal de l'Eau»."""
    nested: bool = False
    """Whether it stands inside a longer mention."""
    antecedent: int = -1
    """For a relative pronoun: the head token of what it stands for."""
    parts: tuple[int, ...] = ()
    """For a coordination: the head tokens of its parts."""


@dataclass(slots=True)
class Being:
    """An entity in the making."""

    kind: EntityKind
    type: SourceType
    name: str
    words: tuple[str, ...] = ()
    gender: Gender = ""
    plural: bool = False
    named: bool = False
    roles: list[str] = field(default_factory=list)
    role_words: list[tuple[str, ...]] = field(default_factory=list)
    seen: list[Draft] = field(default_factory=list)
    parts: tuple["Being", ...] = ()
