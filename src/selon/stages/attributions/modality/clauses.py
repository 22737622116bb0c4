"""The clause that a modal word stands in: its verb, subject, governor, condition and extent."""

from collections.abc import Iterator
from typing import NamedTuple

from selon.model import Span, Spans, Token
from selon.stages.attributions.scene import Found, Scene

_NEAR = 7
"""Tokens within which what a modal verb leads is looked for, where the parser does not say."""


class Led(NamedTuple):
    """What a modal verb leads: its infinitive's token, whether that is perfect, and whether passive."""

    i: int
    perfect: bool
    passive: bool


def predicate(scene: Scene, i: int) -> Token:
    """The word that an auxiliary belongs to, or the verb itself."""
    token = scene.tokens[i]
    for _ in range(2):
        if not token.dep.startswith(("aux", "cop")) or token.head == token.i:
            break
        token = scene.tokens[token.head]
    return token


def chain(scene: Scene, i: int) -> Iterator[Token]:
    """The predicate of token i and what it hangs on, upwards."""
    token = predicate(scene, i)
    yield token
    yield from scene.ancestors(token.i)


def led(scene: Scene, i: int) -> Led | None:
    """The infinitive that modal verb i leads; None where there is none.

    Where the modal is an auxiliary, as in English, that is the verb it belongs to.
    """
    token = scene.tokens[i]
    if scene.words["bare_modals"] and token.dep.startswith("aux"):
        return _led_by_auxiliary(scene, i)
    sentence = scene.sentence(i)
    for j in range(i + 1, min(sentence.last, i + 1 + _NEAR)):
        t = scene.tokens[j]
        if t.has("VerbForm=Inf"):
            return _infinitive(scene, j)
        if t.pos not in ("ADV", "PRON", "ADP", "PUNCT", "PART", "DET") and not scene.isin(
            j, "clitics", "negations", "inverted"
        ):
            if t.pos in ("NOUN", "PROPN", "ADJ") and scene.isin(j - 1, "infinitive_stops", "determiners"):
                break
            if scene.finite(j):
                break
    child = next((c for c in scene.parse.children(i) if c.dep == "xcomp" and c.i > i and _to_do(scene, c)), None)
    if child is None:
        return None
    first = next((c.i for c in scene.parse.children(child.i) if c.has("VerbForm=Inf")), child.i)
    return _infinitive(scene, first)


def _to_do(scene: Scene, token: Token) -> bool:
    return token.has("VerbForm=Inf") or any(
        c.has("VerbForm=Inf") and c.dep.startswith(("aux", "cop")) for c in scene.parse.children(token.i)
    )


def _infinitive(scene: Scene, j: int) -> Led:
    """Infinitive j, or the participle that it is an auxiliary of."""
    token = scene.tokens[j]
    if not token.dep.startswith("aux"):
        return Led(j, False, False)
    verb = predicate(scene, j)
    auxiliaries = [c for c in scene.parse.children(verb.i) if c.dep.startswith("aux") and c.i >= j]
    passive = any(c.dep == "aux:pass" for c in auxiliaries)
    return Led(verb.i, any(c.dep != "aux:pass" for c in auxiliaries), passive)


def _led_by_auxiliary(scene: Scene, i: int) -> Led:
    verb = predicate(scene, i)
    auxiliaries = [c for c in scene.parse.children(verb.i) if c.dep.startswith("aux") and c.i > i]
    return Led(
        verb.i,
        any(scene.isin(c.i, "perfect_auxiliaries") for c in auxiliaries),
        any(c.dep == "aux:pass" for c in auxiliaries),
    )


# ---------------------------------------------------------------- the subject


def subject(scene: Scene, i: int) -> Token | None:
    """The subject of the clause of token i: its own, an antecedent's, or that of the verb it is coordinated with."""
    token = predicate(scene, i)
    before = next(
        (j for j in (token.i + 1, i + 1) if scene.isin(j, "inverted") and not scene.isin(j, "inverted_fillers")), None
    )
    if before is not None:
        return scene.tokens[before]
    seen: set[int] = set()
    while token.i not in seen:
        seen.add(token.i)
        subjects = [c for c in scene.parse.children(token.i) if c.dep.startswith(("nsubj", "expl:subj", "csubj"))]
        if subjects:
            own = next((c for c in reversed(subjects) if c.i < i), subjects[0])  # the nearest before the verb
            if scene.isin(own.i, "subject_relatives") and token.dep.startswith("acl"):
                return _antecedent(scene, token)
            return own
        head = scene.tokens[token.head]
        if token.dep.startswith("acl") and token.dep != "acl:relcl" and head.pos in ("NOUN", "PROPN", "PRON"):
            return head
        if token.dep not in ("conj", "xcomp", "advcl", "ccomp") and not token.dep.startswith("aux"):
            break
        token = head
    clitic = i - 1
    while clitic >= 0 and scene.isin(clitic, "clitics", "negators") and not scene.isin(clitic, "persons"):
        clitic -= 1
    return scene.tokens[clitic] if clitic >= 0 and scene.tokens[clitic].pos == "PRON" else None


