"""What a conditional does: told by others, future seen from the past, what would follow, or polite.

The *conditionnel journalistique* gives a thing as told and not vouched for (Dendale 1993; Kronning 2002). What speaks
for each use is the governing verb and its tense, a condition or a source near, the perfect, what the subject is, and
what the conditionals before it do, since uses run on through a passage. A language whose conditional has no endings of
its own ("would") has no such hearsay.
"""

from selon.model import Token
from selon.stages.attributions.modality.clauses import (
    animate,
    condition,
    determiner,
    governor,
    impersonal,
    past,
    perfect,
    phrase,
    predicate,
    subject,
    time_mark,
    told_in_past,
)
from selon.stages.attributions.modality.items import Place, Verdict
from selon.stages.attributions.scene import Found, Scene


def conditional(scene: Scene, at: Place) -> Verdict:
    """The use of a conditional that leads no other verb."""
    i, over, before = at
    verb = predicate(scene, i)
    who = subject(scene, i)
    quoted = scene.quote_of[i] >= 0
    done = perfect(scene, i)
    told = told_in_past(scene, i, over)
    verdict = (
        _fixed(scene, verb, who)
        or _forward(scene, i, told, done, over)
        or _polite(scene, i, verb, who, quoted)
        or _conditioned(scene, i)
        or _sourced(scene, i, over, quoted, who)
        or _hung(scene, i, verb, who, done)
        or _proposed(scene, verb, who, done)
    )
    if verdict is not None:
        return verdict
    if not scene.words["conditional_endings"]:
        return Verdict("hypothesis", "would")
    verdict = _by_form(scene, i, verb, who, quoted, done)
    if verdict.firm or before is None:
        return verdict
    use = before.verdict.use
    if use in ("hearsay", "hypothesis") or (use == "future_past" and verdict.why == "subject"):
        return Verdict(use, "as-before", (before.i,), False)
    return verdict


def _fixed(scene: Scene, verb: Token, who: Token | None) -> Verdict | None:
    """On dirait un lac: a likeness."""
    if who is not None and scene.isin(who.i, "likeness_subjects") and verb.lemma in scene.words["likeness"]:
        return Verdict(None, "likeness", (who.i,))
    return None


def _forward(scene: Scene, i: int, told: int | None, done: bool, over: Found | None) -> Verdict | None:
    """Seen from a past point: a dit qu'il viendrait; dès qu'il arriverait; il deviendrait roi plus tard."""
    if told is not None and not done:
        return Verdict("future_past", "past-saying", (told,))
    mark = time_mark(scene, i)
    if mark is not None:
        return Verdict("future_past", "time-clause", (mark,))
    story = _story(scene, i)
    if story is not None and not done:
        return Verdict("future_past", "story", (story,))
    aside = _past_aside(scene, i, over)
    if (
        aside is not None
        and not done
        and predicate(scene, i).lemma not in scene.words["states"]
        and predicate(scene, i).i == i
    ):
        return Verdict("future_past", "past-saying", (aside,))
    sentence = scene.sentence(i)
    later = phrase(scene, sentence.first, sentence.last, "later")
    if later is not None and not done and scene.quote_of[i] < 0 and condition(scene, i) is None:
        return Verdict("future_past", "later", later)
    return None


def _story(scene: Scene, i: int) -> int | None:
    """The simple past that a relative clause looks forward from: il partit pour Orsenna, où il mourrait."""
    verb = predicate(scene, i)
    if not verb.dep.startswith("acl"):
        return None
    for above in scene.ancestors(verb.i):
        if above.has("VerbForm=Fin"):
            return above.i if above.has("Tense=Past") and above.has("Mood=Ind") else None
    return None


def _past_aside(scene: Scene, i: int, over: Found | None) -> int | None:
    """The past verb of an incise after words without quotation marks: la route rouvrirait mardi, a dit le maire."""
    if over is None or over.hit is None or over.cue[0] < i or scene.quote_of[i] >= 0 or condition(scene, i) is not None:
        return None
    return over.hit.i if past(scene, over.hit.i) else None


