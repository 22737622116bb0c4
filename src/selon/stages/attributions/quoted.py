"""Rules over quotation marks: incises, introductions, headlines, and quotations that carry on a speaker's words."""

from bisect import bisect_left
from collections.abc import Iterator

from selon.lang.contract import Cue
from selon.model import Mention, Quote, Span, Spans
from selon.stages.attributions.cues import speaker, spoken, subject
from selon.stages.attributions.extent import clause_end, whole
from selon.stages.attributions.scene import OPENERS, Contents, Found, Hit, Scene

_NEAR = 12
"""Tokens between a cue and the quoted words that are its object."""
_BRIEF = 4
"""Tokens between a cue and a colon that announces words without marks."""
_FULL = 4
"""Words from which a quotation without a cue is taken for speech rather than for a term."""


def incise(scene: Scene, hit: Hit, hits: dict[int, Hit]) -> Iterator[Found]:
    """«…», a dit X · «…», a dit X, «…» · "…," X said."""
    quote, verb_first = _quote_before(scene, hit)
    if quote is None or not scene.predicates(hit):
        return
    source = subject(scene, hit, incise=verb_first)
    cue = hit.framed("quote", source=source)
    if cue is None:
        return
    content = _before(scene, quote, hits)
    content += _after(scene, hit, quote)
    who = None if source else speaker(scene, hit.i)
    yield Found("quote-incise", cue.act, content, hit.tokens, hit, source, who)


def announced(scene: Scene, found: list[Found]) -> Iterator[Found]:
    """Marine Delorme va plus loin : «…»: a colon hands speech to whom the clause is about, whatever its verb."""
    contents = Contents(scene, found)
    for quote in scene.quotes:
        first = scene.parse.at(quote.start)
        colon = first - 1
        if quote.depth or colon < 1 or scene.word(colon) != ":" or not _speech(scene, quote):
            continue
        if scene.tokens[colon].sentence != scene.tokens[first].sentence or _taken(scene, quote, contents):
            continue
        source = _about(scene, scene.sentence(colon).first, colon)
        if source is not None:
            yield Found("announced", "say", quote.parts, source=source)


def _about(scene: Scene, first: int, last: int) -> Mention | None:
    """Who the words before a colon are about: their subject, else the last person named there."""
    mentions = [scene.mention(j) for j in range(first, last) if scene.tokens[j].dep.startswith("nsubj")]
    mentions += [scene.mention(j) for j in range(last - 1, first - 1, -1) if scene.tokens[j].pos == "PROPN"]
    return next((m for m in mentions if m is not None and m.type in ("named", "role") and scene.somebody(m)), None)


def _speech(scene: Scene, quote: Quote) -> bool:
    """Whether the quotation holds a clause."""
    first, last = scene.parse.at(quote.start), scene.parse.at(quote.end - 1)
    return last - first >= _FULL and scene.has_finite(first, min(last + 1, len(scene.tokens)))


def open_incise(scene: Scene, found: list[Found], hits: dict[int, Hit]) -> Iterator[Found]:
    """«…», tempère X: after quoted speech, any verb with its subject behind it reports, in the lexicon or not."""
    contents = Contents(scene, found)
    for quote in scene.quotes:
        if quote.depth or _taken(scene, quote, contents) or not _sentence(scene, quote):
            continue
        j = scene.parse.at(quote.end)
        if scene.word(j) != "," and not scene.isin(j + 1, "inverted"):
            continue
        hit = spoken(scene, j + (scene.word(j) == ","))
        if hit is None or scene.subject_before(hit):
            continue
        source = subject(scene, hit, incise=True)
        if source is None or (source.span.start < scene.tokens[hit.i].start and hit.clitic is None):
            continue
        if source.span.start - scene.tokens[hit.last].end > 2 and hit.clitic is None:
            continue
        yield Found(
            "incise-open", "say", _before(scene, quote, hits) + _after(scene, hit, quote), hit.tokens, hit, source
        )