def _antecedent(scene: Scene, verb: Token) -> Token:
    return scene.tokens[verb.head]


def animate(scene: Scene, token: Token | None) -> bool:
    """Whether this subject can act and be held to account; what nothing is known of cannot."""
    if token is None:
        return False
    if scene.isin(token.i, "persons"):
        return True
    if scene.isin(token.i, "things"):
        return False
    mention = scene.mention(token.i)
    if mention is not None:
        if mention.form == "pronoun":
            return not impersonal(token)
        if mention.form == "name":
            return mention.kind != "doc"
        return mention.kind in ("person", "org", "group", "state", "media") and scene.somebody(mention)
    return token.lemma in scene.lexicon.heads and scene.lexicon.heads[token.lemma][1] not in ("doc",)


def impersonal(token: Token | None) -> bool:
    """Whether the subject is nobody: the il of «il peut y avoir»."""
    return token is not None and token.dep.startswith("expl")


def determiner(scene: Scene, noun: Token) -> int | None:
    """The index of a noun's determiner."""
    found = scene.parse.child(noun.i, "det")
    return found.i if found is not None else None


# ---------------------------------------------------------------- what governs the clause


class Governor(NamedTuple):
    """The word that a clause is the complement of, and whether what it says is past."""

    i: int
    past: bool


def governor(scene: Scene, i: int) -> Governor | None:
    """What the clause of token i hangs on by a complementiser, over coordinations: a dit que …, sa promesse que …"""
    seen: set[int] = set()
    for token in chain(scene, i):
        if token.i in seen or (scene.quote_of[token.i] != scene.quote_of[i] and scene.quote_of[token.i] >= 0):
            break
        seen.add(token.i)
        mark = _opened(scene, token)
        if mark is not None and mark < i:
            head = scene.tokens[token.head]
            while token.dep == "conj" and head.i != token.i:  # a dit que … et que …
                token, head = head, scene.tokens[head.head]
            if head.i == token.i or head.i > mark:
                return _before_mark(scene, mark)
            return Governor(head.i, past(scene, head.i))
        if token.dep not in (
            "conj",
            "xcomp",
            "cop",
            "obl",
            "obj",
            "nsubj",
            "advmod",
            "obl:mod",
            "obl:arg",
            "dep",
            "advcl",
        ):
            break
    return None


def _opened(scene: Scene, token: Token) -> int | None:
    """The complementiser or question word that opens the clause of a verb as a complement."""
    for child in scene.parse.children(token.i):
        if child.dep == "mark" and scene.isin(child.i, "complementisers") and child.i < token.i:
            if scene.isin(child.i - 1, "before_that") and scene.tokens[child.i - 1].pos != "NOUN":
                return None
            return child.i
        if scene.isin(child.i, "conditions") and child.dep == "mark" and _asked(scene, child.i):
            return child.i
        if child.dep == "advcl" and token.dep == "ccomp" and child.i < token.i:  # a dit que, si …, il viendrait
            mark = _opened(scene, child)
            if mark is not None and mark > token.head:
                return mark
        if token.dep == "ccomp" and scene.isin(child.i, "question_words") and token.head < child.i < token.i:
            return child.i
    return None


def time_mark(scene: Scene, i: int) -> int | None:
    """The conjunction of time that opens the clause of token i: dès qu'il viendrait, le jour où il viendrait."""
    verb = predicate(scene, i)
    for child in scene.parse.children(verb.i):
        if child.i < i and child.dep in ("mark", "advmod", "fixed") and scene.isin(child.i, "when"):
            return child.i
        if child.i < i and verb.dep.startswith("acl") and scene.isin(child.i, "object_relatives"):
            head = scene.tokens[verb.head]
            if scene.isin(head.i, "times") and past(scene, head.i):
                return head.i
    return None