def _polite(scene: Scene, i: int, verb: Token, who: Token | None, quoted: bool) -> Verdict | None:
    """Je voudrais; il vaudrait mieux; on ferait mieux de: a wish or advice, softened."""
    if verb.lemma in scene.words["wishes"]:
        if who is not None and scene.isin(who.i, "persons"):
            return Verdict("polite", "wish", (who.i,))
        if not impersonal(who):
            done = perfect(scene, i)
            return Verdict("hearsay", "wish-told", ()) if done and not quoted else Verdict("polite", "wish", ())
    better = next((j for j in range(i + 1, min(i + 4, len(scene.tokens))) if scene.isin(j, "advised")), None)
    if better is not None and verb.lemma in scene.words["advising"]:
        return Verdict("polite", "advice", (better,))
    if verb.lemma in scene.words["advice"] and (who is None or impersonal(who)):
        return Verdict("polite", "advice", (verb.i,))
    if verb.i != i and impersonal(who) and scene.isin(verb.i, "impersonal_polite"):
        return Verdict("polite", "advice", (verb.i,))
    asked = scene.word(scene.sentence(i).last - 1) == "?"
    if asked and who is not None and scene.isin(who.i, "addressees"):
        return Verdict("polite", "request", (who.i,))
    return None


def _conditioned(scene: Scene, i: int) -> Verdict | None:
    found = condition(scene, i)
    if found is not None:
        return Verdict("hypothesis", "condition", found)
    return _without(scene, i)


def _without(scene: Scene, i: int) -> Verdict | None:
    """Sans ce prêt, l'usine fermerait: what stands first is a condition."""
    sentence = scene.sentence(i)
    j = sentence.first
    while j < i and not scene.tokens[j].text[:1].isalnum():
        j += 1
    if not scene.isin(j, "without_heads") or phrase(scene, j, i, "phrases_probable") is not None:
        return None
    inner = next((t for t in scene.tokens[j + 1 : i] if t.pos in ("NOUN", "PROPN", "PRON", "VERB")), None)
    more = any(scene.isin(k, "superlatives") for k in range(j, i))
    company = inner is not None and perfect(scene, i) and animate(scene, inner) and not more
    if inner is not None and not inner.has("VerbForm=Inf") and not company:
        return Verdict("hypothesis", "condition", (j,))
    return None


def _sourced(scene: Scene, i: int, over: Found | None, quoted: bool, who: Token | None) -> Verdict | None:
    """Selon X, il serait en fuite: told by a source that no verb brings in."""
    if quoted or not scene.words["conditional_endings"] or (who is not None and scene.isin(who.i, "things")):
        return None
    sentence = scene.sentence(i)
    for j in range(sentence.first, sentence.last):
        if scene.isin(j, "according") and scene.quote_of[j] < 0 and not scene.isin(j + 1, "told_links"):
            return Verdict("hearsay", "source", (j,))
    words = phrase(scene, sentence.first, sentence.last, "source_phrases")
    if words is not None:
        return Verdict("hearsay", "source", words)
    if over is not None and over.cue and over.rule.startswith("preposition"):
        return Verdict("hearsay", "source", over.cue)
    return None


def _hung(scene: Scene, i: int, verb: Token, who: Token | None, done: bool) -> Verdict | None:
    """A clause under a word of telling or thinking: on dit qu'il serait parti, il craint que ce serait la fin."""
    hung = _told_link(scene, i)
    if hung is not None:
        return Verdict("hearsay", "telling-noun", (hung,))
    above = governor(scene, i)
    if above is None:
        return None
    word = scene.tokens[above.i]
    if word.lemma in scene.words["thinking_verbs"] or word.lemma in scene.words["pleading_nouns"]:
        return Verdict("hypothesis", "thinking", (word.i,))
    if word.lemma in scene.words["telling_nouns"]:
        return Verdict("hearsay", "telling-noun", (word.i,))
    if who is not None and (scene.isin(who.i, "things") or scene.isin(who.i, "persons")):
        return Verdict("hypothesis", "supposed", (who.i,))
    if verb.lemma in scene.words["consequence_verbs"] and not done:
        return Verdict("hypothesis", "consequence", (verb.i,))
    return None


def _told_link(scene: Scene, i: int) -> int | None:
    """L'affirmation selon laquelle il serait …"""
    for j in range(i - 1, max(scene.sentence(i).first, i - 15), -1):
        if scene.isin(j, "told_links") and scene.isin(j - 1, "according"):
            return j - 1
    return None


