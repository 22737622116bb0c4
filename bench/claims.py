"""Claims, origins and copies of the claims gold, through the program from end to end.

    python bench/claims.py [--shared ../shared] [--annotated] [--write]

The articles of each event are added to a library of their own, linked, and printed as `selon claims --json` does; the
gold's own scorer counts. Two of the four events were read while the code was written, two only scored. --annotated
scores the eighteen events of training/annotated instead: which origins count was taught on them, how statements are put
together was not.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from machine import heading, record
from selon import ask
from selon.library import Library

RUNS = Path(__file__).parent / "runs" / "claims.md"
ANNOTATED = Path(__file__).parent.parent / "training" / "annotated"
READ = ("boko", "hack")
"""Beginnings of the names of the events that were read."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--annotated", action="store_true", help="score the annotated events")
    parser.add_argument("--keep", type=Path, help="folder to keep the libraries in")
    parser.add_argument("--write", action="store_true", help=f"append the run to {RUNS.name}")
    args = parser.parse_args()
    texts = {a["id"]: a for a in map(json.loads, (args.shared / "gold" / "stories" / "stories.jsonl").open())}
    with tempfile.TemporaryDirectory() as folder:
        work = args.keep or Path(folder)
        work.mkdir(parents=True, exist_ok=True)
        if args.annotated:
            gold = [quoted(path, texts, work) for path in sorted(ANNOTATED.glob("*.json"))]
            parts = [("annotated", gold)]
        else:
            gold = sorted((args.shared / "gold" / "claims").glob("*.json"))
            read = [path for path in gold if path.name.startswith(READ)]
            parts = [("read", read), ("only scored", [path for path in gold if path not in read]), ("all", gold)]
        found = {path: predicted(path, texts, work) for path in gold}
        rows = []
        for what, some in parts:
            lines = work / "predicted.jsonl"
            lines.write_text("".join(found[path] for path in some), encoding="utf-8")
            rows.append(f"## {what}: {', '.join(path.stem for path in some)}\n{score(args.shared, some, lines)}")
    report = f"{heading()}\n```\n{chr(10).join(rows)}\n```\n"
    print(report)
    record(report, RUNS, args.write)
    return 0


def quoted(path: Path, texts: dict[str, Any], work: Path) -> Path:
    """An annotated event as the scorer reads it: with the words of each occurrence."""
    event = json.loads(path.read_text("utf-8"))
    event["articles"] = [{"id": id} for id in event["articles"]]
    event["copies"] = []
    for claim in event["claims"]:
        claim["text"] = claim["id"]  # the scorer names it
        for o in claim["occurrences"]:
            article = texts[o["doc"]]
            o["quote"] = f"{article['title']}\n\n{article['text']}"[o["start"] : o["end"]]
    made = work / path.name
    made.write_text(json.dumps(event), encoding="utf-8")
    return made


def predicted(path: Path, texts: dict[str, Any], work: Path) -> str:
    """The lines that the scorer reads, for one event."""
    event = json.loads(path.read_text("utf-8"))
    articles = work / f"{path.stem}.jsonl"
    with articles.open("w", encoding="utf-8") as file:
        for article in event["articles"]:
            a = texts[article["id"]]
            known = {key: a.get(key) for key in ("id", "url", "outlet", "title", "published", "language", "text")}
            byline = a.get("byline")
            known["byline"] = ", ".join(byline) if isinstance(byline, list) else byline
            known["text"] += "\n"
            file.write(json.dumps({key: value for key, value in known.items() if value}) + "\n")
    library = work / f"{path.stem}.db"
    selon("add", articles, "--library", library, "--json")
    selon("link", "--rebuild", "--library", library)
    lines = selon("claims", "--json", "--limit", "1000000", "--library", library)
    with Library.open(library) as opened:
        for copy in ask.copies_among(opened, [a["id"] for a in event["articles"]]):
            lines += json.dumps({"copy": {"a": copy.a, "b": copy.b, "share": copy.share}}) + "\n"
    return lines


def selon(*words: object) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "selon", *map(str, words)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stderr)
    return done.stdout


def score(shared: Path, gold: list[Path], lines: Path) -> str:
    command = [sys.executable, shared / "tools" / "score_claims.py", *gold, "--pred", lines]
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    sys.exit(main())
