"""From a text to the pieces of words that the encoder reads, in overlapping windows."""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from selon.stages.attributions.learned.layout import MARGIN, WIDTH

START, PAD, BREAK, UNKNOWN = range(4)
"""Numbers of the marks in the vocabulary; a paragraph ends with BREAK."""

LINE = re.compile(r"[^\n\r\u2028\u2029]*\S[^\n\r\u2028\u2029]*")


@dataclass(frozen=True)
class Pieces:
    """The pieces of a text in order: numbers in the vocabulary, and where each stands in the text (code points).

    The mark at the end of a paragraph has an empty span. ``words[i]`` numbers the run of letters, digits or other
    signs that piece ``i`` belongs to.
    """

    ids: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]


def pieces(text: str, tokenizer: Tokenizer) -> Pieces:
    """The pieces of ``text``, paragraph by paragraph."""
    lines = list(LINE.finditer(text))
    ids: list[int] = []
    starts: list[int] = []
    ends: list[int] = []
    for line, coded in zip(
        lines, tokenizer.encode_batch([line[0] for line in lines], add_special_tokens=False), strict=True
    ):
        for number, (start, end) in zip(coded.ids, coded.offsets, strict=True):
            start, end = line.start() + start, line.start() + end
            while start < end and text[start].isspace():
                start += 1
            ids.append(number)
            starts.append(start)
            ends.append(end)
        ids.append(BREAK)
        starts.append(line.end())
        ends.append(line.end())
    return Pieces(np.array(ids, np.int64), np.array(starts, np.int64), np.array(ends, np.int64))


@dataclass(frozen=True)
class Windows:
    """Which pieces each window of the encoder holds, and in which window each piece is best seen.

    ``index`` (windows, width) numbers the pieces, -1 where there is none; ``window`` and ``column`` give, for each
    piece, the window in which it stands farthest from an edge.
    """

    index: NDArray[np.int64]
    window: NDArray[np.int64]
    column: NDArray[np.int64]


def windows(count: int) -> Windows:
    """Windows over ``count`` pieces, sharing twice MARGIN with the next; column 0 is left for the mark at the start."""
    room = WIDTH - 2
    step = room - 2 * MARGIN
    begins = np.arange(0, max(count - room, 0) + step, step) if count > room else np.zeros(1, np.int64)
    begins = np.unique(np.minimum(begins, max(count - room, 0)))
    width = min(room, max(count, 1))
    index = np.full((len(begins), width + 2), -1, np.int64)
    index[:, 1:-1] = begins[:, None] + np.arange(width)
    index[:, 1:-1][index[:, 1:-1] >= count] = -1
    place = np.arange(count)[:, None] - begins
    depth = np.minimum(place, width - 1 - place)
    window = depth.argmax(1)
    return Windows(index, window, np.arange(count) - begins[window] + 1)
