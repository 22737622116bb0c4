"""Where a word is likely a reporting verb in the present, whatever the parser takes it for.

`after_quotation` asks before the first parse; `doubtful` picks, in a parsed sentence, the word to try a common verb
for in a second parse, and `better` says whether that parse is to be kept.
"""

from collections.abc import Sequence

from selon.lang.contract import Cue, Lexicon, fold
from selon.model import Token

_CLOSERS = frozenset({"»", '"', "”"})
_OPENERS = frozenset({"«", '"', "“", ":"})
_ADVERBS = 2
"""Adverbs that may stand between a verb and what it governs."""


def stand_in(form: str, lexicon: Lexicon) -> str:
    """The common verb that the parser is shown in place of a form. Asks for one in the present."""
    (verb,) = lexicon.words["stand_in_plural" if lexicon.present(form) == "plural" else "stand_in_singular"]
    return verb


def after_quotation(forms: Sequence[str], i: int, lexicon: Lexicon) -> bool:
    """Whether word i of a sentence stands right after quoted words and a comma, and may report them."""
    k = _before_clitics(forms, i, lexicon)
    if k < 1 or forms[k] != "," or forms[k - 1] not in _CLOSERS:
        return False
    return _cue(forms[i], lexicon, {"quote"}) and not _isin(forms, i + 1, lexicon, "by", "of")


def doubtful(tokens: Sequence[Token], forms: Sequence[str], lexicon: Lexicon) -> int | None:
    """The first word of a sentence that is likely a reporting verb and that the parser takes for no finite verb."""
    finite = _finite(tokens)
    root = next((n for n, t in enumerate(tokens) if t.dep == "root"), None)
    for i in range(1, len(tokens)):
        if i in finite:
            continue
        if _inserted(tokens, forms, i, lexicon) or (
            root is not None and _governs(tokens, forms, i, root, finite, lexicon)
        ):
            return i
    return None


def better(old: Sequence[Token], new: Sequence[Token], i: int, forms: Sequence[str], lexicon: Lexicon) -> bool:
    """Whether a second parse, with a common verb as word i, is to be kept: it has a subject, and no verb is lost."""
    finite = _finite(new)
    if i not in finite or not _finite(old) <= finite:
        return False
    determined = _isin(forms, _past_adverbs(old, forms, i, lexicon), lexicon, "determiners")
    inserted = _inserted(old, forms, i, lexicon)
    if inserted and (determined or _quoted(forms, i)):
        return True  # parsers find few subjects after an inserted verb
    subjects = [t for t in new if t.head == new[i].i and t.dep.startswith("nsubj") and _whole(new, t)]
    return any(not inserted or t.i > new[i].i for t in subjects)  # not «Anne Durand, juge à Valmont, a parlé»


def _whole(tokens: Sequence[Token], subject: Token) -> bool:
    """Whether a subject is no bare noun, as in a headline: «Situation critique des finances»."""
    return subject.pos in ("PROPN", "PRON") or any(
        t.head == subject.i and t.dep.split(":")[0] in ("det", "nummod", "flat", "appos") for t in tokens
    )


def _quoted(forms: Sequence[str], i: int) -> bool:
    """Whether a quotation mark before word i, in its sentence, is still open."""
    before = [*forms[:i]]
    return before.count('"') % 2 == 1 or before.count("«") > before.count("»")


def _inserted(tokens: Sequence[Token], forms: Sequence[str], i: int, lexicon: Lexicon) -> bool:
    """«…, raconte à l'AFP Milena Durand…»: after a comma, before whoever says it."""
    k = _before_clitics(forms, i, lexicon)
    if k < 1 or forms[k] != "," or not _cue(forms[i], lexicon, {"quote", "aside"}):
        return False
    j = _past_adverbs(tokens, forms, i, lexicon)
    return j < len(forms) and (
        _isin(forms, j, lexicon, "inverted", "times", "to", "determiners") or forms[j][:1].isupper()
    )


