"""When each attribution was made: the time that its cue or its source is given, not one of what it says.

A time tells it where it belongs to the cue («a déclaré mardi», "said Tuesday"), or to what the words were said in
(«un communiqué publié lundi», «lors d'une conférence de presse mardi»). One that belongs to another verb, or tells
which event is meant («l'attaque de mardi»), does not.
"""

import re
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from selon.lang.contract import Rules, fold
from selon.model import Attribution, Parse, Published, Span, Time, Token, When

_REACH = 2
"""Paragraphs over which a source goes on speaking on the day told last."""
_POINTS = ("DATE", "TIME")
_CARRIED = re.compile(r"[\dX]{4}-")
"""A month or what is finer."""
_TIMELESS = ("PRESENT_REF", "FUTURE_REF")

Words = Mapping[str, frozenset[str]]


def with_when(
    text: str,
    attributions: Sequence[Attribution],
    times: Sequence[Time],
    tree: Parse,
    published: Published | None,
    rules: Rules,
) -> tuple[Attribution, ...]:
    """The attributions, each with the time it was made at, as far as the text or the day of publication tells."""
    if rules.times is None or not tree.tokens:
        return tuple(attributions)
    points = [t for t in times if t.type in _POINTS and t.value not in _TIMELESS]
    finder = _Finder(text, attributions, points, tree, rules)
    bound = When(value=published.value, how="published") if published else None
    told: dict[tuple[str, bool], tuple[int, When]] = {}
    found: dict[str, When | None] = {}
    for a in sorted(attributions, key=lambda a: _place(a).start):
        when = finder.stated(a)
        paragraph = text.count("\n\n", 0, _place(a).start) or text.count("\n", 0, _place(a).start)
        line = (a.source.entity or "", finder.looks_back(a))  # «avait ajouté» goes on from «avait dit» alone
        if when is None and line in told and a.source.type != "doc":
            last, before = told[line]
            if paragraph - last <= _REACH:
                when = replace(before, how="carried")
        if when is not None and a.source.entity and _CARRIED.match(when.value):
            told[line] = (paragraph, when)
        found[a.id] = when or bound
    return tuple(replace(a, when=found[a.id]) for a in attributions)


def _place(a: Attribution) -> Span:
    return min((*a.cue.spans, *a.source.spans, *a.content.spans), default=Span(0, 1))


