"""What a modal verb does: pouvoir, devoir and their like, by form, tense, subject and what they lead."""

from selon.model import Token
from selon.stages.attributions.modality.clauses import (
    Led,
    animate,
    condition,
    governor,
    impersonal,
    is_conditional,
    led,
    perfect,
    predicate,
    subject,
    time_mark,
    told_in_past,
)
from selon.stages.attributions.modality.items import Place, Verdict
from selon.stages.attributions.scene import Scene


def can(scene: Scene, at: Place) -> Verdict:
    """Possible, or able and allowed."""
    i = at.i
    inner, who = led(scene, i), subject(scene, i)
    if _noun(scene, i, inner):
        return Verdict(None, "noun")
    if _would(scene, i):
        return _could(scene, at, inner, who)
    if scene.tokens[i].has("VerbForm=Inf"):
        return Verdict("ability", "infinitive", (i,))
    if scene.isin(i - 1, "strict_reflexives") and (inner is None or scene.isin(i + 1, "complementisers")):
        return Verdict("possible", "may-be", (i - 1,))
    if negated(scene, i):
        return Verdict("ability", "negated", (i,), False)
    if inner is not None and inner.perfect:
        return Verdict("possible", "perfect", (inner.i,))
    if inner is not None and _nobody(scene, who) and scene.tokens[inner.i].lemma in scene.words["happening_verbs"]:
        return Verdict("possible", "happening", (inner.i,))
    token = scene.tokens[i]
    if token.has("Mood=Sub"):
        return _may(scene, i, inner, who)
    if who is not None and scene.isin(who.i, "persons"):
        return Verdict("ability", "person", (who.i,))
    return _by_nature(scene, inner, who)


def _may(scene: Scene, i: int, inner: Led | None, who: Token | None) -> Verdict:
    """A subjunctive: pour qu'il puisse venir; le risque qu'il puisse tomber."""
    above = governor(scene, i)
    if above is not None and scene.tokens[above.i].lemma in (
        scene.words["pleading_nouns"] | scene.words["fearing_verbs"]
    ):
        return Verdict("possible", "feared", (above.i,))
    sentence = scene.sentence(i)
    for j in range(i - 1, max(sentence.first, i - 8), -1):
        if scene.isin(j, "purpose") and scene.isin(j + 1, "complementisers"):
            return Verdict("ability", "purpose", (j,))
    if who is not None and scene.isin(who.i, "persons"):
        return Verdict("ability", "person", (who.i,))
    return _by_nature(scene, inner, who)


def _by_nature(scene: Scene, inner: Led | None, who: Token | None) -> Verdict:
    """Who can act is able; what happens to a thing is possible."""
    words = tuple(t for t in (who.i if who else None, inner.i if inner else None) if t is not None)
    if inner is None:
        return Verdict("ability", "bare", words, False)
    lemma = scene.tokens[inner.i].lemma
    verb = scene.tokens[inner.i]
    befalls = lemma in scene.words["befalling_verbs"] or (verb.pos not in ("VERB", "AUX") and not inner.passive)
    if who is None:
        return Verdict("ability", "no-subject", words, False)
    if animate(scene, who) or (impersonal(who) and lemma not in scene.words["happening_verbs"]):
        return Verdict("possible", "befalls", words, False) if befalls else Verdict("ability", "agent", words)
    if inner.passive or lemma in scene.words["capability_verbs"]:
        return Verdict("ability", "passive" if inner.passive else "capability", words, False)
    return Verdict("possible", "thing", words, False)


