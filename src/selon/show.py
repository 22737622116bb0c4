"""A reading on a terminal: the head, the ledger source by source, what nobody is cited for, and the notes."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.rule import Rule
from rich.text import Text

from selon import ledger
from selon.labels import Labels, labels, language_name
from selon.model import Act, Attribution, Note, Place, Reading, Verdict
from selon.timeline import Event

_LINES = 3
"""Lines that a content may take."""
_PASSAGES = 3
_DOUBTFUL = 0.6
"""Score below which it is told."""
_STYLES: dict[Act, str] = {"deny": "red", "urge": "yellow", "promise": "green", "ask": "yellow", "hearsay": "magenta"}

_VERDICT_STYLES: dict[Verdict, str] = {"holds": "green", "does_not_hold": "red bold", "cannot_tell": "dim"}

_HELD = {0xA0: 0xE000, 0x202F: 0xE001}
_RELEASED = {held: blank for blank, held in _HELD.items()}


class Page:
    """A reading as something that rich can print."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.labels = labels(reading.article.language)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = options.max_width
        yield from _wrapped(self._head(), console, width)
        yield ""
        found = ledger.groups(self.reading)
        if not found:
            yield f"{self.labels.empty}\n"
        tag = max(map(cell_len, [*self.labels.acts.values(), *self.labels.certainties.values()]))
        margin = max((cell_len(a.id) for a in self.reading.attributions), default=0) + tag + 4
        for group in found:
            first, *others = _wrapped(self._source(group), console, width - 4)
            yield from (first, *_beside([], others, 4))
            for attribution in group.attributions:
                content = _wrapped(self._content(attribution, width - margin), console, width - margin)
                yield from _beside(self._tags(attribution, margin, tag), content, margin)
            yield ""
        yield from self._own_voice(console, width)
        yield from self._facts(console, width)
        yield from self._findings(console, width)
        yield from self._notes(width)

    def _head(self) -> Text:
        article, words = self.reading.article, self.labels
        title = ledger.printable(article.title or "")
        facts = [article.outlet, f"{words.by} {article.byline}" if article.byline else None, self._date()]
        count = sum(any(c.isalnum() for c in word) for word in article.text.split())
        facts += [language_name(article.language), f"{count} {words.words[count > 1]}"]
        head = Text(f"{title}\n" if title else "", style="bold")
        return head.append(" · ".join(ledger.printable(fact) for fact in facts if fact), style="not bold dim")

    def _date(self) -> str | None:
        published = self.reading.article.published
        if published is None:
            return None
        how = self.labels.how.get(published.how)
        return f"{published.value} ({how})" if how else published.value

    def _source(self, group: ledger.Group) -> Text:
        count = len(group.attributions)
        facts = [self.labels.type_of(group.type, group.name), *group.roles[:2]] if group.name else []
        facts.append(f"{count} {self.labels.counts[count > 1]}")
        heading = Text(group.name or self.labels.nobody, style="bold cyan")
        return heading.append("  " + " · ".join(facts), style="not bold dim default")

    def _tags(self, attribution: Attribution, margin: int, width: int) -> list[Text]:
        """What stands left of the content's lines: the id and the act, and under it the certainty."""
        act = self.labels.acts[attribution.act]
        tags = [Text(f"{'':2}{attribution.id:<{margin - width - 3}}", style="dim")]
        tags[0].append(act, style=f"not dim {_STYLES.get(attribution.act, '')}")
        if attribution.certainty != "certain":
            tags.append(
                Text(" " * (margin - width - 1) + self.labels.certainties[attribution.certainty], style="yellow")
            )
        return tags

    def _content(self, attribution: Attribution, room: int) -> Text:
        said, (opening, closing) = ledger.said(self.reading, attribution, self.labels.marks)
        said = shorten(said, max(20, room * _LINES - 10))
        content = Text(f"{opening}{said}{closing}" if opening else ledger.balanced(said))
        tail = [ledger.signal(self.reading, attribution), *self._via(attribution)]
        if attribution.score is not None and attribution.score < _DOUBTFUL:
            tail.append(self.labels.doubt.format(score=round(100 * attribution.score)))
        if any(tail):
            content.append(f" — {', '.join(part for part in tail if part)}", style="dim")
        return content

    def _via(self, attribution: Attribution) -> Iterator[str]:
        for outer in ledger.chain(self.reading, attribution):
            name = ledger.source_name(self.reading, outer)
            if name:
                yield f"{self.labels.inside} {shorten(name, 40)} ({outer.id})"

    def _own_voice(self, console: Console, width: int) -> RenderResult:
        share = round(100 * self.reading.own_voice())
        heading = Text(self.labels.own_voice, style="bold")
        heading.append(f"  {self.labels.own_share.format(share=share)}", style="not bold dim")
        yield from _wrapped(heading, console, width)
        passages = ledger.own_passages(self.reading)
        for passage in passages[:_PASSAGES]:
            yield Text(f"  {shorten(passage, width - 2)}")
        if more := passages[_PASSAGES:]:
            yield Text(f"  {self.labels.more[len(more) > 1].format(n=len(more))}", style="dim")

    def _facts(self, console: Console, width: int) -> RenderResult:
        """When and where: the article's words, and dimmed what they stand for."""
        when = [(words, value) for value, words in ledger.when(self.reading)]
        where = [
            (ledger.printable(place.name) + (f" ×{count}" if count > 1 else ""), _position(place))
            for place, count in ledger.where(self.reading)
        ]
        for heading, facts in ((self.labels.when, when), (self.labels.where, where)):
            if facts:
                yield Text(f"\n{heading}", style="bold")
                line = Text()
                for words, value in facts:
                    line.append(" · " if line.plain else "").append(words).append(f" {value}" if value else "", "dim")
                yield from _beside([], _wrapped(line, console, width - 2), 2)

    def _findings(self, console: Console, width: int) -> RenderResult:
        found = ledger.findings(self.reading)
        if found:
            yield Text(f"\n{self.labels.findings}", style="bold")
        for finding in found:
            mark = Text(f"  {ledger.VERDICTS[finding.verdict]}", style=_VERDICT_STYLES[finding.verdict])
            working = Text(ledger.printable(finding.working))
            yield from _beside([mark], _wrapped(working, console, width - 4), 4)

    def _notes(self, width: int) -> RenderResult:
        aside = [note for note in self.reading.notes if note.text and note.stage in ("page", "text")]
        others = [note for note in self.reading.notes if note not in aside]
        for heading, notes in ((self.labels.set_aside, aside), (self.labels.notes, others)):
            if notes:
                yield Text(f"\n{heading}", style="bold")
                yield from (Text(f"  {line}") for line in _lines(notes, self.labels, width - 2))


