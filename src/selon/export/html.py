"""A reading as a fragment of HTML: the article with its sources, cues and contents marked, and a legend.

Each source has a colour and a letter. A content is tinted and ends with its source's letter, a source is
underlined, a cue is dotted. The fragment needs no script and no other file, inherits the page's own text colour,
and so fits a light page and a dark one.
"""

import re
from collections.abc import Iterator
from html import escape
from typing import Literal, NamedTuple

from selon import ledger
from selon.labels import Labels, labels
from selon.model import Article, Attribution, Block, BlockKind, Reading, Span, Spans, Verdict

Part = Literal["content", "source", "cue", "time", "place", "finding"]

_TAGS: dict[BlockKind, str] = {"headline": "h3", "heading": "h4"}
_VERDICT_STYLES: dict[Verdict, str] = {
    "holds": "--hue:140;--sat:60%",
    "does_not_hold": "--hue:0;--sat:80%",
    "cannot_tell": "--hue:0;--sat:0%",
}
_GOLDEN = 137.5
"""Degrees of hue from one source to the next, so that neighbours differ and none repeats."""
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
STYLE = """
.selon-reading{max-width:46em;line-height:1.6;font-family:Georgia,"Times New Roman",serif}
.selon-reading h3{font-size:1.4em;line-height:1.25;margin:.2em 0}
.selon-reading h4{font-size:1.1em;margin:1.2em 0 .3em}
.selon-reading p{margin:.7em 0;white-space:pre-line}
.selon-reading .about,.selon-reading .caption,.selon-reading .credit,.selon-reading .byline,
.selon-reading .dateline{font:.85em/1.5 system-ui,sans-serif;opacity:.8}
.selon-reading .list::before{content:"• "}
.selon-reading .lead{font-weight:600}
.selon-reading .content{background:hsl(var(--hue) var(--sat) 50%/.2);border-radius:.2em;
 -webkit-box-decoration-break:clone;box-decoration-break:clone;padding:.05em 0}
.selon-reading .source{border-bottom:.15em solid hsl(var(--hue) var(--sat) 50%)}
.selon-reading .cue{border-bottom:.15em dotted hsl(var(--hue) var(--sat) 50%)}
.selon-reading .time,.selon-reading .place{border-bottom:1px dashed hsl(0 0% 50%)}
.selon-reading .finding{outline:.1em solid hsl(var(--hue) var(--sat) 50%);border-radius:.2em}
.selon-reading .letter{font:600 .62em/1 system-ui,sans-serif;vertical-align:super;margin:0 .15em;padding:.1em .3em;
 border-radius:.6em;border:1px solid hsl(var(--hue) var(--sat) 50%);background:hsl(var(--hue) var(--sat) 50%/.25);
 user-select:none;-webkit-user-select:none;white-space:nowrap}
.selon-reading ul{list-style:none;margin:1em 0 0;padding:.6em 0 0;border-top:1px solid hsl(0 0% 50%/.4);
 font:.85em/1.7 system-ui,sans-serif}
.selon-reading li{margin:0}
.selon-reading li small{opacity:.8}
.selon-reading li .letter{vertical-align:baseline;font-size:.8em}
"""


class Mark(NamedTuple):
    """One span of an attribution, a time, a place or a finding.

    Outer marks sort before those they hold; no two are equal.
    """

    start: int
    back: int
    """Minus its end, so that the longer comes first."""
    rank: int
    part: Part
    number: int
    """Which of them: its place among the voices."""
    last: bool
    """Whether it is the last span of its content."""

    @property
    def end(self) -> int:
        return -self.back


class Voice(NamedTuple):
    """How a source is marked, or a fact, which has no letter."""

    letter: str
    style: str
    title: str


def to_html(reading: Reading, *, styled: bool = True) -> str:
    """The article with its sources marked, and who they are, as one `div`; its style sheet may be left to the page."""
    said = labels(reading.article.language)
    found = ledger.groups(reading)
    voices = {}
    for i, group in enumerate(found):
        for attribution in group.attributions:
            voices[attribution.id] = _voice(i, group, attribution, said)
    attributions = ledger.in_order(reading)
    shown = [voices[a.id] for a in attributions]
    marks = _marks(attributions)
    for part, spans, voice in _facts(reading, said):
        marks += [Mark(span.start, -span.end, 3, part, len(shown), last=False) for span in spans]
        shown.append(voice)
    marks.sort()
    language = escape(reading.article.language)
    blocks = [_block(reading.article.text, block, marks, shown) for block in _blocks(reading.article)]
    titled = bool(reading.article.blocks) and reading.article.blocks[0].kind == "headline"
    blocks[titled:titled] = [_head(reading.article, said)]
    body = "\n".join(blocks)
    around = f"{_legend(found, said)}\n{_findings(reading, said)}"
    style = f"<style>{STYLE}</style>" if styled else ""
    return f'<div class="selon-reading" lang="{language}">{style}\n{body}\n{around}\n</div>'


def _voice(i: int, group: ledger.Group, attribution: Attribution, said: Labels) -> Voice:
    facts = [group.name or said.nobody, said.acts[attribution.act]]
    if attribution.certainty != "certain":
        facts.append(said.certainties[attribution.certainty])
    return Voice(_letter(i, group), _colour(i, group), f"{' · '.join(facts)} ({attribution.id})")


