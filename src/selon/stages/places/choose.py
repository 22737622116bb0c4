"""Among places of the same name, the one that is meant: by the places told beside it, by the others of the text."""

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from selon.stages.places.gazetteer import Entry
from selon.stages.places.spots import Spot

MOST = 40
"""Places of one name that are looked at, the likeliest first."""
BESIDE, HEAD, PREPOSITION = 6.0, 3.0, 2.5
SAME_COUNTRY, SAME_REGION, SAME_COUNTY, NEAR = 0.8, 1.0, 0.6, 0.8
CELL, SHARPNESS, HOME = 1.5, 4.0, 0.5
SMALL, FEW, TOUCHES = 20_000, 3, 0.2
"""Inhabitants of a small place, and names of a text and their agreement below which it may be the one that is meant."""
COUNTRY, NAMESAKE, LARGE = 1.0, 1.3, 20_000
ROUNDS = 3

_PAIR = re.compile(r",?\s*\(?\s*(?:(?:in|en|au|aux|à|dans|of|de|du|d')\s+(?:the|la|le|l'|les)?\s*)?")


def chosen(text: str, spots: Sequence[Spot], home: frozenset[str]) -> tuple[dict[int, Entry], set[int]]:
    """The place that each spot means, by the spot's index; and the spots that rather mean another of its name, that
    no gazetteer has, since theirs is small and far from all others of the text. `home` is where its readers live."""
    beside = _beside(text, spots)
    groups = _groups(spots, beside)
    own = {key: _own(members, spots, beside, home) for key, members in groups.items()}
    scores = own
    for _ in range(ROUNDS):
        ground = {key: _Ground(found) for key, found in scores.items()}
        scores = {
            key: {
                e: value + _agreement(e, [g for name, g in ground.items() if name != key]) for e, value in found.items()
            }
            for key, found in own.items()
        }
    best = {key: max(found, key=lambda e: (found[e], e.weight, -e.id)) for key, found in scores.items()}
    lost = {
        key
        for key, entry in best.items()
        if entry.kind == "city"
        and entry.weight < SMALL
        and len(groups) > FEW
        and scores[key][entry] - own[key][entry] < TOUCHES
        and entry.country not in home
        and not any(_within(entry, beside[i]) for i in groups[key] if i in beside)
    }
    return (
        {i: best[key] for key, members in groups.items() for i in members},
        {i for key in lost for i in groups[key]},
    )


def _groups(spots: Sequence[Spot], beside: dict[int, Spot]) -> dict[str, list[int]]:
    """The spots that mean one place: of one name, unless articles tell «à Québec» from «au Québec», or what holds
    them «Laval, en Mayenne» from «Laval, au Québec»: then one alone means what was told last."""
    areas: dict[str, set[bool]] = defaultdict(set)
    holders: dict[str, dict[str, None]] = defaultdict(dict)
    for i, spot in enumerate(spots):
        if spot.area is not None:
            areas[spot.key].add(spot.area)
        if i in beside and any(_within(entry, beside[i]) for entry in spot.entries[:MOST]):
            holders[spot.key][beside[i].key] = None
    groups: dict[str, list[int]] = defaultdict(list)
    last: dict[str, str] = {}
    for i, spot in enumerate(spots):
        name = spot.key
        told = (len(areas[name]) > 1 and spot.area) or spot.head == "region"
        if told and {"city", "region"} <= {e.kind for e in spot.entries[:3]}:
            name += " (area)"
        if len(holders[spot.key]) > 1:
            if i in beside and beside[i].key in holders[spot.key]:
                last[spot.key] = beside[i].key
            name += f" in {last.get(spot.key, next(iter(holders[spot.key])))}"
        groups[name].append(i)
    return groups


def _beside(text: str, spots: Sequence[Spot]) -> dict[int, Spot]:
    """For each spot, the one right after it that may hold it: «Paris, Texas», «Tripoli, au Liban»."""
    pairs = {}
    for i, (spot, after) in enumerate(pairwise(spots)):
        if after.sentence == spot.sentence and _PAIR.fullmatch(text, spot.span.end, after.span.start):
            pairs[i] = after
    return pairs


class _Ground:
    """How strongly a name's readings, each as likely as it scores, lie in a country, a region, a cell of the map."""

    def __init__(self, scores: dict[Entry, float]) -> None:
        top = max(scores.values())
        self.countries: dict[str, float] = {}
        self.regions: dict[int, float] = {}
        self.cells: dict[tuple[int, int], float] = {}
        for entry, score in scores.items():
            share = SHARPNESS ** (score - top)
            if entry.country:
                self.countries[entry.country] = max(share, self.countries.get(entry.country, 0))
            if entry.kind == "country":
                continue
            for region in (entry.region, entry.county, entry.id):
                if region:
                    self.regions[region] = max(share, self.regions.get(region, 0))
            for cell in _cells(entry, 1):
                self.cells[cell] = max(share, self.cells.get(cell, 0))


def _agreement(entry: Entry, others: Sequence[_Ground]) -> float:
    """What the other names of a text say for a place: how many of them lie in its country, its regions, near it."""
    cell = next(_cells(entry, 0), None)
    value = 0.0
    if entry.country:
        value += SAME_COUNTRY * math.log2(1 + sum(g.countries.get(entry.country, 0) for g in others))
    if entry.kind == "region":
        value += SAME_REGION * math.log2(1 + sum(g.regions.get(entry.id, 0) for g in others))
    if entry.region:
        value += SAME_REGION * math.log2(1 + sum(g.regions.get(entry.region, 0) for g in others))
    if entry.county:
        value += SAME_COUNTY * math.log2(1 + sum(g.regions.get(entry.county, 0) for g in others))
    if cell and entry.kind != "country":
        value += NEAR * math.log2(1 + sum(g.cells.get(cell, 0) for g in others))
    return value


def _cells(entry: Entry, around: int) -> Iterator[tuple[int, int]]:
    """The cells of the map, CELL degrees wide, that a place lies in and those around it."""
    if entry.lat is not None and entry.lon is not None:
        row, column = int(entry.lat // CELL), int(entry.lon // CELL)
        for r in range(row - around, row + around + 1):
            for c in range(column - around, column + around + 1):
                yield r, c


def _own(
    members: Sequence[int], spots: Sequence[Spot], beside: dict[int, Spot], home: frozenset[str]
) -> dict[Entry, float]:
    """How likely each place of a name is, by its fame and by the words beside the name."""
    entries = spots[members[0]].entries[:MOST]
    heads = {spots[i].head for i in members} - {None}
    areas = [spots[i].area for i in members if spots[i].area is not None]
    area = max(set(areas), key=areas.count) if areas else None
    holders = [beside[i] for i in members if i in beside]
    return {
        entry: math.log10(entry.weight + 10)
        + COUNTRY * (entry.kind == "country")
        - NAMESAKE * (entry.kind == "region" and any(e.kind == "city" and e.weight > LARGE for e in entries))
        + HOME * (entry.country in home)
        + HEAD * (entry.kind in heads)
        + PREPOSITION
        * (entry.kind != "city" if area else area is False and entry.kind in ("city", "island", "building"))
        + BESIDE * any(_within(entry, holder) for holder in holders)
        for entry in entries
    }


def _within(entry: Entry, holder: Spot) -> bool:
    return any(
        other.id in (entry.region, entry.county) or (other.kind == "country" and other.country == entry.country)
        for other in holder.entries[:MOST]
        if other.id != entry.id and other.kind in ("country", "region")
    )
