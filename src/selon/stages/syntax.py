"""Sentences → words with their syntax. The one place that knows spaCy.

Each sentence is tokenised on its own and its limits are given to the parser, so that the parser cannot cut it.
The parser reads a copy of the words in which typographic apostrophes and English quotation marks are straight,
capitals of a line that is all capitals are undone, a word that stands inside a name («Kim Jong Un», «Marine Le Pen»)
is put as a plain surname, and a rarer reporting verb right after quoted words («…», tempère X) as a common one; tokens
keep the article's own words.
English labels are turned into Universal Dependencies, so that the stages after this one know one scheme.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from selon.lang.contract import Lexicon, Rules, fold
from selon.model import InputError, Parse, Sentence, Span, Token

_BATCH = 600
"""Tokens parsed together: bounds memory on long texts."""

_DEP = {
    "nsubjpass": "nsubj:pass",
    "csubjpass": "csubj:pass",
    "dobj": "obj",
    "dative": "iobj",
    "relcl": "acl:relcl",
    "auxpass": "aux:pass",
    "poss": "nmod:poss",
    "prt": "compound:prt",
    "ROOT": "root",
}
_ENTITY = {"PERSON": "PER", "GPE": "LOC", "FAC": "LOC", "NORP": "MISC", "PER": "PER", "ORG": "ORG", "LOC": "LOC"}
_STRAIGHT = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "’": "'", "ʼ": "'", "\u00a0": " ", "\u202f": " ", "\u2009": " "}
)
_MARK = re.compile(r"([«»“”„‹›\"]|``|'')")
_ELIDED = re.compile(r"[^\W\d_]{1,6}'(?=\s?(?:[«‹]|(?:\"|``|'')(?=\w)))")
_LETTERS = re.compile(r"[^\W\d_]+")


def parse(text: str, sentences: Sequence[Span], rules: Rules) -> Parse:
    """Parse the sentences of a text. Raises InputError where the language's parser is not installed."""
    nlp = load(rules.parser)
    cased = _cased(text)
    words = [_words(nlp, text, span, rules.lexicon, cased) for span in sentences]
    tokens: list[Token] = []
    out: list[Sentence] = []
    for batch in _batches(words):
        doc = _doc(nlp, [words[k] for k in batch])
        offset, i = len(tokens), 0
        for k in batch:
            first = offset + i
            for start, end, _, _ in words[k]:
                tokens.append(_token(doc[i], offset, start, end, text, k, rules.lexicon))
                i += 1
            out.append(Sentence(first, offset + i, sentences[k].start, sentences[k].end, 0))
    return Parse(_universal(tokens) if rules.code == "en" else tokens, out)


@cache
def load(package: str) -> Any:
    """The parser, loaded once. Raises InputError where its package is missing."""
    import spacy

    try:
        return spacy.load(package)
    except OSError as error:
        raise InputError("parser", f"the parser {package!r} is not installed; pip install selon brings it") from error


def _words(
    nlp: Any, text: str, span: Span, lexicon: Lexicon, cased: Mapping[str, str]
) -> list[tuple[int, int, str, bool]]:
    """(start, end, the form the parser sees, whether a blank follows) of each word of one sentence."""
    out: list[tuple[int, int, str, bool]] = []
    clean = span.of(text).translate(_STRAIGHT)
    if clean.isupper() and " " in clean:
        clean = _LETTERS.sub(lambda word: cased.get(word[0]) or _small(word[0]), clean)
    for offset, form in _forms(nlp, clean):
        start = span.start + offset
        end = start + len(form)
        inside_name = bool(out) and out[-1][2][:1].isupper() and out[-1][3] and len(out[-1][2]) > 1
        if inside_name and form[:1].isupper() and form.casefold() in lexicon.words["name_like"]:
            form = "Durand"
        elif "stand_in_verb" in lexicon.words and _reports(out, form, lexicon):
            (form,) = lexicon.words["stand_in_verb"]
        out.append((start, end, form, end < span.end and text[end].isspace()))
    return out


def _small(word: str) -> str:
    """The word in small letters, unless that changes its length."""
    small = word.lower()
    return small if len(small) == len(word) else word


def _forms(nlp: Any, sentence: str) -> list[tuple[int, str]]:
    """Words of a sentence with their offsets in it. Quotation marks stand alone: l'«Etat is three words."""
    out: list[tuple[int, str]] = []
    for token in nlp.tokenizer(sentence):
        if token.is_space:
            continue
        for offset, form in _pieces(nlp, token.idx, token.text):
            at, before = out[-1] if out else (0, "")
            end = offset + len(form)
            if form == "'" and at + len(before) == offset and _ELIDED.match(sentence[at : end + 4]):
                out[-1] = (at, before + form)  # l' « Etat
            else:
                out.append((offset, form))
    return out


