"""Readings against annotated articles: how many attributions were found, and how well.

A gold file has one document a line, with half-open code-point spans into its text:

    {"id": "a", "language": "fr", "text": "…", "attributions": [
      {"source": [[0, 4]], "cue": [[5, 8]], "content": [[9, 40]],
       "type": "org", "act": "say", "sure": "certain", "ref": "…", "by": "…"}]}

All but `id`, `text` and `attributions` may be left out. A file of predictions has the same form, or
the records that `selon read --json --plain` prints, which are paired with the documents by their text.

Spans are compared as sets of word characters, the letters and digits that they cover, so quotation
marks, blanks and punctuation never matter. Gold and predicted attributions are paired one to one so
that the content characters they share are as many as can be; ties go to the higher IoU of the contents
(intersection over union), then to overlapping sources, then to overlapping cues. Attributions without
content are left out on both sides.

    strict           a pair whose contents are equal
    relaxed          a pair whose contents have an IoU of 0.5 or more
    attribution      a relaxed pair whose sources have an IoU of 0.5 or more, or are both empty
    attribution_any  a relaxed pair whose sources overlap at all, or are both empty
    chars            characters that any gold content covers against those that any predicted one covers
    cue              distinct cues, paired one to one by their overlap, whatever their contents
    act, certainty   of the relaxed pairs whose gold has it, those that agree; type: and whose sources overlap
    speaker          of the relaxed pairs whose gold names the speaker elsewhere (`ref`, `by`), those whose
                     predicted entity has the last word of that name

A content is direct if all its word characters stand between quotation marks, indirect if none does,
and mixed otherwise, by the text alone and by the same rule on both sides.
"""

import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from selon.model import InputError, Language, Reading, Record, Spans

Kind = Literal["direct", "mixed", "indirect"]
Characters = frozenset[int]
"""Offsets, in code points, of the word characters of some spans."""
Counts = Counter[str]
"""What was counted in one document; counts of several documents add up."""
Edges = dict[tuple[int, int], float]
"""Weight, above 0, of each (row, column) that may be paired."""

KINDS: tuple[Kind, ...] = ("direct", "mixed", "indirect")
LEVELS = ("strict", "relaxed", "attribution", "attribution_any")
ATTRIBUTES = ("act", "certainty", "type", "speaker")


class Row(Record, frozen=True):
    """One attribution of a gold file; `entity` is the name of a predicted source, `score` the chance that it holds."""

    source: Spans = ()
    cue: Spans = ()
    content: Spans = ()
    type: str | None = None
    act: str | None = None
    sure: str | None = None
    ref: str | None = None
    by: str | None = None
    entity: str = ""
    score: float | None = None


class Document(Record, frozen=True):
    id: str
    text: str
    attributions: tuple[Row, ...]
    language: Language | None = None


class Statement(NamedTuple):
    """An attribution as it is compared."""

    source: Characters
    cue: Characters
    content: Characters
    kind: Kind
    values: dict[str, str | None]
    """act, certainty and type, and for a gold one the speaker's name."""
    entity: str


class Rates(Record, frozen=True):
    """Precision, recall and their harmonic mean, in [0, 1]."""

    p: float
    r: float
    f1: float


class Asked(Record, frozen=True):
    """Of the pairs asked about, those that were right; and the same (right, asked) for each gold value."""

    asked: int
    right: int
    by_value: dict[str, tuple[int, int]]


class KindScores(Record, frozen=True):
    gold: int
    pred: int
    strict: Rates
    relaxed: Rates
    attribution: Rates
    attribution_any: Rates


class Scores(Record, frozen=True, omit_defaults=True):
    """Of all documents together. `f1_95` holds 95 % intervals of F1, from resampled documents."""

    docs: int
    gold: int
    pred: int
    gold_with_source: int
    pred_with_source: int
    ignored_gold: int
    ignored_pred: int
    strict: Rates
    relaxed: Rates
    attribution: Rates
    attribution_any: Rates
    chars: Rates
    cue: Rates
    source_accuracy: float
    source_accuracy_any: float
    attributes: dict[str, Asked]
    kinds: dict[Kind, KindScores]
    f1_95: dict[str, tuple[float, float]] | None = None

    def to_json(self) -> bytes:
        return msgspec.json.format(msgspec.json.encode(self), indent=1)


