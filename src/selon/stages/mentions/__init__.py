"""Names, descriptions and pronouns of a text, and whom they stand for.

Every noun phrase that could be somebody's or something's name, role or voice becomes a Mention with the span that
a source has in an attribution. Names are gathered over the whole text first, so that «M. Durand» of the headline
and «Anne Durand, maire d'Orsenna» of the third paragraph are one; then descriptions and pronouns are read in order.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from selon.lang.contract import Rules, fold
from selon.model import Block, Entity, EntityKind, Mention, Note, Parse, Quote, SourceType, Span, Token
from selon.stages.mentions.drafts import Being, Draft, Gender
from selon.stages.mentions.names import Name, Names, plain
from selon.stages.mentions.phrases import Phrase, Phrases
from selon.stages.mentions.resolve import Resolver, cluster

_TYPES: dict[EntityKind, SourceType] = {
    "person": "named",
    "org": "org",
    "state": "org",
    "media": "media",
    "doc": "doc",
    "group": "group",
    "place": "org",
}


class Mentions:
    """All mentions of a text, in order, and whom any of its words is about."""

    __slots__ = ("_at", "_other", "all")

    def __init__(
        self, found: Sequence[Mention], at: dict[int, Mention], other: Callable[[int], Mention | None]
    ) -> None:
        self.all = tuple(found)
        self._at = at
        self._other = other

    def at(self, i: int) -> Mention | None:
        """The mention whose head is token i, or whose name holds it. For another noun, one made on the spot that no
        entity stands behind; None for a word that can be no source."""
        return self._at.get(i) or self._other(i)

    def span_of(self, i: int) -> Span | None:
        mention = self.at(i)
        return mention.span if mention else None


def find_mentions(
    text: str, blocks: Sequence[Block], quotes: Sequence[Quote], parse: Parse, rules: Rules
) -> tuple[tuple[Entity, ...], Mentions, tuple[Note, ...]]:
    """Entities in order of first mention, and all mentions. `blocks` are where headlines are known by."""
    reader = _Reader(text, quotes, parse, rules)
    drafts = _nested(sorted(reader.drafts(), key=_turn))
    resolver = Resolver(drafts, reader.beings, reader.by_name)
    entities, ids = _entities(text, drafts, resolver)
    found: list[Mention] = []
    at: dict[int, Mention] = {}
    for draft, being in sorted(zip(drafts, resolver.of, strict=True), key=lambda d: (d[0].span.start, -d[0].span.end)):
        mention = Mention(
            draft.span,
            draft.head,
            being.kind if being else draft.kind,
            draft.form,
            being.type if being and draft.form == "pronoun" else draft.type,
            ids[id(being)] if being else None,
        )
        found.append(mention)
        for i in reader.heads_of(draft):
            at.setdefault(i, mention) if not draft.parts else at.update({i: mention})
    notes: tuple[Note, ...] = ()
    return entities, Mentions(found, at, reader.on_the_spot), notes


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


def _entities(text: str, drafts: Sequence[Draft], resolver: Resolver) -> tuple[tuple[Entity, ...], dict[int, str]]:
    """The beings that are mentioned, as records, and the id of each."""
    ids: dict[int, str] = {}
    order: list[Being] = []
    spans: dict[int, set[Span]] = {}
    for draft, being in zip(drafts, resolver.of, strict=True):
        if being is None:
            continue
        if id(being) not in ids:
            ids[id(being)] = f"e{len(ids) + 1}"
            order.append(being)
        spans.setdefault(id(being), set()).add(draft.span)
        for role in draft.title_texts:
            if being.kind == "person" and role not in being.roles:
                being.roles.append(role)
    for being in order:
        being.name = being.name or _name(text, being)
    entities = tuple(
        Entity(id=ids[id(b)], name=b.name, kind=b.kind, roles=tuple(b.roles), mentions=tuple(sorted(spans[id(b)])))
        for b in order
    )
    return entities, ids


def _name(text: str, being: Being) -> str:
    """What to call somebody who has no name: the first description with its determiner, pronouns failing that."""
    described = [d for d in being.seen if d.form != "pronoun"] or being.seen
    best = next((d for d in described if d.first < d.head), described[0])
    words = " ".join(best.span.of(text).split())
    return words if being.named or words[:2].isupper() or best.form == "name" else words[0].lower() + words[1:]


class _Reader:
    """Turns a parsed text into drafts of mentions."""

    def __init__(self, text: str, quotes: Sequence[Quote], parse: Parse, rules: Rules) -> None:
        self.text = text
        self.parse = parse
        self.tokens = parse.tokens
        self.rules = rules
        self.words = rules.lexicon.words
        self.quotes = [q for q in quotes if q.depth == 0]
        self.names = Names(parse, rules)
        self._given_m, self._given_f = self._set("given_names_masculine"), self._set("given_names_feminine")
        pairs = (pair.partition(" ") for pair in self._set("feminine_endings"))
        self._endings = sorted(((plain(a), plain(b)) for a, _, b in pairs), key=lambda p: -len(p[0]))
        alike = (plain(rule).partition(" > ") for rule in sorted(self._set("same_office")))
        self._alike = [(tuple(a.split()), tuple(b.split())) for a, _, b in alike]
        self.beings: list[Being] = []
        self.by_name: dict[tuple[str, ...], Being] = {}
        self._name_beings()
        self.phrases = Phrases(parse, self.names, rules, self.is_person)

    def _set(self, name: str) -> frozenset[str]:
        return self.words.get(name, frozenset())

    # ------------------------------------------------------------ names

    def is_person(self, name: Name) -> bool:
        return self.by_name[name.words].kind == "person"

    def _name_beings(self) -> None:
        """Give each distinct name a kind by all its occurrences, then join those that are one."""
        votes: dict[tuple[str, ...], Counter[EntityKind]] = {}
        best: dict[tuple[str, ...], Name] = {}
        genders: dict[tuple[str, ...], Gender] = {}
        for name in self.names.all:
            votes.setdefault(name.words, Counter()).update(self._evidence(name))
            best.setdefault(name.words, name)
            genders[name.words] = genders.get(name.words) or self._name_gender(name)
        made = []
        for words, name in best.items():
            known = self._known_name(name)
            kind: EntityKind = max(votes[words].items(), key=lambda v: v[1])[0] if votes[words] else "org"
            full = self._bare(name)
            if known is not None and known[0] == kind:
                full = known[1]
            being = Being(kind, _TYPES[kind], full, words, genders[words] if kind == "person" else "", named=True)
            made.append((words, being, full))
        self.by_name = cluster(made)
        self.beings = list({id(b): b for b in self.by_name.values()}.values())

    def _bare(self, name: Name) -> str:
        return " ".join(self.text[self.tokens[name.bare].start : self.tokens[name.last - 1].end].split())

    def _known_name(self, name: Name) -> tuple[EntityKind, str] | None:
        names = self.rules.lexicon.names
        bare = fold(self._bare(name))
        return names.get(bare) or names.get(plain(bare))

    def _name_gender(self, name: Name) -> Gender:
        if name.honorific:
            if name.honorific in self._set("honorifics_feminine"):
                return "f"
            if name.honorific in self._set("honorifics_masculine"):
                return "m"
        given = fold(self.tokens[name.bare].text)
        parts = (given, given.partition("-")[0])
        feminine = any(g in self._given_f for g in parts)
        masculine = any(g in self._given_m for g in parts)
        if feminine != masculine:
            return "f" if feminine else "m"
        return ""

    def _evidence(self, name: Name) -> Iterator[EntityKind]:
        """Votes for what a name names, one a piece of evidence, those that weigh more several times."""
        votes: Counter[EntityKind] = Counter()
        several = len(name.words) > 1
        if name.honorific:
            votes["person"] += 12
        if fold(self.tokens[name.bare].text) in self._given_m | self._given_f:
            votes["person"] += 6 if several else 1
        labels = Counter(t.entity for t in self.tokens[name.bare : name.last])
        votes["person"] += 2 * (labels["PER"] > 0)
        votes["org"] += 2 * (labels["ORG"] > 0) + (labels["MISC"] > 0) + 3 * name.acronym
        votes["place"] += 2 * (labels["LOC"] > 0)
        known = self._known_name(name)
        if known:
            votes[known[0]] += 10
        elif several and any(self.rules.lexicon.names.get(w, ("", ""))[0] == "media" for w in name.words):
            votes["media"] += 3
        if any(self.is_speaker(k) for k in range(name.first, name.last)):
            votes["place"] -= 3
            votes["org"] += 1
            votes["person"] += several
        before = self.tokens[name.first - 1] if name.first else None
        if before is not None and before.sentence == self.tokens[name.first].sentence:
            kind = self._head_kind(before)
            if kind and before.pos in ("NOUN", "PROPN") and not name.acronym:
                votes[kind] += 4 if kind != "person" or several else 2
            if before.pos == "DET" and not name.honorific:
                votes["org"] += 2
                votes["person"] -= 3
            if fold(before.text) in self._set("locatives"):
                votes["place"] += 1
        if several and not name.acronym:
            votes["person"] += 1
        after = self.tokens[name.last] if name.last < len(self.tokens) else None
        if after is not None and after.text == "," and name.last + 1 < len(self.tokens) and several:
            for t in self.tokens[name.last + 1 : name.last + 4]:
                if self._head_kind(t) == "person":
                    votes["person"] += 3
                    break
                if t.pos not in ("DET", "ADJ", "ADV"):
                    break
        return votes.elements()

    def _head_kind(self, t: Token) -> EntityKind | None:
        known = self._head(t)
        return known[0] if known else None

    def _head(self, t: Token) -> tuple[EntityKind, SourceType] | None:
        heads = self.rules.lexicon.heads
        return heads.get(fold(t.text)) or heads.get(t.lemma)

    # ------------------------------------------------------------ drafts

    def drafts(self) -> Iterator[Draft]:
        done: set[int] = set()
        made: dict[int, Draft] = {}
        for t in self.tokens:
            if t.i in done:
                continue
            draft = None
            name = self.names.at.get(t.i)
            if name is not None:
                done.update(range(name.first, name.last))
                draft = self._named(self.phrases.of(name.first))
            elif t.pos == "PRON" or fold(t.text) in self._set("latter") and t.pos in ("ADJ", "NOUN") and self._alone(t):
                draft = self._one_of(t) or self._pronoun(t)
            elif self._nominal(t) and (self._head(t) or self.is_speaker(t.i) or self._tied_to_name(t)):
                draft = self._described(self.phrases.of(t.i))
            if draft is not None:
                made[draft.head] = draft
        inside = {
            id(d.name): d
            for d in made.values()
            if d.form == "name" and d.titles and self.names.at.get(d.head) is not d.name
        }
        for draft in list(made.values()):
            outer = inside.get(id(draft.name)) if draft.name is not None else None
            if outer is not None and outer is not draft:
                del made[draft.head]
        yield from made.values()
        yield from self._coordinations(made)

    def _tied_to_name(self, t: Token) -> bool:
        """Whether a noun that no list knows introduces a person's name."""
        phrase = self.phrases.of(t.i)
        return phrase.name is not None and bool(phrase.titles) and self.is_person(phrase.name)

    def _one_of(self, t: Token) -> Draft | None:
        """«L'un des avocats», «certains des élus»: a description, not a pronoun."""
        after = self.tokens[t.i + 1] if t.i + 1 < len(self.tokens) else None
        if after is None or fold(after.text) not in self._set("genitive") or t.has("Person=1") or t.has("PronType=Rel"):
            return None
        phrase = self.phrases.of(t.i)
        return self._described(phrase) if phrase.last > t.i + 1 else None

    def _alone(self, t: Token) -> bool:
        """Whether «dernier» has a determiner and no noun."""
        return t.i > 0 and self.tokens[t.i - 1].pos == "DET" and t.dep != "amod"

    def heads_of(self, draft: Draft) -> Iterator[int]:
        """Tokens by which a mention is found: its head and the words of its name."""
        yield draft.head
        yield from draft.title_heads
        if draft.form == "pronoun":
            yield from range(draft.first, draft.last)
        elif draft.name is not None and not draft.parts:
            yield from range(draft.name.first, draft.name.last)

    def on_the_spot(self, i: int) -> Mention | None:
        t = self.tokens[i]
        if not (
            self._nominal(t)
            or t.pos in ("PRON", "ADJ", "NUM", "DET")
            and t.dep.split(":")[0] in ("nsubj", "obl", "obj", "root", "conj", "dep")
        ):
            return None
        draft = self._described(self.phrases.of(i))
        return Mention(draft.span, i, draft.kind, "description", draft.type, None) if draft else None

    def _nominal(self, t: Token) -> bool:
        return (
            t.pos in ("NOUN", "PROPN", "X")
            and t.dep not in ("flat:name", "fixed")
            and t.lemma not in self._set("times")
        )

    def is_speaker(self, i: int) -> bool:
        """Whether token i is the subject of a cue, or the object of «selon»."""
        t = self.tokens[i]
        cues = self.rules.lexicon.cues
        case = [c for c in self.parse.children(i) if c.dep == "case" and c.i < i]
        if any(fold(c.text) in self._set("according") for c in case):
            return True
        head = self.tokens[t.head]
        if not any(cue.kind == "verb" for cue in cues.get(head.lemma, ())):
            return False
        if t.dep.startswith("nsubj"):
            return True
        inverted = t.i > head.i and not case and t.dep.split(":")[0] in ("obj", "obl", "nsubj", "appos", "xcomp")
        return inverted and head.i > 0 and self._incise(head.i, t.i)

    def _incise(self, verb: int, subject: int) -> bool:
        """Whether verb and subject follow a quotation or a comma: «…», affirme la ministre."""
        between = self.tokens[verb + 1 : subject]
        if any(t.pos in ("VERB", "SCONJ", "PUNCT", "ADP") for t in between):
            return False
        k = verb - 1
        while k >= 0 and self.tokens[k].pos in ("AUX", "PRON") and verb - k < 4:
            k -= 1
        return k >= 0 and self.tokens[k].pos == "PUNCT"

    def _base(self, i: int, first: int, last: int) -> tuple[Span, int, bool, bool, int]:
        """Span, sentence, speaker, subject and quotation of tokens [first, last) with head i."""
        first, last = self._trim(first, last, i)
        span = Span(self.tokens[first].start, self.tokens[last - 1].end)
        t = self.tokens[i]
        quote = next(
            (
                k
                for k, q in enumerate(self.quotes)
                if any(p.start < span.end and span.start < p.end and p.covers(Span(t.start, t.end)) for p in q.parts)
            ),
            -1,
        )
        return span, t.sentence, self.is_speaker(i), t.dep.startswith("nsubj"), quote

    def _trim(self, first: int, last: int, i: int) -> tuple[int, int]:
        while last - 1 > i and self.tokens[last - 1].text in (",", ";", ":", ".", "«", "“", "–", "—", "-", "("):
            last -= 1
        while first < i and self.tokens[first].pos == "PUNCT" and self.tokens[first].text not in '«"“':
            first += 1
        return first, last

    def _named(self, phrase: Phrase) -> Draft | None:
        name = phrase.name
        assert name is not None
        being = self.by_name[name.words]
        head = phrase.head
        root = next(
            (k for k in range(name.first, name.last) if not name.first <= self.tokens[k].head < name.last), head
        )
        span, sentence, speaker, subject, quote = self._base(
            root if self.names.at.get(head) is name else head, phrase.first, phrase.last
        )
        kind, type_ = being.kind, being.type
        if kind != "person" and not being.gender:
            being.gender = self._gender(phrase)
        titles, texts = self._titles(phrase)
        if kind == "person":
            being.role_words.extend(w for w in titles if w)
            if not being.gender and phrase.titles:
                being.gender = self._title_gender(phrase.titles[0])
        return Draft(
            span, head, phrase.first, phrase.last, "name", kind, type_, being.gender, False, sentence,
            speaker, subject, quote, name, titles, texts, title_heads=tuple(h for h, _, _ in phrase.titles),
        )  # fmt: skip

    def _titles(self, phrase: Phrase) -> tuple[tuple[tuple[str, ...], ...], tuple[str, ...]]:
        words = tuple(self._content(h, a, b) for h, a, b in phrase.titles)
        texts = tuple(self._role_text(a, b) for _, a, b in phrase.titles)
        return words, texts

    def _role_text(self, first: int, last: int) -> str:
        while first < last - 1 and self.tokens[first].pos == "DET":
            first += 1
        return " ".join(self.text[self.tokens[first].start : self.tokens[last - 1].end].split())

    def _content(self, head: int, first: int, last: int) -> tuple[str, ...]:
        """Folded content words of a description, its head's lemma first."""
        rest = [
            plain(t.lemma)
            for t in self.tokens[first:last]
            if t.i != head
            and t.pos in ("NOUN", "PROPN", "ADJ", "X", "VERB", "NUM")
            and t.text[0].isalnum()
            and fold(t.text) not in self._set("sameness")
        ]
        return self._office_words((self._stem(plain(self.tokens[head].lemma)), *rest))

    def _stem(self, noun: str) -> str:
        """One form for the man and the woman who do the same: «directrice», «directeur»."""
        for pair in self._endings:
            if noun.endswith(pair[0]) and len(noun) > len(pair[0]) + 2:
                return noun.removesuffix(pair[0]) + pair[1]
        return noun

    def _office_words(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """One name for offices that go by two: «le chef de l'Etat» is the president."""
        for alike, office in self._alike:
            if words[: len(alike)] == alike:
                return (*office, *words[len(alike) :])
        return words

    def _described(self, phrase: Phrase) -> Draft | None:
        i = phrase.head
        t = self.tokens[i]
        if phrase.name is not None and (phrase.titles and self.is_person(phrase.name) or self._labels(phrase)):
            draft = self._named(phrase)
            if draft is not None:
                self._learn(draft, phrase)
            return draft
        known = self._known_description(phrase)
        if known is not None:
            return known
        acronym = self._acronym(phrase)
        if acronym is not None:
            return self._spelt_out(phrase, acronym)
        span, sentence, speaker, subject, quote = self._base(i, phrase.first, phrase.last)
        kind, type_ = self._kind(phrase)
        plural = t.has("Number=Plur") or self._plural_det(phrase)
        definite = self._definite(phrase)
        words = self._content(i, phrase.first, phrase.core)
        complement = any(w.pos == "ADP" for w in self.tokens[i + 1 : phrase.core])
        return Draft(
            span, i, phrase.first, phrase.last, "description", kind, type_, self._gender(phrase), plural,
            sentence, speaker, subject, quote, words=words, definite=definite, known=self._head(t) is not None,
            pronoun=self._office(t), complement=complement,
            proper=t.text[:1].isupper() and phrase.first < i and len(words) > 1,
        )  # fmt: skip

    def _office(self, t: Token) -> str:
        for kind in ("pointers", "offices"):
            if t.lemma in self._set(kind) or fold(t.text) in self._set(kind):
                return kind
        return ""

    def _labels(self, phrase: Phrase) -> bool:
        """Whether the name in a description says which one it is: «l'agence Tass»."""
        name = phrase.name
        assert name is not None
        kind = self._head_kind(self.tokens[phrase.head])
        return kind in ("org", "media", "state") and self.by_name[name.words].kind in ("org", "media", "state", "place")

    def _learn(self, draft: Draft, phrase: Phrase) -> None:
        """What the noun before a label tells: «l'agence Tass» is a medium."""
        being = self.by_name[draft.name.words]  # type: ignore[union-attr]
        kind = self._head_kind(self.tokens[phrase.head])
        if kind in ("org", "media") and being.kind in ("place", "org"):
            being.kind, being.type = kind, _TYPES[kind]
        if being.kind != "person":
            being.role_words.append(
                self._content(phrase.head, phrase.first, phrase.name.first if phrase.name else phrase.core)
            )
            being.gender = self._gender(phrase) or being.gender

    def _known_description(self, phrase: Phrase) -> Draft | None:
        """A description that is the name of something well known: «la Commission européenne»."""
        first = phrase.first
        while first < phrase.head and self.tokens[first].pos == "DET":
            first += 1
        if not self.tokens[first].text[0].isupper():
            return None
        for last in range(phrase.core, phrase.head, -1):
            bare = " ".join(self.text[self.tokens[first].start : self.tokens[last - 1].end].split())
            names = self.rules.lexicon.names
            known = names.get(fold(bare)) or names.get(plain(bare))
            if known is None or last < phrase.core and self.tokens[last].text != "(":
                continue
            words = tuple(plain(bare).split())
            if words not in self.by_name:
                being = next((b for b in self.beings if b.named and b.name == known[1] and b.kind == known[0]), None)
                if being is None:
                    being = Being(known[0], _TYPES[known[0]], known[1], words, "", named=True)
                    self.beings.append(being)
                self.by_name[words] = being
            being = self.by_name[words]
            being.gender = self._gender(phrase) or being.gender
            content = self._content(phrase.head, phrase.first, last)
            being.role_words.append(content)
            name = Name(first, last, first, words, "", False)
            draft = self._named(phrase._replace(name=name, titles=()))
            return draft._replace(words=content) if draft else None
        return None

    def _acronym(self, phrase: Phrase) -> Name | None:
        """The acronym in parentheses that ends a phrase and begins as its head does: «l'Office des eaux (ODE)»."""
        k = phrase.core - 1
        if k - 2 <= phrase.head or self.tokens[k].text != ")" or self.tokens[k - 2].text != "(":
            return None
        name = self.names.at.get(k - 1)
        if (
            name is None
            or self.is_person(name)
            or len(name.words) > 1
            or self._head_kind(self.tokens[phrase.head]) == "person"
        ):
            return None
        return name if name.words[0][0] == plain(self.tokens[phrase.head].text)[0] else None

    def _spelt_out(self, phrase: Phrase, acronym: Name) -> Draft | None:
        """A description that is a name, since an acronym stands for it."""
        being = self.by_name[acronym.words]
        first = phrase.first
        while first < phrase.head and self.tokens[first].pos == "DET":
            first += 1
        being.name = " ".join(self.text[self.tokens[first].start : self.tokens[phrase.core - 1].end].split())
        being.gender = self._gender(phrase) or being.gender
        being.role_words.append(self._content(phrase.head, phrase.first, phrase.core - 3))
        draft = self._named(phrase._replace(name=acronym, titles=()))
        return draft._replace(words=self._content(phrase.head, phrase.first, phrase.core - 3)) if draft else None

    def _kind(self, phrase: Phrase) -> tuple[EntityKind, SourceType]:
        t = self.tokens[phrase.head]
        plural = t.has("Number=Plur") or self._plural_det(phrase)
        crowd = any(fold(w.text) in self._set("crowd") for w in self.tokens[phrase.first : phrase.head])
        known = self._head(t)
        if known is not None:
            return ("group", "group") if known[0] == "person" and plural and crowd else known
        if fold(t.text) in self._set("quantities") or t.lemma in self._set("quantities") or t.pos == "NUM":
            return "group", "group"
        if t.pos == "PRON" or t.pos == "DET":
            inner = next(
                (c for c in self.parse.children(phrase.head) if c.dep in ("nmod", "obl") and self._head(c)), None
            )
            if inner is not None:
                return self._head(inner)  # type: ignore[return-value]
        if plural:
            return "group", "group"
        if any(t.lemma.endswith(e) for e in self._set("person_endings")):
            return "person", "role"
        if t.entity == "PER":
            return "person", "role"
        return "org", "org"

    def _plural_det(self, phrase: Phrase) -> bool:
        return any(
            t.dep == "det" and t.head == phrase.head and t.has("Number=Plur")
            for t in self.tokens[phrase.first : phrase.head]
        )

    def _definite(self, phrase: Phrase) -> bool:
        """Whether the phrase points to something known: le, ce, the, this."""
        for t in self.tokens[phrase.first : phrase.head]:
            if t.dep == "det" or t.pos == "DET":
                if t.head == phrase.head:
                    return t.has("Definite=Def") or t.has("PronType=Dem") or t.has("Poss=Yes")
        case = [c for c in self.parse.children(phrase.head) if c.dep == "case" and c.has("Definite=Def")]
        contracted = phrase.first > 0 and fold(self.tokens[phrase.first - 1].text) in ("du", "au", "des", "aux")
        return bool(case) or contracted

    def _title_gender(self, title: tuple[int, int, int]) -> Gender:
        head, first, last = title
        return self._gender(Phrase(head, first, last, last, None, ()))

    def _gender(self, phrase: Phrase) -> Gender:
        head = self.tokens[phrase.head]
        lemma = head.lemma
        if lemma in self._set("heads_feminine"):
            return "f"
        if lemma in self._set("heads_masculine"):
            return "m"
        for t in (
            *(t for t in self.tokens[phrase.first : phrase.head] if t.dep == "det"),
            head,
            *self.parse.children(phrase.head),
        ):
            if t.i != phrase.head and t.dep not in ("det", "amod"):
                continue
            if t.has("Gender=Fem"):
                return "f"
            if t.has("Gender=Masc"):
                return "m"
        return ""

    # ------------------------------------------------------------ pronouns

    def _pronoun(self, t: Token) -> Draft | None:
        form = fold(t.text).lstrip("-")
        if t.i and fold(self.tokens[t.i - 1].text) in ("-t", "-t-") and self.tokens[t.i - 1].end == t.start:
            first = t.i - 1
        else:
            first = t.i
        if form in ("t", "t-") and t.text.startswith("-"):
            return None
        how = self._how(t, form)
        if how is None:
            return None
        gender: Gender = ""
        if form in self._set("pronouns_feminine"):
            gender = "f"
        elif form in self._set("pronouns_masculine"):
            gender = "m"
        plural = form in self._set("pronouns_plural")
        last = t.i + 1
        if how == "last":
            first = self.phrases.of(t.i).first
        span, sentence, speaker, subject, quote = self._base(t.i, first, last)
        type_: SourceType = "group" if how == "group" or plural else "role"
        kind: EntityKind = "group" if how == "group" or plural else "person"
        antecedent = -1
        if how == "relative":
            clause = next((a for a in self.parse.ancestors(t.i) if a.dep.startswith("acl")), None)
            if clause is None:
                return None
            antecedent = clause.head
            phrase = self.phrases.of(antecedent)
            inner = [c for c in range(phrase.first, min(phrase.last, t.i))]
            if inner and phrase.first < t.i:
                last = min(phrase.last, t.i)
                a, b = self._trim(phrase.first, last, antecedent if antecedent < last else phrase.first)
                span = Span(self.tokens[a].start, self.tokens[b - 1].end)
                if phrase.name is None:
                    kind, type_ = self._kind(phrase)
        return Draft(
            span, t.i, first, t.i + 1, "pronoun", kind, type_, gender, plural, sentence, speaker, subject, quote,
            pronoun=how, antecedent=antecedent,
        )  # fmt: skip

    def _how(self, t: Token, form: str) -> str | None:
        if form in self._set("latter"):
            return "last"
        if form in self._set("pronouns_first"):
            return "first" if t.dep not in ("det", "nmod:poss", "expl:comp") else None
        clause = self.tokens[t.head]
        if t.has("PronType=Rel") or form in self._set("pronouns_relative"):
            return (
                "relative"
                if clause.dep.startswith("acl") or any(a.dep.startswith("acl") for a in self.parse.ancestors(t.i))
                else None
            )
        if t.dep == "nmod:poss" or t.has("Poss=Yes"):
            return None
        if t.dep.startswith("expl") and not t.text.startswith("-") and clause.lemma not in self.rules.lexicon.cues:
            return None
        if form in self._set("pronouns_anybody"):
            return "group"
        if form not in self._set("pronouns_personal"):
            return None
        if form in self._set("thing_pronouns"):
            return "thing"
        return "person" if self._set("thing_pronouns") and form not in self._set("pronouns_plural") else "any"

    # ------------------------------------------------------------ coordinations

    def _coordinations(self, made: dict[int, Draft]) -> Iterator[Draft]:
        """«Anne Durand et le maire»: a mention of both, over that of each."""
        starts = {d.first: d for d in made.values() if d.form != "pronoun"}
        joined: set[int] = set()
        for draft in sorted(starts.values(), key=lambda d: d.first):
            if draft.head in joined:
                continue
            parts = [draft]
            ends = False
            while not ends:
                last = parts[-1].last
                if last + 1 >= len(self.tokens) or self.tokens[last].sentence != draft.sentence:
                    break
                ends = self.tokens[last].pos == "CCONJ"
                if not ends and self.tokens[last].text != ",":
                    break
                other = starts.get(last + 1) or self._conjunct(last + 1, parts)
                if other is None or not self._conjoined(other, parts):
                    break
                parts.append(other)
            if ends and len(parts) > 1 and self.tokens[parts[-1].first - 1].pos == "CCONJ":
                joined.update(p.head for p in parts)
                yield self._joint(parts)

    def _conjunct(self, k: int, parts: Sequence[Draft]) -> Draft | None:
        """A noun that no list knows, tied to what it stands beside."""
        for t in self.tokens[k : k + 4]:
            if t.dep == "conj" and t.head == parts[0].head and self._nominal(t):
                draft = self._described(self.phrases.of(t.i))
                return draft if draft and draft.first == k else None
        return None

    def _conjoined(self, other: Draft, parts: Sequence[Draft]) -> bool:
        """Whether the parser ties them, or two names stand side by side."""
        own = range(parts[0].first, parts[-1].last)
        if any(t.dep == "conj" and t.head in own for t in self.tokens[other.first : other.last]):
            return True
        shared = self.tokens[other.head].head == self.tokens[parts[0].head].head
        return all(p.form == "name" for p in (*parts, other)) and (shared or not other.subject)

    def _joint(self, parts: Sequence[Draft]) -> Draft:
        first, last = parts[0], parts[-1]
        types = {p.type for p in parts}
        type_: SourceType = first.type if len(types) == 1 or first.type == "named" else first.type
        return first._replace(
            span=Span(first.span.start, last.span.end), last=last.last, form="description", kind="group", type=type_,
            plural=True, gender="", name=None, titles=(), title_texts=(), parts=tuple(p.head for p in parts),
        )  # fmt: skip