def _proposed(scene: Scene, verb: Token, who: Token | None, done: bool) -> Verdict | None:
    """What is only planned: un pont qui relierait les rives, cette loi ruinerait la ville."""
    if who is None:
        effects = scene.words["consequence_verbs"] | scene.words["effect_verbs"]
        return Verdict("hypothesis", "consequence", (verb.i,)) if verb.lemma in effects and not done else None
    if scene.isin(who.i, "things"):
        return Verdict("hypothesis", "supposed", (who.i,))
    if who.pos in ("VERB", "AUX") and who.has("VerbForm=Inf"):
        return Verdict("hypothesis", "supposed", (who.i,))
    article = determiner(scene, who)
    open_article = article is not None and scene.isin(article, "indefinite_articles")
    state = verb.lemma in scene.words["states"] or verb.pos not in ("VERB", "AUX")
    if verb.dep.startswith("acl") and not done:
        head = scene.tokens[verb.head]
        above = determiner(scene, head)
        loose = state and head.lemma not in scene.words["planned_nouns"] and not _wanted(scene, head)
        if (
            above is not None
            and not loose
            and scene.isin(above, "indefinite_articles")
            and scene.word(_opening(scene, verb) - 1) != ","
        ):
            return Verdict("hypothesis", "proposal", (head.i,))
    if done:
        return None
    if who.lemma in scene.words["planned_nouns"] and (not state or _judged(scene, verb)):
        return Verdict("hypothesis", "proposal", (who.i,))
    if article is not None and scene.isin(article, "demonstratives") and not animate(scene, who) and not state:
        return Verdict("hypothesis", "supposed", (article,))
    if (
        verb.pos == "ADJ"
        and scene.isin(verb.i + 1, "predicate_links")
        and (impersonal(who) or scene.isin(who.i, "nobody"))
    ):
        return Verdict("hypothesis", "supposed", (verb.i,))
    if verb.lemma in scene.words["consequence_verbs"]:
        return Verdict("hypothesis", "consequence", (verb.i,))
    if verb.lemma in scene.words["effect_verbs"] and not animate(scene, who):
        return Verdict("hypothesis", "consequence", (verb.i,))
    if open_article and not state and not verb.dep.startswith("acl") and not animate(scene, who):
        return Verdict("hypothesis", "supposed", (who.i,))
    return None


def _wanted(scene: Scene, noun: Token) -> bool:
    """Whether a noun hangs on a verb of wishing, thinking or proposing: veut un accord qui, rêve d'une ville où."""
    above = scene.tokens[noun.head]
    acts = {cue.act for cue in scene.lexicon.cues.get(above.lemma, ())}
    return above.lemma in scene.words["thinking_verbs"] or bool(acts & {"urge", "promise"})


def _judged(scene: Scene, verb: Token) -> bool:
    """Whether the predicate is a noun that judges: serait une erreur."""
    article = determiner(scene, verb)
    return verb.pos == "NOUN" and article is not None and scene.isin(article, "indefinite_articles")


def _opening(scene: Scene, verb: Token) -> int:
    return next(
        (c.i for c in scene.parse.children(verb.i) if scene.isin(c.i, "subject_relatives", "object_relatives")), verb.i
    )


def _by_form(scene: Scene, i: int, verb: Token, who: Token | None, quoted: bool, done: bool) -> Verdict:
    """By tense and person alone."""
    if who is not None and scene.isin(who.i, "persons"):
        told = done and not scene.isin(who.i, "speakers_persons", "addressees")
        return Verdict("hearsay" if told and not quoted else "hypothesis", "person", (who.i,), False)
    if done:
        counter = verb.lemma in scene.words["consequence_verbs"] and not animate(scene, who)
        if counter or (quoted and not animate(scene, who)):
            return Verdict("hypothesis", "perfect-supposed", (i,), False)
        return Verdict("hearsay", "perfect", (i,))
    if quoted and not (impersonal(who) and verb.lemma in scene.words["happening_verbs"]):
        return Verdict("hypothesis", "quoted", (), False)
    if verb.lemma in scene.words["states"] or verb.i != i:
        return Verdict("hearsay", "state", (verb.i,), False)
    asked = scene.word(scene.sentence(i).last - 1) == "?"
    if asked:
        return Verdict("hypothesis", "question", (), False)
    return Verdict("hearsay", "subject", () if who is None else (who.i,), False)
