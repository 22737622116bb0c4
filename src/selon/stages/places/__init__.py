"""Places named in a text: which words name one, and which of the places of that name is meant.

gazetteer → what is asked of it; spots → where names stand, and what speaks for a place; choose → among homonyms;
relative → places told by others.
"""

from collections.abc import Sequence
from urllib.parse import urlsplit

from selon.lang.contract import Lexicon, PlaceRules, Rules, fold
from selon.model import Mention, Note, Parse, Place, Token
from selon.stages.places.choose import chosen
from selon.stages.places.gazetteer import Entry, Gazetteer, name_key
from selon.stages.places.relative import relative_places
from selon.stages.places.spots import Spot, Spots


def find_places(
    text: str,
    parse: Parse,
    mentions: Sequence[Mention],
    rules: Rules,
    gazetteer: Gazetteer,
    url: str | None = None,
) -> tuple[tuple[Place, ...], tuple[Note, ...]]:
    """Places in text order; a place told by others (kind "relative") holds those, others do not overlap.

    `url`, where it is known, tells where the article's readers live. A place that no gazetteer has has no coordinates,
    and all such places one note.
    """
    if rules.places is None:
        return (), ()
    finder = Spots(text, parse, mentions, rules, gazetteer)
    spots = finder.sure(finder.all())
    meant, unsure = chosen(text, spots, _home(url, rules.places))
    named = tuple(
        _place(spot, meant[i], spot.span.of(text), known=i not in unsure)
        for i, spot in enumerate(spots)
        if not _acts(spot, meant[i], parse, mentions, rules.lexicon, rules.places)
    )
    unknown = (*finder.unknown(spots), *(place for place in named if place.country is None and place.lat is None))
    alone = {place.start: place for place in (*named, *unknown)}
    told = relative_places(text, parse.sentences, [*alone.values()], rules.places)
    places = sorted((*alone.values(), *told), key=lambda p: (p.start, -p.end))
    return tuple(places), _notes(unknown)


def _notes(unknown: Sequence[Place]) -> tuple[Note, ...]:
    if not unknown:
        return ()
    names = tuple(dict.fromkeys(place.name for place in unknown))
    message = "the gazetteer does not have these places, or only others of their name: they have no coordinates"
    return (Note(stage="places", code="not-in-gazetteer", message=message, text=", ".join(names)),)


def _acts(
    spot: Spot, entry: Entry, parse: Parse, mentions: Sequence[Mention], lexicon: Lexicon, rules: PlaceRules
) -> bool:
    """Whether a capital stands for its government: it does something, or something is said to or done by it."""

    def state(token: Token) -> bool:
        return any(m.kind == "state" and m.span.start <= token.start < m.span.end for m in mentions)

    token = next((t for t in spot.tokens if parse.tokens[t.head] not in spot.tokens), spot.tokens[0])
    if entry.kind != "city" or not state(token):
        return False
    while token.dep == "conj" and state(parse.tokens[token.head]):
        token = parse.tokens[token.head]
    cases = [fold(t.text) for t in parse.children(token.i) if t.dep == "case"]
    if cases:
        return cases[0] in rules.words["state_before"]
    verb = parse.tokens[token.head]
    if token.dep == "nsubj":
        return verb.pos == "VERB" and fold(verb.lemma) not in rules.words["city_verbs"]
    return token.dep == "obj" and any(cue.kind == "verb" for cue in lexicon.cues.get(fold(verb.lemma), ()))


def _home(url: str | None, rules: PlaceRules) -> frozenset[str]:
    """Countries that the article's readers live in: by the end of its address, else by its language."""
    host = urlsplit(url).hostname if url else None
    end = (host or "").rpartition(".")[2].upper().replace("UK", "GB")
    return frozenset({end}) if len(end) == 2 else frozenset(c.upper() for c in rules.words["home"])


def _place(spot: Spot, entry: Entry, words: str, *, known: bool) -> Place:
    if not known:
        name = " ".join(words.split())
        return Place(start=spot.span.start, end=spot.span.end, name=name, kind=spot.head or entry.kind, by="gazetteer")
    return Place(
        start=spot.span.start,
        end=spot.span.end,
        name=_name(entry, words),
        kind=entry.kind,
        by="gazetteer",
        country=entry.country,
        lat=entry.lat,
        lon=entry.lon,
        geonames=entry.id if entry.id > 0 else None,
    )


def _name(entry: Entry, words: str) -> str:
    """A city's name as the text writes it («Londres»), but for capitals; whole where its article has melted («au
    Havre»)."""
    same = name_key(words) == name_key(entry.form)
    if entry.kind != "city" or words.isupper() or not same:
        return entry.form if entry.kind == "city" and same else entry.name
    return " ".join(words.split())
