"""Selon as a component of spaCy pipelines: `nlp.add_pipe("selon")`.

    nlp = spacy.load("fr_core_news_md")       # or spacy.blank("fr"): Selon needs nothing of the other components
    nlp.add_pipe("selon")
    for a in nlp(text)._.attributions:
        print(a.entity, a.act, a.certainty, [span.text for span in a.content])

Importing this module, or adding the component, registers the extensions `Doc._.attributions`, `Doc._.reading` and
`Doc._.selon_published`. What is kept in a Doc is plain: the reading's JSON in `user_data`, and the spans in
`doc.spans["selon"]`, so that it goes through `to_bytes`, `DocBin(store_user_data=True)` and other processes.
"""

from functools import lru_cache
from typing import Any, NamedTuple

from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup

from selon.export.html import to_html
from selon.lang.registry import languages, others
from selon.model import Act, Certainty, Guideline, InputError, Manner, Reading, SourceType, Spans, When
from selon.read import read

KEY = "selon"
"""Of `Doc.user_data` and `Doc.spans`."""
DISPLACY: dict[str, Any] = {
    "spans_key": KEY,
    "colors": {
        "source": "#f4c95d", "cue": "#c9c9c9", "say": "#9fc9f0", "deny": "#f0a3a3", "assess": "#b9dcb0",
        "evidence": "#a9dcd6", "ask": "#d9c2f0", "urge": "#f0bfe0", "promise": "#dfe39a", "hearsay": "#e0d0bd",
    },
}  # fmt: skip
"""Options for `displacy.render(doc, style="span", options=DISPLACY)`."""


class Attribution(NamedTuple):
    """An attribution in the spans of a Doc. Each part is a tuple of spans, several where other words stand between.

    A span takes in every token that the words touch: `reading` has the offsets to the letter. `entity` is the name of
    who stands behind it, if known; `inside` the id of the attribution whose content holds this one.
    """

    id: str
    source: tuple[Span, ...]
    cue: tuple[Span, ...]
    content: tuple[Span, ...]
    act: Act
    certainty: Certainty
    manner: Manner
    source_type: SourceType
    entity: str | None
    inside: str | None
    score: float | None
    when: When | None


@Language.factory(
    KEY,
    default_config={"language": None, "guideline": None, "rules_only": False},
    assigns=["doc._.reading", "doc._.attributions"],
)
class Component:
    """Reads `doc.text` to the letter, as one article, and leaves the Doc's tokens and annotations as they are.

    `language` (ISO 639-1) is the Doc's own by default, and is detected where that is none that can be read; `guideline`
    and `rules_only` are as for `selon.read`. The day of publication is `doc._.selon_published`, if set before. A text
    without a word gives no attributions; another one that cannot be read raises InputError, which
    `nlp.set_error_handler` may take.
    """

    def __init__(
        self, nlp: Language, name: str, language: str | None, guideline: Guideline | None, rules_only: bool
    ) -> None:
        del nlp  # nothing of the pipeline is needed
        self.name = name
        self.language = language
        self.guideline = guideline
        self.rules_only = rules_only

    def __call__(self, doc: Doc) -> Doc:
        try:
            reading = read(
                doc.text,
                plain=True,
                language=self.language or self._own(doc.lang_),
                published=doc._.selon_published,
                rules_only=self.rules_only,
                guideline=self.guideline,
            )
        except InputError as error:
            if error.code != "no-article":
                raise
            doc.user_data.pop(KEY, None)
            doc.spans[KEY] = []
            return doc
        doc.user_data[KEY] = reading.to_json().decode()
        doc.spans[KEY] = _group(doc, reading)
        return doc

    def _own(self, language: str) -> str | None:
        """The Doc's language, if it can be read."""
        return language if language in (languages() if self.rules_only else languages() | others()) else None


def render(doc: Doc) -> str:
    """The text with its sources marked, and who they are, as HTML that needs no other file."""
    reading = _reading(doc)
    if reading is None:
        raise InputError("unread", 'the Doc was not read by Selon; nlp.add_pipe("selon") has it read')
    return to_html(reading)


def _reading(doc: Doc) -> Reading | None:
    record = doc.user_data.get(KEY)
    return _decoded(record) if record else None


@lru_cache(maxsize=16)
def _decoded(record: str) -> Reading:
    return Reading.from_json(record)


def _attributions(doc: Doc) -> tuple[Attribution, ...]:
    reading = _reading(doc)
    if reading is None:
        return ()
    names = {entity.id: entity.name for entity in reading.entities}
    return tuple(
        Attribution(
            id=a.id,
            source=_spans(doc, a.source.spans, "source", a.id),
            cue=_spans(doc, a.cue.spans, "cue", a.id),
            content=_spans(doc, a.content.spans, a.act, a.id),
            act=a.act,
            certainty=a.certainty,
            manner=a.manner,
            source_type=a.source.type,
            entity=names.get(a.source.entity or ""),
            inside=a.inside,
            score=a.score,
            when=a.when,
        )
        for a in reading.attributions
    )


def _spans(doc: Doc, spans: Spans, label: str, id: str) -> tuple[Span, ...]:
    found = (
        doc.char_span(span.start, span.end, label=label, span_id=id, alignment_mode="expand") for span in sorted(spans)
    )
    return tuple(span for span in found if span is not None)


def _group(doc: Doc, reading: Reading) -> SpanGroup:
    """All spans, labelled "source", "cue" or, if contents, with their act; each has its attribution's id."""
    spans: list[Any] = []
    for a in reading.attributions:
        for label, part in (("source", a.source.spans), ("cue", a.cue.spans), (a.act, a.content.spans)):
            spans += _spans(doc, part, label, a.id)
    return SpanGroup(doc, name=KEY, spans=spans)


def _register() -> None:
    for name, how in (
        ("reading", {"getter": _reading}),
        ("attributions", {"getter": _attributions}),
        ("selon_published", {"default": None}),
    ):
        Doc.set_extension(name, force=True, **how)


_register()
