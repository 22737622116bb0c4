"""The values that everything else passes around: frozen, typed, importing nothing of ours.

Every offset in this module is a **code point** into `Article.text`, and every span is half-open.
The first part is the record that `selon read --json` prints; the second is what the stages hand to
one another while an article is read.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple, Self
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec

Language = str
"""ISO 639-1 code: "fr", "en"."""

BlockKind = Literal["headline", "byline", "dateline", "lead", "body", "heading", "caption", "credit", "list"]
Manner = Literal["direct", "mixed", "indirect", "hearsay"]
Act = Literal["say", "deny", "assess", "evidence", "ask", "urge", "promise", "hearsay"]
Certainty = Literal["certain", "probable", "possible", "unknown"]
SourceType = Literal["named", "role", "org", "media", "doc", "group", "none"]
EntityKind = Literal["person", "org", "state", "media", "place", "group", "doc"]
Guideline = Literal["selon", "polnear"]
"""Whose idea of an attribution: ours, nested, or PolNeAR's, flat and broader."""
Use = Literal["hearsay", "future_past", "hypothesis", "polite", "possible", "probable", "ability", "duty"]
How = Literal["metadata", "url", "text", "given", "inferred"]
SaidHow = Literal["stated", "carried", "published"]
"""How it is known when an attribution was made: told at its cue or source («a déclaré mardi»), told where the same
source last spoke, or by the day of publication, which it is no later than."""
TimeType = Literal["DATE", "TIME", "DURATION", "SET"]
Anchor = Literal["published", "text", "none"]
"""What a time counts from: the day of publication, another time of the story, or nothing."""
Mod = Literal["START", "MID", "END", "APPROX", "BEFORE", "AFTER", "MORE_THAN", "LESS_THAN"]
PlaceKind = Literal[
    "country", "region", "city", "district", "water", "mountain", "island", "area", "building", "relative"
]
Relation = Literal["distance", "direction", "near", "border", "between"]
Direction = Literal["N", "NE", "E", "SE", "S", "SW", "W", "NW"]
Vague = Literal["APPROX", "MORE_THAN", "LESS_THAN", "EQUAL_OR_MORE", "EQUAL_OR_LESS"]
FindingKind = Literal[
    "weekday", "distance", "direction", "duration", "age", "sum", "difference", "share", "order", "figure", "quotation"
]
Verdict = Literal["holds", "does_not_hold", "cannot_tell"]
StageName = Literal[
    "fetch",
    "page",
    "text",
    "sentences",
    "syntax",
    "mentions",
    "attributions",
    "times",
    "places",
    "quantities",
    "findings",
]


class InputError(Exception):
    """Input that cannot be read. `message` names the value, the choices and the remedy; `code` is a short slug. `kind`
    and `values`, where they are given, are what other languages word the same by."""

    def __init__(self, code: str, message: str, kind: str = "", **values: object) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.kind = kind
        self.values = values


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all that is stored or printed."""


# ---------------------------------------------------------------- the record


class Span(msgspec.Struct, frozen=True, array_like=True, order=True):
    """Code points [start, end). Raises ValueError unless 0 <= start < end."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"span [{self.start}, {self.end}) is empty, reversed or negative")

    def of(self, text: str) -> str:
        return text[self.start : self.end]

    def covers(self, other: "Span") -> bool:
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: "Span") -> bool:
        return self.start < other.end and other.start < self.end


Spans = tuple[Span, ...]

_TRACKING = re.compile(r"utm_|(?:fbclid|gclid|dclid|msclkid|mc_cid|mc_eid|xtor|at_medium|at_campaign|igshid)$")


def address_of(url: str) -> str:
    """What two spellings of one article's address have in common: no scheme, no fragment, no tracking parameters."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return url
    host = parts.netloc.rpartition("@")[2].lower().removesuffix(":443" if parts.scheme == "https" else ":80")
    asked = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.match(k)]
    return host + (parts.path.rstrip("/") or "/") + ("?" + urlencode(asked) if asked else "")


def article_id(text: str, url: str | None, outlet: str | None) -> str:
    """16 hexadecimal digits that tell an article from others: by its address, else by its text and outlet.

    The text of an address may change, and the same text at two addresses is two articles.
    """
    known = ("address", address_of(url)) if url else ("text", text, outlet or "")
    return hashlib.blake2b("\0".join(known).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def merged(spans: Iterable[Span]) -> Spans:
    """The same code points in spans that neither overlap nor touch, in order."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return tuple(found)


