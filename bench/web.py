"""How fast the page answers: a long article's view, and every view on a large library.

    python bench/web.py [--articles N] [--rounds N] [--browser] [--write]

The long article has 5,000 words and 200 attributions, some nested and some in pieces. The library holds N copies of the
bundled examples' readings under other ids, outlets and days. Times are those of a request inside the process, the
library opened anew for each, as the server does it; with --browser also those of a real Chromium, from the click to
the page drawn.
"""

import argparse
import random
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from statistics import median, quantiles

from msgspec.structs import replace
from starlette.testclient import TestClient

from machine import heading
from selon import read
from selon.library import Library
from selon.model import Article, Attribution, Block, Part, Published, Reading, Source, Span
from selon.web import Settings, application

RUNS = Path(__file__).parent / "runs" / "web.md"
WORDS, ATTRIBUTIONS, PARAGRAPHS = 5000, 200, 80


def long_article() -> Reading:
    """An article of so many words and attributions, every fourth of them inside the one before, every fifth cut."""
    random_ = random.Random(1)
    text, blocks, attributions = "", list[Block](), list[Attribution]()
    per_paragraph = WORDS // PARAGRAPHS
    for n in range(PARAGRAPHS):
        words = ["".join(random_.choices("aeilnorst", k=random_.randint(2, 9))) for _ in range(per_paragraph)]
        start = len(text)
        text += " ".join(words) + "."
        blocks.append(Block(kind="headline" if n == 0 else "body", start=start, end=len(text)))
        text += "\n\n"
    places = [block.start for block in blocks for _ in range(-(-ATTRIBUTIONS // PARAGRAPHS))][:ATTRIBUTIONS]
    for i, place in enumerate(places):
        at = place + 90 * (i % 3)
        inside = attributions[-1] if i % 4 == 3 else None
        content = (Span(at + 24, at + 80),) if i % 5 else (Span(at + 24, at + 40), Span(at + 50, at + 80))
        if inside:
            inner = inside.content.spans[-1]
            content = (Span(inner.start + 6, inner.end),)
        attributions.append(
            Attribution(
                id=f"a{i}",
                source=Source(spans=(Span(at, at + 12),), type="named"),
                cue=Part(spans=(Span(at + 13, at + 20),)),
                content=Part(spans=content),
                manner="indirect",
                act=("say", "deny", "assess", "urge")[i % 4],
                certainty=("certain", "possible", "probable")[i % 3],
                by="model",
                inside=inside.id if inside else None,
                score=0.9,
            )
        )
    article = Article(id="long", language="en", text=text, title="Long", outlet="Long", blocks=tuple(blocks))
    return Reading(selon="0", article=article, attributions=tuple(attributions))


def fill(path: Path, count: int) -> list[str]:
    """A library of so many articles and the long one; some of their ids."""
    folder = files("selon.examples").joinpath("stories")
    pages = sorted((page for page in folder.iterdir() if page.name.endswith(".html")), key=lambda page: page.name)
    readings = [read(page.read_bytes()) for page in pages]
    ids = []
    with Library.open(path, create=True) as library:
        library._db.execute("PRAGMA synchronous = OFF")  # a library to throw away
        library.add(long_article())
        for n in range(count):
            one = readings[n % len(readings)]
            day = f"20{n % 25:02}-{n % 12 + 1:02}-{n % 28 + 1:02}"
            published = Published(value=day, how="metadata", why="made up")
            article = replace(one.article, id=f"n{n}", outlet=f"Outlet {n % 400}", url=None, published=published)
            library.add(replace(one, article=article))
            ids.append(article.id)
    return ids


def views(ids: list[str]) -> dict[str, Callable[[random.Random], str]]:
    return {
        "home": lambda r: f"/?skip={40 * r.randrange(max(1, len(ids) // 40))}",
        "home, one outlet": lambda r: f"/?outlet=Outlet+{r.randrange(400)}",
        "article": lambda r: f"/article/{r.choice(ids)}",
        "attribution": lambda r: f"/panel?article={r.choice(ids)}&attribution=a1",
        "search, rare words": lambda _: "/search?q=zeppelin",
        "search, words of an eighth": lambda r: "/search?q=" + r.choice(["solvants", "samples", "courbe", "jeudi"]),
        "outlet": lambda r: f"/outlet/Outlet%20{r.randrange(400)}",
        "corrections": lambda _: "/corrections",
        "add": lambda _: "/add",
    }


def measure(path: Path, ids: list[str], rounds: int) -> Iterator[str]:
    with TestClient(application(Settings(path)), base_url="http://127.0.0.1") as client:

        def timed(address: str) -> float:
            start = time.perf_counter()
            answer = client.get(address)
            taken = time.perf_counter() - start
            assert answer.status_code == 200, (address, answer.status_code)
            return taken

        timed("/article/long")
        took = [timed("/article/long") for _ in range(rounds)]
        size = len(client.get("/article/long").content)
        yield (
            f"| {WORDS:,} words, {ATTRIBUTIONS} attributions | {1000 * median(took):.0f} | {1000 * p95(took):.0f} |"
            f" {size / 1000:.0f} kB of HTML |"
        )
        for name, address in views(ids).items():
            random_ = random.Random(2)
            took = [timed(address(random_)) for _ in range(rounds)]
            yield f"| {name} | {1000 * median(took):.0f} | {1000 * p95(took):.0f} | |"


def p95(values: list[float]) -> float:
    return quantiles(values, n=20)[-1] if len(values) > 1 else values[0]


def in_browser(path: Path, rounds: int) -> Iterator[str]:
    """The long article in Chromium: until it is drawn, and the longest frame while it is scrolled through."""
    import shutil

    import uvicorn
    from playwright.sync_api import sync_playwright

    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with socket.socket() as sock, sync_playwright() as playwright:
        sock.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(application(Settings(path)), log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.05)
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        drawn, frames = [], []
        for _ in range(rounds):
            page.goto(f"http://127.0.0.1:{sock.getsockname()[1]}/article/long")
            drawn.append(page.evaluate(_DRAWN) / 1000)
            frames.append(page.evaluate(_SCROLLED) / 1000)
        browser.close()
        server.should_exit = True
        thread.join(10)
    yield f"| the same in Chromium, first paint | {1000 * median(drawn):.0f} | {1000 * p95(drawn):.0f} | 1,400 px |"
    yield f"| longest frame while scrolling through it | {1000 * median(frames):.0f} | {1000 * p95(frames):.0f} | |"


_DRAWN = """() => new Promise(done => requestAnimationFrame(() => setTimeout(() => done(performance.now()))))"""
_SCROLLED = """() => new Promise(done => {
  let last = performance.now(), longest = 0;
  const step = now => {
    longest = Math.max(longest, now - last); last = now;
    scrollBy({ top: 300, behavior: 'instant' });
    const over = scrollY + innerHeight >= document.documentElement.scrollHeight - 2;
    if (over) done(longest); else requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--browser", action="store_true")
    parser.add_argument("--write", action="store_true", help=f"add the run to {RUNS}")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "web.db"
        ids = fill(path, options.articles)
        lines = [
            f"{options.articles:,} articles, {path.stat().st_size / 1e6:.0f} MB; {options.rounds} rounds; in ms.\n",
            "| view | median | p95 | |\n|---|---:|---:|---|",
            *measure(path, ids, options.rounds),
        ]
        if options.browser:
            lines += in_browser(path, min(options.rounds, 15))
    run = heading() + "\n" + "\n".join(lines) + "\n"
    sys.stdout.write(run)
    if options.write:
        head = RUNS.read_text("utf-8") if RUNS.exists() else "# How fast the page answers (bench/web.py)\n"
        RUNS.write_text(f"{head}\n{run}", "utf-8")


if __name__ == "__main__":
    main()
