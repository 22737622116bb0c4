"""Which articles hold which marks: the one thing linking keeps of an article that is not the article itself."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, Protocol


class Index(Protocol):
    """What linking asks of whoever keeps its marks. Adding an article twice adds nothing.

    Marks are 64-bit signed numbers, so that a table (mark, article) of a database can keep them. A
    mark gives a bounded number of its holders, so that a common one costs no more than that.
    """

    def add(self, article: str, marks: Iterable[int]) -> None: ...

    def holders(self, marks: Iterable[int]) -> Iterable[Sequence[str]]:
        """For each mark that any article holds, in the order of `marks`, its holders in the order they were added."""
        ...


class MemoryIndex:
    """An Index in memory. Of a mark's holders it keeps the first or the last `most`."""

    def __init__(self, most: int = 60, keep: Literal["first", "last"] = "first") -> None:
        self._most = most
        self._keep = keep
        self._articles: list[str] = []
        self._numbers: dict[str, int] = {}
        self._holders: dict[int, int | list[int]] = {}
        """Most marks have one holder, which is kept without a list of its own."""

    def add(self, article: str, marks: Iterable[int]) -> None:
        number = self._numbers.setdefault(article, len(self._articles))
        if number == len(self._articles):
            self._articles.append(article)
        for mark in marks:
            held = self._holders.setdefault(mark, number)
            if isinstance(held, int):
                if held != number:
                    self._holders[mark] = [held, number]
            elif number not in held and (len(held) < self._most or self._keep == "last"):
                held.append(number)
                del held[: len(held) - self._most]

    def holders(self, marks: Iterable[int]) -> Iterator[Sequence[str]]:
        for mark in marks:
            held = self._holders.get(mark)
            if held is not None:
                yield [self._articles[n] for n in (held if isinstance(held, list) else (held,))]


def mark_of(*parts: str) -> int:
    """The mark of some words, the same in any run of the program."""
    digest = hashlib.blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
