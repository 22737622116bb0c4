"""Who speaks in an article, or in all of an outlet's: how many attributions each kind of source has."""

from collections import Counter
from collections.abc import Iterable, Mapping

from selon.model import Reading, Record, SourceType

ORDER: tuple[SourceType, ...] = ("named", "role", "org", "media", "group", "doc", "none")


class Share(Record, frozen=True):
    """Of one kind of source: attributions, and their share of all, in [0, 1]."""

    type: SourceType
    count: int
    share: float


class Card(Record, frozen=True):
    """`own_voice` is the share of the text that is attributed to nobody, in [0, 1], over `articles` articles."""

    attributions: int
    shares: tuple[Share, ...]
    own_voice: float
    articles: int = 1


def card(reading: Reading) -> Card:
    counts = Counter(a.source.type for a in reading.attributions)
    return made(counts, [reading.own_voice()])


def made(counts: Mapping[SourceType, int], own_voice: Iterable[float]) -> Card:
    total, own = sum(counts.values()), list(own_voice)
    shares = tuple(Share(type=t, count=counts[t], share=counts[t] / total) for t in ORDER if counts.get(t))
    return Card(attributions=total, shares=shares, own_voice=sum(own) / len(own) if own else 0.0, articles=len(own))