# ---------------------------------------------------------------- files


def load(path: Path) -> list[Document]:
    """The documents of a file of gold or of predictions.

    Raises InputError, naming the line, on anything that is not such a file.
    """
    documents: list[Document] = []
    lines: dict[str, int] = {}
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError("file", f"{path} cannot be read: {error.strerror}; give a file of JSON lines") from None
    for number, line in enumerate(raw.split(b"\n"), 1):
        if line.strip():
            document = _document(line, f"{path}, line {number}")
            if document.id in lines:
                first = lines[document.id]
                raise InputError(
                    "gold", f"{path}, line {number}: document {document.id!r} stands on line {first} already"
                )
            lines[document.id] = number
            documents.append(document)
    if not documents:
        raise InputError("gold", f"{path} holds no document; each line should be a JSON object with id and text")
    return documents


def _document(line: bytes, where: str) -> Document:
    try:
        raw = msgspec.json.decode(line)
        if isinstance(raw, dict) and "article" in raw:
            return from_reading(msgspec.convert(raw, Reading))
        document = msgspec.convert(raw, Document)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError("gold", f"{where}: {error}") from None
    for row in document.attributions:
        for span in (*row.source, *row.cue, *row.content):
            if span.end > len(document.text):
                raise InputError(
                    "gold",
                    f"{where}: span [{span.start}, {span.end}) leaves the text, "
                    f"which has {len(document.text)} code points",
                )
    return document


def from_reading(reading: Reading) -> Document:
    """A reading in the form of the gold."""
    names = {entity.id: entity.name for entity in reading.entities}
    rows = tuple(
        Row(
            source=a.source.spans,
            cue=a.cue.spans,
            content=a.content.spans,
            type=a.source.type,
            act=a.act,
            sure=a.certainty,
            entity=names.get(a.source.entity or "", ""),
            score=a.score,
        )
        for a in reading.attributions
    )
    return Document(id=reading.article.id, text=reading.article.text, attributions=rows)


def predict(gold: Sequence[Document], read: Callable[..., Reading], language: Language | None) -> Iterator[Document]:
    """What `read` finds in each gold text, in order, under the gold document's id.

    A document's language is its own if it says one, else `language`, else that of the longest text.
    """
    fallback = language
    if fallback is None and any(document.language is None for document in gold):
        fallback = read(max((d.text for d in gold), key=len), plain=True).article.language
    for document in gold:
        reading = read(document.text, plain=True, language=document.language or fallback)
        yield msgspec.structs.replace(from_reading(reading), id=document.id)


def pair(gold: Sequence[Document], predicted: Iterable[Document]) -> tuple[list[tuple[Document, Document]], list[str]]:
    """Each gold document with its prediction (an empty one where there is none), and warnings.

    Raises InputError where a prediction has a gold document's id and another text.
    """
    ids = {document.text.strip(): document.id for document in gold}
    found = {ids.get(document.text.strip(), document.id): document for document in predicted}
    pairs = []
    for document in gold:
        match = found.pop(document.id, None)
        if match and match.text.rstrip() != document.text.rstrip():
            raise InputError("gold", f"document {document.id!r}: the predicted text is not the gold text")
        pairs.append((document, match))
    missing = [document.id for document, match in pairs if match is None]
    warnings = []
    if missing:
        warnings.append(f"{len(missing)} gold documents have no prediction (the first is {missing[0]!r})")
    if found:
        warnings.append(f"{len(found)} predicted documents are not in the gold, and are left out")
    return [(d, match or Document(id=d.id, text=d.text, attributions=())) for d, match in pairs], warnings


# ---------------------------------------------------------------- quotation marks