def _facts(reading: Reading, said: Labels) -> Iterator[tuple[Part, Spans, Voice]]:
    for time in reading.times:
        yield "time", (Span(time.start, time.end),), Voice("", "", time.value)
    for place in reading.places:
        known = place.lat is not None and place.lon is not None
        where = [place.name, place.country, f"{place.lat:.2f} {place.lon:.2f}" if known else None]
        yield "place", (Span(place.start, place.end),), Voice("", "", " ".join(part for part in where if part))
    for finding in reading.findings:
        title = f"{said.verdicts[finding.verdict]}{said.colon}{finding.working}"
        yield "finding", finding.spans, Voice("", _VERDICT_STYLES[finding.verdict], title)


def _letter(i: int, group: ledger.Group) -> str:
    """A to Z, then AA, AB…; a question mark for what has no source."""
    if group.name is None:
        return "?"
    letters = ""
    i += 1
    while i:
        i, place = divmod(i - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters


def _colour(i: int, group: ledger.Group) -> str:
    return "--hue:0;--sat:0%" if group.name is None else f"--hue:{(210 + i * _GOLDEN) % 360:g};--sat:75%"


# ---------------------------------------------------------------- the article


def _blocks(article: Article) -> Iterator[Block]:
    """The article's blocks; its paragraphs where it has none."""
    if article.blocks:
        yield from article.blocks
        return
    for line in re.finditer(r"[^\n]*\S[^\n]*", article.text):
        yield Block(kind="body", start=line.start(), end=line.end())


def _marks(attributions: list[Attribution]) -> list[Mark]:
    marks = []
    for number, attribution in enumerate(attributions):
        parts: tuple[tuple[Part, tuple[Span, ...]], ...] = (
            ("content", attribution.content.spans),
            ("source", attribution.source.spans),
            ("cue", attribution.cue.spans),
        )
        for rank, (part, spans) in enumerate(parts):
            ends = [span.end for span in spans]
            marks += [Mark(s.start, -s.end, rank, part, number, s.end == max(ends)) for s in spans]
    return marks


def _block(text: str, block: Block, marks: list[Mark], voices: list[Voice]) -> str:
    """One block. Marks that overlap without nesting are cut where they cross."""
    inside = [mark for mark in marks if mark.start < block.end and mark.end > block.start]
    edges = {block.start, block.end}
    edges.update(edge for mark in inside for edge in (mark.start, mark.end) if block.start < edge < block.end)
    open_: list[Mark] = []
    html, at = "", block.start
    for edge in sorted(edges):
        html += _text(text[at:edge])
        at = edge
        keep = next((k for k, mark in enumerate(open_) if mark.end <= edge or edge == block.end), len(open_))
        for mark in reversed(open_[keep:]):
            html += _letter_after(mark, edge, voices[mark.number]) + "</span>"
        wanted = [mark for mark in inside if mark.start <= edge < mark.end] if edge < block.end else []
        del open_[keep:]
        for mark in wanted:
            if mark not in open_:
                open_.append(mark)
                html += _opened(mark, voices[mark.number])
    tag = _TAGS.get(block.kind, "p")
    return f'<{tag} class="{block.kind}" dir="auto">{html}</{tag}>'


def _opened(mark: Mark, voice: Voice) -> str:
    return f'<span class="{mark.part}" style="{voice.style}" title="{_text(voice.title)}">'


def _letter_after(mark: Mark, edge: int, voice: Voice) -> str:
    ends = mark.part == "content" and mark.last and mark.end == edge
    return f'<span class="letter" style="{voice.style}">{voice.letter}</span>' if ends else ""


# ---------------------------------------------------------------- around it


def _head(article: Article, said: Labels) -> str:
    has_headline = any(block.kind == "headline" for block in article.blocks)
    title = f'<h3 dir="auto">{_text(article.title)}</h3>' if article.title and not has_headline else ""
    facts = [
        article.outlet,
        f"{said.by} {article.byline}" if article.byline else None,
        article.published.value if article.published else None,
    ]
    about = " · ".join(_text(fact) for fact in facts if fact)
    if article.url and re.match(r"https?://", article.url):
        site = _text(article.url.split("/")[2])
        about += f'{" · " * bool(about)}<a href="{_text(article.url)}" rel="noopener noreferrer">{site}</a>'
    return title + (f'<p class="about">{about}</p>' if about else "")


def _legend(found: list[ledger.Group], said: Labels) -> str:
    if not found:
        return f'<p class="about">{said.empty}</p>'
    rows = []
    for i, group in enumerate(found):
        count = len(group.attributions)
        facts = [
            *([said.type_of(group.type, group.name), *group.roles] if group.name else []),
            f"{count} {said.counts[count > 1]}",
        ]
        letter = f'<span class="letter" style="{_colour(i, group)}">{_letter(i, group)}</span>'
        name = f"<bdi>{_text(group.name or said.nobody)}</bdi>"
        rows.append(f"<li>{letter} {name} <small>{_text(' · '.join(facts))}</small></li>")
    return f"<ul>{''.join(rows)}</ul>"


def _findings(reading: Reading, said: Labels) -> str:
    rows = []
    for finding in ledger.findings(reading):
        mark, style = ledger.VERDICTS[finding.verdict], _VERDICT_STYLES[finding.verdict]
        letter = f'<span class="letter" style="{style}" title="{said.verdicts[finding.verdict]}">{mark}</span>'
        rows.append(f'<li>{letter} <span dir="auto">{_text(finding.working)}</span></li>')
    return f"<ul>{''.join(rows)}</ul>" if rows else ""


def _text(text: str) -> str:
    return escape(_CONTROLS.sub("", text))
