"""How many planted cases the findings get, and what fires on annotated articles, to be read by eye.

    python bench/findings.py [--half looked_at|only_scored|…|blind_odd] [--misses] [--write]
    python bench/findings.py --shared ../shared [--fires]

Each case of bench/findings/*.toml is read twice: as it stands, where a finding at the planted words must hold, and
with its one edit, where one there must not. A finding is there if one of its spans meets the words that the edit
changes. False alarms: a `does_not_hold` in a text as it stands. --shared reads the gold's French articles and counts
findings; --fires prints each, for somebody to judge.

looked_at and only_scored were written before the rules. The others were written later, one after another, each scored
once before it was looked at: bench/runs/findings.md has those scores. blind_even and blind_odd are whole articles by
somebody who had never seen the rules; first scores 16.7 % and 28.3 %. The even ones were then looked at, and once the
odd ones stood at 46.7 %, they as well. unseen is by another such writer and was never looked at: 70.8 % once the even
ones had been, 74.2 % once the odd ones had. blind_third is by a third one, who wrote mostly of the weakest kinds and
set what belongs together further apart: 28.3 %, 34.2 % once the rules had been widened without a look at it, and then
it was looked at. blind_fourth is by a fourth one: 45.8 % with the rules of two steps before, 60.0 % with those that it
was first looked at with. unseen_second is by a fifth one, asked for wordings as unlike as can be, and was never looked
at. blind_fifth is by a sixth one, asked to word things as often as outlets do: 79.2 % at first sight, then looked at.
unseen_third is by a seventh one, asked likewise, and was never looked at.
The sets first_… were written by who mended the rules, before each step, and first scored then: their heads say how.
wordings is one or two sentences a case, written with the rules: it says what they know, not how good they are.
"""

import argparse
import json
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from machine import heading, record
from selon.model import Reading, Span
from selon.read import read

CASES = Path(__file__).parent / "findings"
RUNS = Path(__file__).parent / "runs" / "findings.md"
FIRST = ("first_durations", "first_ages", "first_sums", "first_places", "first_changes", "first_figures")
LOOKED_AT = (
    "looked_at", "wordings", "blind_even", "blind_odd", "blind_third", "blind_fourth", "blind_fifth", *FIRST,
)  # fmt: skip
HALVES = (*LOOKED_AT, "only_scored", "written_after", "last", "final", "unseen", "unseen_second", "unseen_third")
GOLD = ("attribution/fr-train.jsonl", "time/fr-train.jsonl")


class Outcome(NamedTuple):
    """Whether a case was found, by a finding of its own kind, and how many others in its text do not hold."""

    case: str
    kind: str
    language: str
    planted: str
    found: bool
    same_kind: bool
    alarms: tuple[str, ...]
    """Workings of findings that do not hold elsewhere than at the planted words."""


def edited(text: str, old: str, new: str) -> tuple[str, Span, Span]:
    """The text with its edit, and the stretch in which it differs: in the text as it stands, and in the edited one."""
    at = text.index(old)
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    here, there = (Span(at + max(0, head - 1), at + max(len(x) - tail, head + 1)) for x in (old, new))
    return text.replace(old, new, 1), here, there


def outcomes(half: str) -> list[Outcome]:
    found = []
    for case in tomllib.loads((CASES / f"{half}.toml").read_text("utf-8"))["case"]:
        old, new = case["edit"]
        whole = case["text"].strip()
        broken, here, there = edited(whole, old, new)
        for text, span, planted in ((whole, here, "holds"), (broken, there, "does_not_hold")):
            reading = read(text, plain=True, language=case["lang"], published=case.get("published"), rules_only=True)
            found.append(outcome(case, reading, span, planted))
    return found


def outcome(case: dict[str, Any], reading: Reading, at: Span, planted: str) -> Outcome:
    there = [f for f in reading.findings if any(s.overlaps(at) for s in f.spans)]
    right = [f for f in there if f.verdict == planted]
    wrong = [f for f in there if f.verdict == "does_not_hold"] if planted == "holds" else []
    alarms = [f for f in reading.findings if f.verdict == "does_not_hold" and f not in there]
    return Outcome(
        case["id"],
        case["kind"],
        case["lang"],
        planted,
        bool(right) and not wrong,
        any(f.kind == case["kind"] for f in right),
        tuple(f.working for f in (*alarms, *wrong)),
    )


