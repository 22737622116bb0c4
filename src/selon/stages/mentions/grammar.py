"""Small questions to a word or phrase, answered from the lexicon and the parse."""

from bisect import bisect_right
from collections.abc import Sequence

from selon.lang.contract import Rules, fold
from selon.model import EntityKind, Parse, Quote, SourceType, Span, Token
from selon.stages.mentions.drafts import Draft, Gender, Words
from selon.stages.mentions.names import plain

_CONTENT = ("NOUN", "PROPN", "ADJ", "X", "VERB", "NUM")
_OPENERS = ("«", "“", "(")
_LOOSE_END = (",", ";", ":", ".", "«", "“", "–", "—", "-", "(")


class Grammar:
    """One text's words, with what its language's lexicon says of them."""

    def __init__(self, text: str, quotes: Sequence[Quote], parse: Parse, rules: Rules) -> None:
        self.text = text
        self.parse = parse
        self.tokens = parse.tokens
        self.lexicon = rules.lexicon
        self.calendar = frozenset[str]().union(*(self.words(w) for w in ("times", "weekdays", "months")))
        self._parts = sorted((p, k) for k, q in enumerate(quotes) if q.depth == 0 for p in q.parts)
        pairs = (pair.partition(" ") for pair in self.words("feminine_endings"))
        self._feminine = sorted(((plain(a), plain(b)) for a, _, b in pairs), key=lambda p: (-len(p[0]), p))
        alike = (plain(rule).partition(" > ") for rule in sorted(self.words("same_office")))
        self._alike = [(tuple(a.split()), tuple(b.split())) for a, _, b in alike]

    def words(self, name: str) -> frozenset[str]:
        return self.lexicon.words.get(name, frozenset())

    def among(self, t: Token, name: str) -> bool:
        """Whether a word or its lemma is in a word list."""
        listed = self.words(name)
        return fold(t.text) in listed or t.lemma in listed

    def head(self, t: Token) -> tuple[EntityKind, SourceType] | None:
        """What a head noun stands for; «vice-première» is what «première» is."""
        heads = self.lexicon.heads
        prefix, _, rest = fold(t.text).partition("-")
        known = heads.get(fold(t.text)) or heads.get(t.lemma)
        return known or (heads.get(rest) if rest and prefix in self.words("office_prefixes") else None)

    def head_kind(self, t: Token) -> EntityKind | None:
        known = self.head(t)
        return known[0] if known else None

    def known_name(self, name: str) -> tuple[EntityKind, str] | None:
        """Kind and full name of something well known, whatever its capitals and accents."""
        return self.lexicon.names.get(fold(name)) or self.lexicon.names.get(plain(name))

    def said(self, first: int, last: int) -> str:
        """The words of tokens [first, last) on one line, without a determiner before them."""
        while first < last - 1 and self.tokens[first].pos == "DET":
            first += 1
        return " ".join(self.text[self.tokens[first].start : self.tokens[last - 1].end].split())

    def noun(self, t: Token) -> bool:
        """Whether a word can head a description."""
        times = t.lemma in self.words("weekdays") or (not t.text[:1].isupper() and t.lemma in self.words("times"))
        return t.pos in ("NOUN", "PROPN", "X") and t.dep not in ("flat:name", "fixed", "compound") and not times

    # ------------------------------------------------------------ who speaks

    def is_speaker(self, i: int) -> bool:
        """Whether token i is the subject of a cue, or the object of «selon»."""
        t = self.tokens[i]
        case = [c for c in self.parse.children(i) if c.dep == "case" and c.i < i]
        if any(fold(c.text) in self.words("according") for c in case) or self._leads(t, case):
            return True
        if t.pos == "PRON" and t.text[0] == "-":  # inverted: the verb is beside it, whatever the parser says
            return any(self._cue(w) for w in self.tokens[max(0, t.i - 2) : t.i + 5] if w.pos in ("VERB", "NOUN"))
        head = self.tokens[t.head]
        if not self._cue(head):
            somebody = t.pos == "PROPN" or self.head_kind(t) == "person"
            return somebody and not case and self._after_cue(t)
        if t.dep.startswith("nsubj"):
            clitic = any(c.i > head.i - 3 and c.i != t.i and c.text[0] == "-" for c in self.parse.children(head.i))
            return t.text[0] == "-" or not clitic  # «Anne ment, a-t-il dit»: she does not say so
        inverted = t.i > head.i and not case and t.dep.split(":")[0] in ("obj", "obl", "appos", "xcomp")
        return inverted and self._incise(head.i, t.i)

    def _cue(self, t: Token) -> bool:
        return any(cue.kind == "verb" for cue in self.lexicon.cues.get(t.lemma, ()))

    def _after_cue(self, t: Token) -> bool:
        """Whether a verb of saying stands in an incise shortly before: «…», dira non sans fierté la maire."""
        for verb in reversed(self.tokens[max(0, t.i - 6) : t.i]):
            if verb.pos == "VERB" and self._cue(verb):
                return self._incise(verb.i, t.i)
        return False

    def incised(self, i: int) -> bool:
        """Whether the subject pronoun at i stands after the words that it says: «…», dit-il; "…", he said."""
        verb = self.tokens[i].head
        return self.tokens[i].text[0] == "-" or (
            0 < i < verb and self.tokens[i - 1].pos == "PUNCT" and not self._opens(verb)
        )

    def after_quote(self, i: int) -> bool:
        """Whether words in quotation marks end right before the incise that the pronoun at i stands in."""
        k = i - 1
        while k > 0 and (self.tokens[k].pos in ("AUX", "PRON", "ADV", "VERB", "PART") or self.tokens[k].text == ","):
            k -= 1
        return self._quote(self.tokens[k]) >= 0

    def _opens(self, verb: int) -> bool:
        """Whether more of the sentence than a mark follows a verb."""
        return any(t.pos != "PUNCT" for t in self.tokens[verb + 1 : verb + 3])

    def _leads(self, t: Token, case: Sequence[Token]) -> bool:
        """Whether a sentence begins with somebody's view: «Pour Anne Durand, …»."""
        first = self.parse.sentences[t.sentence].first
        somebody = t.entity == "PER" or self.head_kind(t) == "person"
        return somebody and any(c.i == first and fold(c.text) in self.words("in_the_view_of") for c in case)

    def _incise(self, verb: int, subject: int) -> bool:
        """Whether verb and subject follow a quotation or a comma: «…», affirme la ministre."""
        if any(t.pos in ("VERB", "SCONJ", "PUNCT") for t in self.tokens[verb + 1 : subject]):
            return False
        k = verb - 1
        while k >= 0 and self.tokens[k].pos in ("AUX", "PRON", "ADV") and verb - k < 5:
            k -= 1
        after = k >= 0 and self.tokens[k].pos == "PUNCT" and self.tokens[k].text not in _OPENERS
        return after and not self.tokens[verb].has("VerbForm=Inf")

    # ------------------------------------------------------------ phrases

    def draft(self, i: int, first: int, last: int, subject: int | None = None) -> Draft:
        """The draft of tokens [first, last) with head i, so far as it needs no lexicon. `subject` is the token whose
        relation says what the phrase does, where that is not the head."""
        first, last = self._trimmed(i, first, last)
        span = Span(self.tokens[first].start, self.tokens[last - 1].end)
        t = self.tokens[i if subject is None else subject]
        speaks = self.is_speaker(t.i)
        does = t.dep.startswith("nsubj")
        aside = speaks and not (does and t.i < t.head)
        inserted = aside and t.i > t.head and self._incise(t.head, t.i)  # «…, avoue Anne, mais …»: no words of hers
        quote = -1 if inserted else self._quote(t)
        return Draft(span, i, first, last, t.sentence, speaks, does, quote, aside=aside)

    def _quote(self, t: Token) -> int:
        """Number of the outer quotation that a word stands in, or -1."""
        k = bisect_right(self._parts, t.start, key=lambda p: p[0].start) - 1
        return self._parts[k][1] if k >= 0 and t.end <= self._parts[k][0].end else -1

    def _trimmed(self, i: int, first: int, last: int) -> tuple[int, int]:
        while last - 1 > i and self.tokens[last - 1].text in _LOOSE_END:
            last -= 1
        while first < i and self.tokens[first].pos == "PUNCT" and self.tokens[first].text not in '«"“':
            first += 1
        return first, last

    def content(self, head: int, first: int, last: int) -> Words:
        """Folded content words of a description, its head's first, the same for the man and the woman in an office."""
        rest = [
            plain(t.lemma)
            for t in self.tokens[first:last]
            if t.i != head and t.pos in _CONTENT and t.text[0].isalnum() and fold(t.text) not in self.words("sameness")
        ]
        words = (self._masculine(plain(self.tokens[head].lemma)), *rest)
        for alike, office in self._alike:
            if words[: len(alike)] == alike:
                return (*office, *words[len(alike) :])
        return words

    def _masculine(self, noun: str) -> str:
        """«directrice» as «directeur»: one form for one office."""
        for ending, other in self._feminine:
            if noun.endswith(ending) and len(noun) > len(ending) + 2:
                return noun.removesuffix(ending) + other
        return noun

    def definite(self, i: int, first: int) -> bool:
        """Whether a phrase points to something known: le, ce, son, the, this."""
        for t in self.tokens[first:i]:
            if t.head == i and (t.dep == "det" or t.pos == "DET"):
                return t.has("Definite=Def") or t.has("PronType=Dem") or t.has("Poss=Yes")
        return any(c.dep == "case" and self.among(c, "contracted") for c in self.parse.children(i))

    def plural(self, i: int, first: int) -> bool:
        determiners = (t for t in self.tokens[first:i] if t.dep == "det" and t.head == i)
        return self.tokens[i].has("Number=Plur") or any(t.has("Number=Plur") for t in determiners)

    def gender(self, i: int, first: int) -> Gender:
        """By determiner and adjectives before the noun itself: the parser gives «secrétaire» a gender of its own."""
        head = self.tokens[i]
        if self.among(head, "heads_feminine"):
            return "f"
        if self.among(head, "heads_masculine"):
            return "m"
        determiners = [t for t in self.tokens[first:i] if t.dep == "det" and t.head == i]
        adjectives = [t for t in self.parse.children(i) if t.dep == "amod"]
        for t in (*determiners, *adjectives, head):
            if t.has("Gender=Fem"):
                return "f"
            if t.has("Gender=Masc") and (t is not head or self.head_kind(head) != "person"):
                return "m"
        return ""

    def stands_for(self, i: int, first: int) -> tuple[EntityKind, SourceType]:
        """What a description stands for: by its head noun, failing that by number and ending."""
        t = self.tokens[i]
        plural = self.plural(i, first)
        known = self.head(t)
        if known is not None:
            several = any(fold(w.text) in self.words("crowd") for w in self.tokens[first:i])
            crowd = plural and (several or self.among(t, "crowds"))
            return ("group", "group") if known[0] == "person" and crowd else known
        if self.among(t, "quantities") or t.pos == "NUM":
            return "group", "group"
        if t.pos in ("PRON", "DET"):
            for c in self.parse.children(i):
                inner = self.head(c) if c.dep in ("nmod", "obl") else None
                if inner is not None:
                    return inner
        if plural:
            return "group", "group"
        if t.entity == "PER" or t.lemma.endswith(tuple(self.words("person_endings"))):
            return "person", "role"
        return "org", "org"