class _Finder:
    """The times of one article, by sentence, and what stands around them."""

    def __init__(
        self, text: str, attributions: Sequence[Attribution], times: Sequence[Time], tree: Parse, rules: Rules
    ) -> None:
        self.text = text
        self.tree = tree
        self.words: Words = rules.times.words if rules.times else {}
        self.docs = {lemma for lemma, (_, type_) in rules.lexicon.heads.items() if type_ == "doc"}
        self.contents = [(a.id, span) for a in attributions for span in a.content.spans]
        self.times: dict[int, list[Time]] = {}
        for time in times:
            self.times.setdefault(self.sentence(time.start), []).append(time)

    def sentence(self, offset: int) -> int:
        return self._token(offset).sentence

    def stated(self, a: Attribution) -> When | None:
        """The time that the words of the cue and the source give; the closest to the cue, where there are several."""
        around = (*a.cue.spans, *a.source.spans)
        own = {i for span in a.cue.spans for i in self._within(span)}
        if any(fold(self.tree.tokens[i].lemma) in self.words["planned"] for i in own):
            return None  # what is planned for then is not said then
        own |= {self.tree.tokens[i].head for i in own if self.tree.tokens[i].dep.startswith("aux")}
        heads = own | {i for span in a.source.spans for i in self._within(span)}
        fitting = [
            time
            for sentence in sorted({self.sentence(span.start) for span in around})
            for time in self.times.get(sentence, ())
            if not self._said(a, time) and self._belongs(time, own, heads)
        ]
        if not fitting:
            return None
        best = min(fitting, key=lambda t: min(_gap(Span(t.start, t.end), span) for span in around))
        return When(value=best.value, how="stated", spans=(Span(best.start, best.end),))

    def looks_back(self, a: Attribution) -> bool:
        """Whether the cue is told as before what is being told: «avait dit», "had said"."""
        tokens = [self.tree.tokens[i] for span in a.cue.spans for i in self._within(span)]
        perfect = [t for t in tokens if fold(t.lemma) in self.words["perfect"]]
        return len(tokens) > 1 and any(t.has("Tense=Imp") or t.has("Tense=Past") for t in perfect)

    def _said(self, a: Attribution, time: Time) -> bool:
        """Whether the time is of what is said, by this attribution or by one inside it or beside it."""
        span = Span(time.start, time.end)
        cue = min(a.cue.spans, default=None)
        return any(
            content.overlaps(span) and (id_ == a.id or cue is None or not content.covers(cue))
            for id_, content in self.contents
        )

    def _belongs(self, time: Time, cue: set[int], heads: set[int]) -> bool:
        """Whether the time is the cue's, straight or through what it was said in."""
        first, last = self._edges(time)
        top = next((t for t in self.tree.tokens[first : last + 1] if not first <= t.head <= last), None)
        if top is None:
            return False
        if top.i in heads:  # within the source: «le bilan de mardi»
            return self._occasion_above(top, heads)
        if self._beside(first, last, cue) or self._opens(first, last, cue):
            return True
        owned = self._owned(first, last)
        early = all(last < i for i in cue) and first != self._start(first)
        for above in self.tree.ancestors(top.i):
            named = above.pos in ("NOUN", "PROPN")
            other = owned or (early and above.pos == "NOUN" and above.i not in heads)
            if named and other and not self._is_occasion(above):
                return False
            owned = owned and not named
            if above.i in heads:
                return True
            if above.pos in ("VERB", "AUX", "ADJ") and not self._releases(above):
                return self._runs_on(last, cue)
        return not owned and self._runs_on(last, cue)

    def _occasion_above(self, top: Token, heads: set[int]) -> bool:
        """Whether, within the source, it dates what was published or said, and nobody's election or crime."""
        for above in self.tree.ancestors(top.i):
            if self._is_occasion(above):
                return True
            if above.i not in heads or (above.pos in ("VERB", "ADJ") and not self._releases(above)):
                return False
        return False

    def _is_occasion(self, token: Token) -> bool:
        """Words said or published; a participle that the parser took for one is none: «arrêté»."""
        named = {fold(token.lemma), fold(token.text)}
        return not token.dep.startswith("acl") and bool(named & (self.words["occasions"] | self.docs))

    def _releases(self, token: Token) -> bool:
        """Also by the form alone, since a parser may take a participle for an adjective."""
        releasing = self.words["releasing"]
        told = fold(token.text)
        likely = token.pos == "ADJ" and any(told.startswith(word[:-2]) for word in releasing)
        return likely or fold(token.lemma) in releasing

    def _beside(self, first: int, last: int, cue: set[int]) -> bool:
        """Whether it stands after the cue's verb, with nothing between but small words: «a déclaré mardi»."""
        tokens = self.tree.tokens
        for i in range(first - 1, max(-1, first - 4), -1):
            if i in cue:
                return tokens[i].pos != "ADP" and not self._owned(first, last)
            if tokens[i].pos not in ("ADP", "DET", "ADV", "PUNCT") or fold(tokens[i].text) in self.words["belonging"]:
                break
        return False

    def _opens(self, first: int, last: int, cue: set[int]) -> bool:
        """Whether it opens the sentence, and the cue is its first verb: «Mardi, lors d'un débat, X a déclaré»."""
        until = min((i for i in cue if i > last), default=first)
        between = self.tree.tokens[last + 1 : until]
        small = ("ADP", "DET", "PUNCT", "ADV")
        alone = all(t.pos in small for t in self.tree.tokens[self._start(first) : first])
        return (
            until > last
            and alone
            and not self._owned(first, last)
            and not any(t.pos in ("VERB", "AUX") for t in between)
        )

    def _start(self, first: int) -> int:
        return self.tree.sentences[self.tree.tokens[first].sentence].first

    def _owned(self, first: int, last: int) -> bool:
        """Whether it tells which thing is meant: «l'attaque de mardi», "last Tuesday's attack"."""
        tokens, belonging = self.tree.tokens, self.words["belonging"]
        if first and fold(tokens[first - 1].text) in belonging:
            return True
        after = fold(tokens[last + 1].text) if last + 1 < len(tokens) else ""
        return after in belonging and after.startswith("'")

    def _runs_on(self, last: int, cue: set[int]) -> bool:
        """Whether the cue goes on up to it, with no verb and no event between: «a dit X lors d'un point mardi»."""
        before = [i for i in cue if i < last]
        if not before or self.tree.tokens[max(before)].sentence != self.tree.tokens[last].sentence:
            return False
        between = self.tree.tokens[max(before) + 1 : last]
        verbs = [t for t in between if t.pos in ("VERB", "AUX") and not self._releases(t)]
        nouns = [t for t in between if t.pos == "NOUN"]
        return not verbs and bool(nouns) and self._is_occasion(nouns[-1])

    def _edges(self, time: Time) -> tuple[int, int]:
        return self._token(time.start).i, self._token(time.end - 1).i

    def _token(self, offset: int) -> Token:
        return self.tree.tokens[min(self.tree.at(offset), len(self.tree.tokens) - 1)]

    def _within(self, span: Span) -> range:
        return range(self._token(span.start).i, self._token(span.end - 1).i + 1)


def _gap(one: Span, other: Span) -> int:
    return max(one.start, other.start) - min(one.end, other.end)