def _pieces(nlp: Any, offset: int, form: str) -> Iterator[tuple[int, str]]:
    """The words of a token with quotation marks inside it."""
    if not _MARK.search(form) or len(form) == 1:
        yield offset, form
        return
    for piece in filter(None, _MARK.split(form)):
        if _MARK.fullmatch(piece):
            yield offset, piece
        else:
            yield from ((offset + t.idx, t.text) for t in nlp.tokenizer(piece))
        offset += len(piece)


def _cased(text: str) -> dict[str, str]:
    """How the text writes, where it does not shout, each word that it also writes in capitals.

    A word that it nowhere writes otherwise is not in it, unless it stands among small letters (an acronym).
    """
    shouted = [line for line in text.split("\n") if line.isupper()]
    wanted = {word for line in shouted for word in _LETTERS.findall(line)}
    out: dict[str, str] = {}
    for line in text.split("\n") if wanted else ():
        if line.isupper():
            continue
        for found in _LETTERS.finditer(line):
            word = found[0]
            capital = word.upper()
            if capital in wanted and len(capital) == len(word) and (word.islower() or capital not in out):
                out[capital] = word
    return out


def _reports(before: Sequence[tuple[int, int, str, bool]], form: str, lexicon: Lexicon) -> bool:
    """Whether a word stands right after quoted words and a comma, and may be a reporting verb in the present."""
    k = len(before) - 1
    while k >= 0 and fold(before[k][2]) in lexicon.words["reflexives"]:
        k -= 1
    if k < 1 or before[k][2] != "," or before[k - 1][2] not in ("»", '"', "”"):
        return False
    return (
        form.islower()
        and form.endswith("e")
        and any("quote" in cue.frames for lemma in lexicon.infinitives(form) for cue in lexicon.cues[lemma])
    )


def _batches(words: Sequence[Sequence[Any]]) -> Iterator[list[int]]:
    batch: list[int] = []
    size = 0
    for k, sentence in enumerate(words):
        if batch and size + len(sentence) > _BATCH:
            yield batch
            batch, size = [], 0
        batch.append(k)
        size += len(sentence)
    if batch:
        yield batch


def _doc(nlp: Any, sentences: Iterable[Sequence[tuple[int, int, str, bool]]]) -> Any:
    from spacy.tokens import Doc

    words: list[str] = []
    spaces: list[bool] = []
    starts: list[bool | int | None] = []
    for sentence in sentences:
        for n, (_, _, form, space) in enumerate(sentence):
            words.append(form)
            spaces.append(space)
            starts.append(n == 0)
    doc = Doc(nlp.vocab, words=words, spaces=spaces, sent_starts=starts)
    return nlp(doc)


def _token(t: Any, offset: int, start: int, end: int, text: str, sentence: int, lexicon: Lexicon) -> Token:
    return Token(
        i=offset + t.i,
        start=start,
        end=end,
        text=text[start:end],
        lemma=_lemma(t, text[start:end], lexicon),
        pos=t.pos_,
        dep=_DEP.get(t.dep_, t.dep_),
        head=offset + t.head.i,
        morph=str(t.morph),
        entity=_ENTITY.get(t.ent_type_, "MISC" if t.ent_type_ == "MISC" else ""),
        sentence=sentence,
    )


def _lemma(t: Any, word: str, lexicon: Lexicon) -> str:
    """The parser's lemma, unless it was shown another word than the article's."""
    if t.text.casefold() == word.translate(_STRAIGHT).casefold():
        return str(t.lemma_).lower()
    return next(iter(lexicon.infinitives(word)), word.lower()) if t.pos_ == "VERB" else word.lower()


def _universal(tokens: list[Token]) -> list[Token]:
    """Turn «verb → preposition → noun» into «verb → noun → case», right to left so that "according to" nests."""
    out = list(tokens)
    inner: dict[int, Token] = {}
    for t in reversed(tokens):
        if t.dep == "pobj" or (t.dep == "pcomp" and t.head not in inner):
            inner[t.head] = t
        elif t.dep == "pcomp" and t.pos == "ADP":  # because of the rain
            out[t.i] = t._replace(dep="fixed")
        if t.dep not in ("prep", "agent", "iobj") or t.i not in inner:
            continue
        noun = out[inner[t.i].i]
        head = tokens[t.head]
        clause = noun.dep == "pcomp" or noun.dep == "advcl"
        if t.dep == "agent":
            dep = "obl:agent"
        elif t.dep == "iobj":  # gave it to him
            dep = "obl"
        elif clause:
            dep = "advcl"
        else:
            dep = "nmod" if head.pos in ("NOUN", "PROPN", "PRON", "NUM") else "obl"
        out[noun.i] = noun._replace(head=t.head, dep=dep)
        out[t.i] = t._replace(head=noun.i, dep="mark" if clause else "case")
        if head.dep in ("prep", "agent"):  # according → to → officials
            inner[head.i] = out[noun.i]
    return out
