"""Kill `selon link` again and again, and look whether its links are those of a library that was left in peace.

    python bench/link_drill.py [--kills 25] [--articles 60] [--seed 1] [--write]

The articles are those of `kill_drill.py`, read by rules; each run is ended with SIGKILL at a random moment.
"""

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from kill_drill import kill, lay_out, start
from machine import heading, record
from selon.library import Library
from selon.linked.store import Links

RUNS = Path(__file__).parent / "runs" / "link_drill.md"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=25)
    parser.add_argument("--articles", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help=f"append the run to {RUNS.name}")
    args = parser.parse_args()
    chance = random.Random(args.seed)
    with tempfile.TemporaryDirectory() as folder:
        peace, drilled = Path(folder) / "peace.db", Path(folder) / "drilled.db"
        start(peace, lay_out(Path(folder), args.articles, args.seed), 2).wait()
        shutil.copy(peace, drilled)
        begun = time.perf_counter()
        link(peace).wait()
        whole = time.perf_counter() - begun
        kills = 0
        while kills < args.kills:
            running = link(drilled, *([] if unlinked(drilled) else ["--rebuild"]))
            time.sleep(chance.uniform(0.2, 1.1) * whole)
            kills += kill(running, with_children=False)
        link(drilled).wait()
        with Library.open(peace) as one, Library.open(drilled) as other:
            mine, theirs = Links(one).contents(), Links(other).contents()
            wrong = [name for name in mine if mine[name] != theirs[name]] + list(other.check())
            size = ", ".join(f"{len(rows)} {name}" for name, rows in mine.items())
    result = f"{kills} kills; {size}; {'the same' if not wrong else 'not the same: ' + '; '.join(wrong)}"
    report = f"{heading()}\n{result}\n"
    print(report)
    record(report, RUNS, args.write)
    return 1 if wrong else 0


def link(library: Path, *more: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "selon", "link", "--library", str(library), *more]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)


def unlinked(library: Path) -> bool:
    with Library.open(library) as opened:
        return bool(Links(opened).unlinked() or Links(opened).stale())


if __name__ == "__main__":
    sys.exit(main())
