"""What every rule looks at: the text with its quotations, syntax, mentions and words, and small questions to it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple, Protocol

from selon.lang.contract import Cue, Rules, fold
from selon.model import Act, Block, Certainty, Mention, Parse, Quote, Sentence, Span, Spans, Token

OPENERS = frozenset('«“„‹"‘(')
CLOSERS = frozenset('»”›"’)')
STOPS = frozenset(".!?…;:")
MODEL = "model"
"""Stands for the network where a rule is named."""


class Phrase(Protocol):
    """What the words of a mention tell of whom it stands for: `words` are a description's content words, head first."""

    @property
    def head(self) -> int: ...
    @property
    def gender(self) -> Literal["m", "f", ""]: ...
    @property
    def plural(self) -> bool: ...
    @property
    def words(self) -> tuple[str, ...]: ...
    @property
    def titles(self) -> tuple[tuple[str, ...], ...]: ...
    @property
    def definite(self) -> bool: ...
    @property
    def complement(self) -> bool: ...
    @property
    def office(self) -> bool: ...
    @property
    def points(self) -> bool: ...


class Somebody(Protocol):
    """What is known of an entity, and the phrases that stand for it."""

    @property
    def gender(self) -> Literal["m", "f", ""]: ...
    @property
    def plural(self) -> bool: ...
    @property
    def named(self) -> bool: ...
    @property
    def seen(self) -> Sequence[Phrase]: ...


class Mentions(Protocol):
    """Who is meant where: what the mentions stage hands over."""

    @property
    def all(self) -> tuple[Mention, ...]: ...
    @property
    def beings(self) -> Mapping[str, Somebody]: ...

    def phrase(self, i: int) -> Phrase | None:
        """What the words of a mention with head i tell of whom it stands for."""
        ...

    def at(self, i: int) -> Mention | None:
        """The mention whose head is token i, or that holds token i in its name."""
        ...


class Hit(NamedTuple):
    """A cue found in the text: its head token and all its tokens, in order (adverbs between them are left out).

    `first` and `last` bound the whole group, adverbs included; `clitic` is the inverted subject within it. `lead` is
    the verb that leads an infinitive cue and has its subject («refuse de dire», "wants to say"), or the head itself.
    """

    cues: tuple[Cue, ...]
    i: int
    tokens: tuple[int, ...]
    first: int
    last: int
    clitic: int | None
    negated: bool
    lead: int

    def framed(self, *frames: str, source: Mention | None = None) -> Cue | None:
        """The first entry of the lexicon that takes one of these frames, and this source."""
        for cue in self.cues:
            if not cue.frames.isdisjoint(frames) and (not cue.subject or (source and source.type in cue.subject)):
                return cue
        return None


class Found(NamedTuple):
    """An attribution as a rule leaves it, before sources are named and nesting is worked out.

    `source` is the mention tagged as source, `speaker` the entity behind it where none is tagged; `certainty`, `score`
    and `odds`, the logs of the chance of each act, are the network's, None from a rule. `settled` tells that the act
    stays as it is.
    """

    rule: str
    act: Act
    content: Spans
    cue: tuple[int, ...] = ()
    hit: Hit | None = None
    source: Mention | None = None
    speaker: str | None = None
    certainty: Certainty | None = None
    score: float | None = None
    odds: tuple[float, ...] | None = None
    settled: bool = False