def incise_within(scene: Scene, hit: Hit, _: dict[int, Hit]) -> Iterator[Found]:
    """« C'est faux, affirme-t-il. Rien n'a changé. »: the incise stands between the marks themselves."""
    around = scene.quote_of[hit.i]
    before = hit.first - 1
    if around < 0 or scene.word(before) not in (",", "?", "!", "…") or not scene.predicates(hit):
        return
    if scene.subject_before(hit) or scene.isin(hit.last + 1, "complementisers"):
        return
    source = subject(scene, hit, incise=True)
    cue = hit.framed("quote", source=source)
    if source is None or cue is None or source.span.start < scene.tokens[hit.first].start:
        return
    if scene.isin(source.head, "first_singular", "first_plural", "impersonal") or not scene.somebody(source):
        return
    quote = scene.quotes[around]
    begin = scene.tokens[before].start if scene.word(before) == "," else scene.tokens[before].end
    end = _apposition(scene, scene.after(source.span.end))
    while (
        end < scene.sentence(hit.i).last and scene.tokens[end].text not in ",.;:!?…" and scene.quote_of[end] == around
    ):
        end += 1
    cut = scene.tokens[end].end if end < len(scene.tokens) and scene.word(end) == "," else scene.tokens[end - 1].end
    content = tuple(
        span
        for part in quote.parts
        for start, stop in ((part.start, min(part.end, begin)), (max(part.start, cut), part.end))
        if start < stop and (span := _worded(scene.text, start, stop))
    )
    if content:
        yield Found("incise-within", cue.act, content, hit.tokens, hit, source)


def _apposition(scene: Scene, j: int) -> int:
    """Index past an apposition that tells the speaker's role or age: dit X, aide-soignante depuis douze ans."""
    if scene.word(j) != ",":
        return j
    end = j + 1
    while end < scene.sentence(j).last and scene.tokens[end].text not in ",.;:!?…»":
        end += 1
    told = any(
        scene.lexicon.heads.get(scene.tokens[k].lemma, ("",))[0] == "person" for k in range(j + 1, min(j + 4, end))
    )
    aged = j + 1 < end and scene.tokens[j + 1].pos == "NUM"
    return end if (told or aged) and not scene.has_finite(j + 1, end) else j


def _worded(text: str, start: int, stop: int) -> Span | None:
    """The stretch from its first word or opening mark on; None where it has no word."""
    while start < stop and not (text[start].isalnum() or text[start] in OPENERS):
        start += 1
    while stop > start and text[stop - 1].isspace():
        stop -= 1
    return Span(start, stop) if any(c.isalnum() for c in text[start:stop]) else None


def introduction(scene: Scene, hit: Hit, hits: dict[int, Hit]) -> Iterator[Found]:
    """X déclare : «…» · X dénonce «…» · X said: "…"."""
    source = subject(scene, hit)
    cue = hit.framed("quote", source=source)
    if cue is None:
        return
    sentence = scene.sentence(hit.i)
    around = scene.quote_of[hit.i]
    j = hit.last + 1
    while j < sentence.last and scene.quote_of[j] == around and scene.word(j) not in (":", ";"):
        if j in hits or scene.isin(j, "complementisers"):
            return
        j += 1
    who = None if source else speaker(scene, hit.i)
    if scene.word(min(j, sentence.last - 1)) == ":":
        if scene.quote_opening_at(j + 1) is None and j < sentence.last - 1 and not _announces(cue, scene, hit, j):
            return
        content, rule = _after_colon(scene, min(j, sentence.last - 1) + 1, sentence.last)
    elif (
        j < sentence.last
        and j - hit.last <= _NEAR
        and scene.quote_opening_at(j)
        and _takes_words(cue, scene, hit, j, source)
    ):
        content, rule = _object(scene, j, hit, hits), "quote-object"
    else:
        return
    if content:
        yield Found(rule, cue.act, content, hit.tokens, hit, source, who)


def _takes_words(cue: Cue, scene: Scene, hit: Hit, first: int, source: Mention | None) -> bool:
    """Whether quoted words after the verb are what is said, rather than a term in marks within a noun phrase."""
    if cue.frames.isdisjoint(("that", "np", "aside")) or scene.tokens[hit.i].has("VerbForm=Inf"):
        return False
    if scene.tokens[first - 1].pos in ("DET", "ADP"):
        return False
    adjunct = False
    for j in range(hit.last + 1, first):
        token = scene.tokens[j]
        if token.has("VerbForm=Inf"):
            return False  # demander de se revoir «sans préalable»
        adjunct = adjunct or (token.pos == "ADP" and not scene.isin(j, "of"))
        own = source is not None and source.span.start <= token.start < source.span.end
        if not (
            adjunct
            or own
            or token.pos in ("ADV", "PUNCT", "PRON")
            or scene.isin(j, "times")
            or (j == hit.last + 1 and token.pos == "AUX")
        ):
            return False
    return True


