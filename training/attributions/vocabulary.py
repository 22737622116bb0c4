"""Choose the pieces of the vocabulary that the model keeps, and write its tokenizer.

The encoder's vocabulary serves a hundred languages; its embeddings alone would weigh 54 MB. Kept are the pieces that
write the common words of the languages below (frequency lists of the package wordfreq, which only say which words are
common), then the likeliest others in the alphabets of Europe and in Arabic, up to ``SIZE``. A word whose pieces are
gone is written with smaller ones: every single character of the vocabulary stays.
"""

import unicodedata

import wordfreq
from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers
from tokenizers.models import Unigram

from .pretrained import Pretrained

SIZE = 110_000
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
MASK = "<mask>"
WORDS = {"fr": 300_000, "en": 300_000, "de": 60_000, "es": 60_000, "it": 60_000, "pt": 60_000, "nl": 60_000}
OTHERS = 6_000
ALPHABETS = ("LATIN", "CYRILLIC", "GREEK", "ARABIC", "HEBREW")


def tokenizer(pieces: list[tuple[str, float]], unknown: int) -> Tokenizer:
    """XLM-RoBERTa's way of cutting words into pieces (Kudo 2018), over the given ones."""
    made = Tokenizer(Unigram(pieces, unk_id=unknown, byte_fallback=False))
    made.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    return made


def kept(source: Pretrained, size: int = SIZE) -> list[int]:
    """Numbers of the pieces to keep, rising; the special ones first."""
    pieces = list(zip(source.pieces, source.scores, strict=True))
    whole = tokenizer(pieces, source.unknown)
    number = {piece: at for at, (piece, _) in enumerate(pieces)}
    chosen = {number[piece] for piece in (*SPECIAL, MASK)}
    chosen |= {at for piece, at in number.items() if len(piece) == 1 or (len(piece) == 2 and piece[0] == "▁")}
    for language in [*WORDS, *sorted(wordfreq.available_languages("small").keys() - WORDS.keys())]:
        if len(chosen) >= size:
            break
        lists = "large" if language in wordfreq.available_languages("large") else "small"
        words = wordfreq.top_n_list(language, WORDS.get(language, OTHERS), lists)
        texts = [*words, *(word.title() for word in words)]
        texts += [word.upper() for word in words[:20_000]] if language in WORDS else []
        for line in whole.encode_batch_fast(texts, add_special_tokens=False):
            chosen.update(line.ids)
    for at, (piece, _) in enumerate(pieces):
        if len(chosen) >= size:
            break
        if all(unicodedata.name(c, "").startswith(ALPHABETS) for c in piece if c.isalpha()):
            chosen.add(at)
    return sorted(chosen)
