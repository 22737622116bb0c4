"""The commands that read articles and keep nothing: read, timeline, score."""

import os
import sys
import traceback
from collections.abc import Callable, Sequence
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from cyclopts import App, Parameter
from cyclopts.validators import Number

from selon.model import Guideline, InputError, Reading
from selon.terminal import (
    STDIN,
    Color,
    Flag,
    Lang,
    UsageError,
    complain,
    console_of,
    day_of,
    json_writer,
    language_of,
    one_line,
    paused,
    people_writer,
    progress,
)

app = App()
Read = Callable[[], Reading]
"""Reads one input."""


class Options(NamedTuple):
    """What holds for all inputs of one call."""

    plain: bool
    language: str | None
    published: str | None
    url: str | None
    allow_private: bool
    rules_only: bool
    guideline: Guideline | None


# ---------------------------------------------------------------- selon read


@app.command(usage="Usage: selon read [OPTIONS] [FILE | URL | -]...")
def read(
    *targets: Annotated[str, Parameter(metavar="[FILE | URL | -]...")],
    json: Flag = False,
    plain: Flag = False,
    lang: Lang = None,
    date: Annotated[str | None, Parameter(metavar="YYYY-MM-DD")] = None,
    url: Annotated[str | None, Parameter(metavar="URL")] = None,
    example: Annotated[Literal["fr", "en"] | None, Parameter(metavar="fr|en", show_choices=False)] = None,
    allow_private: Flag = False,
    rules_only: Flag = False,
    guideline: Guideline | None = None,
    color: Color = "auto",
) -> int:
    """Read articles and print who says what in them.

    selon read article.html
    selon read https://example.org/article --json
    selon read --example fr

    Parameters
    ----------
    targets
        Files, web addresses, or - for standard input, which is also read when there is none.
    json
        Print each reading as one line of JSON.
    plain
        The input is the article's text itself, to be kept to the letter.
    lang
        Language of the articles, where it should not be detected.
    date
        Day they were published, YYYY-MM-DD, where the page does not say.
    url
        Address the one input came from.
    example
        Read the article that comes with the program, in French or in English.
    allow_private
        Fetch also from addresses of the local network.
    rules_only
        Read without the learned network: French and English only.
    guideline
        Whose idea of an attribution the network answers with: selon (nested) or polnear (flat and broader). In
        English it is polnear unless said otherwise, in other languages selon.
    color
        Colours and bold type: auto means on a terminal only, unless NO_COLOR is set.
    """
    options = Options(plain, language_of(lang), day_of(date), url, allow_private, rules_only, guideline)
    inputs = _inputs(targets, example, options)
    if url is not None and len(inputs) > 1:
        raise UsageError(f"--url {url} says where one input came from, and there are {len(inputs)}; give one input")
    return _read_all(inputs, json_writer() if json else people_writer(color))


def _inputs(targets: Sequence[str], example: str | None, options: Options) -> list[tuple[str, Read]]:
    """The name of each input and what reads it."""
    if example:
        if targets or options[:4] != (False, None, None, None):
            raise UsageError(f"--example {example} goes with no input and no --plain, --lang, --date or --url")
        return [(f"example {example}", partial(_read_example, example, options))]
    if not targets:
        if sys.stdin.isatty():
            raise UsageError("nothing to read; give a file, a web address, or - to read standard input")
        targets = [STDIN]
    if targets.count(STDIN) > 1:
        raise UsageError("- stands for standard input, which can be read only once")
    names = ["-" if target == STDIN else target for target in targets]
    return [(name, partial(read_target, name, options)) for name in names]


def read_target(target: str, options: Options) -> Reading:
    from selon.fetch import fetch
    from selon.read import read

    got = fetch(target, allow_private=options.allow_private)
    return read(
        got.data,
        plain=options.plain,
        language=options.language,
        published=options.published,
        url=options.url or got.url,
        content_type=got.content_type,
        rules_only=options.rules_only,
        guideline=options.guideline,
    )


def _read_example(code: str, options: Options) -> Reading:
    from selon.read import read

    page = files("selon").joinpath("examples", f"{code}.html").read_bytes()
    return read(page, rules_only=options.rules_only, guideline=options.guideline)