def table(half: str, found: list[Outcome]) -> str:
    def share(some: list[Outcome]) -> str:
        return f"{sum(o.found for o in some):3}/{len(some):<3}"

    rows = [f"{half:14}  hold     broken   all"]
    for name, some in (
        ("all", found),
        *((f"  {x}", [o for o in found if o.language == x]) for x in ("fr", "en")),
        *((f"  {x}", [o for o in found if o.kind == x]) for x in dict.fromkeys(o.kind for o in found)),
    ):
        halves = [[o for o in some if o.planted == planted] for planted in ("holds", "does_not_hold")]
        rows.append(f"{name:14}  {share(halves[0])}  {share(halves[1])}  {share(some)}")
    rows.append(f"found {sum(o.found for o in found)} of {len(found)} = {sum(o.found for o in found) / len(found):.1%}")
    rows.append(f"of the planted kind: {sum(o.same_kind and o.found for o in found)}")
    whole = sum(len(o.alarms) for o in found if o.planted == "holds")
    rows.append(f"false alarms in {len(found) // 2} texts that hold together: {whole}")
    return "\n".join(rows)


@contextmanager
def timed(names: tuple[str, ...]) -> Iterator[Counter[str]]:
    """Seconds that these stages of the flow take, by name."""
    spent: Counter[str] = Counter()
    flow = sys.modules["selon.read"]
    kept = {name: getattr(flow, name) for name in names}

    def clocked(name: str) -> Callable[..., Any]:
        def run(*args: Any) -> Any:
            start = time.perf_counter()
            result = kept[name](*args)
            spent[name] += time.perf_counter() - start  # type: ignore[assignment]
            return result

        return run

    for name in names:
        setattr(flow, name, clocked(name))
    try:
        yield spent
    finally:
        for name in names:
            setattr(flow, name, kept[name])


def fires(shared: Path, show: bool) -> str:
    counts: Counter[tuple[str, str]] = Counter()
    words, articles, start = 0, 0, time.perf_counter()
    with timed(("find_quantities", "find_findings")) as spent:
        for document in documents(shared):
            articles += 1
            reading = read(document["text"], plain=True, language="fr", published=document["published"])
            words += len(document["text"].split())
            for f in reading.findings:
                counts[f.kind, f.verdict] += 1
                if show:
                    text = reading.article.text
                    first, last = f.spans[0].start, f.spans[-1].end
                    around = text[max(0, first - 60) : min(last + 60, first + 500)].replace("\n", " / ")
                    print(f"{document['id']}  {f.kind} {f.verdict}: {f.working}")
                    print(f"    {[s.of(text) for s in f.spans]}\n    {around}\n")
    whole = time.perf_counter() - start
    rows = [f"{articles} French articles, {words:,} words: {sum(counts.values())} findings"]
    rows += [f"  {kind:10} {verdict:14} {n}" for (kind, verdict), n in sorted(counts.items())]
    rows += [
        f"{name}: {1000 * seconds / words:.3f} s per 1,000 words, {100 * seconds / whole:.1f} % of reading"
        for name, seconds in spent.items()
    ]
    return "\n".join(rows)


def documents(shared: Path) -> Iterator[dict[str, Any]]:
    """The gold's French articles, those that stand in two files once."""
    seen: set[str] = set()
    for name in GOLD:
        for line in (shared / "gold" / name).read_text("utf-8").splitlines():
            document = json.loads(line)
            if document["id"] not in seen:
                seen.add(document["id"])
                yield document


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=HALVES)
    parser.add_argument("--misses", action="store_true", help="name the cases that may be looked at")
    parser.add_argument("--shared", type=Path, help="the folder that holds gold/")
    parser.add_argument("--fires", action="store_true", help="print all that fires on the gold")
    parser.add_argument("--write", action="store_true", help=f"append the run to {RUNS.name}")
    args = parser.parse_args()
    report = [heading()]
    for half in () if args.shared else [args.half] if args.half else HALVES:
        found = outcomes(half)
        report.append(f"```\n{table(half, found)}\n```\n")
        print(report[-1])
        if args.misses and half in LOOKED_AT:
            for o in found:
                if not o.found or o.alarms:
                    print(o.case, o.planted, "found" if o.found else "MISSED", *o.alarms, sep="  ")
    if args.shared:
        report.append(f"```\n{fires(args.shared, args.fires)}\n```\n")
        print(report[-1])
    record("\n".join(report), RUNS, args.write)
    return 0


if __name__ == "__main__":
    sys.exit(main())
