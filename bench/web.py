"""How fast the page answers: a long article's view, and every view on a large library of linked articles.

    python bench/web.py [--articles N] [--rounds N] [--library FILE] [--browser] [--write]

The long article has 5,000 words and 200 attributions, some nested and some in pieces. The library is `filled.py`'s,
with the links that linking would make. `selon serve` runs on it in a process of its own, and every view is asked for
over the loopback, N times, each time about something else: every third time about one of the twenty that are largest.
Warm: the system has the file in its memory; processor: what the server itself spent on an answer, on average. Cold:
the system was made to forget the file before each request. Then pages are asked for while articles are added. With
--browser also the times of a real Chromium; --library keeps the library, or takes it as it is.
"""

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import quote, urlencode

import httpx
import psutil

import filled
from machine import heading
from selon import ask, read
from selon.library import Library
from selon.model import Article, Attribution, Block, Part, Reading, Source, Span

RUNS = Path(__file__).parent / "runs" / "web.md"
WORDS, ATTRIBUTIONS, PARAGRAPHS = 5000, 200, 80
GOAL = 300
"""Milliseconds in which every view should answer, at the 95th percentile."""
ADDED = 6
"""Long articles that are added while pages are asked for."""
COLD = 20
"""Rounds with the file out of memory, at most."""


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


def views(path: Path) -> dict[str, Callable[[random.Random], str]]:
    """Of each view, what gives an address of it."""
    with Library.open(path) as library:
        ids = [id for (id,) in library.rows("SELECT id FROM articles ORDER BY n")]
        outlets = _most(library, "SELECT outlet FROM articles GROUP BY 1 ORDER BY count(*) DESC, 1")
        large = _most(library, "SELECT story FROM members GROUP BY 1 ORDER BY count(*) DESC, 1")
        claims = _most(library, "SELECT id FROM claims ORDER BY articles DESC, n LIMIT 20")
        claims += _most(library, "SELECT id FROM claims WHERE n % 97 = 0 ORDER BY n")
        people = _most(library, "SELECT name FROM known ORDER BY mentions DESC, id")
        pairs = library.rows(
            "SELECT x.id, y.id FROM copies c JOIN articles x ON x.n = c.a JOIN articles y ON y.n = c.b"
        )
        attributions = library.rows(
            "SELECT a.id, t.id FROM attributions t JOIN articles a ON a.n = t.article WHERE t.n % 89 = 0"
        )
    common, french = filled.words("en"), filled.words("fr")

    def some(values: Sequence[str]) -> Callable[[random.Random], str]:
        return lambda r: quote(r.choice(values[:20] if r.random() < 1 / 3 else values), safe="")

    article, outlet, story, claim, person = map(some, (ids, outlets, large, claims, people))

    def sought(r: random.Random) -> str:
        """One to three words: of a tenth of the articles, of some, of hardly any."""
        most = r.choice((10, 100, 1000))
        return quote(" ".join(r.choices((common if r.random() < 0.5 else french)[:most], k=r.randint(1, 3))))

    def panel(r: random.Random) -> str:
        article, attribution = r.choice(attributions)
        return urlencode({"article": article, "attribution": attribution})

    def compared(r: random.Random) -> str:
        a, b = r.choice(pairs)
        return urlencode({"a": a, "b": b})

    return {
        "home": lambda r: f"/?skip={40 * r.randrange(max(1, len(ids) // 40))}",
        "home, one outlet": lambda r: f"/?outlet={outlet(r)}",
        "article": lambda r: f"/article/{article(r)}",
        "long article": lambda _: "/article/long",
        "attribution": lambda r: f"/panel?{panel(r)}",
        "search": lambda r: f"/search?q={sought(r)}",
        "search, the commonest word": lambda r: f"/search?q={r.choice([common[0], french[0]])}",
        "outlet": lambda r: f"/outlet/{outlet(r)}",
        "stories": lambda _: "/stories",
        "stories with words": lambda r: f"/stories?words={sought(r)}",
        "story": lambda r: f"/story/{story(r)}?order={r.choice(['dispute', 'support'])}",
        "story of an article": lambda r: f"/story/{article(r)}",
        "claim": lambda r: f"/claim/{claim(r)}",
        "who": lambda r: f"/who?name={person(r)}",
        "who, the most named": lambda _: f"/who?name={quote(people[0])}",
        "compare": lambda r: f"/compare?{compared(r)}",
        "corrections": lambda _: "/corrections",
        "add, feeds": lambda _: "/add",
        "export of an article": lambda r: f"/export?format=ftm&article={article(r)}",
        "export of a story": lambda r: f"/export?format=csv&story={story(r)}",
        "api": lambda _: "/api",
        "/api/library": lambda _: "/api/library",
        "/api/articles": lambda r: f"/api/articles?skip={r.randrange(len(ids))}",
        "/api/articles/{id}": lambda r: f"/api/articles/{article(r)}",
        "…/attributions": lambda r: f"/api/articles/{article(r)}/attributions",
        "…/sources": lambda r: f"/api/articles/{article(r)}/sources",
        "…/corrections": lambda r: f"/api/articles/{article(r)}/corrections",
        "/api/outlets/{name}/sources": lambda r: f"/api/outlets/{outlet(r)}/sources",
        "/api/search": lambda r: f"/api/search?q={sought(r)}",
        "/api/stories": lambda _: "/api/stories",
        "/api/stories/{id}/claims": lambda r: f"/api/stories/{story(r)}/claims",
        "/api/stories/{id}/sources": lambda r: f"/api/stories/{story(r)}/sources",
        "/api/stories/{id}/copies": lambda r: f"/api/stories/{story(r)}/copies",
        "/api/claims/{id}": lambda r: f"/api/claims/{claim(r)}",
        "/api/people": lambda r: f"/api/people?words={person(r)}",
        "/api/rulings": lambda _: "/api/rulings",
        "/api/adds": lambda _: "/api/adds",
        "/api/feeds": lambda _: "/api/feeds",
        "/api/openapi.json": lambda _: "/api/openapi.json",
    }


