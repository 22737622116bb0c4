"""Sentences → words with their syntax. The one place that knows spaCy.

Each sentence is tokenised on its own and its limits are given to the parser, so that the parser cannot cut it.
The parser reads a copy of the words in which typographic apostrophes and English quotation marks are straight,
capitals of a line that is all capitals are undone, a word that stands inside a name («Kim Jong Un», «Marine Le Pen»)
is put as a plain surname, and a reporting verb right after quoted words («…», tempère X) as a common one; tokens keep
the article's own words. A sentence in which a word is likely a reporting verb that the parser took for something else
(«La mairie dément que…») is parsed again with a common verb in its place.
English labels are turned into Universal Dependencies, so that the stages after this one know one scheme.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

from selon.lang.contract import Lexicon, Rules, fold
from selon.model import InputError, Parse, Sentence, Span, Token
from selon.stages._stand_ins import after_quotation, better, doubtful, stand_in


class _Word(NamedTuple):
    """A word of a sentence: where it is, the form that the parser sees, and whether a blank follows."""

    start: int
    end: int
    form: str
    blank: bool


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
    firsts = [0, *accumulate(map(len, words))]
    parsed = dict(_parsed(nlp, text, words, range(len(words)), firsts, rules.lexicon))
    for k, i, again in _second_parse(nlp, text, words, parsed, firsts, rules.lexicon):
        if better(parsed[k], again, i, [word.form for word in words[k]], rules.lexicon):
            parsed[k] = again
    tokens = [token for k in range(len(words)) for token in parsed[k]]
    return Parse(
        _universal(tokens) if rules.scheme == "clear" else tokens,
        [Sentence(a, b, span.start, span.end) for span, (a, b) in zip(sentences, pairwise(firsts), strict=True)],
    )


def _parsed(
    nlp: Any,
    text: str,
    words: Sequence[Sequence[_Word]],
    chosen: Iterable[int],
    firsts: Sequence[int],
    lexicon: Lexicon,
) -> Iterator[tuple[int, list[Token]]]:
    """The chosen sentences' numbers and tokens."""
    for batch in _batches(words, chosen):
        doc = _doc(nlp, [words[k] for k in batch])
        at = 0
        for k in batch:
            some = doc[at : at + len(words[k])]
            yield k, [_token(t, firsts[k] - at, word, text, k, lexicon) for t, word in zip(some, words[k], strict=True)]
            at += len(words[k])


def _second_parse(
    nlp: Any,
    text: str,
    words: Sequence[Sequence[_Word]],
    parsed: Mapping[int, Sequence[Token]],
    firsts: Sequence[int],
    lexicon: Lexicon,
) -> Iterator[tuple[int, int, list[Token]]]:
    """(sentence, word, tokens) of sentences parsed again with a common verb in place of a doubtful word."""
    if "stand_in_singular" not in lexicon.words:
        return
    shown = [*words]
    places: dict[int, int] = {}
    for k, tokens in parsed.items():
        i = doubtful(tokens, [word.form for word in words[k]], lexicon)
        if i is not None:
            places[k] = i
            other = words[k][i]._replace(form=stand_in(words[k][i].form, lexicon))
            shown[k] = [*words[k][:i], other, *words[k][i + 1 :]]
    for k, again in _parsed(nlp, text, shown, places, firsts, lexicon):
        yield k, places[k], again


@cache
def load(package: str) -> Any:
    """The parser, loaded once; for "", one that only tells words apart.

    Raises InputError where its package is missing.
    """
    import spacy

    from selon.stages import _quick_french

    if not package:
        return spacy.blank("xx")
    try:
        return _quick_french.load(package) if package.startswith("fr_") else spacy.load(package)
    except OSError as error:
        raise InputError("parser", f"the parser {package!r} is not installed; pip install selon brings it") from error


def _words(nlp: Any, text: str, span: Span, lexicon: Lexicon, cased: Mapping[str, str]) -> list[_Word]:
    """The words of one sentence."""
    out: list[_Word] = []
    clean = span.of(text).translate(_STRAIGHT)
    if clean.isupper() and " " in clean:
        clean = _LETTERS.sub(lambda word: cased.get(word[0]) or _small(word[0]), clean)
    pieces = _forms(nlp, clean)
    forms = [form for _, form in pieces]
    for i, (offset, form) in enumerate(pieces):
        start = span.start + offset
        end = start + len(form)
        inside_name = bool(out) and out[-1].form[:1].isupper() and out[-1].blank and len(out[-1].form) > 1
        if inside_name and form[:1].isupper() and form.casefold() in lexicon.words["name_like"]:
            form = "Durand"
        elif "stand_in_singular" in lexicon.words and after_quotation(forms, i, lexicon):
            form = stand_in(form, lexicon)
        out.append(_Word(start, end, form, end < span.end and text[end].isspace()))
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


def _batches(words: Sequence[Sequence[Any]], chosen: Iterable[int]) -> Iterator[list[int]]:
    batch: list[int] = []
    size = 0
    for k in chosen:
        if batch and size + len(words[k]) > _BATCH:
            yield batch
            batch, size = [], 0
        batch.append(k)
        size += len(words[k])
    if batch:
        yield batch


def _doc(nlp: Any, sentences: Iterable[Sequence[_Word]]) -> Any:
    from spacy.tokens import Doc

    words: list[str] = []
    spaces: list[bool] = []
    starts: list[bool | int | None] = []
    for sentence in sentences:
        for n, word in enumerate(sentence):
            words.append(word.form)
            spaces.append(word.blank)
            starts.append(n == 0)
    doc = Doc(nlp.vocab, words=words, spaces=spaces, sent_starts=starts)
    return nlp(doc)


def _token(t: Any, offset: int, word: _Word, text: str, sentence: int, lexicon: Lexicon) -> Token:
    form = text[word.start : word.end]
    return Token(
        i=offset + t.i,
        start=word.start,
        end=word.end,
        text=form,
        lemma=_lemma(t, form, lexicon),
        pos=t.pos_,
        dep=_DEP.get(t.dep_, t.dep_),
        head=offset + t.head.i,
        morph=str(t.morph),
        entity=_ENTITY.get(t.ent_type_, "MISC" if t.ent_type_ == "MISC" else ""),
        sentence=sentence,
    )


def _lemma(t: Any, word: str, lexicon: Lexicon) -> str:
    """The parser's lemma, unless it was shown another word than the article's or gives a verb no infinitive."""
    lemma = str(t.lemma_).lower()
    shown = t.text.casefold() == word.translate(_STRAIGHT).casefold()
    if t.pos_ != "VERB":
        return lemma if shown else word.lower()
    irregular = lexicon.verbs.get(fold(word))
    if irregular and irregular[1][:4].title() in t.morph.get("Number"):
        return irregular[0]
    endings = lexicon.words.get("infinitive_endings")
    if shown and (not endings or lemma.endswith(tuple(endings))):
        return lemma
    return next(iter(lexicon.infinitives(word)), lemma if shown else word.lower())


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
