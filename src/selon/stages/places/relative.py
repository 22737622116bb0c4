"""Places told by others: «à 680 km au nord de X», "near the border between A and B".

A vague distance spans a tenth more and less. Coordinates are given only where a distance and a direction from one
place with coordinates are told: the geodesic on WGS 84, from the middle of the distance.
"""

import re
from collections.abc import Iterator, Sequence

from geographiclib.geodesic import Geodesic

from selon.lang.contract import HERE, PlaceRule, PlaceRules, fold
from selon.model import Direction, Place, Relative, Sentence, Span

AZIMUTHS: dict[str, float] = {"N": 0, "NE": 45, "E": 90, "SE": 135, "S": 180, "SW": 225, "W": 270, "NW": 315}
ABOUT = 0.1
FARTHEST = 20_000_000.0
"""Metres past which there is no place on Earth."""


def relative_places(
    text: str, sentences: Sequence[Sentence], places: Sequence[Place], rules: PlaceRules
) -> tuple[Place, ...]:
    """In order, without overlaps: the longest wins, then the rule before."""
    masked = list(text)
    for place in places:
        masked[place.start : place.end] = HERE * (place.end - place.start)
    at = {place.start: place for place in places}
    found = [
        told
        for sentence in sentences
        for shown in ["".join(masked[sentence.start : sentence.end])]
        for rule in rules.rules
        if HERE in shown or not rule.needs_place
        for match in rule.pattern.finditer(shown)
        if (told := _place(text, sentence.start, match, rule, at, rules)) is not None
    ]
    taken = bytearray(len(text))
    kept: list[Place] = []
    for place in sorted(found, key=lambda p: (p.start - p.end, p.start)):
        if not any(taken[place.start : place.end]):
            taken[place.start : place.end] = b"\1" * (place.end - place.start)
            kept.append(place)
    return tuple(sorted(kept, key=lambda p: p.start))


def _place(
    text: str, offset: int, match: re.Match[str], rule: PlaceRule, at: dict[int, Place], rules: PlaceRules
) -> Place | None:
    spans = {
        name: Span(offset + match.start(name), offset + match.end(name)) for name in match.re.groupindex if match[name]
    }
    of = sorted(span for name, span in spans.items() if name.startswith(("place__", "demonym__")))
    if any(
        name.startswith("place__") and (at.get(s.start) is None or at[s.start].end != s.end)
        for name, s in spans.items()
    ):
        return None  # two places that touch
    low, high = _distance(dict(_parts(spans, text)), rules)
    if rule.relation == "distance" and low is None and high is None:
        return None
    direction = next(
        (_direction(word, rules) for name, word in _parts(spans, text) if name in ("direction", "adjective")), None
    )
    whole = spans["all"]
    lat, lon = _reached(at.get(of[0].start), low, high, direction)
    return Place(
        start=whole.start,
        end=whole.end,
        name=" ".join(whole.of(text).split()),
        kind="relative",
        by=rule.name,
        lat=lat,
        lon=lon,
        relative=Relative(relation=rule.relation, of=tuple(of), low=low, high=high, direction=direction),
    )


def _parts(spans: dict[str, Span], text: str) -> Iterator[tuple[str, str]]:
    """Each part and its folded words; of a range, the second number is "n_b"."""
    seen = set()
    for name, span in sorted(spans.items(), key=lambda s: s[1].start):
        part = name.split("__")[0]
        yield (f"{part}_b" if part in seen else part), " ".join(fold(span.of(text)).split())
        seen.add(part)


def _distance(parts: dict[str, str], rules: PlaceRules) -> tuple[float | None, float | None]:
    """Metres at least and at most."""
    if "n" not in parts or "unit" not in parts:
        return None, None
    unit = float(rules.lists["unit"][parts["unit"]])
    first, second = (_number(parts[name], rules) for name in ("n", "n_b" if "n_b" in parts else "n"))
    if not 0 < first * unit <= FARTHEST or not 0 < second * unit <= FARTHEST:
        return None, None
    vague = rules.lists["vague"].get(parts.get("vague", ""))
    if vague == "over":
        return round(first * unit, 1), None
    if vague == "under":
        return None, round(second * unit, 1)
    spread = ABOUT if vague == "about" or parts["n"] in rules.words["round"] else 0
    low, high = sorted((first * unit, second * unit))
    return round(low * (1 - spread), 1), round(high * (1 + spread), 1)


def _number(words: str, rules: PlaceRules) -> float:
    if words in rules.lists["number"]:
        return float(rules.lists["number"][words])
    whole = words.replace(" ", "")
    if re.fullmatch(r"\d{1,3}([.,]\d{3})+", whole):
        whole = re.sub("[.,]", "", whole)
    return float(whole.replace(",", ".")) if len(whole) < 20 else 0.0


def _direction(word: str, rules: PlaceRules) -> Direction | None:
    value = rules.lists["direction"].get(word) or rules.lists.get("adjective", {}).get(word)
    return value if value in AZIMUTHS else None  # type: ignore[return-value]


def _reached(
    place: Place | None, low: float | None, high: float | None, direction: Direction | None
) -> tuple[float | None, float | None]:
    if place is None or place.lat is None or place.lon is None or not low or not high or direction is None:
        return None, None
    there = Geodesic.WGS84.Direct(place.lat, place.lon, AZIMUTHS[direction], (low + high) / 2)
    return round(there["lat2"], 3), round(there["lon2"], 3)
