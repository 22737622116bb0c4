"""What resolution needs to know of a phrase, and of the somebody or something it may stand for."""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from selon.model import EntityKind, SourceType, Span
from selon.stages.mentions.names import Name

Form = Literal["name", "description", "pronoun"]
Gender = Literal["m", "f", ""]
Words = tuple[str, ...]

TYPES: dict[EntityKind, SourceType] = {
    "person": "named",
    "org": "org",
    "state": "org",
    "media": "media",
    "doc": "doc",
    "group": "group",
    "place": "org",
}
"""The source type that a name of each kind has."""


class Draft(NamedTuple):
    """A mention before it is known whom it stands for.

    It reaches over tokens [first, last); `quote` is the index of the outer quotation it stands in, or -1.
    """

    span: Span
    head: int
    first: int
    last: int
    sentence: int
    speaker: bool
    subject: bool
    quote: int
    form: Form = "description"
    kind: EntityKind = "person"
    type: SourceType = "role"
    gender: Gender = ""
    plural: bool = False
    name: Name | None = None
    titles: tuple[Words, ...] = ()
    """Content words of each title in the phrase, the head's first."""
    title_texts: tuple[str, ...] = ()
    title_heads: tuple[int, ...] = ()
    words: Words = ()
    """Folded content words of a description, the head's first."""
    definite: bool = False
    known: bool = False
    """Whether the lexicon has the head noun."""
    complement: bool = False
    """Whether a description says of what or which: «maire d'Orsenna», «l'association Orsenna»."""
    proper: bool = False
    """Whether a description is written as a name: «le Tribunal de l'Eau»."""
    nested: bool = False
    """Whether it stands inside a longer mention."""
    office: bool = False
    """Whether it names an office with one holder at a time."""
    pronoun: Literal["person", "thing", "any", "anybody", "first", "latter", "relative", ""] = ""
    points: bool = False
    """Whether its noun, alone, points back to what has a name: «l'entreprise», not «la police»."""
    aside: bool = False
    """Whether it names who speaks beside what is said: «selon Anne, …», «…, dit Anne»."""
    same: bool = False
    """Whether it says that it is who spoke last: «la même source»."""
    incise: bool = False
    """Whether a pronoun stands in an incise: whoever spoke last is likely to go on."""
    unmarked: bool = False
    """Whether no quotation mark stands before the incise, so that its sentence names everybody but who speaks."""
    antecedent: int = -1
    """For a relative pronoun: the head token of what it stands for."""
    parts: tuple[int, ...] = ()
    """For a coordination: the head tokens of its parts."""

    def tokens(self) -> tuple[int, ...]:
        """Tokens by which a mention is found: its head, its titles' heads and the words of its name."""
        if self.form == "pronoun":
            return (self.head, *range(self.first, self.last))
        named = range(self.name.first, self.name.last) if self.name is not None else ()
        return (self.head, *self.title_heads, *named)


@dataclass(slots=True, eq=False)
class Being:
    """An entity in the making."""

    kind: EntityKind
    type: SourceType
    name: str
    gender: Gender = ""
    plural: bool = False
    named: bool = False
    roles: list[str] = field(default_factory=list)
    role_words: list[Words] = field(default_factory=list)
    seen: list[Draft] = field(default_factory=list)
    parts: tuple["Being", ...] = ()
