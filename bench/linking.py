"""What linking a library costs an article as it grows, its memory, and how fast claims are found.

    python bench/linking.py [--articles 20000] [--batch 500] [--write]

The articles are made by `synthetic.py`, added in order of publication and linked a batch at a time, as a library that
is watched would be. Nobody reads them: their sentences are cut by punctuation, and each quotation is one attribution.
The meaning of a statement is a sum of random vectors of its words, in place of the encoder, whose cost is the same for
every article; it is measured apart. Cost is processor time. Then claims are looked for among those that came of it; how
fast a library is searched that has many more of them is for `web.py` to tell.
"""

import argparse
import random
import re
import resource
import sys
import tempfile
import time
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from machine import heading, record
from selon import ask
from selon.library import Library
from selon.linked import link
from selon.linked.flow import read_meanings
from selon.linking._words import sentences_of
from selon.linking.meaning import AXES, Meanings
from selon.linking.statements import Statement, statements
from selon.model import Article, Attribution, Entity, Part, Reading, Source, Span
from synthetic import articles

RUNS = Path(__file__).parent / "runs" / "linking.md"
ASKED = 200
_QUOTED = re.compile(r"“ (?P<content>[^”]+) , ” said (?P<who>\w+ \w+)|« (?P<dit>[^»]+) » , dit (?P<qui>\w+ \w+)")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--batch", type=int, default=500)
    parser.add_argument("--write", action="store_true", help=f"append the run to {RUNS.name}")
    args = parser.parse_args()
    cost: dict[int, float] = {}
    with tempfile.TemporaryDirectory() as folder, Library.open(Path(folder) / "bench.db", create=True) as library:
        batch = list[Reading]()
        some = list[Reading]()
        for n, made in enumerate(articles(args.articles), 1):
            batch.append(reading(made.article))
            if len(some) < 40 and n % 97 == 0:
                some.append(batch[-1])
            if n % args.batch == 0 or n == args.articles:
                for one in batch:
                    library.add(one)
                start = time.process_time()
                for _ in link(library, meanings_of=random_meanings):
                    pass
                cost[n] = 1000 * (time.process_time() - start) / len(batch)
                batch = []
                print(n, f"{cost[n]:.1f} ms", file=sys.stderr, flush=True)
        counts = ask.counts(library)
        spent = queries(library)
        size = library.path.stat().st_size / 1e6
    early = min((n for n in cost if n >= 2000), default=args.articles)
    near = [cost[n] for n in cost if early - 2 * args.batch < n <= early]
    last = [cost[n] for n in cost if n > args.articles - 2 * args.batch]
    start = time.process_time()
    for one in some:
        read_meanings(one.article.text, statements(one))
    encoded = 1000 * (time.process_time() - start) / max(1, len(some))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    a, b = sum(near) / len(near), sum(last) / len(last)
    rows = [
        f"linking an article: {a:.1f} ms at {early:,}, {b:.1f} ms at {args.articles:,}: ratio {b / a:.2f}",
        f"the encoder besides: {encoded:.0f} ms an article",
        f"memory {memory:.2f} GiB; library {size:.0f} MB",
        ", ".join(f"{count:,} {what}" for what, count in counts.items()),
        f"selon claims WORDS: median {np.percentile(spent, 50):.0f} ms, p95 {np.percentile(spent, 95):.0f} ms"
        f" over {len(spent)} of one to three words, among {counts['claims']:,} claims",
    ]
    report = f"{heading()}\n```\n{chr(10).join(rows)}\n```\n"
    print(report)
    record(report, RUNS, args.write)
    return 0


def reading(article: Article) -> Reading:
    text = article.text
    entities: dict[str, Entity] = {}
    attributions = list[Attribution]()
    for m in _QUOTED.finditer(text):
        who, what = ("who", "content") if m["who"] else ("qui", "dit")
        entity = entities.setdefault(m[who], Entity(f"e{len(entities) + 1}", m[who], "person"))
        source = Span(*m.span(who))
        cue = Span(m.start(who) - 5, m.start(who) - 1)
        entities[m[who]] = Entity(entity.id, entity.name, "person", (), (*entity.mentions, source))
        attributions.append(
            Attribution(
                id=f"a{len(attributions) + 1}",
                source=Source((source,), "named", entity.id),
                cue=Part((cue,)),
                content=Part((Span(*m.span(what)),)),
                manner="direct",
                act="say",
                certainty="certain",
                by="bench",
            )
        )
    return Reading("bench", article, sentences_of(text), tuple(entities.values()), tuple(attributions))


def random_meanings(text: str, found: Sequence[Statement]) -> Meanings:
    if not found:
        return Meanings(np.zeros((0, 0), np.float32), ())
    rows, parts = [], []
    for one in found:
        words = re.findall(r"\w+", one.of(text).lower())
        each = [np.random.default_rng(zlib.crc32(word.encode())).standard_normal(384) for word in words]
        row = np.sum(each, axis=0)
        rows.append(row / np.linalg.norm(row))
        axes = np.array(each)[:, :AXES]
        axes *= 127 / np.linalg.norm(axes, axis=1, keepdims=True)
        parts.append(np.rint(np.column_stack([np.full(len(words), 50), axes])).astype(np.int8))
    return Meanings(np.array(rows, np.float32), tuple(parts))


def queries(library: Library) -> list[float]:
    """Milliseconds of questions with one to three words that some claim has."""
    chance = random.Random(5)
    texts = [row[0] for row in library.rows("SELECT text FROM claims ORDER BY n")]
    spent = []
    for _ in range(ASKED):
        words = re.findall(r"\w{4,}", chance.choice(texts)) or ["harbour"]
        asked = " ".join(chance.sample(words, min(len(words), chance.randint(1, 3))))
        start = time.perf_counter()
        ask.claims(library, asked)
        spent.append(1000 * (time.perf_counter() - start))
    return spent


if __name__ == "__main__":
    sys.exit(main())