def _read_all(inputs: Sequence[tuple[str, Read]], write: Callable[[Reading, bool], None]) -> int:
    """Read and write one after the other, whatever happens to one of them; the exit status."""
    status = 0
    with progress(len(inputs)) as bar:
        for number, (name, read_one) in enumerate(inputs, 1):
            try:
                reading = read_one()
            except InputError as error:
                status = 1
                with paused(bar):
                    complain(error.message if error.message.startswith(f"{name}:") else f"{name}: {error.message}")
            except Exception as error:  # a fault of ours must not cost the other articles
                status = 1
                with paused(bar):
                    complain(f"{name}: {_unexpected(error)}")
            else:
                with paused(bar):
                    write(reading, number == len(inputs))
            if bar:
                bar.advance(bar.task_ids[0])
    return status


def _unexpected(error: Exception) -> str:
    if os.environ.get("SELON_DEBUG"):
        return "".join(traceback.format_exception(error))
    said = one_line(f"{type(error).__name__}: {error}")
    return f"the program failed on this article ({said}); SELON_DEBUG=1 shows where"


# ---------------------------------------------------------------- selon timeline


@app.command(usage="Usage: selon timeline [OPTIONS] [FILE | URL | -]...")
def timeline(
    *targets: Annotated[str, Parameter(metavar="[FILE | URL | -]...")],
    json: Flag = False,
    plain: Flag = False,
    lang: Lang = None,
    date: Annotated[str | None, Parameter(metavar="YYYY-MM-DD")] = None,
    allow_private: Flag = False,
    rules_only: Flag = False,
    guideline: Guideline | None = None,
    color: Color = "auto",
) -> int:
    """Read articles and print what happens when in all of them, and who says so.

    selon timeline monday.html tuesday.html
    selon timeline --json *.txt

    Parameters
    ----------
    targets
        Files, web addresses, or - for standard input, which is also read when there is none.
    json
        Print each event as one line of JSON.
    plain
        The inputs are the articles' text itself, to be kept to the letter.
    lang
        Language of the articles, where it should not be detected.
    date
        Day they were published, YYYY-MM-DD, where the page does not say.
    allow_private
        Fetch also from addresses of the local network.
    rules_only
        Read without the learned network: French and English only.
    guideline
        Whose idea of an attribution the network answers with, as in selon read.
    color
        Colours and bold type: auto means on a terminal only, unless NO_COLOR is set.
    """
    from selon.timeline import timeline as in_order

    found: list[tuple[str, Reading]] = []

    def kept(name: str, read_one: Read) -> Reading:
        reading = read_one()
        found.append((name, reading))
        return reading

    options = Options(plain, language_of(lang), day_of(date), None, allow_private, rules_only, guideline)
    inputs = [(name, partial(kept, name, read_one)) for name, read_one in _inputs(targets, None, options)]
    status = _read_all(inputs, lambda *_: None)
    events = in_order(found)
    if json:
        sys.stdout.buffer.writelines(event.to_json() + b"\n" for event in events)
        sys.stdout.buffer.flush()
    elif found:
        from selon.show import print_timeline

        print_timeline(events, [reading for _, reading in found], console_of(color))
    return status


# ---------------------------------------------------------------- selon score


@app.command
def score(
    gold: Path,
    /,
    *,
    predictions: Path | None = None,
    json: Flag = False,
    bootstrap: Annotated[int, Parameter(validator=Number(gte=0), metavar="N", show_default=False)] = 0,
    rows: Path | None = None,
    lang: Lang = None,
    rules_only: Flag = False,
) -> int:
    """Score this build, or a file of predictions, against annotated articles.

    Parameters
    ----------
    gold
        Annotated articles, one line of JSON each.
    predictions
        Score this file, of records or in the form of the gold, instead of reading the articles.
    json
        Print the scores as JSON.
    bootstrap
        Give 95 % intervals of F1 too, from so many resamples of the articles.
    rows
        Write what was counted in each article to this file.
    lang
        Language of the articles that do not say theirs.
    rules_only
        Read without the learned network.
    """
    from msgspec.structs import replace

    from selon import score as scoring

    language = language_of(lang)
    documents = scoring.load(gold)
    if predictions:
        pairs, warnings = scoring.pair(documents, scoring.load(predictions))
    else:
        from selon.read import read

        predicted = scoring.predict(documents, partial(read, rules_only=rules_only), language)
        pairs, warnings = list(zip(documents, predicted, strict=True)), []
    for warning in warnings:
        complain(f"warning: {warning}")
    counts = [scoring.count(document, prediction) for document, prediction in pairs]
    scores = scoring.summarise(counts)
    if bootstrap:
        scores = replace(scores, f1_95=scoring.intervals(counts, bootstrap))
    if rows:
        _write(rows, b"".join(scoring.rows(documents, counts)))
    print(scores.to_json().decode() if json else scoring.table(scores))
    return 0


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise InputError("file", f"{path} cannot be written: {error.strerror}") from None