def _governs(
    tokens: Sequence[Token], forms: Sequence[str], i: int, root: int, finite: set[int], lexicon: Lexicon
) -> bool:
    """«La mairie dément que…», «L'exploitant menace de fermer…»: after a noun phrase, before what a cue takes."""
    if (root in finite and root < i and not _opens(tokens, i, finite)) or _noun(tokens, forms, i, lexicon):
        return False
    j = _past_adverbs(tokens, forms, i, lexicon)
    if j >= len(forms):
        return False
    clause = _isin(forms, j, lexicon, "complementisers") or forms[j] in _OPENERS
    if root in finite and root > i and not clause:
        return False
    if tokens[i].pos == "ADJ" and _isin(forms, j, lexicon, "of") and _isin(forms, j, lexicon, "determiners"):
        return False  # l'état critique du barrage
    return _cue(forms[i], lexicon, _frames(tokens, forms, j, lexicon))


def _opens(tokens: Sequence[Token], i: int, finite: set[int]) -> bool:
    """Whether a clause begins between the last finite verb before word i and it: «…, tandis que la mairie dément…»."""
    verb = max(n for n in finite if n < i)
    return any(t.pos in ("CCONJ", "SCONJ") or t.text in (",", ";", ":") for t in tokens[verb + 1 : i])


def _frames(tokens: Sequence[Token], forms: Sequence[str], j: int, lexicon: Lexicon) -> set[str]:
    """The frames of a cue that what begins at word j can fill."""
    if _isin(forms, j, lexicon, "complementisers"):
        return {"that"}
    if forms[j] in _OPENERS:
        return {"quote", "pred"}
    frames = {"np", "pred"} if _isin(forms, j, lexicon, "determiners") else set()
    if tokens[j].pos == "ADJ":
        frames.add("pred")
    lead = "of_inf" if _isin(forms, j, lexicon, "of") else "to_inf" if _isin(forms, j, lexicon, "to") else "inf"
    k = j + (lead != "inf")
    while _isin(forms, k, lexicon, "clitics", "negators"):
        k += 1
    if k < len(forms) and tokens[k].has("VerbForm=Inf"):
        frames.add(lead)
    return frames


def _past_adverbs(tokens: Sequence[Token], forms: Sequence[str], i: int, lexicon: Lexicon) -> int:
    j = i + 1
    while j < len(forms) and j <= i + _ADVERBS and (_isin(forms, j, lexicon, "negations") or tokens[j].pos == "ADV"):
        j += 1
    return j


def _noun(tokens: Sequence[Token], forms: Sequence[str], i: int, lexicon: Lexicon) -> bool:
    """Whether what stands before word i makes a noun or adjective of it: «une nouvelle menace», «sous la menace»."""
    k = i - 1
    while k >= 0 and _isin(forms, k, lexicon, "reflexives", "negators"):
        k -= 1
    if k < 0 or _isin(forms, k, lexicon, "determiners", "of", "to") or tokens[k].pos in ("ADP", "NUM", "CCONJ", "DET"):
        return True
    bare = k == 0 or tokens[k - 1].pos in ("ADP", "DET") or _isin(forms, k - 1, lexicon, "determiners", "of", "to")
    return tokens[k].pos == "ADJ" and bare


def _finite(tokens: Sequence[Token]) -> set[int]:
    """Which words of a sentence are finite verbs, or lead a group with one."""
    first = tokens[0].i
    found = {t.i - first for t in tokens if t.pos in ("VERB", "AUX") and (t.has("VerbForm=Fin") or t.has("Mood="))}
    return found | {tokens[n].head - first for n in found if tokens[n].dep.startswith(("aux", "cop"))}


def _cue(form: str, lexicon: Lexicon, frames: set[str]) -> bool:
    return (
        form.islower()
        and lexicon.present(form) is not None
        and any(
            not cue.frames.isdisjoint(frames) for verb in lexicon.infinitives(form) for cue in _verbs(verb, lexicon)
        )
    )


def _verbs(lemma: str, lexicon: Lexicon) -> Sequence[Cue]:
    return [cue for cue in lexicon.cues.get(lemma, ()) if cue.kind == "verb" and not cue.rest]


def _before_clitics(forms: Sequence[str], i: int, lexicon: Lexicon) -> int:
    k = i - 1
    while _isin(forms, k, lexicon, "reflexives"):
        k -= 1
    return k


def _isin(forms: Sequence[str], i: int, lexicon: Lexicon, *names: str) -> bool:
    return 0 <= i < len(forms) and any(fold(forms[i]) in lexicon.words[name] for name in names)
