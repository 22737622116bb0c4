"""A parsed text → drafts of all its mentions: names, descriptions, pronouns, coordinations."""

from collections.abc import Iterator, Sequence

from selon.lang.contract import fold
from selon.model import EntityKind, SourceType, Span, Token
from selon.stages.mentions.drafts import TYPES, Draft, Gender
from selon.stages.mentions.finder import Names
from selon.stages.mentions.grammar import Grammar
from selon.stages.mentions.names import Name, plain
from selon.stages.mentions.naming import Naming
from selon.stages.mentions.phrases import Phrase, Phrases

_NAMES_THINGS = ("org", "media", "state")
_SOURCE_DEPS = ("nsubj", "obl", "obj", "root", "conj", "dep")


class Reader:
    """Reads the drafts of one text."""

    def __init__(self, grammar: Grammar, names: Names, naming: Naming, phrases: Phrases) -> None:
        self._g = grammar
        self._tokens = grammar.tokens
        self._names = names
        self._naming = naming
        self._phrases = phrases

    def drafts(self) -> list[Draft]:
        made: dict[int, Draft] = {}
        for t in self._tokens:
            draft = self._of(t)
            if draft is not None:
                made[draft.head] = draft
        self._drop_inner(made)
        return [*made.values(), *self._coordinations(made)]

    def on_the_spot(self, i: int) -> Draft | None:
        """A draft for a word that is no mention of its own: an unlisted noun, a numeral, an adjective as a noun."""
        t = self._tokens[i]
        if t.pos == "PRON" and fold(t.text) in self._g.words("pronouns_nobody"):
            return None
        if not self._g.noun(t) and (
            t.pos not in ("PRON", "ADJ", "NUM", "DET") or t.dep.split(":")[0] not in _SOURCE_DEPS
        ):
            return None
        return self._described(self._phrases.of(i))

    def _of(self, t: Token) -> Draft | None:
        name = self._names.at.get(t.i)
        if name is not None:
            return self._of_name(name) if t.i == name.first else None
        latter = t.pos in ("ADJ", "NOUN") and self._g.among(t, "latter") and t.dep != "amod"
        nobody = t.pos == "NOUN" and fold(t.text) in self._g.words("pronouns_anybody")
        nobody = nobody and self._phrases.of(t.i).first == t.i  # «personne», not «une personne»
        if t.pos == "PRON" or nobody or (latter and t.i > 0 and self._tokens[t.i - 1].pos == "DET"):
            return self._one_of(t) or self._pronoun(t)
        if self._g.noun(t) and (self._g.head(t) or self._g.is_speaker(t.i) or self._introduces(t)):
            return self._described(self._phrases.of(t.i))
        return None

    def _of_name(self, name: Name) -> Draft:
        """A name; one that is a description as well, so that a part of it will do: «la Commission européenne»."""
        phrase = self._phrases.of(name.first)
        root = self._root(name)
        if self._g.head_kind(self._tokens[root]) not in _NAMES_THINGS or self._naming.is_person(name):
            return self._named(phrase, name)
        return self._official(phrase, name, root, name.last)

    def _root(self, name: Name) -> int:
        """The word of a name that the others hang on."""
        own = range(name.first, name.last)
        return next((k for k in own if self._tokens[k].head not in own or self._tokens[k].dep == "root"), name.first)

    def _introduces(self, t: Token) -> bool:
        """Whether a noun that no list knows introduces a person's name."""
        phrase = self._phrases.of(t.i)
        return phrase.name is not None and bool(phrase.titles) and self._naming.is_person(phrase.name)

    def _drop_inner(self, made: dict[int, Draft]) -> None:
        """Leave out a title or a name that a longer mention of the same holds."""
        for draft in sorted(made.values(), key=lambda d: d.first - d.last):
            if draft.name is None or draft.head not in made:
                continue
            for k in range(draft.first, draft.last):
                other = made.get(k)
                if other is None or other is draft or not draft.span.covers(other.span):
                    continue
                if other.name is draft.name or k in draft.title_heads or (draft.title_heads and self._bare(k, made)):
                    del made[k]

    def _bare(self, k: int, made: dict[int, Draft]) -> bool:
        """Whether the description at k is a word that a title needs: "secretary of state"."""
        draft = made.get(k)
        return draft is not None and draft.form == "description" and draft.first == k == draft.last - 1

    # ------------------------------------------------------------ names

    def _named(self, phrase: Phrase, name: Name) -> Draft:
        being = self._naming.being(name)
        own = range(name.first, name.last)
        draft = self._g.draft(phrase.head, phrase.first, phrase.last, self._root(name) if phrase.head in own else None)
        titles = tuple(self._g.content(*title) for title in phrase.titles)
        if being.kind == "person":
            being.role_words.extend(titles)
            if not being.gender and phrase.titles:
                head, first, _ = phrase.titles[0]
                being.gender = self._g.gender(head, first)
        elif not being.gender:
            being.gender = self._g.gender(phrase.head, phrase.first)
        return draft._replace(
            form="name",
            kind=being.kind,
            type=being.type,
            gender=being.gender,
            name=name,
            titles=titles,
            title_texts=tuple(self._g.said(first, last) for _, first, last in phrase.titles),
            title_heads=tuple(head for head, _, _ in phrase.titles),
        )

    def _labelled(self, phrase: Phrase, name: Name) -> Draft:
        """A thing that its name tells which one it is: «l'agence Tass» is a medium."""
        being = self._naming.being(name)
        kind = self._g.head_kind(self._tokens[phrase.head])
        if kind in ("org", "media") and being.kind in ("place", "org"):
            being.kind, being.type = kind, TYPES[kind]
        being.role_words.append(self._g.content(phrase.head, phrase.first, name.first))
        being.gender = self._g.gender(phrase.head, phrase.first) or being.gender
        return self._named(phrase._replace(titles=()), name)

    def _spelt_out(self, phrase: Phrase) -> Draft | None:
        """A description that an acronym in parentheses makes a name: «l'Office des eaux (ODE)»."""
        k = phrase.core - 1
        if k - 2 <= phrase.head or self._tokens[k].text != ")" or self._tokens[k - 2].text != "(":
            return None
        name = self._names.at.get(k - 1)
        person = self._g.head_kind(self._tokens[phrase.head]) == "person"
        if name is None or person or len(name.words) > 1 or self._naming.is_person(name):
            return None
        if name.words[0][0] != plain(self._tokens[phrase.head].text)[0]:
            return None
        self._naming.being(name).name = self._g.said(phrase.first, phrase.core)
        return self._official(phrase, name, phrase.head, phrase.core - 3)

    def _official(self, phrase: Phrase, name: Name, noun: int, last: int) -> Draft:
        """A description with head `noun` up to token `last` that is a name as well, so that a part will do later."""
        being = self._naming.being(name)
        being.gender = self._g.gender(phrase.head, phrase.first) or being.gender
        words = self._g.content(noun, phrase.first, last)
        being.role_words.append(words)
        return self._named(phrase._replace(titles=()), name)._replace(words=words)

    # ------------------------------------------------------------ descriptions

    def _described(self, phrase: Phrase) -> Draft:
        i, first = phrase.head, phrase.first
        t = self._tokens[i]
        if phrase.name is not None:
            if phrase.titles and self._naming.is_person(phrase.name):
                return self._named(phrase, phrase.name)
            if self._g.head_kind(t) in _NAMES_THINGS and self._naming.being(phrase.name).kind in (
                *_NAMES_THINGS,
                "place",
            ):
                return self._labelled(phrase, phrase.name)
        official = self._spelt_out(phrase)
        if official is not None:
            return official
        kind, type_ = self._g.stands_for(i, first)
        words = self._g.content(i, first, phrase.core)
        return self._g.draft(i, first, phrase.last)._replace(
            kind=kind,
            type=type_,
            gender=self._g.gender(i, first),
            plural=self._g.plural(i, first),
            words=words,
            definite=self._g.definite(i, first),
            known=self._g.head(t) is not None,
            complement=any(w.pos == "ADP" or w.i in self._names.at for w in self._tokens[i + 1 : phrase.core]),
            proper=t.text[:1].isupper() and first < i and len(words) > 1,
            office=self._g.among(t, "offices"),
            points=self._g.among(t, "anaphors"),
            same=any(self._g.among(w, "same") for w in self._tokens[first:i]),
        )

    def _one_of(self, t: Token) -> Draft | None:
        """«L'un des avocats», «certains des élus»: a description, not a pronoun."""
        after = self._tokens[t.i + 1] if t.i + 1 < len(self._tokens) else None
        if (
            after is None
            or fold(after.text) not in self._g.words("genitive")
            or t.has("Person=1")
            or fold(t.text).lstrip("-") == "on"
            or t.has("PronType=Rel")
        ):
            return None
        phrase = self._phrases.of(t.i)
        return self._described(phrase) if phrase.last > t.i + 1 else None

    # ------------------------------------------------------------ pronouns

    def _pronoun(self, t: Token) -> Draft | None:
        form = fold(t.text).lstrip("-")
        linking = t.i > 0 and fold(self._tokens[t.i - 1].text) in ("-t", "-t-") and self._tokens[t.i - 1].end == t.start
        if t.text.startswith("-") and form in ("t", "t-"):
            return None
        if t.has("PronType=Rel") or form in self._g.words("pronouns_relative"):
            return self._relative(t)
        draft = self._g.draft(t.i, t.i - linking, t.i + 1)._replace(form="pronoun")
        if form in self._g.words("latter"):
            return self._personal(self._g.draft(t.i, self._phrases.of(t.i).first, t.i + 1), form)._replace(
                pronoun="latter"
            )
        if form in self._g.words("pronouns_first"):
            return draft._replace(pronoun="first") if t.dep not in ("det", "nmod:poss", "expl:comp") else None
        impersonal = t.dep.startswith("expl") and not t.text.startswith("-")
        if impersonal and self._tokens[t.head].lemma not in self._g.lexicon.cues:
            return None
        if form in self._g.words("pronouns_anybody"):
            return draft._replace(pronoun="anybody", kind="group", type="group", plural=True)
        return self._personal(draft, form) if form in self._g.words("pronouns_personal") else None

    def _personal(self, draft: Draft, form: str) -> Draft:
        things = self._g.words("thing_pronouns")  # a language that has them keeps the others for people
        plural = form in self._g.words("pronouns_plural")
        gender: Gender = "f" if form in self._g.words("pronouns_feminine") else ""
        if form in self._g.words("pronouns_masculine") and not plural:
            gender = "m"
        kind: tuple[EntityKind, SourceType] = ("group", "group") if plural else ("person", "role")
        incise = draft.speaker and self._g.incised(draft.first)
        return draft._replace(
            form="pronoun",
            kind=kind[0],
            type=kind[1],
            gender=gender,
            plural=plural,
            incise=incise,
            unmarked=incise and not self._g.after_quote(draft.first),
            pronoun="thing" if form in things else "person" if things and not plural else "any",
        )

    def _relative(self, t: Token) -> Draft | None:
        """A relative pronoun, with the span of what it stands for."""
        clause = next((a for a in self._g.parse.ancestors(t.i) if a.dep.startswith("acl")), None)
        if clause is None:
            return None
        phrase = self._phrases.of(clause.head)
        own = self._g.draft(t.i, t.i, t.i + 1)
        if phrase.first < t.i:
            before = self._g.draft(min(phrase.head, t.i - 1), phrase.first, min(phrase.last, t.i))
            kind, type_ = self._g.stands_for(phrase.head, phrase.first)
            own = own._replace(span=before.span, kind=kind, type=type_)
        return own._replace(form="pronoun", pronoun="relative", antecedent=clause.head)

    # ------------------------------------------------------------ coordinations

    def _coordinations(self, made: dict[int, Draft]) -> Iterator[Draft]:
        """«Anne Durand et le maire»: a mention of both, over that of each."""
        starts = {d.first: d for d in made.values() if d.form != "pronoun"}
        joined: set[int] = set()
        for first in sorted(starts):
            if starts[first].head in joined:
                continue
            parts = [starts[first]]
            closed = False
            while not closed:
                last = parts[-1].last
                if last + 1 >= len(self._tokens) or self._tokens[last + 1].sentence != parts[0].sentence:
                    break
                closed = self._tokens[last].pos == "CCONJ"
                if not closed and self._tokens[last].text != ",":
                    break
                other = starts.get(last + 1) or self._conjunct(last + 1, parts[0])
                if other is None or not self._conjoined(other, parts):
                    closed = False
                    break
                parts.append(other)
            if closed:
                joined.update(p.head for p in parts)
                yield self._joint(parts)

    def _conjunct(self, k: int, first: Draft) -> Draft | None:
        """A noun that no list knows, tied to what it stands beside."""
        for t in self._tokens[k : k + 4]:
            if t.dep == "conj" and t.head == first.head and self._g.noun(t):
                draft = self._described(self._phrases.of(t.i))
                return draft if draft.first == k else None
        return None

    def _conjoined(self, other: Draft, parts: Sequence[Draft]) -> bool:
        """Whether the parser ties them, or two names stand side by side."""
        own = range(parts[0].first, parts[-1].last)
        if any(t.dep == "conj" and t.head in own for t in self._tokens[other.first : other.last]):
            return True
        shared = self._tokens[other.head].head == self._tokens[parts[0].head].head
        return all(p.form == "name" for p in (*parts, other)) and (shared or not other.subject)

    def _joint(self, parts: Sequence[Draft]) -> Draft:
        first, last = parts[0], parts[-1]
        return first._replace(
            span=Span(first.span.start, last.span.end),
            last=last.last,
            form="description",
            kind="group",
            plural=True,
            gender="",
            name=None,
            titles=(),
            title_texts=(),
            title_heads=tuple(first.tokens()),
            parts=tuple(p.head for p in parts),
        )