class Block(Record, frozen=True):
    """A typed stretch of the article; blocks are in order and do not overlap."""

    kind: BlockKind
    start: int
    end: int


class Published(Record, frozen=True):
    """When the article came out, and how it is known, with the words or the tag that say so (`why`).

    `value` is an ISO 8601 day (2023-03-12), month (2023-03), year (2023), or, where it is inferred, an interval of
    days, both of them included (2023-03-10/2023-03-14).
    """

    value: str
    how: How
    why: str


class Article(Record, frozen=True):
    id: str
    language: Language
    text: str
    title: str | None = None
    byline: str | None = None
    outlet: str | None = None
    url: str | None = None
    credits: tuple[str, ...] = ()
    published: Published | None = None
    blocks: tuple[Block, ...] = ()


class Entity(Record, frozen=True):
    """Who or what mentions stand for. `name` is the fullest name or description the text gives."""

    id: str
    name: str
    kind: EntityKind
    roles: tuple[str, ...] = ()
    mentions: Spans = ()


class Part(Record, frozen=True):
    """The words of a cue or a content: one span, or several where something stands between."""

    spans: Spans


class Source(Record, frozen=True):
    """Whoever stands behind a content. No spans: nobody is named there; `entity` may still say who."""

    spans: Spans
    type: SourceType
    entity: str | None = None


class When(Record, frozen=True):
    """When an attribution was made, as against when what it says happens.

    `value` is as a `Time`'s, or as `Published.value` where `how` is "published"; `spans` are the words that say so.
    """

    value: str
    how: SaidHow
    spans: Spans = ()


class Attribution(Record, frozen=True):
    """One source behind one content, signalled by one cue (Pareti 2012).

    `inside` is the id of the attribution whose content holds this one; `by` names the rule that found it, is
    "model" where the network did, and "model+" a rule where both found one at the same cue; `score`, in [0, 1], is
    the share of the network's attributions with this score that hold (models/CARD.md shows how well), None from a
    rule alone.
    """

    id: str
    source: Source
    cue: Part
    content: Part
    manner: Manner
    act: Act
    certainty: Certainty
    by: str
    inside: str | None = None
    score: float | None = None
    when: When | None = None


class Modality(Record, frozen=True):
    """What a conditional, a modal verb or a marker does to its proposition.

    `inside` is the attribution whose content holds the word, None where it is the author's own; `scope` the
    proposition it bears on; `why` a short name of the reason for `use`, and `because` the words that gave it.
    """

    start: int
    end: int
    use: Use
    inside: str | None = None
    scope: Spans = ()
    why: str = ""
    because: Spans = ()


class Time(Record, frozen=True):
    """A time expression, as TIMEX3 has it: `value` is ISO 8601 with X for what is unknown, a period (P3Y), or
    PAST_REF, PRESENT_REF, FUTURE_REF. `by` names the rule that found it."""

    start: int
    end: int
    type: TimeType
    value: str
    anchor: Anchor
    by: str
    mod: Mod | None = None


class Relative(Record, frozen=True):
    """How a relative place lies to the places at `of`: 680 km north of one, near one, on the border of two.

    `low` and `high` bound the distance in metres, None where no distance is told.
    """

    relation: Relation
    of: Spans
    low: float | None = None
    high: float | None = None
    direction: Direction | None = None


class Place(Record, frozen=True):
    """A place named or described. `name` is in the article's language; `country` is ISO 3166-1 alpha-2; `lat` and
    `lon` are WGS 84 degrees; `geonames` the GeoNames id. What is not known is None: a place that is in no gazetteer
    has no coordinates. `relative` says how a described place lies to named ones."""

    start: int
    end: int
    name: str
    kind: PlaceKind
    by: str
    country: str | None = None
    lat: float | None = None
    lon: float | None = None
    geonames: int | None = None
    relative: Relative | None = None


