"""Time rules run over a text: what matches, with its parts read into values. Longest match first."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypedDict, cast

from selon.lang.contract import TimeRule, TimeRules, fold, words_in
from selon.model import Mod, Sentence, Span
from selon.stages._numbers import spelled_out

MAX_COUNT = 10**9
"""Counts past this are no count of time."""

_BEFORE = 30
"""Code points looked at for words that must not stand before."""


class Parts(TypedDict, total=False):
    """What the words of an expression name. Month, weekday (Monday is 1) and quarter are numbers."""

    year: int
    month: int
    day: int
    weekday: int
    hour: int
    minute: int
    second: int
    part: str
    """Part of a day: MO, MI, AF, EV, NI."""
    season: str
    quarter: int
    half: int
    decade: int
    century: int
    easter: int
    """Days from Easter Sunday."""
    side: int
    """-1: the last one, 1: the next one."""
    unit: str
    unit_b: str
    n: float | None
    n_b: float | None
    sign: int
    base: str
    """"text": counted from a time told before; "published": not so, though a bare one might be."""
    how: str
    """"or-now": from publication where nothing was told; "or-nowadays": these days, beside a present tense; "that": the
    weekday closest to the day told; "following": the first after it."""
    mod: Mod
    value: str
    exact: int
    zone: str
    meridiem: int


class Match(NamedTuple):
    """A rule that matched, its extent and its parts."""

    rule: TimeRule
    span: Span
    parts: Parts


def matches(text: str, sentences: Sequence[Sentence], rules: TimeRules, code: str) -> tuple[Match, ...]:
    """What the rules find, in order, without overlaps: the longest wins, then a refusal, then the rule before."""
    found = sorted(
        _all(text, sentences, rules, code), key=lambda m: (m.span.start - m.span.end, m.rule.means != "nothing")
    )
    taken = bytearray(len(text))
    kept = []
    for match in found:
        if not any(taken[match.span.start : match.span.end]):
            taken[match.span.start : match.span.end] = b"\1" * (match.span.end - match.span.start)
            kept.append(match)
    return tuple(sorted(kept, key=lambda m: m.span.start))


def _all(text: str, sentences: Sequence[Sentence], rules: TimeRules, code: str) -> Iterator[Match]:
    for sentence, rule in _worth_trying(text, sentences, rules):
        for found in rule.pattern.finditer(text, sentence.start, sentence.end):
            named = {name: words for name, words in found.groupdict().items() if words is not None}
            span = Span(found.start("time"), found.end("time"))
            del named["time"]
            if rule.unless and rule.unless.search(text, max(0, span.start - _BEFORE), span.start):
                continue
            values: dict[str, object] = dict(rule.fixed)
            for group, words in named.items():
                name, source, _ = group.split("__")
                values[name] = _value(source, words, rules, code)
            if values.pop("and_half", None):
                values["n"] = cast(float, values.get("n") or 0) + 0.5
            if values.get("n") == "X":
                values["n"] = None
            if "dozens" in values:
                values["n"] = values.pop("dozens")
                values.setdefault("mod", "APPROX")
            if -1 not in (values.get("n"), values.get("n_b")):
                yield Match(rule, span, cast(Parts, values))


def _worth_trying(text: str, sentences: Sequence[Sentence], rules: TimeRules) -> Iterator[tuple[Sentence, TimeRule]]:
    for sentence in sentences:
        words = set(words_in(text[sentence.start : sentence.end]))
        yield from ((sentence, rule) for rule in rules.rules if not any(map(words.isdisjoint, rule.needs)))


def _value(source: str, words: str, rules: TimeRules, code: str) -> str | int | float | None:
    if source == "n":
        return number(words, rules, code)
    if source in rules.lists:
        return rules.lists[source][_plain(words)]
    return int(words) if words.isdecimal() and len(words) < 12 else words


def number(words: str, rules: TimeRules, code: str) -> float | None:
    """The number that figures or words say; None where they leave it vague ("quelques"), -1 where they say none."""
    folded = _plain(words)
    if folded in rules.lists["vague"]:
        return None
    if folded[0].isdigit():
        whole = folded.replace(" ", "")
        if whole.count(".") and all(len(group) == 3 for group in whole.split(".")[1:]):
            whole = whole.replace(".", "")
        value = float(whole.replace(",", ".")) if len(whole) < 20 else -1
    else:
        if folded in rules.lists["articles"]:
            return int(rules.lists["articles"][folded])
        said = spelled_out(folded, code)
        if said is None:
            return -1
        value = said
    if not 0 <= value <= MAX_COUNT:
        return -1
    return int(value) if float(value).is_integer() else value


def _plain(words: str) -> str:
    return fold(" ".join(words.replace("ʼ", "'").split()))