def _could(scene: Scene, at: Place, inner: Led | None, who: Token | None) -> Verdict:
    """Pourrait: possible, unless a condition, a past point or politeness speaks for another use."""
    i, over, before = at
    sentence = scene.sentence(i)
    asked = scene.word(sentence.last - 1) == "?"
    if asked and who is not None and scene.isin(who.i, "addressees"):
        return Verdict("polite", "request", (who.i,))
    for j in range(max(sentence.first, i - 4), i):
        if scene.isin(j, "why"):
            return Verdict("ability", "why-not", (j,))
    said = inner is not None and scene.tokens[inner.i].lemma in scene.words["saying_verbs"]
    if said and who is not None and scene.isin(who.i, "persons") and inner is not None:
        return Verdict("polite", "saying", (who.i, inner.i))
    mark = time_mark(scene, i)
    if mark is not None:
        return Verdict("future_past", "time-clause", (mark,))
    found = condition(scene, i)
    told = told_in_past(scene, i, over)
    if told is not None and found is not None and not perfect(scene, i):
        return Verdict("future_past", "past-saying", (told, *found))
    if found is not None:
        return Verdict("hypothesis", "condition", found)
    if perfect(scene, i) or _perfect_modal(scene, i):
        supposed = (
            governor(scene, i) is None and not predicate(scene, i).dep.startswith("acl") and not animate(scene, who)
        )
        return Verdict("hypothesis" if supposed else "possible", "could-have", (i,), False)
    if (
        told is not None
        and animate(scene, who)
        and inner is not None
        and not inner.perfect
        and not _befalling(scene, inner)
    ):
        return Verdict("future_past", "past-saying", (told,), False)
    if (
        before is not None
        and before.verdict.use == "hypothesis"
        and before.verdict.why != "quoted"
        and not animate(scene, who)
    ):
        return Verdict("hypothesis", "as-before", (before.i,), False)
    if scene.quote_of[i] >= 0 and who is not None and scene.isin(who.i, "speakers_persons", "addressees"):
        return Verdict("hypothesis", "person", (who.i,), False)
    return Verdict("possible", "could", (i,), False)


def _befalling(scene: Scene, inner: Led) -> bool:
    return scene.tokens[inner.i].lemma in scene.words["befalling_verbs"]


def must(scene: Scene, at: Place) -> Verdict:
    """A duty, or what is expected: planned, or concluded."""
    i = at.i
    inner, who = led(scene, i), subject(scene, i)
    if _noun(scene, i, inner) or inner is None:
        return Verdict(None, "noun")
    if scene.tokens[i].has("VerbForm=Part") and not _has_auxiliary(scene, i) and scene.isin(i, "doubtful_modals"):
        return Verdict(None, "participle")
    if _would(scene, i):
        return _should(scene, i, inner, who)
    if inner.perfect or (scene.tokens[inner.i].lemma in scene.words["happening_verbs"] and _nobody(scene, who)):
        return Verdict("probable", "concluded", (inner.i,))
    sentence = scene.sentence(i)
    if negated(scene, i):
        return Verdict("duty", "negated", (i,))
    for j in range(max(sentence.first, i - 3), min(sentence.last, i + 4)):
        if scene.isin(j, "duty_words") and j != i:
            return Verdict("duty", "duty-word", (j,))
    if _perfect_modal(scene, i):
        return Verdict("duty", "had-to", (i,), False)
    time = _time(scene, i, inner)
    if time is not None and _scheduled(scene, inner, who):
        return Verdict("probable", "planned", (inner.i, time))
    if scene.tokens[i].has("Tense=Imp") and scene.tokens[i].dep.startswith("acl") and _scheduled(scene, inner, who):
        return Verdict("probable", "planned", (inner.i,), False)
    return Verdict("duty", "must", (i,), False)


def _should(scene: Scene, i: int, inner: Led, who: Token | None) -> Verdict:
    """Devrait: expected, or what ought to be."""
    if perfect(scene, i) or _perfect_modal(scene, i):
        return Verdict("duty", "ought-to-have", (i,))
    found = condition(scene, i)
    if found is not None:
        return Verdict("hypothesis", "condition", found)
    if who is not None and scene.isin(who.i, "persons"):
        advises = scene.isin(who.i, "likeness_subjects", "addressees", "speakers_persons")
        return Verdict("polite" if advises and not scene.words["bare_modals"] else "duty", "person", (who.i,))
    above = governor(scene, i)
    if above is not None and scene.tokens[above.i].lemma in scene.words["thinking_verbs"] and animate(scene, who):
        return Verdict("duty", "thinking", (above.i,))
    time = _time(scene, i, inner)
    if time is None and animate(scene, who) and not inner.passive and _cleft(scene, i):
        return Verdict("duty", "cleft", (i,), False)
    if time is None and scene.quote_of[i] >= 0 and animate(scene, who) and not _befalling(scene, inner):
        return Verdict("duty", "quoted", (i,), False)
    if time is None and scene.words["bare_modals"] and animate(scene, who) and not _befalling(scene, inner):
        return Verdict("duty", "agent", (i,), False)
    return Verdict("probable", "expected", (i,) if time is None else (i, time), False)


