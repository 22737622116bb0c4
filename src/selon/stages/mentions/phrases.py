"""Noun phrases as sources are written: determiner, head, complements, title and apposition, no long relative.

The parser's attachments are read where they are sure (modifiers next to their noun) and checked against word
order where they are not: after «…», a-t-il dit the parser often loses track of what belongs to what.
"""

from collections.abc import Callable
from typing import NamedTuple

from selon.lang.contract import fold
from selon.stages.mentions.bounds import Bounds
from selon.stages.mentions.finder import Names
from selon.stages.mentions.grammar import Grammar
from selon.stages.mentions.names import Name

_LEFT_POS = ("DET", "ADJ", "NUM")
_DASHES = ("–", "—")

Title = tuple[int, int, int]
"""The head of a description and its first and last token, the last left out."""


class Phrase(NamedTuple):
    """Tokens [first, last); `core` is where the head's own complements end and apposition begins.

    `titles` are the descriptions in it, as (head, first, last); `name` is the name it holds, if any.
    """

    head: int
    first: int
    core: int
    last: int
    name: Name | None
    titles: tuple[Title, ...]


class Phrases:
    """Builds the phrase around any noun or name of a text."""

    def __init__(self, grammar: Grammar, names: Names, is_person: Callable[[Name], bool]) -> None:
        self._parse = grammar.parse
        self._tokens = grammar.tokens
        self._names = names
        self._kind = grammar.head_kind
        self._is_person = is_person
        self._bounds = Bounds(grammar, names, is_person)
        self._calendar = grammar.calendar
        self._posts = grammar.words("posts")
        self._endings = tuple(grammar.words("person_endings"))
        self._made: dict[int, Phrase] = {}

    def of(self, i: int) -> Phrase:
        """The phrase headed by token i (by the name that token i is in)."""
        name = self._names.at.get(i)
        key = name.first if name else i
        if key not in self._made:
            self._made[key] = self._phrase(key, name)
        return self._made[key]

    def _phrase(self, i: int, name: Name | None) -> Phrase:
        first = self._bounds.determined(name) if name else self._bounds.left(i)
        person = name is not None and self._is_person(name)
        core = (
            self._bounds.after_person(name)
            if name and person
            else self._bounds.right(name.last if name else i + 1, i, first)
        )
        titles: tuple[Title, ...] = self._titles_before(name, first) if name else ((i, first, core),)
        last = core
        if name is None and self._tells_person(i):
            apposed = self._name_after(i, core)
            if apposed is not None:
                name, titles = apposed.name, titles + apposed.titles
                last = apposed.last
        elif name is None:
            name, core, last, titles = self._label(i, first, core, titles)
        if name is not None and name.first == i and self._is_person(name):
            last, more = self._titles_after(i, self._past_age(last))
            last, titles = (last, titles + more) if more else (core, titles)
        if last == core:
            last = self._bounds.past_anonymity(self._bounds.to_verb(core, i, name), i)
        return Phrase(i, first, core, last, name, titles)

    def _titles_before(self, name: Name, first: int) -> tuple[Title, ...]:
        """The title that stands before a name in its own phrase: "Orsenna mayor Ann Lee"."""
        for k in range(name.first - 1, first - 1, -1):
            if self._kind(self._tokens[k]) == "person" and self._is_person(name):
                return ((k, first, name.first),)
        return ()

    def _label(
        self, i: int, first: int, core: int, titles: tuple[Title, ...]
    ) -> tuple[Name | None, int, int, tuple[Title, ...]]:
        """The name that labels a thing: «le quotidien Libération», «l'agence Tass», «l'Office des eaux (ODE)»."""
        for name in (self._names.at.get(k) for k in range(i + 1, core)):
            if name is not None and name.last == core and not (self._is_person(name) or self._case(name.first, first)):
                return name, core, core, titles
        return None, core, core, titles

    def _case(self, k: int, first: int) -> bool:
        """Whether the name at k hangs on a preposition within its phrase."""
        j = k - 1
        while j > first and self._tokens[j].pos in _LEFT_POS:
            j -= 1
        return self._tokens[j].pos in ("ADP", "PUNCT") or self._names.at.get(j) is not None

    def _tells_person(self, i: int) -> bool:
        t = self._tokens[i]
        kind = self._kind(t)
        if t.pos not in ("NOUN", "PROPN", "ADJ", "PRON") or t.lemma in self._calendar:
            return False
        return kind == "person" or (
            not kind and (t.pos == "PRON" or t.lemma.endswith(self._endings) or self._tied_name(i))
        )

    def _tied_name(self, i: int) -> bool:
        """Whether the parser itself puts a person's name in apposition to noun i."""
        ties = [c for c in self._parse.children(i) if c.dep in ("appos", "flat:name") and c.i < i + 5]
        names = (self._names.at.get(c.i) for c in ties)
        return self._tokens[i].pos == "NOUN" and any(n is not None and self._is_person(n) for n in names)

    # ------------------------------------------------------------ apposition

    def _name_after(self, i: int, core: int) -> Phrase | None:
        """The name that a title introduces: «le ministre Jean Durand», «la maire, Anne Petit»."""
        end = self._bounds.end(i)
        k = core
        comma = k < end and self._tokens[k].text == ","
        if comma:
            k += 1
        if k >= end:
            return None
        name = self._names.at.get(k)
        if name is None and not comma and self._tokens[k].pos == "DET" and k + 1 < end:  # "spokesman the Rev. Paul Lee"
            name = self._names.at.get(k + 1)
            return self.of(k + 1) if name and name.honorific and name.first == k + 1 else None
        if name is not None and name.first == k:
            if self._tokens[name.last - 1].dep.startswith("nmod") and self._owns(name):
                return None
            if not self._is_person(name) or (comma and not self._apposed(i, name)):
                return None
            return self.of(k) if not comma or self._closes(self.of(k).last, i) else None
        if comma:
            j = k
            while j < end and j < k + 3 and self._tokens[j].pos in ("DET", "ADJ"):
                j += 1
            titled = self._names.at.get(j)  # «le patron, le général Durand»
            if titled is not None and titled.honorific and titled.first == j and self._is_person(titled):
                return self.of(j)
            if j < end and self._tokens[j].pos == "NOUN" and j > k and self._tells_person(j):
                phrase = self.of(j)
                if (
                    phrase.name is not None
                    and phrase.first == k
                    and self._is_person(phrase.name)
                    and phrase.name.first > j
                ):
                    return phrase
        return None

    def _owns(self, name: Name) -> bool:
        """Whether a name is a possessor: "Smith's"."""
        return name.last < len(self._tokens) and self._tokens[name.last].pos == "PART"

    def _apposed(self, i: int, name: Name) -> bool:
        """Whether a name after a comma says who the title is, and is not the next clause's subject."""
        head = self._tokens[name.first]
        if head.dep.startswith("nsubj") and head.head > name.last:
            t = self._tokens[i]
            return (t.dep.startswith("nsubj") and not any(c.dep == "case" for c in self._parse.children(i))) or (
                t.head == head.head and t.dep in ("obj", "root")
            )
        return True

    def _closes(self, k: int, i: int) -> bool:
        """Whether an apposition that ends at k is closed by a mark, a verb or the sentence's end."""
        return k >= self._bounds.end(i) or self._tokens[k].pos != "CCONJ"

    def _past_age(self, k: int) -> int:
        """Past «, 53 ans» where another comma follows."""
        end = len(self._tokens)
        for j in (k + 2, k + 3):
            if j < end and self._tokens[k].text == "," == self._tokens[j].text and self._tokens[k + 1].pos == "NUM":
                return j
        return k

    def _titles_after(self, i: int, k: int) -> tuple[int, tuple[Title, ...]]:
        """Past «, porte-parole du Kremlin» after a name, with the titles in it."""
        end = self._bounds.end(i)
        if k + 1 < end and self._tokens[k].text == "," and fold(self._tokens[k + 1].text) in self._posts:
            return self._clause(k + 1, end), ((k + 1, k + 1, self._clause(k + 1, end)),)
        if k + 1 < end and self._tokens[k].text in (",", *_DASHES):
            head = self._title_head(k + 1, end, i, k)
            phrase = self._chunk(head) if head is not None else None
            closed = self._tokens[k].text == "," or (phrase and self._dashed(phrase[2], end))
            if phrase is not None and phrase[1] == k + 1 and closed:
                return phrase[2], (phrase,)
        return k, ()

    def _clause(self, k: int, end: int) -> int:
        """Where «chargé des affaires européennes au sein d'une association» ends."""
        j = k + 1
        while j < end and self._tokens[j].pos not in ("PUNCT", "SCONJ") and not self._tokens[j].has("VerbForm=Fin"):
            j += 1
        return j

    def _dashed(self, k: int, end: int) -> bool:
        """Whether a dash closes what ends at k."""
        return k < end and self._tokens[k].text in _DASHES

    def _chunk(self, head: int) -> Title:
        first = self._bounds.left(head)
        last = self._bounds.right(head + 1, head, first)
        end = self._bounds.end(head)
        if last + 1 < end and self._tokens[last].pos == "CCONJ":  # «maire d'Orsenna et ancien ministre»
            other = self._title_head(last + 1, end, head, last)
            if other is not None and self._tokens[other].dep == "conj":
                last = self._bounds.right(other + 1, other, self._bounds.left(other))
        return head, first, last

    def _title_head(self, k: int, end: int, i: int, comma: int) -> int | None:
        """The head noun of a title that begins at k, right after a comma."""
        for j in range(k, min(end, k + 8)):
            t = self._tokens[j]
            told = self._kind(t) in ("person", "group", None) and t.pos == "NOUN" and not t.has("Number=Plur")
            if t.dep == "appos" and i <= t.head < comma and told and self._bounds.left(j) == k:
                return j
        j = k
        while j < end and j < k + 5 and (self._tokens[j].pos in ("DET", "ADJ", "ADV", "NUM") or self._numeral(j)):
            t = self._tokens[j]
            if self._kind(t) == "person" and t.pos == "ADJ" and not (t.dep == "amod" and t.head > j):
                break
            j += 1
        if j >= end or j in self._names.at:
            return None
        t = self._tokens[j]
        if t.pos not in ("NOUN", "ADJ", "PRON", "PROPN") or t.lemma in self._calendar:
            return None
        kind = self._kind(t)
        person = kind == "person" or (not kind and t.pos == "NOUN" and t.lemma.endswith(self._endings))
        tied = t.dep in ("appos", "conj", "nmod") and i <= t.head < comma + 1
        if t.dep.startswith("nsubj") and t.head > j and not (person and self._subject_of(i, t.head)):
            return None
        return j if person or (tied and t.dep == "appos" and t.pos == "NOUN" and not kind) else None

    def _subject_of(self, i: int, verb: int) -> bool:
        """Whether the name at i is a subject of that verb as well."""
        return i == self._bounds.begin(i) or any(
            t.head == verb and t.dep.startswith("nsubj") for t in self._tokens[i : i + 4]
        )

    def _numeral(self, j: int) -> bool:
        return (
            self._tokens[j].pos == "PRON" and self._tokens[j].has("Number") and self._parse.child(j, "nmod") is not None
        )