def _before_mark(scene: Scene, mark: int) -> Governor | None:
    """The verb right before a complementiser, where the parser hangs the clause elsewhere."""
    for j in range(mark - 1, max(mark - 6, scene.sentence(mark).first - 1), -1):
        if scene.tokens[j].pos in ("VERB", "NOUN"):
            return Governor(j, past(scene, j))
    return None


def told_in_past(scene: Scene, i: int, over: Found | None) -> int | None:
    """The token of a past saying or thinking word that the clause of token i hangs on; None where none does.

    By syntax, or by the content that was found around it: «…», a-t-il dit is no such word, since what stands in
    quotation marks keeps its own tenses.
    """
    found = governor(scene, i)
    if found is not None:
        return found.i if found.past and found.i < i else None
    if over is None or not over.cue or over.cue[-1] > i or scene.quote_of[over.cue[-1]] != scene.quote_of[i]:
        return None
    first = scene.parse.at(over.content[0].start)
    if any(token.dep.startswith("acl") and token.i >= first for token in chain(scene, i)):
        return None
    joined = (
        first - 1 in over.cue
        or scene.word(first - 1) == ":"
        or any(scene.isin(j, "complementisers") for j in (first - 1, first - 2))
    )
    cue = over.hit.i if over.hit is not None else over.cue[-1]
    return cue if joined and past(scene, cue) else None


def past(scene: Scene, i: int) -> bool:
    """Whether what verb i says lies in the past; a noun, participle or infinitive takes the tense above it."""
    seen: set[int] = set()
    token = scene.tokens[i]
    while token.i not in seen:
        seen.add(token.i)
        around = [c for c in scene.parse.children(token.i) if c.dep.startswith(("aux", "cop"))]
        finite = next((t for t in (*around, token) if t.has("VerbForm=Fin")), None)
        if finite is not None:
            if finite.has("Tense=Imp") or (finite.has("Tense=Past") and not finite.has("Mood=Sub")):
                return not is_conditional(scene, finite.i)
            perfect = token.has("VerbForm=Part") and finite.i != token.i and finite.dep != "aux:pass"
            return (
                perfect
                and finite.dep.startswith("aux")
                and not is_conditional(scene, finite.i)
                and finite.has("Tense=Pres")
            )
        head = scene.tokens[token.head]
        if head.i == token.i:
            return False
        if scene.quote_of[head.i] != scene.quote_of[i] and scene.quote_of[head.i] >= 0:  # «…», a-t-il dit, ajoutant que
            before = (j for j in range(i - 1, scene.sentence(i).first, -1) if scene.quote_of[j] == scene.quote_of[i])
            verb = next((j for j in before if scene.finite(j) and j not in seen), None)
            if verb is None:
                return False
            head = scene.tokens[verb]
        token = head
    return False


def perfect(scene: Scene, i: int) -> bool:
    """Whether a conditional or modal auxiliary i makes a perfect: aurait reçu, "would have left"."""
    if scene.words["bare_modals"]:
        found = led(scene, i)
        return found is not None and found.perfect
    token = scene.tokens[i]
    return token.dep.startswith("aux") and token.dep != "aux:pass"


# ---------------------------------------------------------------- conditions


def condition(scene: Scene, i: int) -> tuple[int, ...] | None:
    """The tokens of the condition that the clause of token i stands under, stated in its sentence."""
    sentence = scene.sentence(i)
    for j in range(sentence.first, sentence.last):
        if scene.quote_of[j] not in (scene.quote_of[i], -1):
            continue
        if phrase(scene, j, min(j + 6, sentence.last), "source_phrases"):
            continue
        if opens_condition(scene, j) and not _within(scene, j, i) and not _asked(scene, j):
            return (j,)
    return phrase(scene, sentence.first, sentence.last, "condition_phrases") or phrase(
        scene, sentence.first, i, "resuming_phrases"
    )


def opens_condition(scene: Scene, j: int) -> bool:
    """Whether a condition begins at token j; s' is one before il only, and si before an adjective none."""
    if not scene.isin(j, "conditions"):
        return False
    if scene.word(j) == "s'":
        return scene.word(j + 1) in ("il", "ils")
    return scene.tokens[j].dep != "advmod" or scene.tokens[j + 1].pos not in ("ADJ", "ADV")