_OPENING, _CLOSING = "“«„", "”»"
_DIRECTED = re.compile(f"[{_OPENING}{_CLOSING}]")
_STRAIGHT = re.compile(r"\"|''|``")
_SINGLE = (
    re.compile(r"(?<!\w) ‘ (?=\S) [^‘\n]{2,400}? (?<=[\w.,!?…]) ’ (?!\w)", re.VERBOSE),
    re.compile(r"(?<![\w']) ' (?=\w) (?: [^'\n] | (?<=\w)'(?=\w) ){2,400}? (?<=[\w.,!?]) ' (?![\w'])", re.VERBOSE),
)
_REACH = 3000
"""Code points within which a quotation left open in its paragraph may still be closed."""


def quoted(text: str) -> bytearray:
    """1 for each code point between quotation marks, the marks included.

    Directed marks nest; one left open at the end of its paragraph reaches to the next closing mark if no
    opening one comes before it, else to the paragraph's end. Straight double marks take turns within a
    paragraph, and an odd last one reaches to its end. Single marks count outside double ones only.
    """
    mask = bytearray(len(text))

    def fill(start: int, end: int) -> None:
        mask[start:end] = b"\1" * (end - start)

    for start, end in _directed(text):
        fill(start, end)
    for start, end in _straight(text, mask):
        fill(start, end)
    for pattern in _SINGLE:
        for match in pattern.finditer(text):
            if not mask[match.start()]:
                fill(*match.span())
    return mask


def _directed(text: str) -> Iterator[tuple[int, int]]:
    start = end = 0
    for mark in _DIRECTED.finditer(text):
        start = mark.start()
        if start >= end and mark[0] in _OPENING:
            end = _closing(text, start)
            yield start, end


def _closing(text: str, start: int) -> int:
    """Where the quotation that opens at `start` ends."""
    paragraph_end = _paragraph_end(text, start)
    depth = 0
    for mark in _DIRECTED.finditer(text, start, paragraph_end):
        depth += 1 if mark[0] in _OPENING else -1
        if depth == 0:
            return mark.end()
    later = _DIRECTED.search(text, paragraph_end, start + _REACH)
    return later.end() if later and later[0] in _CLOSING else paragraph_end


def _straight(text: str, mask: bytearray) -> Iterator[tuple[int, int]]:
    opening: int | None = None
    end = 0
    for mark in _STRAIGHT.finditer(text):
        if mask[mark.start()]:
            continue
        if opening is not None and mark.start() > end:
            yield opening, end
            opening = None
        if opening is None:
            opening, end = mark.start(), _paragraph_end(text, mark.start())
        else:
            yield opening, mark.end()
            opening = None
    if opening is not None:
        yield opening, end


def _paragraph_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def kind_of(mask: bytearray, content: Characters) -> Kind:
    inside = sum(mask[i] for i in content)
    if inside == len(content):
        return "direct"
    return "mixed" if inside else "indirect"


# ---------------------------------------------------------------- pairing


def best_pairs(weight: Edges) -> list[tuple[int, int]]:
    """The one-to-one pairs whose weights have the greatest sum."""
    pairs: list[tuple[int, int]] = []
    for rows, columns in _components(weight):
        turned = len(rows) > len(columns)
        short, long = (columns, rows) if turned else (rows, columns)
        cost = [[-weight.get((b, a) if turned else (a, b), 0.0) for b in long] for a in short]
        found = [(a, long[j]) for a, j in zip(short, _assign(cost), strict=True)]
        pairs += [edge for edge in ((b, a) if turned else (a, b) for a, b in found) if edge in weight]
    return pairs


def _components(weight: Edges) -> Iterator[tuple[list[int], list[int]]]:
    """Rows and columns, in order, of each part of the graph that hangs together."""
    columns_of: dict[int, list[int]] = {}
    rows_of: dict[int, list[int]] = {}
    for row, column in weight:
        columns_of.setdefault(row, []).append(column)
        rows_of.setdefault(column, []).append(row)
    left = dict.fromkeys(sorted(columns_of))
    while left:
        rows, columns, stack = set[int](), set[int](), [next(iter(left))]
        while stack:
            row = stack.pop()
            if row in left:
                del left[row]
                rows.add(row)
                columns.update(columns_of[row])
                stack += [r for column in columns_of[row] for r in rows_of[column]]
        yield sorted(rows), sorted(columns)


