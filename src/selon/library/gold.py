"""Corrected articles in the form of the annotated ones: to score against, and to teach with."""

from typing import Any

from selon.library.corrections import Applied
from selon.model import Attribution, Reading


def gold(applied: Applied) -> dict[str, Any]:
    """One article, its attributions as people have corrected them; `selon score` reads it.

    `checked` says whether somebody has looked the whole of it through: only then does what is not there count as
    wrong. `ref` names whoever a description or pronoun stands for, `by` whoever speaks where no words do.
    """
    reading = applied.reading
    article = reading.article
    fields = {
        "id": article.id,
        "outlet": article.outlet,
        "published": article.published.value if article.published else None,
        "language": article.language,
        "origin": article.url,
    }
    return {
        **{name: value for name, value in fields.items() if value is not None},
        "checked": applied.checked is not None,
        "text": article.text,
        "attributions": [_row(reading, n, a) for n, a in enumerate(reading.attributions, 1)],
    }


def _row(reading: Reading, n: int, a: Attribution) -> dict[str, Any]:
    text = reading.article.text
    row: dict[str, Any] = {"id": n}
    for name, spans in (("source", a.source.spans), ("cue", a.cue.spans), ("content", a.content.spans)):
        row[name] = [[span.start, span.end] for span in spans]
    entity = reading.entity(a.source.entity)
    if a.source.spans:
        row["type"] = a.source.type
        if entity and entity.name.casefold() not in " ".join(s.of(text) for s in a.source.spans).casefold():
            row["ref"] = entity.name
    elif entity:
        row["by"] = entity.name
    return {**row, "act": a.act, "sure": a.certainty}