def _within(scene: Scene, j: int, i: int) -> bool:
    """Whether token i stands in the very clause that the si at j opens: si cela devrait, if he should."""
    verb = predicate(scene, i)
    return (
        scene.tokens[j].head == verb.i
        and j < i
        and not any(scene.tokens[k].text == "," or scene.finite(k) for k in range(j + 1, i) if k != verb.i)
    )


def _asked(scene: Scene, j: int) -> bool:
    """Whether the si at token j opens an indirect question: demande si, n'a pas précisé si."""
    verb = scene.tokens[scene.tokens[j].head]
    if verb.dep in ("ccomp", "obj") and verb.head < j:
        return True
    before = scene.tokens[j - 1] if j else None
    return (
        before is not None
        and before.pos == "VERB"
        and any("if" in cue.frames for cue in scene.lexicon.cues.get(before.lemma, ()))
    )


def phrase(scene: Scene, first: int, last: int, name: str) -> tuple[int, ...] | None:
    """The tokens of the first phrase of a list that stands between tokens [first, last)."""
    phrases = scene.phrases(name)
    for j in range(first, last):
        for words in phrases.get(scene.word(j), ()):
            if j + len(words) <= last and all(scene.word(j + k) == word for k, word in enumerate(words)):
                return tuple(range(j, j + len(words)))
    return None


# ---------------------------------------------------------------- extent


def scope(scene: Scene, i: int, inside: Spans | None) -> Spans:
    """The proposition that a modal word bears on: the clause of its verb, within the content that holds the word.

    Clauses coordinated with it that have a verb of their own stay out.
    """
    verb = clause_verb(scene, i)
    taken = _reach(scene, verb)
    spans: list[Span] = []
    run: list[int] = []
    while len(taken) > 1 and _opens(scene, min(taken)):
        taken.remove(min(taken))
    for j in sorted(taken):
        if run and j != run[-1] + 1:
            spans += _span(scene, run)
            run = []
        run.append(j)
    spans += _span(scene, run)
    if inside is not None:
        spans = [Span(max(a.start, b.start), min(a.end, b.end)) for a in spans for b in inside if a.overlaps(b)]
    token = scene.tokens[i]
    return tuple(sorted(set(spans))) or (Span(token.start, token.end),)


def _span(scene: Scene, run: list[int]) -> list[Span]:
    span = scene.span(run[0], run[-1] + 1) if run else None
    return [span] if span is not None else []


def clause_verb(scene: Scene, i: int) -> int:
    """The predicate whose clause a word stands in; of an adjective beside a noun, that noun."""
    token = predicate(scene, i)
    if token.pos in ("VERB", "AUX"):
        return token.i
    if token.dep == "amod" or scene.tokens[token.head].dep == "amod":  # un peut-être dangereux rival
        return token.head
    if any(c.dep.startswith(("aux", "cop")) for c in scene.parse.children(token.i)):
        return token.i
    for above in scene.ancestors(token.i):
        if above.pos in ("VERB", "AUX") or scene.finite(above.i):
            return above.i
        if any(c.dep.startswith(("aux", "cop")) for c in scene.parse.children(above.i)):
            return above.i
    return token.i


def _opens(scene: Scene, j: int) -> bool:
    """Whether token j only joins its clause to another."""
    return scene.tokens[j].dep == "cc" or scene.isin(j, "complementisers") or not scene.tokens[j].text[:1].isalnum()


def _reach(scene: Scene, verb: int) -> set[int]:
    taken, stack = {verb}, [verb]
    while stack:
        for child in scene.parse.children(stack.pop()):
            if child.i in taken or _apart(scene, child):
                continue
            taken.add(child.i)
            stack.append(child.i)
    return taken


def _apart(scene: Scene, child: Token) -> bool:
    """Whether a dependent is a proposition beside its head's, or joins one to it."""
    if child.dep == "parataxis":
        return True
    if child.dep == "cc":
        after = next((c for c in scene.parse.children(child.head) if c.dep == "conj" and c.i > child.i), None)
        return child.head != child.i and (scene.finite(child.head) or (after is not None and scene.finite(after.i)))
    return child.dep == "conj" and scene.finite(child.i)


def is_conditional(scene: Scene, i: int) -> bool:
    """Whether token i is a conditional by its form, or a word that makes one ("would")."""
    return scene.conditional(i) or scene.isin(i, "would")