def _assign(cost: list[list[float]]) -> list[int]:
    """The column of each row, at the least total cost: the Hungarian algorithm by shortest augmenting paths.

    There are no more rows than columns. O(rows² · columns).
    """
    n_rows, n_columns = len(cost), len(cost[0])
    none = n_columns  # a further column, where each path starts
    row_price = [0.0] * n_rows
    column_price = [0.0] * (n_columns + 1)
    taken: list[int | None] = [None] * (n_columns + 1)  # row of each column
    for new in range(n_rows):
        taken[none] = new
        column = none
        reach = [float("inf")] * n_columns
        back = [none] * n_columns
        done: list[int] = []
        free = list(range(n_columns))
        while (row := taken[column]) is not None:
            done.append(column)
            free = [j for j in free if j != column]
            for j in free:
                step = cost[row][j] - row_price[row] - column_price[j]
                if step < reach[j]:
                    reach[j], back[j] = step, column
            nearest = min(free, key=reach.__getitem__)
            delta = reach[nearest]
            for j in done:
                at = taken[j]
                assert at is not None
                row_price[at] += delta
                column_price[j] -= delta
            for j in free:
                reach[j] -= delta
            column = nearest
        while column != none:
            taken[column] = taken[back[column]]
            column = back[column]
    columns = {row: column for column, row in enumerate(taken[:none]) if row is not None}
    return [columns[row] for row in range(n_rows)]


# ---------------------------------------------------------------- one document


def word_characters(text: str, spans: Spans) -> Characters:
    """Letters and digits in `spans`; all but the blanks where there are none."""
    covered = [i for span in spans for i in range(span.start, span.end)]
    return frozenset(i for i in covered if text[i].isalnum()) or frozenset(i for i in covered if not text[i].isspace())


def iou(a: Characters, b: Characters) -> float:
    """Intersection over union, in [0, 1]; two empty sets agree."""
    return len(a & b) / len(a | b) if a or b else 1.0


def statements(document: Document, mask: bytearray) -> list[Statement]:
    """What the document says that has a content."""
    text, found = document.text, []
    for row in document.attributions:
        content = word_characters(text, row.content)
        if content:
            found.append(
                Statement(
                    source=word_characters(text, row.source),
                    cue=word_characters(text, row.cue),
                    content=content,
                    kind=kind_of(mask, content),
                    values={
                        "act": row.act,
                        "certainty": row.sure,
                        "type": row.type,
                        "speaker": row.ref or row.by,
                    },
                    entity=row.entity,
                )
            )
    return found


def matched(gold: Sequence[Statement], predicted: Sequence[Statement]) -> list[tuple[Statement, Statement]]:
    """Gold and predicted statements paired one to one by the contents they share."""
    weight = {}
    for i, g in enumerate(gold):
        for j, p in enumerate(predicted):
            if shared := len(g.content & p.content):
                weight[i, j] = (
                    shared
                    + 1e-2 * iou(g.content, p.content)
                    + 1e-4 * bool(g.source & p.source)
                    + 1e-6 * bool(g.cue & p.cue)
                )
    return [(gold[i], predicted[j]) for i, j in best_pairs(weight)]


def count(document: Document, prediction: Document) -> Counts:
    """What there is to count in one document and what was predicted for it."""
    mask = quoted(document.text)
    gold, predicted = statements(document, mask), statements(prediction, mask)
    counts: Counts = Counter(docs=1)
    for side, rows, all_rows in (
        ("gold", gold, document.attributions),
        ("pred", predicted, prediction.attributions),
    ):
        counts[f"ignored_{side}"] += len(all_rows) - len(rows)
        counts[side] += len(rows)
        for row in rows:
            counts[f"{side}:{row.kind}"] += 1
            counts[f"{side}:with_source"] += bool(row.source)
    for g, p in matched(gold, predicted):
        counts += _count_pair(g, p)
    return counts + _count_characters(gold, predicted) + _count_cues(gold, predicted)


