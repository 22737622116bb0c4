"""Bytes → characters, and characters that went through the wrong table → the ones that were meant."""

import codecs
import re
from functools import cache

from selon.model import InputError, Note
from selon.stages._languages import LANGUAGES, lexicon_of

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it starts with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SIGNATURES = (
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "a WebP image or a sound"),
    (b"PK\x03\x04", "a zip archive (or a Word, Excel or OpenDocument file)"),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel file"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"{\\rtf", "a rich text (RTF) file"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"\x7fELF", "a program"),
)
_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.I)
_META_CHARSET = re.compile(rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.I)
# As the WHATWG standard has it, a page that says Latin-1 is read as Windows-1252, which adds ’ “ ” – œ €.
_SAME_AS_CP1252 = {"iso8859-1", "ascii", "latin-1"}


def decode(data: bytes, content_type: str | None) -> tuple[str, tuple[Note, ...]]:
    """The characters of `data`, line breaks untouched, and a note where the encoding had to be guessed.

    In order: byte order mark, UTF-8 if every byte fits it, the charset that the HTTP header or the page
    names, the likeliest encoding. Raises InputError("binary") on what is no text.
    """
    _refuse_binary(data)
    for bom, name in _BOMS:
        if data.startswith(bom):
            return data.decode(name, "replace").removeprefix("\ufeff"), ()
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError:
        pass
    declared = _declared(data, content_type)
    if declared in (None, "utf-8"):
        return _guess(data, declared)
    assert declared is not None
    return data.decode(declared, "replace"), ()


def _refuse_binary(data: bytes) -> None:
    head = data[:1024]
    what = next((what for signature, what in _SIGNATURES if head.startswith(signature)), None)
    if what is None and not any(head.startswith(bom) for bom, _ in _BOMS) and b"\0" in head:
        what = "binary data (it holds NUL bytes)"
    if what is not None:
        raise InputError(
            "binary",
            f"the input is {what}, not text; give an HTML page, a text file or pasted text (export documents as text)",
        )


def _declared(data: bytes, content_type: str | None) -> str | None:
    """Python's name of the charset that the header, else the page, names; None without one that is known."""
    names = [m[1] for m in [_HEADER_CHARSET.search(content_type or "")] if m]
    names += [m[1].decode("ascii", "replace") for m in [_META_CHARSET.search(data[:4096])] if m]
    for name in names:
        try:
            known = codecs.lookup(name).name
        except (LookupError, ValueError):
            continue
        if known.startswith(("utf-16", "utf-32")):
            continue  # such a page could not have been searched for its name
        return "cp1252" if known in _SAME_AS_CP1252 else known
    return None


def _guess(data: bytes, declared: str | None) -> tuple[str, tuple[Note, ...]]:
    """`data`, which is not sound UTF-8, by the likeliest encoding."""
    text = data.decode("utf-8", "replace")
    broken, sound = text.count("\ufffd"), sum(c > "\x7f" for c in text) - text.count("\ufffd")
    if sound > 3 * broken:  # UTF-8 with damaged places
        message = f"{broken} damaged places in UTF-8 text are shown as \ufffd"
        return text, (Note(stage="page", code="encoding", message=message),)
    name = _likeliest(data)
    said = "although the page says utf-8" if declared else "and no encoding is named"
    note = Note(stage="page", code="encoding", message=f"the bytes are no UTF-8, {said}: read as {name}")
    return data.decode(name, "replace"), (note,)


def _likeliest(data: bytes) -> str:
    from charset_normalizer import from_bytes  # 30 ms to import, and seldom needed

    # French and English first: any bytes at all fit some Eastern table, so those need better evidence.
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        text = ""
    strange = re.findall(r"[^\x00-\x7fÀ-ÖØ-öø-ÿŒœŸ«»‹›“”‘’–—…€£°²³©®§·•\xa0]", text)
    accented = re.findall(r"[^\x00-\x7f]", text)
    mixed = re.findall(r"[a-z][À-Þ][a-z]|[À-ÿ]{3}", text)  # no French word looks so; Greek read as Latin does
    if text and len(strange) + len(mixed) <= 0.1 * len(accented):
        return "cp1252"
    best = from_bytes(data[:65536]).best()
    return best.encoding if best else "cp1252"


# ---------------------------------------------------------------- mending