class Quantity(Record, frozen=True):
    """A number with what it counts or measures. `low` and `high` are equal but for ranges and vague numbers
    («des dizaines de millions»: 2e7, 9.9e7); `unit` is a UCUM code ("km", "%"), an ISO 4217 currency ("USD"), or ""
    where things are counted, which `of` then shows. None: without that bound."""

    start: int
    end: int
    low: float | None
    high: float | None
    unit: str
    by: str
    mod: Vague | None = None
    of: Span | None = None


class Finding(Record, frozen=True):
    """Something computed from the article's own words: `spans` are the words compared, in text order, `working` the
    computation written out in the article's language."""

    kind: FindingKind
    verdict: Verdict
    spans: Spans
    working: str
    by: str


class Note(Record, frozen=True):
    """A remark on odd or damaged input. `text` holds words that were set aside, whole, or that it is about."""

    stage: StageName
    code: str
    message: str
    text: str | None = None


class Reading(Record, frozen=True):
    """An article and all that was read in it; `made_by` maps each part to the version that made it."""

    selon: str
    article: Article
    sentences: Spans = ()
    entities: tuple[Entity, ...] = ()
    attributions: tuple[Attribution, ...] = ()
    modality: tuple[Modality, ...] = ()
    times: tuple[Time, ...] = ()
    places: tuple[Place, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    findings: tuple[Finding, ...] = ()
    notes: tuple[Note, ...] = ()
    made_by: dict[str, str] = {}

    def to_json(self) -> bytes:
        """One line of UTF-8 JSON, the same bytes for the same reading."""
        return _ENCODER.encode(self)

    @classmethod
    def from_json(cls, data: bytes | str) -> Self:
        """The reading that `to_json` wrote. Raises msgspec.ValidationError on any other shape, and
        ValueError where a span does not fit the text."""
        reading = msgspec.json.decode(data, type=cls)
        reading.check()
        return reading

    def check(self) -> None:
        """Raise ValueError unless all spans stay inside the text and all ids exist."""
        n = len(self.article.text)
        entities = {entity.id for entity in self.entities}
        attributions = {attribution.id for attribution in self.attributions}
        spans = [*self.sentences, *(span for entity in self.entities for span in entity.mentions)]
        for a in self.attributions:
            spans += [*a.source.spans, *a.cue.spans, *a.content.spans, *(a.when.spans if a.when else ())]
            if a.source.entity is not None and a.source.entity not in entities:
                raise ValueError(f"attribution {a.id} names entity {a.source.entity!r}, which is not in the reading")
            if a.inside is not None and a.inside not in attributions:
                raise ValueError(f"attribution {a.id} is inside {a.inside!r}, which is not in the reading")
        for m in self.modality:
            spans += [Span(m.start, m.end), *m.scope, *m.because]
        spans += [Span(t.start, t.end) for t in self.times]
        spans += [Span(p.start, p.end) for p in self.places]
        spans += [Span(q.start, q.end) for q in self.quantities]
        spans += [span for place in self.places if place.relative for span in place.relative.of]
        spans += [quantity.of for quantity in self.quantities if quantity.of]
        spans += [span for finding in self.findings for span in finding.spans]
        spans += [Span(b.start, b.end) for b in self.article.blocks]
        for span in spans:
            if span.end > n:
                raise ValueError(f"span [{span.start}, {span.end}) leaves the text, which has {n} code points")

    def entity(self, id: str | None) -> Entity | None:
        return next((e for e in self.entities if e.id == id), None)

    def own_voice(self) -> float:
        """Share of the text's letters and digits that no attribution's source, cue or content covers, in [0, 1]."""
        text = self.article.text
        covered = bytearray(len(text))
        for a in self.attributions:
            for span in (*a.source.spans, *a.cue.spans, *a.content.spans):
                covered[span.start : span.end] = b"\1" * (span.end - span.start)
        letters = [i for i, c in enumerate(text) if c.isalnum()]
        return sum(not covered[i] for i in letters) / len(letters) if letters else 1.0


_ENCODER = msgspec.json.Encoder(order="deterministic")


# ---------------------------------------------------------------- between the stages


class Page(NamedTuple):
    """What the page stage makes of a file: the canonical text with its blocks, and the metadata."""

    text: str
    blocks: tuple[Block, ...]
    title: str | None = None
    byline: str | None = None
    outlet: str | None = None
    url: str | None = None
    language: Language | None = None
    published: Published | None = None
    credits: tuple[str, ...] = ()


class Quote(NamedTuple):
    """Words between quotation marks, which `parts`, `start` and `end` take in.

    A quotation over several paragraphs is one Quote with one part a paragraph. `depth` is 0 for an
    outer one. `closed` is False where the closing mark is missing.
    """

    parts: Spans
    depth: int
    closed: bool

    @property
    def start(self) -> int:
        return self.parts[0].start

    @property
    def end(self) -> int:
        return self.parts[-1].end


class Token(NamedTuple):
    """A word with its Universal Dependencies analysis, whatever the language's parser calls things.

    `i` is its index, `head` its head's (its own for a root), `sentence` its sentence's.
    """

    i: int
    start: int
    end: int
    text: str
    lemma: str
    pos: str
    dep: str
    head: int
    morph: str
    entity: str
    """"PER", "ORG", "LOC", "MISC" or "": the parser's first guess, to be mended downstream."""
    sentence: int

    def has(self, feature: str) -> bool:
        """Whether the morphology says so: has("Mood=Cnd")."""
        return feature in self.morph


class Sentence(NamedTuple):
    """Tokens [first, last) and code points [start, end) of one sentence."""

    first: int
    last: int
    start: int
    end: int


class Parse:
    """The parsed text: all tokens, in order, and the sentences that they make up. Read-only."""

    __slots__ = ("_children", "_edges", "sentences", "tokens")

    def __init__(self, tokens: Sequence[Token], sentences: Sequence[Sentence]) -> None:
        self.tokens = tuple(tokens)
        self.sentences = tuple(sentences)
        children: list[list[int]] = [[] for _ in self.tokens]
        for token in self.tokens:
            if token.head != token.i:
                children[token.head].append(token.i)
        self._children = children
        self._edges: dict[int, tuple[int, int]] = {}

    def children(self, i: int) -> Iterator[Token]:
        """Direct dependents of token i, left to right."""
        return (self.tokens[c] for c in self._children[i])

    def child(self, i: int, *deps: str) -> Token | None:
        """First dependent of token i whose relation is one of `deps` (or a subtype: "nsubj" takes "nsubj:pass")."""
        return next((t for t in self.children(i) if t.dep in deps or t.dep.split(":")[0] in deps), None)

    def subtree(self, i: int) -> tuple[int, int]:
        """Token indices [first, last) that the subtree of token i reaches over."""
        if i not in self._edges:
            first, last, stack, seen = i, i, [i], {i}
            while stack:
                j = stack.pop()
                first, last = min(first, j), max(last, j)
                new = [c for c in self._children[j] if c not in seen]
                seen.update(new)
                stack += new
            self._edges[i] = (first, last + 1)
        return self._edges[i]

    def ancestors(self, i: int) -> Iterator[Token]:
        """Heads of token i, innermost first."""
        seen = {i}
        while self.tokens[i].head not in seen:
            i = self.tokens[i].head
            seen.add(i)
            yield self.tokens[i]

    def at(self, offset: int) -> int:
        """Index of the first token that ends after code point `offset`; len(tokens) past the last."""
        low, high = 0, len(self.tokens)
        while low < high:
            mid = (low + high) // 2
            if self.tokens[mid].end <= offset:
                low = mid + 1
            else:
                high = mid
        return low


class Mention(NamedTuple):
    """A noun phrase or pronoun that stands for somebody or something.

    `span` takes in determiner, title and identifying apposition, and leaves out relative clauses:
    what an attribution's source span covers. `head` is the index of its syntactic head token and
    `entity` the id of what it stands for (None: a pronoun that nothing resolves).
    """

    span: Span
    head: int
    kind: EntityKind
    form: Literal["name", "description", "pronoun"]
    type: SourceType
    entity: str | None