def _position(place: Place) -> str:
    """Country and coordinates to a hundredth of a degree, as far as they are known."""
    coordinates = "" if place.lat is None or place.lon is None else f"{place.lat:.2f} {place.lon:.2f}"
    return " ".join(part for part in (place.country, coordinates) if part)


class Chronicle:
    """Events of one article or several as something that rich can print, in the language of the first."""

    def __init__(self, events: Sequence[Event], readings: Sequence[Reading]) -> None:
        self.events = events
        self.readings = readings
        self.labels = labels(readings[0].article.language if readings else "en")
        self.names = _short({event.file for event in events})

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width, words = options.max_width, self.labels
        articles, dates = len(self.readings), len(self.events)
        counts = f"{articles} {words.articles[articles > 1]} · {dates} {words.dates[dates > 1]}"
        yield from _wrapped(Text(words.timeline, style="bold"), console, width)
        yield from _wrapped(Text(counts, style="dim"), console, width)
        if not self.events:
            yield f"\n{words.no_times}"
        dated = [event for event in self.events if event.first is not None]
        still_open = self.events[len(dated) :]
        margin = max((cell_len(event.value) for event in dated), default=0) + 4
        for heading, events in (("", dated), (words.open_times, still_open)):
            if events:
                yield Text(f"\n{heading}" if heading else "", style="bold")
            for event in events:
                room = max(20, width - margin)
                lines = [*_wrapped(self._text(event, room), console, room), *_wrapped(self._who(event), console, room)]
                yield from _beside(self._tags(event, margin), lines, margin)

    def _tags(self, event: Event, margin: int) -> list[Text]:
        """The time, and under it its own words where they fit; those alone where it is open."""
        told = Text(f"  {shorten(event.told, margin - 3)}" if event.told != event.value else "", style="dim")
        return [told] if event.first is None else [Text(f"  {event.value}", style="bold cyan"), told]

    def _text(self, event: Event, room: int) -> Text:
        """What happens then, as far as it fits; the time's own words are among it where they can be."""
        cells = max(20, room * _LINES - 10)
        said = shorten(event.text, cells)
        at = event.text.find(event.told)
        if at >= 0 and event.told not in said:
            start = event.text.find(" ", max(0, at - cells // 2), at) + 1 or at
            said = shorten(f"…{event.text[start:]}", cells)
        return Text(ledger.balanced(said))

    def _who(self, event: Event) -> Text:
        words = self.labels
        if event.voice == "own":
            outlet = ledger.printable(event.outlet or "")
            facts = [words.own_name.format(outlet=outlet) if outlet else words.own_voice]
        else:
            act = words.acts[event.act or "say"]
            facts = [event.who or words.nobody, words.said_then.format(act=act) if event.voice == "saying" else act]
            facts += [f"{words.inside} {shorten(name, 40)}" for name in event.via]
            if event.certainty not in ("certain", None):
                facts.append(words.certainties[event.certainty])
        if len(self.readings) > 1:
            facts.append(ledger.printable(self.names[event.file]))
        return Text(" · ".join(facts), style=f"dim {_STYLES.get(event.act or 'say', '')}")


def _short(files: Iterable[str]) -> dict[str, str]:
    """Each input and its name without folders, where no other one has the same."""
    last = {file: file.rstrip("/").rsplit("/", 1)[-1] or file for file in files}
    return {file: name if list(last.values()).count(name) == 1 else file for file, name in last.items()}


def _wrapped(text: Text, console: Console, width: int) -> list[Text]:
    """`text` in lines of `width` cells that break at no no-break space, which rich alone would do."""
    text.plain = text.plain.translate(_HELD)
    lines = list(text.wrap(console, width))
    for line in lines:
        line.plain = line.plain.translate(_RELEASED)
        line.rstrip()
    return lines


def _beside(left: Sequence[Text], lines: Iterable[Text], margin: int) -> Iterator[Text]:
    """`lines`, each `margin` cells in, with the lines of `left` in the margin."""
    for mark, line in zip_longest(left, lines, fillvalue=Text()):
        row = Text.assemble(mark, " " * (margin - cell_len(mark.plain)), line)
        row.rstrip()
        yield row


def _lines(notes: Iterable[Note], words: Labels, width: int) -> Iterator[str]:
    """One line for each kind of note, with the words that were set aside as far as they fit."""
    texts: dict[str, list[str]] = {}
    for note in notes:
        texts.setdefault(words.noted.get(note.code) or ledger.printable(note.message), []).append(
            ledger.printable(note.text or "")
        )
    for message, aside in texts.items():
        times = f" ({len(aside)})" if len(aside) > 1 else ""
        said = " | ".join(text for text in aside if text)
        yield shorten(f"{message}{times}{words.colon}{said}", width) if said else f"{message}{times}"


def shorten(text: str, width: int) -> str:
    """`text` in `width` terminal cells at most, cut between words where it can be, with an ellipsis."""
    if cell_len(text) <= width:
        return text
    end, cells = 0, 1  # the ellipsis
    while (cells := cells + cell_len(text[end])) <= width:
        end += 1
    blank = text.rfind(" ", end * 2 // 3, end + 1)
    return text[: blank if blank > 0 else end].rstrip(" ,;:«“\N{NO-BREAK SPACE}") + "…"


def print_reading(reading: Reading, console: Console, *, last: bool = True) -> None:
    """Print the reading, and a line after it unless it is the `last`."""
    console.print(Group(Page(reading)) if last else Group(Page(reading), "", Rule(style="dim"), ""), highlight=False)


def print_timeline(events: Sequence[Event], readings: Sequence[Reading], console: Console) -> None:
    """Print the events of `readings`, in their order."""
    console.print(Chronicle(events, readings), highlight=False)
