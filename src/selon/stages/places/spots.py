"""Where places are named: the gazetteer's names in the text, and what speaks for and against each."""

import math
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from selon.lang.contract import Rules, fold
from selon.model import Mention, Parse, Place, PlaceKind, Sentence, Span, Token
from selon.stages.places.gazetteer import Entry, Gazetteer, exact, name_key

LONGEST = 6
"""Words of a name at most."""
SURE = 1.0
"""Evidence from which a name is a place's."""

_WORD = re.compile(r"\w+")
_GAP = re.compile(r"[-–'’.]|\.?[^\S\n]|[^\S\n]*\n?[^\S\n]*")
_CAPITAL = re.compile(r"(?<![\w'’])[^\W\d_a-zà-ÿ]\w{2,}")
_ORDINAL = re.compile(r"[IVXLC]+(?:e|er|ère|ème)")
_BLANK = re.compile(r"\s+")
_LAST_WORD = re.compile(r"(\w+['’]?)[^\S\n]*\Z")
_LEFT = re.compile(r"([\w.]+)[^\S\n]\Z")
_RIGHT = re.compile(r"[^\S\n](\w+)")
_HYPHENATED = re.compile(r"-(?:[a-zà-ÿ]{1,4}[-'’])?(\w+)")
_WITHIN = re.compile(r"-[^\W\d_]{1,2}['’]\Z")
_BROKEN_OFF = re.compile(r"-[^\W\d_]{1,2}['’]\w")
_FOLLOWER = re.compile(r"(?P<comma>,)?\s+(?P<word>[^\W\d_][\w.]*(?:\s[A-Z]\w+)?)")
_DATELINE = re.compile(r"\s*(?:\([^()\n]{2,30}\)\s*)?(?:[–—]|--?\s)")
_BEFORE_WORDS = 4
_LABELS = {"LOC": 2.5, "PER": -3.0, "ORG": -0.5, "": -0.5}
_HEADED, _DIRECTED, _PREPOSED = 4.0, 3.5, 2.0
OUTSHINES, FAMOUS, PAIRED = 1.5, 2.0, 20_000
SURNAME, TIED = 4.0, 2.0
PLACED, PLACED_ELSEWHERE, LISTED = 4.0, 2.0, 2.0
_LIST = re.compile(r",\s+")


class Spot(NamedTuple):
    """A name at one place of the text, what it may mean, and what its neighbours tell of that."""

    span: Span
    key: str
    entries: tuple[Entry, ...]
    tokens: tuple[Token, ...]
    sentence: int
    label: float
    """What the parser's guess at the name says for a place."""
    ties: float
    """What the words before and after say for a place."""
    against: float
    """What speaks against one here, whatever it is elsewhere."""
    head: PlaceKind | None
    """Kind told by the noun before: «la ville de X»."""
    area: bool | None
    """Whether the preposition before says that it is a country or region; None where it says nothing."""


