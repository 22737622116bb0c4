"""The flow, in order: a file's bytes or text in, a Reading out. No network, no files: see fetch for those."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from importlib.metadata import version

from msgspec.structs import replace

from selon.data import gazetteer
from selon.lang.contract import Rules
from selon.lang.registry import choices, languages, others, rules
from selon.model import Article, Guideline, InputError, Note, Page, Published, Reading, article_id
from selon.models import weights
from selon.stages.attributions import find_attributions
from selon.stages.attributions.learned import Drafted, drafted
from selon.stages.findings import find_findings
from selon.stages.mentions import find_mentions
from selon.stages.page import decode, is_html, read_html
from selon.stages.places import find_places
from selon.stages.quantities import find_quantities
from selon.stages.quotes import find_quotes
from selon.stages.said import with_when
from selon.stages.sentences import split_sentences
from selon.stages.syntax import parse
from selon.stages.text import language_of, read_pasted, read_plain
from selon.stages.times import find_published, find_times

_BESIDE = ThreadPoolExecutor(1, "network")
"""Where the network reads while the parser, which takes as long and one core, does."""

_FURNITURE = ("copyright", "furniture")
"""Notes that hold lines of the page's foot."""

_SURROGATE = re.compile("[\ud800-\udfff]")

MAX_CHARACTERS = 500_000
"""Code points of article text past which a text is refused: about 80,000 words, a minute's reading."""


def read(
    source: str | bytes,
    *,
    plain: bool = False,
    language: str | None = None,
    published: str | None = None,
    url: str | None = None,
    content_type: str | None = None,
    rules_only: bool = False,
    guideline: Guideline | None = None,
) -> Reading:
    """Read one article: HTML, plain text, or text pasted from a page.

    `plain` takes the text as the article's to the letter. `language` (ISO 639-1), `published` (ISO 8601) and `url`
    override what the page says. `rules_only` reads without the network. `guideline` is whose idea of an attribution
    the network answers with; left open, it is the one that people annotated this language by. Raises InputError
    where there is no article, or none that can be read, and where the network's weights are missing or damaged.
    """
    text, notes = decode(source, content_type) if isinstance(source, bytes) else (source, ())
    if _SURROGATE.search(text):
        text = _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)
        notes += (Note(stage="text", code="surrogate", message="halves of characters are read as unknown ones"),)
    page, more = _page(text, plain, url, content_type)
    notes += more
    _check(page, notes)
    code, more = _language(page, language, rules_only)
    notes += more
    chosen = rules(code)
    guided = guideline or ("polnear" if code == "en" else "selon")
    asking = None if rules_only else _BESIDE.submit(_drafted, page.text, guided)

    quotes, more = find_quotes(page.text)
    notes += more
    sentences = split_sentences(page.text, page.blocks, chosen.lexicon.words["abbreviations"])
    tree = parse(page.text, sentences, chosen)
    entities, mentions, more = find_mentions(page.text, page.blocks, quotes, tree, chosen)
    notes += more
    found = asking.result() if asking else None
    attributions, modality = find_attributions(page.text, page.blocks, quotes, tree, mentions, chosen, found)
    article = _article(page, code, published, url)
    if article.published is None:
        furniture = [note.text for note in notes if note.code in _FURNITURE and note.text]
        inferred, more = find_published(page.text, page.blocks, quotes, tree, chosen, furniture)
        article = replace(article, published=inferred)
        notes += more
    elif article.published.value > (datetime.now(UTC) + timedelta(hours=14)).date().isoformat():
        message = f"the article is dated {article.published.value}, which is yet to come ({article.published.why})"
        notes += (Note(stage="page", code="future", message=message),)
    times, more = find_times(page.text, quotes, tree, article.published, chosen)
    notes += more
    attributions = with_when(page.text, attributions, times, tree, article.published, chosen)
    places, more = find_places(page.text, tree, mentions.all, chosen, gazetteer(), article.url)
    notes += more
    quantities, more = find_quantities(page.text, tree, times, chosen)
    notes += more
    findings, more = find_findings(
        page.text,
        page.blocks,
        quotes,
        tree,
        mentions.all,
        attributions,
        times,
        places,
        quantities,
        article.published,
        chosen,
    )
    notes += more

    return Reading(
        selon=version("selon"),
        article=article,
        sentences=sentences,
        entities=entities,
        attributions=attributions,
        modality=modality,
        times=times,
        places=places,
        quantities=quantities,
        findings=findings,
        notes=notes,
        made_by=_made_by(chosen, found),
    )


