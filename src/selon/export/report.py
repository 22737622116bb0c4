"""A report in one file of HTML, to be sent to an editor: it needs no other file and no script, and prints well.

Each article with its sources marked, a card of its sources by type, its ledger, its findings, and what made it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from html import escape
from typing import NamedTuple

from selon import ledger
from selon.export._common import Linked, clean, told_when
from selon.export.html import STYLE, to_html
from selon.export.records import text_hash
from selon.labels import Labels, labels, language_name
from selon.model import Attribution, Reading, SourceType

_TYPES: tuple[SourceType, ...] = ("named", "role", "org", "media", "doc", "group", "none")


class _Words(NamedTuple):
    """What the report says of itself; columns are those of the ledger."""

    report: str
    caution: str
    articles: str
    sources: str
    ledger: str
    columns: tuple[str, str, str, str]
    made_by: str
    text: str
    rests_on: tuple[str, str]
    """Takes `n`, how many independent origins a claim rests on."""
    nothing: str


_FR = _Words(
    report="Qui dit quoi",
    caution="Lu par un programme, qui se trompe parfois : chaque ligne est à vérifier dans le texte.",
    articles="Articles",
    sources="Sources",
    ledger="Registre",
    columns=("Source", "Acte", "Contenu", "Signalé par"),
    made_by="Fait par",
    text="texte",
    rests_on=("repose sur {n} origine indépendante", "repose sur {n} origines indépendantes"),
    nothing="Aucun article.",
)
_EN = _Words(
    report="Who says what",
    caution="Read by a program, which is sometimes wrong: check each line against the text.",
    articles="Articles",
    sources="Sources",
    ledger="Ledger",
    columns=("Source", "Act", "Content", "Told by"),
    made_by="Made by",
    text="text",
    rests_on=("rests on {n} independent origin", "rests on {n} independent origins"),
    nothing="No article.",
)
_WORDS = {"fr": _FR, "en": _EN}

_PAGE = """
:root{color-scheme:light dark}
body{max-width:50em;margin:2em auto;padding:0 1em;font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
h1{font-size:1.1em;margin:0}
h2,article>h4{font-size:1em;margin:2em 0 .5em;padding-top:.5em;border-top:1px solid hsl(0 0% 50%/.4)}
.note{font-size:.85em;opacity:.85;margin:.2em 0 2em}
article+article{margin-top:4em;border-top:3px double hsl(0 0% 50%);padding-top:2em}
table{border-collapse:collapse;width:100%;font-size:.88em}
th{font-weight:400}
thead th{font-weight:600}
th,td{text-align:start;vertical-align:top;padding:.35em .6em .35em 0;border-bottom:1px solid hsl(0 0% 50%/.3)}
.card td:first-child{white-space:nowrap;width:1%}
.card td:nth-child(2){text-align:end;width:3em;font-variant-numeric:tabular-nums}
.bar{display:block;height:.9em;margin-top:.25em;background:hsl(210 60% 50%);border-radius:.15em}
.inner .words{padding-inline-start:1.5em}
@media screen and (max-width:40em){
 .ledger thead{display:none}
 .ledger :is(tbody,tr,th,td){display:block;border:0;padding:.1em 0}
 .ledger th{padding-top:1em}
 .ledger tr{border-bottom:1px solid hsl(0 0% 50%/.3);padding:.3em 0}
 .ledger .inner{padding-inline-start:1.5em}
}
small{opacity:.85}
footer{font-size:.8em;opacity:.8;margin-top:1.5em}
@media print{
 :root{color-scheme:light}
 body{max-width:none;margin:0;padding:0;font-size:10pt}
 article+article{break-before:page;border:0;margin:0;padding:0}
 tr,li,.selon-reading p{break-inside:avoid-page}
 h2,h3,h4{break-after:avoid}
 thead{display:table-header-group}
 .bar,.selon-reading *{-webkit-print-color-adjust:exact;print-color-adjust:exact}
 a{color:inherit}
}
"""


def to_report(readings: Iterable[Reading], linked: Linked) -> Iterator[bytes]:
    """The page, in the language of its first article, an article after the other."""
    titles: list[tuple[str, str]] = []
    words = _EN
    for number, reading in enumerate(readings, 1):
        language = reading.article.language
        if number == 1:
            words = _WORDS.get(language, _EN)
            yield _opening(language if language in _WORDS else "en", words, _title(reading))
        titles.append((language, _title(reading)))
        yield _article(reading, number, linked).encode()
    if not titles:
        yield _opening("en", words, "") + f"<p>{words.nothing}</p>\n".encode()
    if len(titles) > 1:
        rows = [
            f'<li lang="{_text(language)}"><a href="#article-{n}"><bdi>{_text(title)}</bdi></a></li>'
            for n, (language, title) in enumerate(titles, 1)
        ]
        yield f"<nav><h2>{words.articles}</h2><ol>{''.join(rows)}</ol></nav>\n".encode()
    yield b"</body></html>\n"


def _opening(language: str, words: _Words, title: str) -> bytes:
    named = f"{words.report}{' – ' if title else ''}{_text(title)}"
    return f"""<!doctype html>
<html lang="{language}"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="referrer" content="no-referrer">
<title>{named}</title><style>{_PAGE}{STYLE}</style></head><body>
<h1>{words.report}</h1><p class="note">{words.caution}</p>
""".encode()


def _title(reading: Reading) -> str:
    return ledger.printable(clean(reading.article.title or reading.article.id))


def _article(reading: Reading, number: int, linked: Linked) -> str:
    said = labels(reading.article.language)
    words = _WORDS.get(reading.article.language, _EN)
    made_by = " · ".join(f"{part} {version}" for part, version in reading.made_by.items() if part != "stages")
    language = reading.article.language if reading.article.language in _WORDS else "en"
    return f"""<article id="article-{number}" lang="{language}">
{to_html(reading, styled=False)}
{_card(reading, said, words)}
{_ledger(reading, said, words, linked)}
<footer>{words.made_by} Selon {_text(reading.selon)}{" · " * bool(made_by)}{_text(made_by)}<br>
{language_name(reading.article.language)} · {_text(reading.article.id)} · {words.text} SHA-256
{text_hash(reading.article.text)}</footer></article>
"""


def _card(reading: Reading, said: Labels, words: _Words) -> str:
    """How many attributions each type of source has, and the share of the text that nobody answers for."""
    groups = ledger.groups(reading)
    if not groups:
        return ""
    counts = Counter(dict.fromkeys(_TYPES, 0))
    voices = Counter(group.type for group in groups if group.name is not None)
    for group in groups:
        counts["none" if group.name is None else group.type] += len(group.attributions)
    most = max(counts.values())
    rows = []
    for kind in _TYPES:
        if counts[kind]:
            many = voices[kind] > 1
            name = (
                said.nobody
                if kind == "none"
                else said.types_many.get(kind, said.types[kind])
                if many
                else said.types[kind]
            )
            several = f" <small>({voices[kind]})</small>" if voices[kind] else ""
            bar = f'<span class="bar" style="width:{100 * counts[kind] / most:.0f}%"></span>'
            rows.append(f"<tr><td>{_text(name)}{several}</td><td>{counts[kind]}</td><td>{bar}</td></tr>")
    share = round(100 * reading.own_voice())
    own = f'<p class="note">{said.own_voice}{said.colon}{said.own_share.format(share=share)}</p>'
    return f'<h4>{words.sources}</h4><table class="card"><tbody>{"".join(rows)}</tbody></table>{own}'


def _ledger(reading: Reading, said: Labels, words: _Words, linked: Linked) -> str:
    found = ledger.groups(reading)
    if not found:
        return ""
    rows = []
    for group in found:
        name = f"<b><bdi>{_text(group.name or said.nobody)}</bdi></b>"
        if group.name:
            facts = [said.type_of(group.type, group.name), *group.roles]
            name += f"<br><small>{_text(' · '.join(facts))}</small>"
        for i, attribution in enumerate(group.attributions):
            first = f'<th scope="rowgroup" rowspan="{len(group.attributions)}">{name}</th>' if i == 0 else ""
            rows.append(_row(reading, attribution, said, words, linked, first))
    heads = "".join(f'<th scope="col">{head}</th>' for head in words.columns)
    table = f"<thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody>"
    return f'<h4>{words.ledger}</h4><table class="ledger">{table}</table>'


def _row(reading: Reading, a: Attribution, said: Labels, words: _Words, linked: Linked, first: str) -> str:
    does = said.acts[a.act]
    if a.certainty != "certain":
        does += f"<br><small>{said.certainties[a.certainty]}</small>"
    content, (opens, closes) = ledger.said(reading, a, said.marks)
    held = f'<span dir="auto">{_text(opens + content + closes)}</span>'
    claim = linked.claims.get((reading.article.id, a.id))
    if claim:
        rests = words.rests_on[claim.independent > 1].format(n=claim.independent)
        held += f"<br><small>{rests}</small>"
    told = [ledger.signal(reading, a), told_when(a) or ""]
    for outer in ledger.chain(reading, a):
        if name := ledger.source_name(reading, outer):
            told.append(f"{said.inside} {name} ({outer.id})")
    style = ' class="inner"' if a.inside else ""
    shown = _text(" · ".join(part for part in told if part))
    shown = f"{shown} <small>{_text(a.id)}</small>"
    return f'<tr{style}>{first}<td>{does}</td><td class="words">{held}</td><td>{shown}</td></tr>'


def _text(text: str) -> str:
    return escape(clean(text))
