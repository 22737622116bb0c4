"""From what the rules found to the record: one attribution a cue, certainty, manner, nesting, ids."""

from collections.abc import Sequence

from selon.model import (
    Act,
    Attribution,
    Manner,
    Mention,
    Modality,
    Part,
    Source,
    Span,
    Spans,
    merged,
)
from selon.stages.attributions.cues import passive
from selon.stages.attributions.modality import Item
from selon.stages.attributions.modality.certainty import Items, certainty, main_verb
from selon.stages.attributions.modality.clauses import scope
from selon.stages.attributions.scene import MODEL, Contents, Found, Scene, length


def assemble(scene: Scene, found: Sequence[Found], items: Sequence[Item]) -> tuple[Attribution, ...]:
    """The attributions, in the text's order."""
    kept = sorted(_distinct(found), key=lambda f: (f.content[0].start, -f.content[-1].end, f.cue))
    cues = [merged(_spans(scene, f.cue)) for f in kept]
    contents, number = Contents(scene, kept), {id(f): k for k, f in enumerate(kept)}
    outer = [
        contents.least_over((*f.content, *cue), above=length(f.content)) for f, cue in zip(kept, cues, strict=True)
    ]
    inside = [None if f is None else number[id(f)] for f in outer]
    modal = Items(scene, items, contents)
    out = []
    for k, f in enumerate(kept):
        holder = inside[k]
        act = act_of(scene, f)
        out.append(
            Attribution(
                id=f"a{k + 1}",
                source=_source(scene, k, kept, inside),
                cue=Part(spans=cues[k]),
                content=Part(spans=merged(f.content)),
                manner=_manner(scene, f),
                act=act,
                certainty=certainty(scene, f, act, modal),
                by=f.rule if f.score is None or f.rule == MODEL else f"{MODEL}+{f.rule}",
                score=f.score,
                inside=None if holder is None else f"a{holder + 1}",
            )
        )
    return tuple(out)


def with_speakers(scene: Scene, found: Sequence[Found]) -> list[Found]:
    """A cue with neither source nor speaker speaks for whoever spoke before it in its sentence, or is its subject."""
    sourced: dict[tuple[int, int], list[tuple[int, Mention]]] = {}
    for f in found:
        if f.source is not None and f.cue:
            place = (scene.tokens[f.cue[0]].sentence, scene.quote_of[f.cue[0]])
            sourced.setdefault(place, []).append((f.cue[0], f.source))
    return [
        f
        if f.source is not None or f.speaker is not None or not f.cue or f.act == "hearsay" or passive(scene, _head(f))
        else f._replace(speaker=_nearest(scene, _head(f), sourced))
        for f in found
    ]


def _head(f: Found) -> int:
    return f.hit.i if f.hit is not None else f.cue[-1]


def _nearest(scene: Scene, i: int, sourced: dict[tuple[int, int], list[tuple[int, Mention]]]) -> str | None:
    around = scene.quote_of[i]
    before = [m for at, m in sourced.get((scene.tokens[i].sentence, around), ()) if at < i]
    if before:
        return before[-1].entity
    for token in scene.tokens[scene.sentence(i).first : i]:
        mention = scene.mention(token.i) if token.dep.startswith("nsubj") else None
        if mention is not None and scene.somebody(mention) and scene.quote_of[token.i] == around:
            return mention.entity
    return None


def modality(scene: Scene, attributions: Sequence[Attribution], items: Sequence[Item]) -> tuple[Modality, ...]:
    """What each modal word does, to which proposition, and the innermost attribution that it stands in."""
    contents = Contents(scene, [Found(a.id, a.act, a.content.spans) for a in attributions])
    out = []
    for item in items:
        if item.verdict.use is None:
            continue
        span = Span(scene.tokens[item.first].start, scene.tokens[item.last].end)
        inner = contents.least_over((span,))
        out.append(
            Modality(
                start=span.start,
                end=span.end,
                use=item.verdict.use,
                inside=inner.rule if inner else None,
                scope=scope(scene, item.i, inner.content if inner else None),
                why=item.verdict.why,
                because=_spans(scene, sorted({*item.verdict.words})),
            )
        )
    return tuple(out)