def _cleft(scene: Scene, i: int) -> bool:
    """C'est le maire qui devrait …"""
    j = i - 1
    while j > scene.sentence(i).first and not scene.isin(j, "subject_relatives"):
        j -= 1
        if i - j > 3:
            return False
    return any(scene.isin(k, "cleft_openers") for k in range(max(scene.sentence(i).first, j - 5), j))


def _scheduled(scene: Scene, inner: Led, who: Token | None) -> bool:
    lemma = scene.tokens[inner.i].lemma
    return not animate(scene, who) or inner.passive or lemma in scene.words["scheduled_verbs"]


def _time(scene: Scene, i: int, inner: Led) -> int | None:
    """The token of a date or hour in the modal's clause that is no deadline."""
    sentence = scene.sentence(i)
    last = i + 1
    while last < sentence.last and not (
        last > inner.i and (scene.finite(last) or scene.isin(last, "subject_relatives", "object_relatives"))
    ):
        last += 1
    first = i
    while first > sentence.first and not scene.finite(first - 1) and not scene.isin(first - 1, "subject_relatives"):
        first -= 1
    for j in range(first, last):
        if not scene.isin(j, "times", "schedule_words") and not _year(scene, j):
            continue
        near = range(max(sentence.first, j - 4), j)
        if scene.isin(j, "times") and any(scene.isin(k, "deadline_words") for k in near):
            continue
        return j
    return None


def _year(scene: Scene, j: int) -> bool:
    word = scene.word(j)
    return len(word) == 4 and word.isdigit() and word[:2] in ("19", "20")


def need(scene: Scene, at: Place) -> Verdict:
    """Il faut: a duty; il faudrait: advice, or what a thing would take."""
    i = at.i
    if not _would(scene, i):
        return Verdict("duty", "need", (i,))
    inner = led(scene, i)
    found = condition(scene, i)
    clause = any(scene.isin(j, "complementisers") for j in range(i + 1, min(i + 4, len(scene.tokens))))
    if found is not None or (inner is None and not clause):
        return Verdict("hypothesis", "condition" if found else "needed", found or (i,))
    return Verdict("polite", "advice", (i,))


def seem(scene: Scene, at: Place) -> Verdict:
    """Semble: probable; il paraît que: told by others; le livre paraît: neither."""
    i = at.i
    who = subject(scene, i)
    if scene.isin(i, "hearsay_seem") and _nobody(scene, who):
        j = i + 1
        if scene.isin(j, "complementisers"):
            return Verdict("hearsay", "rumour", (i,))
    predicated = (
        led(scene, i) is not None
        or scene.isin(i + 1, "complementisers", "inverted")
        or any(c.i > i and (c.pos == "ADJ" or c.dep == "xcomp") for c in scene.parse.children(i))
    )
    if scene.isin(i, "hearsay_seem") and not predicated:
        return Verdict(None, "appears")
    return Verdict("probable", "seems", (i,))


def risk(scene: Scene, at: Place) -> Verdict:
    """Risque de tomber: possible."""
    i = at.i
    link = next((j for j in range(i + 1, scene.sentence(i).last) if scene.tokens[j].pos != "ADV"), i)
    if _noun(scene, i, led(scene, i)) or not scene.isin(link, "risk_links"):
        if scene.tokens[i].pos == "VERB" and scene.parse.child(i, "obj") is not None:
            return Verdict("possible", "risks", (i,), False)
        return Verdict(None, "noun")
    return Verdict("possible", "risks", (i,))