def _page(text: str, plain: bool, url: str | None, content_type: str | None) -> tuple[Page, tuple[Note, ...]]:
    marked_up = is_html(text, content_type)
    if plain:
        message = "the text is HTML, and its tags are read as words: leave out --plain to read it as a page"
        return read_plain(text), (Note(stage="text", code="markup", message=message),) * marked_up
    return read_html(text, url) if marked_up else read_pasted(text)


def _check(page: Page, notes: tuple[Note, ...]) -> None:
    if len(page.text) > MAX_CHARACTERS:
        raise InputError(
            "too-long",
            f"the text has {len(page.text):,} characters; an article may have {MAX_CHARACTERS:,}: cut it into articles",
        )
    if not any(c.isalnum() for c in page.text):
        parts = sum(note.text is not None for note in notes)
        aside = f": all of it is page furniture ({parts} set aside)" if parts else ""
        raise InputError("no-article", f"there is no article in it{aside}; --plain reads the text to the letter")


def _language(page: Page, given: str | None, rules_only: bool) -> tuple[str, tuple[Note, ...]]:
    """The language to read in: the one given, else what the words say, else what the page says."""
    known = languages() if rules_only else languages() | others()
    alone = "; --rules-only reads no other" if rules_only else ""
    if given is not None:
        if given not in known:
            raise InputError("language", f"language {given!r} cannot be read; the choices are {choices()}{alone}")
        return given, _unruled(given)
    found, sure = language_of(page.text)
    declared = (page.language or "").split("-")[0].lower()
    if found in known and (sure >= 0.9 or declared not in known):
        if declared and declared != found:
            message = f"the page says that it is in {declared!r}, its words are in {found!r}: read as {found!r}"
            return found, (Note(stage="text", code="language", message=message), *_unruled(found))
        return found, _unruled(found)
    if declared in known:
        return declared, _unruled(declared)
    raise InputError(
        "language", f"the text seems to be in {found!r}; the choices are {choices()}{alone}: --lang reads it as one"
    )


def _unruled(code: str) -> tuple[Note, ...]:
    if code in languages():
        return ()
    message = (
        f"there are no rules for {code!r}: attributions are the network's alone, which was taught French and English, "
        "and nobody is named by name"
    )
    return (Note(stage="attributions", code="transfer", message=message),)


def _article(page: Page, code: str, published: str | None, url: str | None) -> Article:
    given = Published(value=published, how="given", why="given by the user") if published else None
    return Article(
        id=article_id(page.text, url or page.url, page.outlet),
        language=code,
        text=page.text,
        title=page.title,
        byline=page.byline,
        outlet=page.outlet,
        url=url or page.url,
        credits=page.credits,
        published=given or page.published,
        blocks=page.blocks,
    )


def _drafted(text: str, guideline: Guideline) -> Drafted:
    return drafted(text, weights(), guideline)


def _made_by(chosen: Rules, drafted: Drafted | None) -> dict[str, str]:
    parser = {"parser": f"{chosen.parser} {version(chosen.parser.replace('_', '-'))}"} if chosen.parser else {}
    learned = {"weights": drafted.network.version, "guideline": drafted.guideline} if drafted else {}
    return {
        "stages": "page text quotes sentences syntax mentions attributions times said places quantities findings",
        **parser,
        "spacy": version("spacy"),
        "lexicon": chosen.version,
        "gazetteer": gazetteer().version,
        **learned,
    }
