"""Claims, origins and copies of the claims gold, through the program from end to end.

    python bench/claims.py [--shared ../shared] [--annotated | --briefs] [--write]

The articles of each event are added to a library of their own, linked, and printed as `selon claims --json` does; the
gold's own scorer counts. Two of the four events were read while the code was written, two only scored. --annotated
scores the eighteen events of training/annotated instead: which origins count was taught on them, how statements are put
together was not. --briefs scores those of bench/briefs by language, all in one library, by which the features of pairs
of statements were chosen; their origins are not worked out.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import fmean
from typing import Any

from machine import heading, record
from selon import ask
from selon.library import Library

RUNS = Path(__file__).parent / "runs" / "claims.md"
ANNOTATED = Path(__file__).parent.parent / "training" / "annotated"
BRIEFS = Path(__file__).parent / "briefs"
TOGETHER = (
    "found", "together_p", "together_r", "together_f1", "stance_supports_right", "stance_against_right",
)  # fmt: skip
"""What the briefs can tell."""
READ = ("boko", "hack")
"""Beginnings of the names of the events that were read."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--annotated", action="store_true", help="score the annotated events")
    parser.add_argument("--briefs", action="store_true", help="score the written events of bench/briefs")
    parser.add_argument("--keep", type=Path, help="folder to keep the libraries in")
    parser.add_argument("--write", action="store_true", help=f"append the run to {RUNS.name}")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = args.keep or Path(folder)
        work.mkdir(parents=True, exist_ok=True)
        rows = briefs(args.shared, work) if args.briefs else real(args.shared, work, annotated=args.annotated)
    report = f"{heading()}\n```\n{chr(10).join(rows)}\n```\n"
    print(report)
    record(report, RUNS, args.write)
    return 0


def real(shared: Path, work: Path, *, annotated: bool) -> list[str]:
    """The scores of the claims gold, or of the annotated events."""
    texts = {a["id"]: a for a in map(json.loads, (shared / "gold" / "stories" / "stories.jsonl").open())}
    if annotated:
        gold = [quoted(path, texts, work) for path in sorted(ANNOTATED.glob("*.json"))]
        parts = [("annotated", gold)]
    else:
        gold = sorted((shared / "gold" / "claims").glob("*.json"))
        read = [path for path in gold if path.name.startswith(READ)]
        parts = [("read", read), ("only scored", [path for path in gold if path not in read]), ("all", gold)]
    found = {path: predicted(path, texts, work) for path in gold}
    rows = []
    for what, some in parts:
        lines = work / "predicted.jsonl"
        lines.write_text("".join(found[path] for path in some), encoding="utf-8")
        rows.append(f"## {what}: {', '.join(path.stem for path in some)}\n{score(shared, some, lines)}")
    return rows


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
    library = work / f"{path.stem}.db"
    lines = claims([texts[article["id"]] for article in event["articles"]], library)
    with Library.open(library) as opened:
        for copy in ask.copies_among(opened, [a["id"] for a in event["articles"]]):
            lines += json.dumps({"copy": {"a": copy.a, "b": copy.b, "share": copy.share}}) + "\n"
    return lines


def claims(articles: list[dict[str, Any]], library: Path) -> str:
    """What `selon claims --json` prints of a new library of these articles."""
    lines = library.with_suffix(".jsonl")
    with lines.open("w", encoding="utf-8") as file:
        for a in articles:
            known = {key: a.get(key) for key in ("id", "url", "outlet", "title", "published", "language", "text")}
            byline = a.get("byline")
            known["byline"] = ", ".join(byline) if isinstance(byline, list) else byline
            known["text"] = f"{a['text']}\n"
            file.write(json.dumps({key: value for key, value in known.items() if value}) + "\n")
    selon("add", lines, "--library", library, "--json")
    selon("link", "--rebuild", "--library", library)
    return selon("claims", "--json", "--limit", "1000000", "--library", library)


def briefs(shared: Path, work: Path) -> list[str]:
    """How statements of the briefs are put together, by language."""
    parts: dict[str, list[Path]] = {}
    articles = []
    for path in sorted(BRIEFS.glob("*.json")):
        event = json.loads(path.read_text("utf-8"))
        for claim in event["claims"]:
            claim["independent"] = 0  # the scorer asks for it; it is not worked out
            claim["occurrences"] = [o | {"origin": ""} for o in claim["occurrences"]]
        made = work / path.name
        made.write_text(json.dumps(event | {"copies": []}), encoding="utf-8")
        articles += event["articles"]
        languages = sorted({a["language"] for a in event["articles"]})
        parts.setdefault(" and ".join(languages), []).append(made)
    texts, lines = work / "texts.jsonl", work / "predicted.jsonl"
    texts.write_text("".join(json.dumps(a) + "\n" for a in articles), encoding="utf-8")
    lines.write_text(claims(articles, work / "briefs.db"), encoding="utf-8")
    rows = []
    for what, gold in sorted(parts.items()):
        found = [json.loads(score(shared, [path], lines, "--texts", texts, "--json")) for path in gold]
        rows.append(f"## briefs, {what}: {len(gold)} events, {sum(one['claims'] for one in found)} claims, means")
        rows += [f"{key:26}{fmean(one[key] for one in found):8.3f}" for key in TOGETHER]
    return rows


def selon(*words: object) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "selon", *map(str, words)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stderr)
    return done.stdout


def score(shared: Path, gold: list[Path], lines: Path, *more: object) -> str:
    command = [sys.executable, shared / "tools" / "score_claims.py", *gold, "--pred", lines, *more]
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    sys.exit(main())