def _announces(cue: Cue, scene: Scene, hit: Hit, colon: int) -> bool:
    """Whether words without marks after a colon are what the verb before it says."""
    return colon - hit.last <= _BRIEF and "that" in cue.frames and not scene.tokens[hit.i].has("VerbForm=Inf")


def _after_colon(scene: Scene, first: int, last: int) -> tuple[Spans, str]:
    """The quotation after a colon, in the next paragraph too, or the clause."""
    quote = scene.quote_opening_at(first)
    if quote is not None:
        return quote.parts, "quote-colon"
    span = scene.span(first, last) if first < last and scene.has_finite(first, last) else None
    return ((span,) if span else ()), "colon"


def _object(scene: Scene, first: int, hit: Hit, hits: dict[int, Hit]) -> Spans:
    """Quoted words that stand as the verb's object, with what goes on without marks."""
    quote = scene.quote_opening_at(first)
    span = scene.span(first, clause_end(scene, first, hit.i, hits))
    if quote is None or span is None:
        return ()
    if span.end <= quote.end:
        return quote.parts
    return (whole(scene, Span(quote.start, span.end)),)


def _quote_before(scene: Scene, hit: Hit) -> tuple[Quote | None, bool]:
    """The quotation that ends right before the cue's clause, and whether the verb comes before its subject."""
    j = hit.first - 1
    while j >= 0 and scene.tokens[j].pos == "ADV" and scene.word(j) not in ("»", '"'):
        j -= 1
    if j >= 0 and scene.word(j) in (",", "—", "–", "-"):
        j -= 1
    if j < scene.sentence(hit.i).first:
        return None, False
    quote = scene.quote_closing_at(j)
    if quote is not None and (hit.clitic is not None or _comma_before(scene, quote) or _sentence(scene, quote)):
        return quote, True
    # English, and headlines: the subject stands between the quotation and its verb
    if hit.clitic is None:
        subjects = [c for c in scene.parse.children(hit.lead) if c.dep.startswith("nsubj") and c.i < hit.i]
        if subjects:
            mention = scene.mention(subjects[0].i)
            j = scene.parse.at(mention.span.start) - 1 if mention else scene.parse.subtree(subjects[0].i)[0] - 1
            if j >= 0 and scene.word(j) == ",":
                j -= 1
            quote = scene.quote_closing_at(j) if j >= scene.sentence(hit.i).first else None
            if quote is not None and _comma_before(scene, quote):
                return quote, False
    return None, False


def _sentence(scene: Scene, quote: Quote) -> bool:
    """Whether the quotation begins its sentence and holds a clause."""
    first, last = scene.parse.at(quote.start), scene.parse.at(quote.end - 1)
    return scene.sentence(first).start >= quote.start and scene.has_finite(first, last)


def _comma_before(scene: Scene, quote: Quote) -> bool:
    """Whether a comma, question or exclamation mark ties the quotation to what follows, not a full stop."""
    inside = scene.text[quote.start : quote.end].rstrip("»”›\"'’ \u00a0\u202f")
    after = scene.text[quote.end : quote.end + 3].lstrip()
    return inside.endswith((",", "?", "!", "…", "—")) or after.startswith((",", "—", "–"))


def _before(scene: Scene, quote: Quote, hits: dict[int, Hit]) -> Spans:
    """The quoted words before an incise, with the words of their sentence that lead into them."""
    first = scene.parse.at(quote.start)
    if first >= len(scene.tokens):
        return quote.parts
    sentence = scene.sentence(first)
    start = sentence.first
    if start < first:
        for j in range(first - 1, sentence.first - 1, -1):
            if scene.word(j) in (":", ";") or (j in hits and any(introduction(scene, hits[j], hits))):
                return quote.parts
        start = skip_connectives(scene, start, first)
    if start >= first:
        return quote.parts
    opened = whole(scene, Span(scene.tokens[start].start, quote.end))
    return (opened, *quote.parts[1:]) if len(quote.parts) > 1 else (Span(opened.start, quote.end),)


def _after(scene: Scene, hit: Hit, quote: Quote) -> Spans:
    """A quotation that goes on after the incise, in the same sentence: «…», dit X, «…»."""
    sentence = scene.sentence(hit.i)
    for j in range(hit.last + 1, sentence.last):
        following = scene.quote_opening_at(j)
        if following is not None and following.start >= quote.end:
            if scene.word(j - 1) in (",", ":", "—", "–") and scene.word(j - 2) not in ("que",):
                return following.parts
            return ()
        if scene.finite(j) and j > hit.last + 1 and scene.tokens[j].head == hit.i:
            return ()
    return ()