def _count_pair(g: Statement, p: Statement) -> Counts:
    counts: Counts = Counter()
    overlap = bool(g.source & p.source)
    relaxed = iou(g.content, p.content) >= 0.5
    hits = {
        "strict": g.content == p.content,
        "relaxed": relaxed,
        "attribution": relaxed and iou(g.source, p.source) >= 0.5,
        "attribution_any": relaxed and (overlap or not (g.source or p.source)),
    }
    for level in [level for level, hit in hits.items() if hit]:
        counts[f"tp:{level}"] += 1
        counts[f"tpg:{level}:{g.kind}"] += 1
        counts[f"tpp:{level}:{p.kind}"] += 1
    if relaxed:
        for name in ATTRIBUTES:
            value = g.values[name]
            if not value or (name == "type" and not overlap):
                continue
            right = _same_name(value, p.entity) if name == "speaker" else value == p.values[name]
            keys = [name] if name == "speaker" else [name, f"{name}:{value}"]
            for key in keys:
                counts[f"{key}:asked"] += 1
                counts[f"{key}:right"] += right
    return counts


def _same_name(name: str, entity: str) -> bool:
    """Whether the entity's name has the last word of `name`."""
    words = re.findall(r"\w+", name.casefold()) or [""]
    return words[-1] in re.findall(r"\w+", entity.casefold())


def _count_characters(gold: Sequence[Statement], predicted: Sequence[Statement]) -> Counts:
    nothing: Characters = frozenset()
    g, p = nothing.union(*(s.content for s in gold)), nothing.union(*(s.content for s in predicted))
    return Counter({"char:gold": len(g), "char:pred": len(p), "char:tp": len(g & p)})


def _count_cues(gold: Sequence[Statement], predicted: Sequence[Statement]) -> Counts:
    g, p = (sorted({s.cue for s in side if s.cue}, key=sorted) for side in (gold, predicted))
    weight = {(i, j): float(len(a & b)) for i, a in enumerate(g) for j, b in enumerate(p) if a & b}
    return Counter({"cue:gold": len(g), "cue:pred": len(p), "cue:tp": len(best_pairs(weight))})


# ---------------------------------------------------------------- all documents


def summarise(counts: Iterable[Counts]) -> Scores:
    """The scores of all documents together, each attribution weighing the same."""
    total: Counts = Counter()
    for one in counts:
        total.update(one)

    def kind_scores(kind: Kind) -> KindScores:
        gold, predicted = total[f"gold:{kind}"], total[f"pred:{kind}"]
        levels = {
            level: rates(total[f"tpp:{level}:{kind}"], predicted, total[f"tpg:{level}:{kind}"], gold)
            for level in LEVELS
        }
        return KindScores(gold=gold, pred=predicted, **levels)

    relaxed = total["tp:relaxed"]
    return Scores(
        docs=total["docs"],
        gold=total["gold"],
        pred=total["pred"],
        gold_with_source=total["gold:with_source"],
        pred_with_source=total["pred:with_source"],
        ignored_gold=total["ignored_gold"],
        ignored_pred=total["ignored_pred"],
        strict=_level(total, "strict"),
        relaxed=_level(total, "relaxed"),
        attribution=_level(total, "attribution"),
        attribution_any=_level(total, "attribution_any"),
        chars=_level(total, "chars"),
        cue=_level(total, "cue"),
        source_accuracy=total["tp:attribution"] / relaxed if relaxed else 0.0,
        source_accuracy_any=total["tp:attribution_any"] / relaxed if relaxed else 0.0,
        attributes={name: _asked(total, name) for name in ATTRIBUTES},
        kinds={kind: kind_scores(kind) for kind in KINDS},
    )


def rates(found: int, predicted: int, recalled: int, gold: int) -> Rates:
    """Precision found/predicted and recall recalled/gold; 0 where there is nothing to divide by."""
    p = found / predicted if predicted else 0.0
    r = recalled / gold if gold else 0.0
    return Rates(p=p, r=r, f1=2 * p * r / (p + r) if p + r else 0.0)