class Scene:
    """Read-only view of one article for the rules."""

    def __init__(
        self,
        text: str,
        blocks: Sequence[Block],
        quotes: Sequence[Quote],
        parse: Parse,
        mentions: Mentions,
        rules: Rules,
    ) -> None:
        self.text = text
        self.blocks = blocks
        self.quotes = quotes
        self.parse = parse
        self.tokens = parse.tokens
        self.mentions = mentions
        self.words = rules.lexicon.words
        self.lexicon = rules.lexicon
        self._phrases: dict[str, dict[str, tuple[tuple[str, ...], ...]]] = {}
        self._opening = {quote.start: quote for quote in reversed(quotes)}
        self._closing = {quote.end: quote for quote in reversed(quotes)}
        self._around: list[int] = []
        self.quote_of = self._quote_of()

    def _quote_of(self) -> list[int]:
        """For each token, the index of the innermost quotation that it stands in, marks included, or -1."""
        out = [-1] * len(self.tokens)
        for q, quote in enumerate(self.quotes):  # outer before inner, so that the inner one stays
            first = self.parse.at(quote.start)
            self._around.append(out[first] if first < len(out) else -1)
            for part in quote.parts:
                i = self.parse.at(part.start)
                while i < len(self.tokens) and self.tokens[i].start < part.end:
                    out[i] = q
                    i += 1
        return out

    def word(self, i: int) -> str:
        """Token i folded for look-up, or "" outside the text."""
        return fold(self.tokens[i].text) if 0 <= i < len(self.tokens) else ""

    def isin(self, i: int, *names: str) -> bool:
        """Whether token i is one of the named closed sets' words."""
        word = self.word(i)
        return any(word in self.words.get(name, ()) for name in names)

    def phrases(self, name: str) -> dict[str, tuple[tuple[str, ...], ...]]:
        """The named list's phrases as the parser cuts them (d'ici is two words), longest first, by their first word."""
        if name not in self._phrases:
            found: dict[str, list[tuple[str, ...]]] = {}
            for phrase in sorted(self.words[name], key=lambda phrase: (-len(phrase), phrase)):
                words = tuple(phrase.replace("'", "' ").split())
                found.setdefault(words[0], []).append(words)
            self._phrases[name] = {first: tuple(phrases) for first, phrases in found.items()}
        return self._phrases[name]

    def mention(self, i: int) -> Mention | None:
        """Who is meant at token i; None for nobody, and outside the text."""
        return self.mentions.at(i) if 0 <= i < len(self.tokens) else None

    def sentence(self, i: int) -> Sentence:
        return self.parse.sentences[self.tokens[i].sentence]

    def finite(self, i: int) -> bool:
        """Whether token i is a finite verb, or a participle with a finite auxiliary, its own or a shared one."""
        t = self.tokens[i]
        if t.pos not in ("VERB", "AUX"):
            return False
        if t.has("VerbForm=Fin") or t.has("Mood=") or self._has_auxiliary(i):
            return True
        return t.dep == "conj" and t.has("VerbForm=Part") and self._has_auxiliary(t.head)

    def conditional(self, i: int) -> bool:
        """Whether token i is a conditional, by its form where the parser says otherwise."""
        t = self.tokens[i]
        word = self.word(i)
        for ending in self.words["conditional_endings"]:
            stem = word.removesuffix(ending)
            if stem != word and stem.endswith("r") and stem + "er" != t.lemma:  # tirait is no conditional
                if stem in self.words["conditional_stems"] or stem.endswith(tuple(self.words["conditional_marks"])):
                    return t.pos != "PROPN"
                return stem in (t.lemma, t.lemma.removesuffix("e")) or t.has("Mood=Cnd")
        return False

    def _has_auxiliary(self, i: int) -> bool:
        return any(
            c.dep.startswith(("aux", "cop")) and (c.has("VerbForm=Fin") or c.has("Mood="))
            for c in self.parse.children(i)
        )

    def has_finite(self, first: int, last: int) -> bool:
        return any(self.finite(i) for i in range(first, last))

    def predicates(self, hit: Hit) -> bool:
        """Whether the cue is a finite verb, by itself, its auxiliary, its inverted subject, or where it stands
        (a cue that the parser takes for a noun is one only where a verb must stand)."""
        return (
            hit.clitic is not None
            or self.finite(hit.lead)
            or self.tokens[hit.i].pos in ("NOUN", "PROPN")
            or any(self.tokens[i].pos == "AUX" and self.tokens[i].has("VerbForm=Fin") for i in hit.tokens)
        )

    def subject_before(self, hit: Hit) -> bool:
        """Whether a subject that agrees in number stands before the verb, which is then not inverted."""
        if hit.clitic is not None:
            return False
        return any(
            c.dep.startswith("nsubj") and c.i < hit.first and self.agrees(hit, c.i) for c in self.parse.children(hit.i)
        )

    def agrees(self, hit: Hit, i: int) -> bool:
        """Whether noun i may be the verb's subject by its auxiliary's number; several coordinated are plural.

        Auxiliaries only: the parser often errs on the number of other verbs.
        """
        plural = {self.tokens[k].has("Number=Plur") for k in hit.tokens if self.tokens[k].pos == "AUX"}
        noun = self.tokens[i]
        if not plural or "Number=" not in noun.morph:
            return True
        return (noun.has("Number=Plur") or self.parse.child(i, "conj") is not None) in plural

    def somebody(self, mention: Mention) -> bool:
        """Whether a word says that this can speak: «les experts», not «la première fois» or «une suspension»."""
        if mention.form == "name":
            return mention.kind != "place"
        return mention.form == "pronoun" or self.tokens[mention.head].lemma in self.lexicon.heads

    def span(self, first: int, last: int) -> Span | None:
        """Code points of tokens [first, last), edge punctuation trimmed; None where nothing is left.

        A mark whose partner stands inside stays; any other punctuation at an edge goes.
        """
        while first < last and self._loose(first, first, last):
            first += 1
        while last > first and self._loose(last - 1, first, last):
            last -= 1
        if first >= last:
            return None
        return Span(self.tokens[first].start, self.tokens[last - 1].end)

    def _loose(self, i: int, first: int, last: int) -> bool:
        token = self.tokens[i]
        if any(c.isalnum() for c in token.text) or token.text in "%€$£°+":
            return False
        if token.text in OPENERS or token.text in CLOSERS:
            start, end = self.tokens[first].start, self.tokens[last - 1].end
            if token.text in "()":
                inside = self.text[start:end]
                return inside.count("(") != inside.count(")")
            opened, closed = self._opening.get(token.start), self._closing.get(token.end)
            return not ((opened and opened.end <= end) or (closed and closed.start >= start))
        return True

    def quote_closing_at(self, i: int) -> Quote | None:
        """The outermost quotation whose last character token i holds."""
        return self._closing.get(self.tokens[i].end) if 0 <= i < len(self.tokens) else None

    def quote_opening_at(self, i: int) -> Quote | None:
        """The outermost quotation that token i opens."""
        return self._opening.get(self.tokens[i].start) if 0 <= i < len(self.tokens) else None

    def around(self, quote: Quote) -> int:
        """The index of the quotation that holds this one, or -1."""
        q = self.quote_of[self.parse.at(quote.start)]
        while q >= 0 and self.quotes[q] != quote:
            q = self._around[q]
        return self._around[q] if q >= 0 else -1

    def quotes_over(self, i: int) -> Iterator[Quote]:
        """The quotations that token i stands in, innermost first."""
        at = self.tokens[i].start
        q = self.quote_of[i]
        while q >= 0:
            quote = self.quotes[q]
            if any(part.start <= at < part.end for part in quote.parts):
                yield quote
            q = self._around[q]

    def after(self, offset: int) -> int:
        """Index of the first token at or after code point `offset`."""
        i = self.parse.at(offset)
        while i < len(self.tokens) and self.tokens[i].start < offset:
            i += 1
        return i

    def ancestors(self, i: int) -> Iterator[Token]:
        return self.parse.ancestors(i)


