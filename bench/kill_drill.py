"""Kill `selon add` again and again, and look for readings that are lost, doubled or half there.

    python bench/kill_drill.py [--kills N] [--articles N] [--records] [--seed N] [--write]

Adds invented articles, half of them files and half JSON lines, to a library, kills the process with SIGKILL at a
random moment (every other time its reading processes too, every third time with another add beside it), checks the
library, and starts again on what is left; a complete library is compared with one that was left in peace, and begun
anew. A reader looks on all the while. With `--records` the articles have been read before, so that nearly all kills
fall into writing.

After each kill: the file is sound and every span gives its words (`Library.check`); what was there before is there; no
id comes twice; every reading is byte for byte that of the library left in peace. Exit status 1 if anything is not.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from machine import heading, record
from selon.library import Library
from selon.model import InputError

RUNS = Path(__file__).parent / "runs" / "kill_drill.md"
TOWNS = ["Orsenna", "Valmont", "Clairvoie", "Harrowfield", "Saint-Brévan", "Montaigu-les-Eaux", "Greyford", "Tolbec"]
PEOPLE = ["Irène Vasseur", "Karim Benhalla", "Lucie Ormeau", "Tom Ashdown", "Paul-Marie Quint", "Nadia Ferrand"]
THINGS = [
    "la digue",
    "le marché couvert",
    "la ligne de tramway",
    "l’usine d’eau",
    "le vieux pont",
    "la halle aux grains",
]


def article(number: int, chance: random.Random) -> dict[str, str]:
    """An invented article in the form of a line of JSON."""
    town, who, what = chance.choice(TOWNS), chance.choice(PEOPLE), chance.choice(THINGS)
    years, metres = chance.randrange(2, 40), chance.randrange(20, 900)
    text = (
        f"« {what.capitalize()} ne tiendra pas {years} ans », a déclaré mardi {who}, maire de {town}. "
        f"Selon un rapport de {2000 + chance.randrange(24)}, {metres} mètres seraient à refaire.\n\n"
        f"La préfecture a nié tout danger et promis une réponse avant le {chance.randrange(1, 29)} juin. "
        f"D’après le dossier numéro {number}, les travaux auraient déjà coûté {years * metres} euros."
    )
    return {
        "id": f"drill-{number:04}",
        "outlet": f"Le Courrier de {town}",
        "url": f"https://courrier.example/{number}",
        "title": f"{town} : {what} inquiète",
        "published": f"2025-0{chance.randrange(1, 10)}-1{chance.randrange(10)}",
        "language": "fr",
        "text": text,
    }


def lay_out(folder: Path, count: int, seed: int) -> list[str]:
    """Write so many articles into `folder`; what to give to `selon add`."""
    chance = random.Random(seed)
    articles = [article(n, chance) for n in range(count)]
    files = folder / "files"
    files.mkdir()
    for one in articles[: count // 2]:
        (files / f"{one['id']}.txt").write_text(f"{one['title']}\n\n{one['text']}\n", "utf-8")
    lines = folder / "lines.jsonl"
    lines.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in articles[count // 2 :]), "utf-8")
    return [str(files), str(lines)]


def start(library: Path, targets: Sequence[str], jobs: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "selon", "add", *targets, "--library", str(library), "--rules-only"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen(
        [*command, "--jobs", str(jobs)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def kill(process: subprocess.Popen[bytes], with_children: bool) -> bool:
    """End it with SIGKILL; whether it was still running."""
    running = process.poll() is None
    if running:
        (os.killpg if with_children else os.kill)(process.pid, signal.SIGKILL)
    process.wait()
    return running


def contents(library: Path) -> dict[str, bytes]:
    """Id → reading, as JSON, of every article; empty where there is no library yet."""
    if not library.exists():
        return {}
    with Library.open(library) as opened:
        return {reading.article.id: reading.to_json() for reading in opened.readings()}


def faults(library: Path, before: dict[str, bytes], expected: dict[str, bytes]) -> Iterator[str]:
    """What is wrong with a library of which `before` is known to have been kept."""
    if not library.exists():
        if before:
            yield "the library is gone"
        return
    with Library.open(library) as opened:
        yield from opened.check()
        readings = [(reading.article.id, reading.to_json()) for reading in opened.readings()]
        if len(readings) != len(opened):
            yield f"{len(opened)} articles, {len(readings)} readings"
        revisions = opened.summary().revisions
        if revisions != len(readings):
            yield f"{len(readings)} articles have {revisions} texts"
    found = dict(readings)
    if len(found) != len(readings):
        yield "an article is there twice"
    yield from (f"{id} is lost" for id in before if id not in found)
    yield from (f"{id} is another reading" for id, record in found.items() if expected.get(id) != record)


class Reader(threading.Thread):
    """Looks at a library while others write it; `faults` are what it could not read, `looks` how often it could."""

    def __init__(self, library: Path, expected: dict[str, bytes]) -> None:
        super().__init__(daemon=True)
        self.library, self.expected = library, expected
        self.faults: list[str] = []
        self.looks = 0
        self.stop = threading.Event()

    def run(self) -> None:
        while not self.stop.wait(0.2):
            try:
                found = contents(self.library)
            except InputError as error:
                if error.code != "missing":
                    self.faults.append(f"reader: {error.message}")
                continue
            self.looks += 1
            wrong = [id for id, record in found.items() if self.expected.get(id) != record]
            self.faults += [f"reader: {id} is another reading" for id in wrong]


def drill(
    folder: Path, targets: Sequence[str], expected: dict[str, bytes], kills: int, longest: float, seed: int
) -> tuple[list[str], dict[str, int]]:
    """So many kills, each after up to `longest` seconds; all that went wrong, and what was counted."""
    chance = random.Random(seed)
    library = folder / "drill.db"
    found: list[str] = []
    counts = {"kills": 0, "complete libraries": 0, "two at once": 0, "looks": 0, "articles found after a kill": 0}
    before: dict[str, bytes] = {}
    reader = Reader(library, expected)
    reader.start()
    while counts["kills"] < kills:
        second = counts["kills"] % 3 == 2
        adds = [start(library, targets, jobs=1 + counts["kills"] % 2) for _ in range(1 + second)]
        until = time.monotonic() + chance.uniform(0.0, longest)
        while time.monotonic() < until and any(process.poll() is None for process in adds):
            time.sleep(0.001)
        killed = [kill(process, with_children=counts["kills"] % 2 == 0) for process in adds]
        counts["kills"] += sum(killed)
        found += [f"an add ended with {p.returncode}" for p in adds if p.returncode not in (0, -signal.SIGKILL)]
        counts["two at once"] += second and all(killed)
        found += [f"kill {counts['kills']}: {fault}" for fault in faults(library, before, expected)]
        before = contents(library)
        counts["articles found after a kill"] += len(before)
        if len(before) == len(expected):
            counts["complete libraries"] += 1
            before = {}
            reader.stop.set()
            reader.join()
            _remove(library)
            again = Reader(library, expected)
            again.faults, again.looks = reader.faults, reader.looks
            reader = again
            reader.start()
    last = start(library, targets, jobs=1)
    last.wait()
    reader.stop.set()
    reader.join()
    found += reader.faults
    counts["looks"] = reader.looks
    found += [f"at the end: {fault}" for fault in faults(library, before, expected)]
    if contents(library) != expected:
        found.append("at the end: not the library that was left in peace")
    return found, counts


def _remove(library: Path) -> None:
    for path in library.parent.glob(f"{library.name}*"):
        path.unlink()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--records", action="store_true", help="articles that have been read before")
    parser.add_argument("--longest", type=float, help="seconds before a kill, at most; else those of a whole add")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help=f"append to {RUNS.name}")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        targets = lay_out(folder, options.articles, options.seed)
        peaceful = folder / "peace.db"
        started = time.monotonic()
        assert start(peaceful, targets, jobs=1).wait() == 0
        seconds = time.monotonic() - started
        expected = contents(peaceful)
        assert len(expected) == options.articles, len(expected)
        if options.records:
            records = folder / "records.jsonl"
            records.write_bytes(b"\n".join(expected.values()) + b"\n")
            targets = [str(records)]
            started = time.monotonic()
            assert start(folder / "records.db", targets, jobs=1).wait() == 0
            seconds = time.monotonic() - started
        longest = options.longest or seconds
        found, counts = drill(folder, targets, expected, options.kills, longest, options.seed)
    said = ", ".join(f"{count:,} {name}" for name, count in counts.items())
    what = "readings" if options.records else "articles"
    result = f"{options.articles} {what} a library, killed after 0 to {longest:.1f} s: {said}; **{len(found)} faults**"
    print("\n".join([*found[:20], result]))
    record(f"\n{heading()}\n- {result}\n", RUNS, options.write)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
