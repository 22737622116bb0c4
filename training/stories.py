"""Make src/selon/models/stories.json: how much each thing that two articles share says that they tell of the same
happenings.

    pip install -e . -r training/attributions/requirements.txt
    python -m training.stories [--shared ../shared]

Taught on every other event of the stories gold from the first and of bench/briefs, on the written events of
training/written/stories, and on the first half of bench/translations; that many campaign articles on a few people are
not one story it is taught by the texts of the attribution gold and the pages that came out a month apart or more. Each
of these is a library of its own, and all are one more. It takes three minutes.
"""

import argparse
import gzip
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from sklearn.linear_model import LogisticRegression

from selon.linking._heads import FEATURES, MemoryHeads, dot, features, head_of, meaning_of, view
from selon.linking.origin import day_of, days_between, place
from selon.linking.weights import STORIES, StoryWeights
from selon.model import Article, Published

ROOT = Path(__file__).parent.parent
MODELS = ROOT / "src" / "selon" / "models"
VERSION = "1"
NONE = ""
"""The event of articles of which none is known."""
APART = 30.0
"""Days after which such articles are taken to tell different stories."""
GLANCE = 0.03
"""How alike in words two articles of different events must be to be taught from."""
LEAST = 1.25
"""Log odds, as fitted, from which on articles belong together: the share of pairs that do is not that of a library."""
SHARES = {"gold": 1500.0, "briefs": 1500.0, "written": 1000.0, "translations": 300.0}
"""What the pairs of a corpus that tell of the same count for together; the others count for so much:"""
DIFFERENT, DISTANT = 12_900.0, 25_800.0

Events = list[tuple[str, Article]]


def corpora(shared: Path) -> dict[str, Events]:
    """(event, article) of what is taught from."""
    sys.path.insert(0, str(ROOT / "bench"))
    from copies import renderings
    from stories import events_in, gold_articles, halves

    return {
        "gold": halves(gold_articles(shared))[0],
        "briefs": halves(events_in(ROOT / "bench" / "briefs"))[0],
        "written": events_in(ROOT / "training" / "written" / "stories"),
        "translations": [(r.name, a) for r in renderings()[:16] for a in (r.source, r.rendering, *r.others)],
        "strangers": [(NONE, article) for article in strangers(shared / "gold")],
    }


def strangers(gold: Path) -> Iterator[Article]:
    """Articles of the attribution gold and the pages, each once."""
    with gzip.open(gold / "pages" / "pages.jsonl.gz", "rt", encoding="utf-8") as pages:
        lines = [*pages]
    for name in ("fr-train", "en-train"):
        lines += (gold / "attribution" / f"{name}.jsonl").read_text("utf-8").splitlines()
    seen = set()
    for row in map(json.loads, lines):
        if row["text"] and row["id"] not in seen:
            seen.add(row["id"])
            yield stranger(row)


def stranger(row: dict[str, Any]) -> Article:
    """An article whose title is its first line and whose day may stand in its id."""
    named = re.search(r"\d{4}-\d\d-\d\d", row["id"])
    day = row.get("published") or (named[0] if named else None)
    return Article(
        id=row["id"],
        language=row.get("language") or ("en" if named else "fr"),
        text=row["text"],
        title=row["text"].strip().split("\n")[0],
        published=Published(value=day, how="given", why="the gold says so") if day else None,
    )


def taught(corpus: Events) -> Iterator[tuple[bool, bool, dict[str, float]]]:
    """Whether two articles tell of the same, whether that is taken from the time between them, and what is told by."""
    heads = MemoryHeads()
    ordered = sorted(corpus, key=lambda pair: place(pair[1]))
    for _, article in ordered:
        heads.put(article.id, head_of(article, heads))
    views = [view(heads.head(article.id)) for _, article in ordered]
    meanings = [meaning_of(article) for _, article in ordered]
    for n, (event, one) in enumerate(ordered):
        for m in range(n):
            other_event, other = ordered[m]
            days, distant = days_between(one, other), event == other_event == NONE
            if (distant and days < APART) or (day_of(one) is None and distant):
                continue
            same = event == other_event and not distant
            if same or dot(views[n].words, views[m].words) >= GLANCE:
                alike = float(meanings[n] @ meanings[m])
                yield same, distant, features(views[n], views[m], days, lambda alike=alike: alike)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="the folder that holds gold/")
    args = parser.parse_args()
    found = corpora(args.shared)
    found["all"] = [pair for corpus in found.values() for pair in corpus]
    rows: list[list[float]] = []
    same: list[bool] = []
    weighs: list[float] = []
    for name, corpus in found.items():
        pairs = list(taught(corpus))
        kinds = Counter((is_same, distant) for is_same, distant, _ in pairs)
        print(f"{name}: {len(corpus)} articles, pairs of one story, of two, and far apart:", end=" ")
        print(kinds[True, False], kinds[False, False], kinds[False, True])
        shares = {
            (True, False): SHARES.get(name, sum(SHARES.values())),
            (False, False): DIFFERENT if name == "all" else DIFFERENT / len(SHARES),
            (False, True): DISTANT,
        }
        for is_same, distant, told in pairs:
            rows.append([told[feature] for feature in FEATURES])
            same.append(is_same)
            weighs.append(shares[is_same, distant] / kinds[is_same, distant])
    x = np.array(rows)
    mean, spread = x.mean(axis=0), x.std(axis=0)
    fitted = LogisticRegression(max_iter=1000).fit((x - mean) / spread, same, sample_weight=weighs)
    weights = fitted.coef_[0] / spread
    bias = float(fitted.intercept_[0] - weights @ mean - LEAST)
    rounded = {name: round(float(weight), 4) for name, weight in zip(FEATURES, weights, strict=True)}
    made = StoryWeights(VERSION, rounded, round(bias, 4))
    (MODELS / STORIES).write_bytes(msgspec.json.format(msgspec.json.encode(made), indent=1) + b"\n")


if __name__ == "__main__":
    main()