class Spots:
    """All spots of a text."""

    def __init__(
        self, text: str, parse: Parse, mentions: Sequence[Mention], rules: Rules, gazetteer: Gazetteer
    ) -> None:
        assert rules.places is not None
        self._text = text
        self._parse = parse
        self._rules = rules.places
        self._lexicon = rules.lexicon
        self._language = rules.code
        self._gazetteer = gazetteer
        words = rules.lexicon.words
        self._persons = [m.span for m in mentions if m.kind == "person" and m.form == "name"]
        self._media = [m.span for m in mentions if m.kind == "media" and m.form == "name"]
        self._others = {m.span for m in mentions if m.kind in ("person", "org") and m.form == "name"}
        self._names = [m for m in mentions if m.form == "name" and m.kind in ("place", "org", "person")]
        self._given = words["given_names_masculine"] | words["given_names_feminine"]
        self._never = {name_key(w) for name in ("months", "weekdays") for w in words[name]}
        self._never |= {name_key(word) for word in rules.places.words["never"]}
        self._small_parts = frozenset(rules.places.lists["direction"])
        self._common = {name_key(word) for word in rules.places.words["common"]}
        self._surnames = {name_key(t.text) for span in self._persons for t in self._borne(span)}
        self._small = {t.text for t in parse.tokens if t.text.islower()}
        self._melted = dict(pair.split() for pair in self._rules.words["melted"])
        told = "|".join(map(re.escape, [*self._rules.lists["direction"], *self._rules.lists["unit"]]))
        sides = [*self._rules.lists["direction"], *self._rules.lists.get("adjective", {})]
        of = "|".join(self._rules.words["genitive"] | self._rules.words["origins"])
        self._told_away = re.compile(rf"(?!\s[A-Z])(?i:[^.;:!?\n]{{0,45}}(?<!\w)(?:{told})\s(?:{of})(?:\s|(?<=')))")
        """What tells how far a place lies from another, or which way: "… 20 miles west of"."""
        self._told_from = re.compile(
            rf"(?<!\w)(?i:{told})(?:\s\([^()\n]{{1,30}}\))?(?:\s[\w'-]+){{0,2}}\s(?:{of})(?:\s(?:the\s)?|(?<='))\Z"
        )
        self._side = re.compile(
            rf",\s(?=[^,.;:\n]{{0,30}}?(?<!\w)(?:{'|'.join(map(re.escape, sides))})(?!\w))"
            r"(?:[a-zà-ÿ]\S*\s){1,5}(?:[ld]['’])?(?P<word>[^\W\d_a-zà-ÿ][\w.]*(?:\s[A-Z]\w+)?)"
        )
        """What tells on which side of a country a place lies: ", in southern Italy"."""
        self._length = re.compile(rf"\w[\s-](?i:{'|'.join(map(re.escape, self._rules.lists['unit']))})(?!\w)")

    def _borne(self, span: Span) -> Iterator[Token]:
        """The last word of a person's name that has a first: a given name, an honorific, or the parser's word."""
        tokens = self._parse.tokens[self._parse.at(span.start) : self._parse.at(span.end - 1) + 1]
        capitals = [t for t in tokens if t.text[:1].isupper()]
        if len(capitals) < 2:
            return
        first = fold(capitals[-2].text)
        if (
            first in self._given
            or {first, first + "."} & self._rules.words["person_before"]
            or (all(t.entity == "PER" for t in capitals[-2:]) and capitals[-2].i == capitals[-1].i - 1)
        ):
            yield capitals[-1]

    def all(self) -> tuple[Spot, ...]:
        """Every name that the gazetteer has, in order, without overlaps; `sure` tells which are places'."""
        return tuple(spot for n, sentence in enumerate(self._parse.sentences) for spot in self._of(n, sentence))

    def sure(self, spots: Sequence[Spot]) -> list[Spot]:
        """The spots that are places': by what stands beside them, by the same name's other spots, and by lists that
        name surer ones."""
        labels: dict[str, list[float]] = {}
        tied: dict[str, float] = {}
        placed: dict[str, float] = {}
        for spot in spots:
            labels.setdefault(spot.key, []).append(spot.label)
            tied[spot.key] = max(tied.get(spot.key, 0), spot.ties)
            placed[spot.key] = max(placed.get(spot.key, 0), spot.ties + spot.label - spot.against)

        def score(spot: Spot) -> float:
            value = _fame(spot) - spot.against
            value += (spot.label + sum(labels[spot.key]) / len(labels[spot.key])) / 2
            value += max(spot.ties, tied[spot.key] / 2)
            value += PLACED_ELSEWHERE * (placed[spot.key] >= PLACED)
            borne = spot.key in self._surnames and spot.ties < TIED
            return value - SURNAME * borne * (1 if spot.label <= 0 else 0.5)

        scores = [score(spot) for spot in spots]
        out = []
        for n, spot in enumerate(spots):
            beside = [scores[k] for k in (n - 1, n + 1) if 0 <= k < len(spots) and self._listed(spots, min(n, k))]
            if scores[n] + LISTED * any(value >= SURE + 1 for value in beside) >= SURE:
                out.append(spot)
        return out

    def unknown(self, known: Sequence[Spot]) -> Iterator[Place]:
        """Places that the gazetteer does not have: names of places to the mentions, after «à», «le village de» and the
        like, or made like a place's name."""
        taken = [spot.span for spot in known]
        for mention in self._names:
            first, last = self._parse.at(mention.span.start), self._parse.at(mention.span.end - 1)
            tokens = self._parse.tokens[first : last + 1]
            start = next((t for t in tokens if t.text[0].isupper() and t.pos != "DET"), None)
            if start is None:
                continue
            span, head = Span(start.start, mention.span.end), self._head(start)
            words = {name_key(t.text) for t in tokens if t.text[0].isupper()}
            shaped = self._rules.shape.search(span.of(self._text)) is not None
            before = self._word_before(span.start)
            if mention.kind == "place":
                placed = head is not None or shaped or before in self._rules.words["bare"]
            else:
                placed = shaped and (
                    head is not None or before in self._rules.words["genitive"] | self._rules.words["bare"]
                )
            if (
                placed
                and not any(c.isdigit() for c in span.of(self._text))
                and not any(span.overlaps(other) for other in (*taken, *self._media))
                and not self._gazetteer.named(name_key(span.of(self._text)), self._language)
                and not words & self._never
                and not {fold(t.text) for t in tokens} & (self._small | self._given | self._lexicon.heads.keys())
            ):
                name = " ".join(span.of(self._text).split())
                yield Place(start=span.start, end=span.end, name=name, kind=head or "area", by="mention")

    def _listed(self, spots: Sequence[Spot], n: int) -> bool:
        """Whether spots n and n + 1 stand in one list: «Alep, Homs et Hama»."""
        between = self._text[spots[n].span.end : spots[n + 1].span.start]
        return _LIST.fullmatch(between) is not None or fold(between.strip(" ,")) in self._rules.words["joins"]

    def _of(self, n: int, sentence: Sentence) -> Iterator[Spot]:
        words = [m.span() for m in _WORD.finditer(self._text, sentence.start, sentence.end)]
        i, taken = 0, -1
        while i < len(words):
            spot = self._longest(words, i, n, sentence, taken)
            if spot is None:
                i += 1
                continue
            yield spot
            taken = spot.span.end
            while i < len(words) and words[i][0] < spot.span.end:
                i += 1

    def _longest(self, words: Sequence[tuple[int, int]], i: int, n: int, sentence: Sentence, taken: int) -> Spot | None:
        start, end = words[i]
        word = self._text[start:end]
        if not (word[0].isupper() or fold(word) in self._rules.words["starters"]):
            return None
        if self._text[start - 1 : start] == "-" and not (
            self._known(word) if start - 1 == taken else self._pair_left(start - 1)
        ):
            return None
        if _WITHIN.search(self._text, max(0, start - 4), start):  # «Côte-d'Or» is no Or
            return None
        last = i
        while last + 1 < len(words) and last - i + 1 < LONGEST:
            if not _GAP.fullmatch(self._text, words[last][1], words[last + 1][0]):
                break
            last += 1
        for j in range(last, i - 1, -1):
            if _BROKEN_OFF.match(self._text, words[j][1]):  # «La Côte» of «La Côte-d'Or»
                continue
            spot = self._spot(Span(start, words[j][1]), n, sentence, taken)
            if spot is not None and j > i and spot.label < 0 and _fame(spot) < 0:
                first = self._spot(Span(start, end), n, sentence, taken)
                spot = first if first is not None and _fame(first) > OUTSHINES else spot
            if spot is not None:
                return spot
        return None

    def _known(self, name: str) -> bool:
        """Whether a name may stand in a pair, a well-known place's or an acronym: «Paris-Lille», «Canada-UE»."""
        return (name.isupper() and 1 < len(name) < 5) or any(
            e.weight > PAIRED for e in self._gazetteer.named(name_key(name), self._language)[:1]
        )

    def _pair_left(self, hyphen: int) -> bool:
        """Whether what stands before a hyphen is no part of a name: «ex-», «pro-», «UE-»."""
        match = _LAST_WORD.search(self._text, max(0, hyphen - 30), hyphen)
        if match is None or (match[1].islower() and self._text[max(0, match.start() - 1)] != "-"):
            return True
        return match[1].isupper() and len(match[1]) < 4

    def _spot(self, span: Span, n: int, sentence: Sentence, taken: int) -> Spot | None:
        text = self._text
        surface = _BLANK.sub(" ", span.of(text))
        if len(surface) < 2 or name_key(surface) in self._never or _ORDINAL.fullmatch(surface):
            return None
        if text[span.end : span.end + 1] == ".":
            dotted = Span(span.start, span.end + 1)
            entries = tuple(e for e in self._entries(surface + ".") if e.form == surface + ".")
            if entries:
                return self._weighed(dotted, entries, n, sentence, taken)
        melted = self._melted.get(self._word_before(span.start))
        entries = self._entries(f"{melted.capitalize()} {surface}") if melted else ()
        entries = (entries[:1] and entries[0].weight > PAIRED and entries) or self._entries(surface) or entries
        return self._weighed(span, entries, n, sentence, taken) if entries else None

    def _entries(self, surface: str) -> tuple[Entry, ...]:
        found = self._gazetteer.named(name_key(surface), self._language)
        return tuple(e for e in found if _fits(e.form, surface, self._small_parts))

    def _weighed(self, span: Span, entries: tuple[Entry, ...], n: int, sentence: Sentence, taken: int) -> Spot | None:
        tokens = self._parse.tokens[self._parse.at(span.start) : self._parse.at(span.end - 1) + 1]
        if not tokens:
            return None
        before = self._word_before(span.start) if span.start > sentence.start else ""
        area = before in self._rules.words["before_area"] if before in self._prepositions() else None
        if area is False and before in self._rules.words["genitive"]:
            area = None if all(e.kind != "city" for e in entries) else False
        if area is None and self._told_from.search(self._text, max(0, span.start - 60), span.start):
            area = False  # a distance is told from a city rather than from the region of its name
        head = self._head(tokens[0])
        ties = _HEADED * (head is not None) + self._located(span, before, sentence)
        ties += 1.5 * (len(tokens) > 1) + self._after(span, sentence)
        ties += 1.5 * (len(tokens) > 1 and fold(tokens[-1].text) in self._rules.words["kinds_after"])
        return Spot(
            span=span,
            key=name_key(span.of(self._text)),
            entries=entries,
            tokens=tokens,
            sentence=n,
            label=_label(tokens),
            ties=ties,
            against=self._against(span, entries, tokens, sentence, taken),
            head=head,
            area=area,
        )

    def _located(self, span: Span, before: str, sentence: Sentence) -> float:
        """What stands before a place: a preposition, «à X»; a direction, "north of X"; an institution's seat, «tribunal
        de X»; an inhabitant's age, "Jane Doe, 49, of X"; "between X and Y", where a length is told."""
        if before in self._rules.words["between"] and self._length.search(self._text, sentence.start, sentence.end):
            return _DIRECTED
        if before not in self._rules.words["genitive"]:
            told = before in self._rules.lists.get("adjective", {})
            return _DIRECTED if told else _PREPOSED * (before in self._rules.words["locatives"])
        ahead = self._text[max(0, span.start - 40) : span.start].rstrip()[: -len(before)].rstrip()
        word = fold(ahead.rpartition(" ")[2].rpartition("'")[2])
        if word in self._rules.lists["direction"]:
            return _DIRECTED
        return _PREPOSED * (
            ahead.endswith(",") or word in self._rules.words["locatives"] or word in self._rules.words["seats"]
        )

    def _prepositions(self) -> frozenset[str]:
        return self._rules.words["before_city"] | self._rules.words["before_area"]

    def _head(self, token: Token) -> PlaceKind | None:
        """The kind told by a noun before: «la province de X», "the village of X", «la rivière X»."""
        tokens, i = self._parse.tokens, token.i - 1
        between = self._rules.words["genitive"] | self._lexicon.words["articles"]
        while i >= 0 and token.i - i <= _BEFORE_WORDS and tokens[i].sentence == token.sentence:
            word = fold(tokens[i].text)
            if word in self._rules.heads:
                return self._rules.heads[word]
            if word not in between:
                return None
            i -= 1
        return None

    def _after(self, span: Span, sentence: Sentence) -> float:
        """What follows a place only: the region that it lies in, the dash of a dateline, a noun like "province"."""
        text = self._text
        follower = _FOLLOWER.match(text, span.end)
        if follower and follower.end() <= sentence.end:
            word = follower["word"]
            if fold(word) in self._rules.words["kinds_after"]:
                return 3
            if follower["comma"] and (word[0].isupper() or "." in word) and self._is_area(word):
                return 3
        side = self._side.match(text, span.end, sentence.end)
        if side and self._is_area(side["word"]):
            return 3
        if span.start == sentence.start and (_DATELINE.match(text, span.end) or self._shouted(span)):
            return 3
        return 3 * (self._told_away.match(text, span.end, sentence.end) is not None)

    def _is_area(self, word: str) -> bool:
        named = self._entries(word.rstrip(".")) or self._entries(word)
        return any(e.kind in ("country", "region") and e.weight > 100_000 for e in named)

    def _shouted(self, span: Span) -> bool:
        """Whether a name in capitals stands before words without them, as a dateline does."""
        after = _RIGHT.match(self._text, span.end)
        return (
            span.of(self._text).isupper() and span.end - span.start > 3 and after is not None and after[1][1:].islower()
        )

    def _against(
        self, span: Span, entries: tuple[Entry, ...], tokens: tuple[Token, ...], sentence: Sentence, taken: int
    ) -> float:
        text, at = self._text, self._parse.at
        value = 8.0 * any(m.covers(span) and len(_CAPITAL.findall(m.of(text))) > len(tokens) for m in self._media)
        if taken == span.start - 1 and text[taken] == " ":
            value += 5
        if all(t.pos not in ("PROPN", "NOUN", "ADJ", "X") for t in tokens):
            value += 1 if _label(tokens) > 0 else 4
        elif all(t.pos != "PROPN" for t in tokens):
            value += 1 if span.start == sentence.start else 0.3
        value += 4 * (name_key(span.of(text)) in self._common)
        known = self._lexicon.names.get(fold(span.of(text)), ("", ""))[0]
        value += 4 * (known in ("org", "media") and entries[0].kind == "city")
        fame = math.log10(max(e.weight for e in entries) + 1) - 4.5
        part = 2.0 if fame < 1 and len(tokens) == 1 else 0.5  # a small place's name beside a capital: part of another
        common = fold(tokens[0].text) in self._small or fold(tokens[0].text) in self._lexicon.heads
        value += 3 * (len(tokens) == 1 and common and fame < FAMOUS)
        left = _LEFT.search(text, max(sentence.start, span.start - 30), span.start)
        if left:
            word, token = fold(left[1]), self._parse.tokens[at(left.start(1))]
            if {word, word + "."} & self._rules.words["person_before"]:
                value += 8
            elif left[1][0].isupper() and word not in self._rules.words["locatives"]:
                if word in self._given and token.entity != "LOC":
                    value += 8
                elif token.entity == "PER":
                    value += 5
                elif token.pos == "PROPN" and left.start(1) > sentence.start:
                    value += part
        right = _RIGHT.match(text, span.end)
        if right and right.end() <= sentence.end:
            token = self._parse.tokens[at(right.start(1))]
            person = token.entity == "PER" and tokens[-1].entity == "PER"
            if right[1][0].isupper():
                given = (
                    len(tokens) == 1
                    and fold(tokens[0].text) in self._given
                    and (fame < 1 or token.entity in ("PER", ""))
                )
                named = (
                    tokens[-1].head == token.i and token.entity == "PER" and fold(token.text) not in self._lexicon.heads
                )
                value += 4 * (named and not person)
                whole = Span(span.start, right.end(1))
                if whole in self._others and fold(right[1]) not in self._lexicon.heads:
                    value += 3 if whole in self._persons else 1.5
                value += 6 * (person or given) + part * (token.pos == "PROPN")
                value += 2.5 * (token.dep.startswith("flat") and token.head == tokens[0].i and token.entity != "LOC")
        hyphen = _HYPHENATED.match(text, span.end)
        if hyphen and hyphen[1][0].isupper() and not self._known(hyphen[1]):
            value += 6
        return value

    def _word_before(self, start: int) -> str:
        match = _LAST_WORD.search(self._text, max(0, start - 30), start)
        return fold(match[1]) if match else ""


def _fame(spot: Spot) -> float:
    return min(3.0, math.log10(max(e.weight for e in spot.entries) + 1) - 4.5)


def _label(tokens: Sequence[Token]) -> float:
    labels = [t.entity for t in tokens if t.text[:1].isupper()] or [t.entity for t in tokens]
    return sum(_LABELS.get(label, 0.0) for label in labels) / len(labels)


def _fits(form: str, surface: str, small: frozenset[str]) -> bool:
    """Whether a text's words have the capitals of a name's form, but for those of `small`; short ones in capitals,
    and with full stops, are exact."""
    if exact(form) or exact(surface):
        return surface == form or (len(surface) > 3 and surface.isupper() and not exact(form))
    theirs, ours = _WORD.findall(form), _WORD.findall(surface)
    if len(theirs) != len(ours):
        return True
    return all(o[0].isupper() or not t[0].isupper() or o in small for t, o in zip(theirs, ours, strict=True))