def _spans(scene: Scene, tokens: Sequence[int]) -> Spans:
    """Runs of neighbouring tokens as spans."""
    out: list[Span] = []
    for i in tokens:
        token = scene.tokens[i]
        if out and scene.text[out[-1].end : token.start].strip() == "":
            out[-1] = Span(out[-1].start, token.end)
        else:
            out.append(Span(token.start, token.end))
    return tuple(out)


def _distinct(found: Sequence[Found]) -> list[Found]:
    """One attribution for each cue and content."""
    out: list[Found] = []
    seen: set[tuple[tuple[int, ...], Spans]] = set()
    for f in found:
        if f.content and (f.cue, f.content) not in seen:
            seen.add((f.cue, f.content))
            out.append(f)
    return out


def _source(scene: Scene, k: int, found: Sequence[Found], inside: Sequence[int | None]) -> Source:
    f = found[k]
    if f.source is None:
        return Source(spans=(), type="none", entity=f.speaker)
    entity = f.source.entity
    if entity is None and f.source.form == "pronoun" and _first_person(scene, f.source):
        outer = inside[k]
        while outer is not None and entity is None:
            o = found[outer]
            entity = o.source.entity if o.source else o.speaker
            outer = inside[outer]
        if entity is None and scene.quote_of[f.source.head] >= 0:
            entity = _last_voice(scene, k, found)
    return Source(spans=(f.source.span,), type=f.source.type, entity=entity)


def _last_voice(scene: Scene, k: int, found: Sequence[Found]) -> str | None:
    """Whoever spoke last before the k-th in the article's own words, else whoever speaks next."""
    for j in (*range(k - 1, -1, -1), *range(k + 1, len(found))):
        f = found[j]
        who: str | None = f.source.entity if f.source else f.speaker
        if who is not None and f.cue and scene.quote_of[f.cue[0]] < 0 and f.act not in ("evidence", "hearsay"):
            return who
    return None


def _first_person(scene: Scene, mention: Mention) -> bool:
    return scene.isin(mention.head, "first_singular", "first_plural")


def _manner(scene: Scene, f: Found) -> Manner:
    """By the quotation marks within the content, those around cue and content together left aside."""
    if f.act == "hearsay":
        return "hearsay"
    outer = {q for i in f.cue[:1] if f.rule != "incise-within" for q in scene.quotes_over(i)}
    marks = [
        any(quote not in outer for quote in scene.quotes_over(i))
        for span in f.content
        for i in range(scene.parse.at(span.start), scene.parse.at(span.end - 1) + 1)
        if scene.tokens[i].text[:1].isalnum()
    ]
    return "direct" if marks and all(marks) else "mixed" if any(marks) else "indirect"


def act_of(scene: Scene, f: Found) -> Act:
    """The cue's act, unless a document says (it shows) or an intention is said (it is promised)."""
    if f.settled or (f.score is not None and f.hit is None):
        return f.act
    if f.act == "deny" and f.hit is not None and f.hit.negated:
        return "assess"  # n'exclut pas une grève: holds it possible
    if f.act != "say":
        return f.act
    if f.source and f.source.type == "doc" and scene.tokens[f.source.head].lemma in scene.words["evidence_heads"]:
        return "evidence"
    first = scene.parse.at(f.content[0].start)
    lemmas = {token.lemma for token in scene.tokens[first : first + 3]}
    intends = f.rule == "verb-np" and lemmas & scene.words["intentions"]
    return "promise" if intends or _own_future(scene, f) else "say"


def _own_future(scene: Scene, f: Found) -> bool:
    """Whether the content is what the source itself will do: «Nous irons en cortège», a dit qu'il porterait plainte."""
    main = main_verb(scene, f.content)
    subject = scene.parse.child(main.i, "nsubj") if main is not None else None
    if main is None or subject is None or main.lemma in scene.words["modals"]:
        return False
    around = [main, *(c for c in scene.parse.children(main.i) if c.dep.startswith("aux"))]
    leads = main.lemma in scene.words["future_leads"] and scene.parse.child(main.i, "xcomp") is not None
    told = f.rule == "verb-that"
    coming = leads or any(
        t.has("Tense=Fut") or (told and scene.conditional(t.i)) or t.lemma in scene.words["future_auxiliaries"]
        for t in around
    )
    if not coming:
        return False
    if scene.isin(subject.i, "first_singular", "first_plural"):
        return scene.quote_of[subject.i] >= 0
    mention = scene.mention(subject.i)
    return told and mention is not None and f.source is not None and mention.entity == f.source.entity is not None
