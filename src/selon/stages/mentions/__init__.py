"""Names, descriptions and pronouns of a text, and whom they stand for.

Every noun phrase that could be somebody's or something's name, role or voice becomes a Mention with the span that
a source has in an attribution. Names are gathered over the whole text first, so that «M. Durand» of the headline
and «Anne Durand, maire d'Orsenna» of the third paragraph are one; then descriptions and pronouns are read in order.

names → a name, and which may be the same; finder → where names are; naming → what they name; bounds → how far a noun
phrase goes; phrases → with its title and apposition; reader → drafts of mentions; resolve → whom each draft stands
for; grammar → small questions that all of them ask.
"""

from collections.abc import Callable, Sequence

from selon.lang.contract import Rules
from selon.model import Block, Entity, Mention, Note, Parse, Quote, Span
from selon.stages.mentions.drafts import Being, Draft
from selon.stages.mentions.finder import Names
from selon.stages.mentions.grammar import Grammar
from selon.stages.mentions.naming import Naming
from selon.stages.mentions.phrases import Phrases
from selon.stages.mentions.reader import Reader
from selon.stages.mentions.resolve import Resolver


class Mentions:
    """All mentions of a text, in order, and whom any of its words is about.

    `beings` is what is known of each entity, by its id.
    """

    __slots__ = ("_at", "_drafts", "_other", "all", "beings")

    def __init__(
        self,
        found: Sequence[Mention],
        at: dict[int, Mention],
        beings: dict[str, Being],
        drafts: dict[int, Draft],
        other: Callable[[int], Draft | None],
    ) -> None:
        self.all = tuple(found)
        self.beings = beings
        self._at = at
        self._drafts = drafts
        self._other = other

    def at(self, i: int) -> Mention | None:
        """The mention whose head is token i, or whose name holds it; the whole coordination at its first head.

        For another noun, a mention made on the spot that no entity stands behind; None for a word that can be no
        source.
        """
        if i not in self._at:
            draft = self._other(i)
            return Mention(draft.span, i, draft.kind, "description", draft.type, None) if draft else None
        return self._at[i]

    def phrase(self, i: int) -> Draft | None:
        """What the words of a mention with head i tell of whom it stands for."""
        return self._drafts.get(i) or (self._other(i) if i not in self._at else None)

    def span_of(self, i: int) -> Span | None:
        mention = self.at(i)
        return mention.span if mention else None


def find_mentions(
    text: str,
    blocks: Sequence[Block],  # noqa: ARG001  every stage after the page is handed them
    quotes: Sequence[Quote],
    parse: Parse,
    rules: Rules,
) -> tuple[tuple[Entity, ...], Mentions, tuple[Note, ...]]:
    """Entities in order of first mention, and all mentions."""
    grammar = Grammar(text, quotes, parse, rules)
    names = Names(parse, rules)
    naming = Naming(grammar, names)
    reader = Reader(grammar, names, naming, Phrases(grammar, names, naming.is_person))
    drafts = _nested(sorted(reader.drafts(), key=_turn))
    resolved = Resolver(drafts, naming)
    pairs = sorted(zip(drafts, resolved.of, strict=True), key=lambda p: (p[0].span.start, -p[0].span.end))
    entities, ids = _entities(text, pairs)
    found: list[Mention] = []
    at: dict[int, Mention] = {}
    for draft, being in pairs:
        mention = _mention(draft, being, ids)
        found.append(mention)
        for i in draft.tokens():
            at.setdefault(i, mention)
    beings = {id: being for being, id in ids.items()}
    return entities, Mentions(found, at, beings, {d.head: d for d, _ in pairs}, reader.on_the_spot), ()


def _turn(draft: Draft) -> tuple[int, int]:
    """When a draft is resolved: in text order, the longer first, a coordination once its parts are."""
    return (draft.span.end, 0) if draft.parts else (draft.span.start, -draft.span.end)


def _nested(drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts, in order, those that stand inside a longer one marked so."""
    out: list[Draft] = []
    end = -1
    for draft in drafts:
        out.append(draft._replace(nested=draft.span.end <= end))
        if not draft.parts and draft.form != "pronoun":
            end = max(end, draft.span.end)
    return out


def _mention(draft: Draft, being: Being | None, ids: dict[Being, str]) -> Mention:
    if being is None:
        return Mention(draft.span, draft.head, draft.kind, draft.form, draft.type, None)
    type_ = being.type if draft.form == "pronoun" else draft.type
    return Mention(draft.span, draft.head, being.kind, draft.form, type_, ids[being])


def _entities(text: str, pairs: Sequence[tuple[Draft, Being | None]]) -> tuple[tuple[Entity, ...], dict[Being, str]]:
    """The beings that are mentioned, as records, and the id of each."""
    spans: dict[Being, set[Span]] = {}
    for draft, being in pairs:
        if being is None:
            continue
        spans.setdefault(being, set()).add(draft.span)
        being.roles += [r for r in draft.title_texts if being.kind == "person" and r not in being.roles]
    ids = {being: f"e{n}" for n, being in enumerate(spans, 1)}
    return tuple(
        Entity(
            id=ids[being],
            name=being.name or _description(text, being),
            kind=being.kind,
            roles=tuple(being.roles),
            mentions=tuple(sorted(where)),
        )
        for being, where in spans.items()
    ), ids


def _description(text: str, being: Being) -> str:
    """What to call somebody who has no name: the description that says most, a pronoun failing that."""
    joined = [d for d in being.seen if d.parts]  # «Anne Durand et Paul Petit», not «les deux ministres»
    described = joined or [d for d in being.seen if d.form != "pronoun"] or being.seen
    best = max(described, key=lambda d: (len(d.words), d.first < d.head, -d.span.start))
    words = " ".join(best.span.of(text).split())
    keep = bool(being.parts) or (best.first == best.head and best.form != "pronoun") or words[1:2].isupper()
    return words if keep else words[0].lower() + words[1:]
