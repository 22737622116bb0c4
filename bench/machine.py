"""What a dated run must say about where it was made."""

import datetime
import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path


def heading() -> str:
    """A Markdown heading and a line that name the day, the commit, the machine and the versions."""
    day = datetime.datetime.now(datetime.UTC).date().isoformat()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (
        f"## {day}, {_commit()}\n\n{_processor()}, {cores} cores, {platform.system()} {platform.machine()}; "
        f"Python {platform.python_version()}, spaCy {version('spacy')}\n"
    )


def record(report: str, runs: Path, write: bool) -> None:
    """Append a report to the dated runs, if asked to."""
    if write:
        with runs.open("a", encoding="utf-8") as file:
            file.write(report + "\n")


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown processor"
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown processor")


def _commit() -> str:
    def git(*args: str) -> str:
        here = Path(__file__).parent
        return subprocess.run(["git", *args], cwd=here, capture_output=True, text=True, check=False).stdout.strip()

    commit = git("rev-parse", "--short", "HEAD") or "no commit"
    return f"{commit} and changes" if git("status", "--porcelain", "--untracked-files=no", "../src") else commit
