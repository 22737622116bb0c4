"""Rules over prepositions: selon X, P · P, selon X · P1, selon X, P2 · de source …, P."""

from collections.abc import Iterator

from selon.lang.contract import Cue
from selon.model import Mention, Spans
from selon.stages.attributions.cues import entries
from selon.stages.attributions.extent import clause_end, whole
from selon.stages.attributions.quoted import skip_connectives
from selon.stages.attributions.scene import Found, Hit, Scene


def according(scene: Scene, hits: dict[int, Hit]) -> Iterator[Found]:
    """Each preposition that names a source, with the clause that it stands in or beside."""
    for i in range(len(scene.tokens)):
        for cue in _at(scene, i):
            last = i + _width(scene, i, cue)
            if scene.isin(last - 1, "anonymous_heads"):  # de source policière: the noun is in the cue and is the source
                if scene.word(i - 1) != "," and i != scene.sentence(i).first:
                    continue
                last -= 1
            source = _source(scene, last)
            if source is None or (cue.subject and source.type not in cue.subject) or not _speaks(scene, source, cue):
                continue
            end = _phrase_end(scene, scene.after(source.span.end))
            weak = bool(cue.subject)
            content = _content(scene, i, end, hits, initial_only=weak)
            if content:
                yield Found(
                    f"preposition-{cue.lemma.replace(chr(39), '')}",
                    cue.act,
                    content,
                    tuple(range(i, last)),
                    None,
                    source,
                )
                break


def _at(scene: Scene, i: int) -> Iterator[Cue]:
    word = scene.word(i)
    lemmas = [word]
    if word == "d'":
        lemmas.append("d'" + scene.word(i + 1))
    for lemma in lemmas:
        for cue in entries(scene, lemma, "preposition"):
            if _width(scene, i, cue):
                yield cue


def _speaks(scene: Scene, source: Mention, cue: Cue) -> bool:
    """Whether the noun can be a source: «selon la saison» and «pour la première fois» name none."""
    if source.form == "pronoun":
        return not cue.subject or scene.isin(source.head, "disjunctive")
    return scene.somebody(source)


def _phrase_end(scene: Scene, j: int) -> int:
    """Index past a relative or participle that goes on the source: selon un cadre qui a requis l'anonymat, …"""
    if j >= len(scene.tokens):
        return j
    last = scene.sentence(j - 1).last
    if scene.word(j) == "," and scene.isin(j + 1, "relatives"):
        j += 1
    token = scene.tokens[j]
    if j < last and (scene.isin(j, "relatives", "object_relatives") or token.has("VerbForm=Part")):
        while j < last and scene.word(j) not in (",", ";", ".", ":"):
            j += 1
    return j


def source_tails(scene: Scene) -> set[int]:
    """Tokens of such relatives and participles: what they say of anonymity is no attribution."""
    out: set[int] = set()
    for i in range(len(scene.tokens)):
        for cue in _at(scene, i):
            source = _source(scene, i + _width(scene, i, cue))
            if source is not None and not cue.subject:
                end = scene.after(source.span.end)
                out.update(range(end, _phrase_end(scene, end)))
    return out


def _width(scene: Scene, i: int, cue: Cue) -> int:
    """How many tokens the preposition takes at token i, 0 where it does not stand there."""
    want = "".join((cue.lemma, *cue.rest))
    got, j = "", i
    while len(got) < len(want) and j < len(scene.tokens):
        got += scene.word(j)
        j += 1
    return j - i if got == want else 0


def _source(scene: Scene, j: int) -> Mention | None:
    """The mention that begins at token j, or a word or two further on."""
    for k in range(j, min(j + 6, len(scene.tokens))):
        if scene.tokens[k].pos in ("NOUN", "PROPN", "PRON", "NUM"):
            return scene.mention(_phrase_head(scene, k))
        if scene.tokens[k].pos in ("VERB", "PUNCT", "SCONJ"):
            return None
    return None


def _phrase_head(scene: Scene, k: int) -> int:
    """The head of the noun phrase that token k stands at the beginning of: two people, US officials, deux sources."""
    for _ in range(4):
        token = scene.tokens[k]
        head = scene.tokens[token.head]
        nominal = head.pos in ("NOUN", "PROPN") and k < head.i <= k + 5
        if not nominal or token.dep.split(":")[0] not in (
            "compound",
            "nummod",
            "amod",
            "nmod",
            "flat",
            "advmod",
            "dep",
        ):
            break
        k = head.i
    return k


def _content(scene: Scene, first: int, last: int, hits: dict[int, Hit], *, initial_only: bool) -> Spans:
    """The clause that the phrase [first, last) stands in or beside."""
    sentence = scene.sentence(first)
    around = scene.quote_of[first]
    low = sentence.first
    for j in range(first - 1, sentence.first - 1, -1):
        if scene.word(j) in (";", ":") or (scene.quote_of[j] != around and around >= 0):
            low = j + 1
            break
        if scene.word(j) == "(" and not any(scene.word(k) == ")" for k in range(j, first)):
            low, first, last = sentence.first, j, last + (scene.word(last) == ")")
            break
    low = _local(scene, low, first, last)
    start = skip_connectives(scene, low, first + 1)
    leads = start >= first or not _worded(scene, start, first)
    if leads:
        after = last + 1 if scene.word(last) == "," else last
        if after >= sentence.last:
            return ()
        span = scene.span(after, clause_end(scene, after, None, hits))
        return (whole(scene, span),) if span else ()
    if initial_only:
        return ()
    before = scene.span(start, first)
    if before is None:
        return ()
    spans = [whole(scene, before)]
    goes_on = not scene.has_finite(start, first) or scene.isin(start, "relatives")
    if scene.word(last) == "," and last + 1 < sentence.last and goes_on:
        end = clause_end(scene, last + 1, None, hits)
        tail = scene.span(last + 1, end)
        if tail and (scene.has_finite(last + 1, end) or scene.isin(start, "relatives")):
            spans.append(whole(scene, tail))
    return tuple(spans)


def _local(scene: Scene, low: int, first: int, last: int) -> int:
    """Where the clause around the phrase begins: at a relative pronoun right before, or after «alors que»."""
    for j in range(first - 1, low, -1):
        if scene.isin(j, "complementisers") and scene.isin(j - 1, "contrasts"):
            return j + 1
        if scene.word(j) == "," and j < first - 1:
            break
        if scene.isin(j, "relatives") and scene.tokens[j].pos == "PRON" and scene.word(last) == ",":
            return j
    # over commas too, but then the contrast must have one before it
    for j in range(first - 1, low, -1):
        if scene.isin(j, "complementisers") and scene.isin(j - 1, "contrasts") and scene.word(j - 2) == ",":
            return j + 1
    return low


def _worded(scene: Scene, first: int, last: int) -> bool:
    return any(scene.tokens[j].pos not in ("PUNCT", "CCONJ", "ADV") for j in range(first, last))