def skip_connectives(scene: Scene, first: int, last: int) -> int:
    """Index past the words that only link a sentence to the one before («Mais», «De son côté,»)."""
    j = first
    moved = True
    while moved and j < last:
        moved = False
        for width in (4, 3, 2, 1):
            if j + width >= last:
                continue
            words = "".join(
                scene.word(k) + (" " if scene.text[scene.tokens[k].end : scene.tokens[k].end + 1].isspace() else "")
                for k in range(j, j + width)
            ).strip()
            if words in scene.words["connectives"]:
                j += width
                moved = True
                if scene.word(j) == ",":
                    j += 1
                break
    return j


def headlines(scene: Scene, found: list[Found]) -> Iterator[Found]:
    """X : «…» in a headline or heading; without marks, where X is a person and what follows a clause."""
    contents = Contents(scene, found)
    for block in scene.blocks:
        if block.kind not in ("headline", "heading", "caption"):
            continue
        first, last = scene.parse.at(block.start), scene.parse.at(block.end)
        colon = next((j for j in range(first + 1, last) if scene.word(j) == ":"), None)
        if colon is None or scene.has_finite(first, colon):
            continue
        source = scene.mention(first) or scene.mention(colon - 1)
        if source is None or scene.parse.at(source.span.end - 1) >= colon:
            continue
        quote = scene.quote_opening_at(colon + 1)
        if quote is not None and _taken(scene, quote, contents):
            continue  # Grève au port : «…», prévient X
        if quote is not None and source.type in ("named", "role", "org", "group", "media"):
            yield Found("headline", "say", quote.parts, source=source)
        elif quote is None and source.type == "named" and scene.has_finite(colon + 1, last):
            span = scene.span(colon + 1, last)
            if span is not None:
                yield Found("headline", "say", (whole(scene, span),), source=source)


def carried(scene: Scene, found: list[Found]) -> Iterator[Found]:
    """Quotations with no cue of their own, which carry on the words of whoever spoke last."""
    voices = [(f.content[0].start, f.source.entity if f.source else f.speaker) for f in found if _voiced(scene, f)]
    speakers = sorted(((start, who) for start, who in voices if who is not None), key=lambda voice: voice[0])
    starts = [start for start, _ in speakers]
    contents = Contents(scene, found)
    for quote in scene.quotes:
        first = scene.parse.at(quote.start)
        if quote.depth or scene.sentence(first).start < quote.start or not _speech(scene, quote):
            continue
        if _taken(scene, quote, contents):
            continue
        before = bisect_left(starts, quote.start)
        block = next((b for b in scene.blocks if b.start <= quote.start < b.end), None)
        if block is None or block.kind not in ("headline", "heading"):
            if before:
                yield Found("quote-carried", "say", quote.parts, speaker=speakers[before - 1][1])
        elif quote.end >= block.end - 1 or scene.text[quote.end : block.end].lstrip()[:1] in (":", ","):
            who = _echo(scene, quote, found) or (speakers[before][1] if before < len(speakers) else None)
            yield Found("quoted-heading", "say", quote.parts, speaker=who)


def _voiced(scene: Scene, f: Found) -> bool:
    """Whether somebody's own words may go on after it: the cue is the article's, and says rather than shows."""
    if f.rule == "headline":
        return True
    if not f.cue or f.rule == "noun" or f.act in ("evidence", "hearsay"):
        return False
    return f.rule == "incise-within" or scene.quote_of[f.cue[0]] < 0


def _taken(scene: Scene, quote: Quote, contents: Contents) -> bool:
    """Whether an attribution holds words of the quotation, other than those that are made within it."""
    return any(
        span.overlaps(part)
        for part in quote.parts
        for f in contents.near(part)
        if f.rule == "incise-within" or not any(part.start <= scene.tokens[i].start < part.end for i in f.cue)
        for span in f.content
    )


def _echo(scene: Scene, quote: Quote, found: list[Found]) -> str | None:
    """The speaker of a quotation further on that holds these words."""
    words = _letters(scene.text[quote.start : quote.end])
    for f in found:
        if words and any(words in _letters(span.of(scene.text)) for span in f.content):
            return f.source.entity if f.source else f.speaker
    return None


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())