# UTF-8 read as Windows-1252 (Ã© for é, â€™ for ’): one lead and its followers, as that table shows them.
_AS_CP1252 = {bytes([b]).decode("cp1252", "ignore") or chr(b): b for b in range(0x80, 0x100)}
_FOLLOWER = "[" + re.escape("".join(c for c, b in _AS_CP1252.items() if b < 0xC0)) + "\x80-\x9f]"
_MOJIBAKE = re.compile(f"[Â-ß]{_FOLLOWER}|[à-ï]{_FOLLOWER}{{2}}|[ð-ô]{_FOLLOWER}{{3}}")
_LOST = "\ufffd"
_WORD_WITH_LOSS = re.compile(rf"[^\W\d_]*(?:{_LOST}+[^\W\d_]*)+")
_ELISION = re.compile(rf"(?i)([ldnscjmt]|qu|jusqu|lorsqu|puisqu|quelqu|aujourd){_LOST}(.+)", re.S)
_AMOUNT = re.compile(r"(?:\d|\bmill(?:e|ions?|iards?))\s$")
"""Before a lone sign, an amount: the sign may be € as well as à, and stays."""
_ENOUGH = 3
"""Damaged places from which on a text counts as damaged throughout, rather than quoting such a sign."""


def mend(text: str) -> tuple[str, tuple[Note, ...]]:
    """`text` with letters put right that went through the wrong table, and a note for each kind of repair."""
    notes: list[Note] = []
    if len(_MOJIBAKE.findall(text)) >= 2 or re.search(r"\wÃ[©¨ªª§ ]|â€[™œ]", text):
        mended, count = _MOJIBAKE.subn(_unmangled, text)
        if mended != text:
            message = f"{count} characters had been read through the wrong encoding (Ã© for é) and are put right"
            notes.append(Note(stage="page", code="encoding", message=message))
            text = mended
    if text.count(_LOST) >= _ENOUGH and _listed(text):
        text, mended_words, left = _restore(text)
        if mended_words:
            message = (
                f"letters lost to a wrong encoding are restored in {mended_words} words, each the commonest word "
                f"that fits; {left} stay as \ufffd"
            )
            notes.append(Note(stage="page", code="lost-letters", message=message))
    return text, tuple(notes)


def _unmangled(match: re.Match[str]) -> str:
    data = bytes(_AS_CP1252.get(c, ord(c)) for c in match[0])
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return match[0]


def _restore(text: str) -> tuple[str, int, int]:
    """`text` with words like d\ufffdcid\ufffd restored, how many, and how many signs no word fits."""
    mended = 0

    def word(match: re.Match[str]) -> str:
        nonlocal mended
        whole = _restored(match[0])
        if whole is None or (match[0] == _LOST and _AMOUNT.search(text, max(0, match.start() - 12), match.start())):
            return match[0]
        mended += 1
        lost_first = match[0][0] == _LOST
        return whole[0].upper() + whole[1:] if lost_first and _opens(text, match.start()) else whole

    text = _WORD_WITH_LOSS.sub(word, text)
    return text, mended, text.count(_LOST)


def _listed(text: str) -> bool:
    """Whether most of the damaged words are in the list: in a language that has none it would only do harm."""
    damaged = [word for word in _WORD_WITH_LOSS.findall(text) if word.strip(_LOST)]
    return sum(_restored(word) is not None for word in damaged) > 0.6 * len(damaged)


def _restored(word: str) -> str | None:
    """`word` with its lost letters; None where the list has no such word."""
    found = _accented().get(word.casefold())
    if found is not None:
        return "".join(new if old == _LOST else old for old, new in zip(word, found, strict=True))
    elided = _ELISION.fullmatch(word)  # Windows-1252 apostrophes are lost like letters: l\ufffdann\ufffde
    if elided:
        rest = _restored(elided[2]) if _LOST in elided[2] else elided[2]
        if rest is not None:
            return f"{elided[1]}’{rest}"
    return None


def _opens(text: str, start: int) -> bool:
    """Whether a word at `start` opens a sentence, by what stands before it."""
    before = text[max(0, start - 3) : start].rstrip()
    return not before or before[-1] in ".!?>"


@cache
def _accented() -> dict[str, str]:
    """A word with \ufffd for each letter outside ASCII → the commonest word so written."""
    found: dict[str, str] = {}
    for word in (word for code in LANGUAGES for word in lexicon_of(code, "accented.txt").splitlines()):
        if word and not word.startswith("#"):
            found.setdefault(re.sub(r"[^\x00-\x7f]", _LOST, word), word)
    return found
