"""What linking costs an article as the library grows, its memory, and how many planted copies it finds.

    python bench/scale.py [--articles 20000] [--write]

The articles are made by `synthetic.py` and added one by one in order of publication; texts are kept in memory, as
the index is. Cost is processor time of the articles around 2,000 and of the last ones.
"""

import argparse
import resource
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

from machine import heading, record
from selon.linking.copies import Copies
from selon.linking.stories import Stories
from selon.linking.translations import Translations
from selon.model import Article
from stories import bcubed
from synthetic import articles

RUNS = Path(__file__).parent / "runs" / "scale.md"
STEP = 1000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--write", action="store_true", help=f"append the run to {RUNS.name}")
    args = parser.parse_args()
    library: dict[str, Article] = {}
    linkers: dict[str, Copies | Translations | Stories] = {
        "copies": Copies(library.__getitem__),
        "translations": Translations(library.__getitem__),
        "stories": Stories(library.__getitem__),
    }
    spent: dict[str, list[float]] = defaultdict(list)
    planted, found, gold, words = set(), Counter[frozenset[str]](), {}, 0
    translated = 0
    for made in articles(args.articles):
        article = made.article
        library[article.id] = article
        gold[article.id] = made.story
        words += len(article.text.split())
        planted |= {(frozenset((p.source, p.copy)), p.edited) for p in made.copies}
        for name, linker in linkers.items():
            start = time.process_time()
            links = linker.add(article)
            spent[name].append(time.process_time() - start)
            if isinstance(linker, Copies):
                found.update(frozenset((copy.a, copy.b)) for copy in links if not isinstance(copy, str))
            elif isinstance(linker, Translations):
                translated += len(links)
        if len(library) % STEP == 0:
            now = {name: 1000 * sum(times[-STEP:]) / STEP for name, times in spent.items()}
            print(len(library), {name: f"{ms:.1f} ms" for name, ms in now.items()}, file=sys.stderr, flush=True)

    def cost(name: str, end: int) -> float:
        return 1000 * sum(spent[name][end - STEP : end]) / STEP

    early = min(2 * STEP, len(library))
    stories = linkers["stories"]
    assert isinstance(stories, Stories)
    story = {id: s.id for s in stories.stories() for id in s.articles}
    rows = [f"{'ms an article':16}{f'at {early:,}':>12}{f'at {len(library):,}':>12}{'ratio':>8}"]
    for name in linkers:
        a, b = cost(name, early), cost(name, len(library))
        rows.append(f"{name:16}{a:12.1f}{b:12.1f}{b / a:8.2f}")
    a, b = (sum(cost(name, end) for name in linkers) for end in (early, len(library)))
    rows.append(f"{'all':16}{a:12.1f}{b:12.1f}{b / a:8.2f}")
    pairs = {pair for pair, _ in planted}
    for edited in (False, True):
        mine = {pair for pair, e in planted if e == edited}
        kind = "edited" if edited else "verbatim"
        rows.append(f"planted copies, {kind}: {len(mine & found.keys())} of {len(mine)} found")
    same = sum(len({gold[id] for id in pair}) == 1 for pair in found)
    rows.append(f"copies found that were not planted themselves: {len(found.keys() - pairs)}; in one story: {same}")
    rows.append(f"translations found, where none was planted: {translated}")
    rows.append(f"stories: BCubed F1 {100 * bcubed(gold, story)[2]:.1f} %, {len(set(gold.values()))} stories")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    rows.append(f"{words / len(library):.0f} words an article; {memory:.2f} GiB in all, texts included")
    report = f"{heading()}\n```\n{chr(10).join(rows)}\n```\n"
    print(report)
    record(report, RUNS, args.write)
    return 0


if __name__ == "__main__":
    sys.exit(main())