class Contents:
    """What was found, by the sentences its contents touch: what covers a word costs the same to ask in a long text."""

    def __init__(self, scene: Scene, found: Sequence[Found]) -> None:
        self._scene = scene
        self._touching: dict[int, list[Found]] = {}
        for f in found:
            for number in sorted({n for span in f.content for n in self._sentences(span)}):
                self._touching.setdefault(number, []).append(f)

    def near(self, span: Span) -> Iterator[Found]:
        """All whose content touches a sentence of the span's; some may come twice."""
        return (f for n in self._sentences(span) for f in self._touching.get(n, ()))

    def least_over(self, spans: Spans, *, above: int = -1) -> Found | None:
        """The one with the least content, of more than `above` code points, that holds all these spans."""
        return min(
            (
                f
                for f in self.near(spans[0])
                if length(f.content) > above and all(any(c.covers(s) for c in f.content) for s in spans)
            ),
            key=lambda f: length(f.content),
            default=None,
        )

    def _sentences(self, span: Span) -> range:
        tokens, parse = self._scene.tokens, self._scene.parse
        first, last = parse.at(span.start), min(parse.at(span.end - 1), len(tokens) - 1)
        return range(tokens[first].sentence, tokens[last].sentence + 1) if first <= last else range(0)


def length(spans: Spans) -> int:
    """Code points that the spans take in all."""
    return sum(span.end - span.start for span in spans)