def _level(total: Counts, level: str) -> Rates:
    if level in LEVELS:
        return rates(total[f"tp:{level}"], total["pred"], total[f"tp:{level}"], total["gold"])
    name = {"chars": "char", "cue": "cue"}[level]
    return rates(total[f"{name}:tp"], total[f"{name}:pred"], total[f"{name}:tp"], total[f"{name}:gold"])


def _asked(total: Counts, name: str) -> Asked:
    values = sorted(key.split(":")[1] for key in total if key.startswith(f"{name}:") and key.count(":") == 2)
    by_value = {value: (total[f"{name}:{value}:right"], total[f"{name}:{value}:asked"]) for value in values}
    return Asked(asked=total[f"{name}:asked"], right=total[f"{name}:right"], by_value=by_value)


def intervals(counts: Sequence[Counts], n: int, seed: int = 1) -> dict[str, tuple[float, float]]:
    """95 % intervals of each F1, from `n` resamples of the documents."""
    chance = random.Random(seed)
    f1s: dict[str, list[float]] = {level: [] for level in (*LEVELS, "chars", "cue")}
    for _ in range(n):
        total: Counts = Counter()
        for _ in counts:
            total.update(counts[chance.randrange(len(counts))])
        for level, values in f1s.items():
            values.append(_level(total, level).f1)
    low, high = int(0.025 * n), min(n - 1, int(0.975 * n))
    return {level: (sorted(values)[low], sorted(values)[high]) for level, values in f1s.items()}


# ---------------------------------------------------------------- for people

_LABELS = {
    "strict": "content, strict",
    "relaxed": "content, relaxed (IoU ≥ .5)",
    "chars": "content, characters",
    "cue": "cue (overlap)",
    "attribution": "attribution (source IoU ≥ .5)",
    "attribution_any": "attribution (any overlap)",
}


def table(scores: Scores) -> str:
    """The scores as lines of text, in percent."""
    lines = [
        f"{scores.docs} documents, {scores.gold} gold and {scores.pred} predicted attributions "
        f"({scores.gold_with_source} and {scores.pred_with_source} with a source)"
    ]
    if scores.ignored_gold or scores.ignored_pred:
        lines.append(f"left out for want of content: {scores.ignored_gold} gold, {scores.ignored_pred} predicted")
    lines.append(f"{'':30}     P      R     F1" + ("   95 % of F1" if scores.f1_95 else ""))
    for level, label in _LABELS.items():
        between = ""
        if scores.f1_95:
            low, high = scores.f1_95[level]
            between = f"   {100 * low:.1f}–{100 * high:.1f}"
        lines.append(f"{label:30}{_percents(getattr(scores, level))}{between}")
    lines.append(
        f"source right where the content is: {100 * scores.source_accuracy:.1f} % "
        f"(any overlap: {100 * scores.source_accuracy_any:.1f} %)"
    )
    for name, asked in scores.attributes.items():
        if asked.asked:
            values = ", ".join(f"{value} {right}/{n}" for value, (right, n) in asked.by_value.items())
            lines.append(
                f"{name + ' right':30}{100 * asked.right / asked.asked:6.1f} % of {asked.asked}   {values}".rstrip()
            )
    lines.append(f"{'F1 by manner':30}  gold  pred  strict  relaxed  attribution")
    for kind, of in scores.kinds.items():
        f1s = [100 * rates_.f1 for rates_ in (of.strict, of.relaxed, of.attribution)]
        lines.append(f"{kind:30}{of.gold:6}{of.pred:6}{f1s[0]:8.1f}{f1s[1]:9.1f}{f1s[2]:13.1f}")
    return "\n".join(lines)


def _percents(of: Rates) -> str:
    return f"{100 * of.p:6.1f} {100 * of.r:6.1f} {100 * of.f1:6.1f}"


def rows(gold: Iterable[Document], counts: Iterable[Counts]) -> Iterator[bytes]:
    """One line of JSON for each document: its id and what was counted in it."""
    for document, one in zip(gold, counts, strict=True):
        yield msgspec.json.encode({"id": document.id, **one}) + b"\n"