def _most(library: Library, sql: str) -> list[str]:
    return [str(value) for (value,) in library.rows(sql)]


@contextmanager
def served(path: Path) -> Iterator[tuple[httpx.Client, psutil.Process]]:
    """A client of `selon serve` on this library, and its process."""
    command = [sys.executable, "-m", "selon", "serve", "--library", str(path), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            found = re.search(r"http://\S+", server.stdout.readline())
            assert found, "the server did not say where it is"
            with httpx.Client(base_url=found[0], timeout=120) as client:
                yield client, psutil.Process(server.pid)
        finally:
            server.terminate()


def timed(client: httpx.Client, address: str) -> tuple[float, int]:
    """Milliseconds, and how many bytes came."""
    start = time.perf_counter()
    answer = client.get(address)
    taken = 1000 * (time.perf_counter() - start)
    assert answer.status_code == 200, (address, answer.status_code, answer.text)
    return taken, len(answer.content)


def measure(client: httpx.Client, server: psutil.Process, path: Path, rounds: int, only: str) -> Iterator[str]:
    over = []
    first, _ = timed(client, "/")
    for name, address in views(path).items():
        if only and only not in name:
            continue
        random_, warm, cold, sizes = random.Random(2), list[float](), list[float](), list[int]()
        timed(client, address(random_))
        used = spent(server)
        for _ in range(rounds):
            taken, size = timed(client, address(random_))
            warm.append(taken)
            sizes.append(size)
        used = 1000 * (spent(server) - used) / rounds
        for _ in range(min(COLD, rounds)):
            forget(path)
            cold.append(timed(client, address(random_))[0])
        if max(p95(warm), p95(cold)) > GOAL:
            over.append(name)
        figures = [median(warm), p95(warm), max(warm), used, median(cold), p95(cold), max(sizes) / 1000]
        yield f"| {name} | " + " | ".join(f"{figure:,.0f}" for figure in figures) + " |"
    yield f"\nThe first page after the start: {first:.0f} ms. Over {GOAL} ms: {', '.join(over) or 'none'}."


def while_adding() -> str:
    """How long pages take while long articles are read and linked, after what they take otherwise."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "adding.db"
        filled.fill(path, 200, [long_article()])
        asked = ("/", "/article/long", "/article/n7", "/stories", "/story/n7", "/search?q=courbe", "/adds/1")
        with served(path) as (client, _):
            adds = [client.post("/api/adds", json={"text": text}).json()["n"] for text in long_texts()]
            begun, busy = time.perf_counter(), list[float]()
            while client.get(f"/api/adds/{adds[-1]}").json()["state"] not in ("done", "failed"):
                busy += [timed(client, address)[0] for address in asked]
            took = time.perf_counter() - begun
            added = sum(client.get(f"/api/adds/{n}").json()["counts"].get("added", 0) for n in adds)
            calm = [timed(client, address)[0] for _ in range(30) for address in asked]
    return (
        f"\nPages while {added} articles of some 3,000 words are read and linked, in {took:.0f} s: median "
        f"{median(busy):.0f} ms, p95 {p95(busy):.0f}, longest {max(busy):.0f}, over {len(busy)}; afterwards "
        f"{median(calm):.0f}, {p95(calm):.0f}, {max(calm):.0f}."
    )


def long_texts() -> Iterator[str]:
    """A few long articles: the paragraphs of the French examples over and over, each time in another order."""
    folder = files("selon.examples").joinpath("stories")
    texts = [read(folder.joinpath(f"valdorne-{n}-fr.html").read_bytes()).article.text for n in (1, 2, 3)]
    paragraphs = [paragraph for text in texts for paragraph in text.split("\n") if len(paragraph) > 80]
    for n in range(ADDED):
        chance, made = random.Random(n), list[str]()
        while sum(len(one.split()) for one in made) < 3000:
            made += chance.sample(paragraphs, len(paragraphs))
        yield "\n\n".join(made)


def spent(server: psutil.Process) -> float:
    """Seconds of processor time that the server has taken."""
    times = server.cpu_times()
    return float(times.user + times.system)


def forget(path: Path) -> None:
    """Have the system drop the file from its memory."""
    for part in (path, path.with_name(f"{path.name}-wal")):
        if part.exists() and hasattr(os, "posix_fadvise"):
            with part.open("rb") as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def p95(values: list[float]) -> float:
    return quantiles(values, n=20)[-1] if len(values) > 1 else values[0]


def in_browser(client: httpx.Client, rounds: int) -> Iterator[str]:
    """The long article in Chromium: until it is drawn, and the longest frame while it is scrolled through."""
    import shutil

    from playwright.sync_api import sync_playwright

    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        drawn, frames = [], []
        for _ in range(rounds):
            page.goto(f"{client.base_url}article/long")
            drawn.append(float(page.evaluate(_DRAWN)))
            frames.append(float(page.evaluate(_SCROLLED)))
        browser.close()
    yield f"\nThe long article in Chromium, 1,400 px: drawn in {median(drawn):.0f} ms, p95 {p95(drawn):.0f} ms; the"
    yield f"longest frame while scrolling through it {median(frames):.0f} ms, p95 {p95(frames):.0f} ms."


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
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--library", type=Path, help="fill this file, or take it as it is if it is there")
    parser.add_argument("--only", default="", help="views with this in their names")
    parser.add_argument("--browser", action="store_true")
    parser.add_argument("--write", action="store_true", help=f"add the run to {RUNS}")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = options.library or Path(folder) / "web.db"
        if not path.exists():
            filled.fill(path, options.articles, [long_article()])
        lines = [
            f"{told(path)}; {options.rounds} rounds warm, {min(COLD, options.rounds)} cold. In ms, and kB at most.\n",
            "| view | median | p95 | longest | processor | cold | cold p95 | kB |\n|---" + 7 * "|---:" + "|",
        ]
        with served(path) as (client, server):
            for line in measure(client, server, path, options.rounds, options.only):
                print(line, file=sys.stderr, flush=True)
                lines.append(line)
        if not options.only:
            lines.append(while_adding())
        if options.browser:
            with served(path) as (client, _):
                lines += in_browser(client, min(options.rounds, 15))
    run = heading() + "\n" + "\n".join(lines) + "\n"
    sys.stdout.write(run)
    if options.write:
        head = RUNS.read_text("utf-8") if RUNS.exists() else "# How fast the page answers (bench/web.py)\n"
        RUNS.write_text(f"{head}\n{run}", "utf-8")


def told(path: Path) -> str:
    with Library.open(path) as library:
        counts = ", ".join(f"{count:,} {what}" for what, count in ask.counts(library).items())
    return f"{counts}; {path.stat().st_size / 1e6:,.0f} MB"


if __name__ == "__main__":
    main()