def know(scene: Scene, at: Place) -> Verdict:
    """Sait nager: able."""
    i = at.i
    inner = led(scene, i)
    near = inner is not None and inner.i <= i + 3 and scene.tokens[inner.i].has("VerbForm=Inf")
    asks = any(scene.isin(j, "question_words") for j in range(i + 1, inner.i if inner else i + 1))
    if inner is None or not near or asks or (scene.isin(i, "doubtful_modals") and not _has_auxiliary(scene, i)):
        return Verdict(None, "knows")
    if _would(scene, i) and not negated(scene, i):
        return Verdict(None, "knows")
    return Verdict("ability", "knows-how", (i, inner.i))


def have(scene: Scene, at: Place) -> Verdict:
    """A à répondre, "has to leave": a duty."""
    i = at.i
    inner = led(scene, i)
    j = i + 1
    while scene.isin(j, "negations", "inverted"):
        j += 1
    if inner is None or not scene.isin(j, "have_links") or inner.i > j + 3:
        return Verdict(None, "has")
    return Verdict("duty", "has-to", (i, j))


def may(scene: Scene, at: Place) -> Verdict:
    """May, might: possible; who is addressed is allowed."""
    i = at.i
    if scene.tokens[i].pos not in ("AUX", "VERB"):
        return Verdict(None, "noun")
    inner, who = led(scene, i), subject(scene, i)
    found = condition(scene, i)
    if found is not None and inner is not None and inner.perfect:
        return Verdict("hypothesis", "condition", found)
    asked = scene.word(scene.sentence(i).last - 1) == "?"
    if asked and who is not None and scene.isin(who.i, "speakers_persons"):
        return Verdict("polite", "request", (who.i,))
    return Verdict("possible", "may", (i,))


def should(scene: Scene, at: Place) -> Verdict:
    """Should, ought to: a duty, or what is expected."""
    i = at.i
    inner, who = led(scene, i), subject(scene, i)
    return Verdict(None, "noun") if inner is None else _should(scene, i, inner, who)


# ---------------------------------------------------------------- small questions


def _would(scene: Scene, i: int) -> bool:
    """Whether the modal is itself a conditional, or its auxiliary is: pourrait, aurait pu, "could"."""
    if is_conditional(scene, i):
        return True
    return any(c.dep.startswith("aux") and c.i < i and is_conditional(scene, c.i) for c in scene.parse.children(i))


def _nobody(scene: Scene, who: Token | None) -> bool:
    return who is None or impersonal(who) or scene.isin(who.i, "nobody", "things")


def _has_auxiliary(scene: Scene, i: int) -> bool:
    return any(c.dep.startswith("aux") for c in scene.parse.children(i)) or scene.tokens[i - 1].pos == "AUX"


def _perfect_modal(scene: Scene, i: int) -> bool:
    return scene.tokens[i].has("VerbForm=Part") and _has_auxiliary(scene, i)


def _noun(scene: Scene, i: int, inner: Led | None) -> bool:
    """Whether the form is a noun, an adjective or a preposition here: le pouvoir, dû à, devant la mairie."""
    token = scene.tokens[i]
    if not scene.isin(i, "doubtful_modals"):
        return scene.words["bare_modals"] != frozenset() and token.pos in ("NOUN", "PROPN")
    if token.pos in ("NOUN", "ADP", "PROPN") and inner is None:
        return True
    if inner is None or inner.i > i + 4:
        return not _has_auxiliary(scene, i) or token.pos == "NOUN"
    return i > 0 and (
        scene.isin(i - 1, "determiners", "on") and scene.tokens[i - 1].pos in ("DET", "ADP") and token.pos == "NOUN"
    )


def negated(scene: Scene, i: int) -> bool:
    """Whether the modal itself is denied: ne peut pas, "cannot"."""
    for j in range(i - 1, max(i - 6, scene.sentence(i).first - 1), -1):
        if scene.isin(j, "negators"):
            return not any(scene.finite(k) and scene.tokens[k].pos == "VERB" for k in range(j + 1, i))
        if scene.tokens[j].pos not in ("PRON", "ADV", "AUX") and not scene.isin(j, "clitics"):
            break
    return scene.words["bare_modals"] != frozenset() and scene.isin(i + 1, "negations")
