"""The commands that tie a library's articles together, and that ask what they state between them."""

import csv
import sys
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import msgspec
from cyclopts import App, Parameter
from cyclopts.validators import Number
from rich.text import Text
from rich.tree import Tree

from selon import ask, rule
from selon.cli_library import Place, _dated, _library, _print_json, _status, _user
from selon.library import Library
from selon.library.rulings import Ruling
from selon.linked import link as bring_up_to_date
from selon.linked.rulings import Standing
from selon.linking.types import Claim, Occurrence, Origin, Reason, Story
from selon.terminal import Color, Flag, UsageError, complain, console_of, day_of, one_line

app = App()
Limit = Annotated[int, Parameter(validator=Number(gte=1), metavar="N")]
_MANY = 50
"""Articles whose linking is told beforehand, where nothing shows how far it is."""
_MARKS = {"supports": "+", "denies": "−", "doubts": "?", "differs": "≠"}


# ---------------------------------------------------------------- selon link


@app.command
def link(*, library: Place = None, rebuild: Flag = False, json: Flag = False) -> int:
    """Tie a library's articles together: copies, stories, people, claims and their origins.

    Only what is new is tied; selon claims, who, story, compare and sources do this by themselves.

    Parameters
    ----------
    library
        The library's file; by default what SELON_LIBRARY names, else selon.db.
    rebuild
        Make all ties anew.
    json
        Print the counts as JSON.
    """
    with _library(library) as opened:
        tie(opened, rebuild=rebuild)
        counts = ask.counts(opened)
        if json:
            _print_json([counts])
        else:
            print(", ".join(f"{count:,} {what}" for what, count in counts.items()))
    return 0


def tie(library: Library, *, rebuild: bool = False) -> None:
    """Bring a library's links up to date, telling how far it is if standard error is a terminal."""
    with _status("linking") as status:
        waiting = ask.unlinked(library)
        if waiting > _MANY and not status:
            complain(f"linking {waiting:,} articles first, some 0.5 s each")
        for step in bring_up_to_date(library, rebuild=rebuild):
            if status and step.total:
                status.update(f"linking: {step.done:,} of {step.total:,} {step.what}")


# ---------------------------------------------------------------- selon claims


@app.command
def claims(
    *words: Annotated[str, Parameter(metavar="WORDS...")],
    library: Place = None,
    story: Annotated[str | None, Parameter(metavar="ID")] = None,
    who: Annotated[str | None, Parameter(metavar="NAME")] = None,
    since: Annotated[str | None, Parameter(metavar="YYYY-MM-DD")] = None,
    why: Annotated[str | None, Parameter(metavar="ID")] = None,
    merge: Annotated[tuple[str, str] | None, Parameter(metavar="ID ID", negative="")] = None,
    split: Annotated[tuple[str, str] | None, Parameter(metavar="ID ARTICLE[:START]", negative="")] = None,
    limit: Limit = 20,
    json: Flag = False,
    csv: Flag = False,
    color: Color = "auto",
) -> int:
    """List what a library's articles state, and on how many independent origins each claim rests.

    selon claims barrage évacués
    selon claims --story 3f2a --json
    selon claims --why 9c41d07be2aa
    selon claims --merge 9c41d07be2aa 07d3
    selon claims --split 9c41d07be2aa 3f2a9c:412

    Parameters
    ----------
    words
        Words that must all be there; "in quotation marks" as they follow one another, with * for any ending.
    library
        The library's file; by default what SELON_LIBRARY names, else selon.db.
    story
        Only claims of the story with this id, or that this article is in.
    who
        Only claims that this person or body states, denies or doubts.
    since
        Only claims of articles of this day or later.
    why
        Unfold one claim: who says it in which words, whom each rests on, and why.
    merge
        Rule that two claims are one, and unfold it. Kept, whatever is linked anew; selon rulings undo takes it back.
    split
        Rule that what an article states there, as --why shows it, is not this claim, and unfold what is left of it.
    limit
        How many claims at most.
    json
        Print a line of JSON for each claim, whole.
    csv
        Print a table, a row for each claim; with --why a row for each occurrence.
    color
        Colours and bold type: auto means on a terminal only, unless NO_COLOR is set.
    """
    with _library(library) as opened:
        tie(opened)
        if merge:
            why = rule.merge_claims(opened, merge, _user()).now
        if split:
            why = _parted(opened, split)
        if why:
            found: Sequence[Claim] = [ask.claim(opened, why)]
        else:
            found = ask.claims(
                opened, " ".join(words) or None, story=story, who=who, since=day_of(since, "--since"), limit=limit
            )
        if json:
            _print_json(_claim_json(claim) for claim in found)
        elif csv:
            _print_csv(_occurrence_rows(opened, found) if why else map(_claim_row, found))
        elif not found:
            print(f"nothing found in {len(opened):,} articles of {opened.path}")
        elif why:
            console_of(color).print(_tree(opened, found[0]))
        else:
            console = console_of(color)
            for claim in found:
                console.print(_shown(claim), soft_wrap=True)
    return 0


def _parted(library: Library, of: tuple[str, str]) -> str | None:
    """Rule what stands in an article not to be a claim; the id that what is left of the claim goes by."""
    article, colon, start = of[1].rpartition(":")
    if not (colon and start.isdecimal()):
        article, start = of[1], ""
    at = int(start) if start else None
    return rule.split_claim(library, of[0], library.at_address(article) or article, _user(), start=at).now


def _claim_json(claim: Claim) -> dict[str, Any]:
    """The claim as JSON, with `doc`, `start` and `end` of each occurrence beside its spans."""
    made = msgspec.to_builtins(claim)
    for one, record in zip(claim.occurrences, made["occurrences"], strict=True):
        record |= {"doc": one.article, "start": one.spans[0].start, "end": one.spans[-1].end}
        record["chain"] = [voice.name for voice in one.chain]
    return dict(made)


def _claim_row(claim: Claim) -> dict[str, Any]:
    return {
        "id": claim.id,
        "text": one_line(claim.text),
        "certainty": claim.certainty,
        "articles": len(claim.articles),
        "outlets": len(claim.outlets),
        "independent": claim.independent,
        "origins": "; ".join(o.name for o in claim.origins if o.counts),
        "denied_by": "; ".join(claim.denied_by),
        "first": claim.first,
        "last": claim.last,
        "story": claim.story,
    }


def _occurrence_rows(library: Library, found: Iterable[Claim]) -> Iterable[dict[str, Any]]:
    for claim in found:
        names = {origin.id: origin for origin in claim.origins}
        for o in claim.occurrences:
            article = library.article(o.article)
            yield {
                "claim": claim.id,
                "article": o.article,
                "outlet": article.outlet,
                "published": article.published.value if article.published else None,
                "words": one_line(o.words),
                "stance": o.stance,
                "act": o.act,
                "certainty": o.certainty,
                "chain": " → ".join(voice.name for voice in o.chain),
                "origin": names[o.origin].name,
                "counts": names[o.origin].counts,
                "start": o.spans[0].start,
                "end": o.spans[-1].end,
            }


def _shown(claim: Claim) -> Text:
    line = Text(f"{claim.id} ", "dim")
    line.append(one_line(claim.text), "bold")
    line.append(f"\n    {_origins(claim.independent)}", "green" if claim.independent > 1 else "yellow")
    line.append(f" · {_counted(len(claim.articles), 'article')} · {_counted(len(claim.outlets), 'outlet')}")
    line.append(f" · {claim.certainty}")
    if claim.first:
        line.append(f" · {claim.first}" + (f" to {claim.last}" if claim.last != claim.first else ""))
    others = sorted({value for o in claim.occurrences if o.stance == "differs" for value in o.figures})
    if others:
        line.append(f" · other figures: {', '.join(others)}", "magenta")
    if claim.denied_by:
        line.append(f" · denied by {', '.join(claim.denied_by)}", "red")
    return line


def _origins(count: int) -> str:
    return f"{_counted(count, 'independent origin')}" if count else "no origin named"


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}" + ("" if count == 1 else "s")


def _tree(library: Library, claim: Claim) -> Tree:
    """Everything that the claim's count rests on: origins, those that count first, with their occurrences."""
    tree = Tree(_shown(claim))
    for origin in sorted(claim.origins, key=lambda o: not o.counts):
        members = [o for o in claim.occurrences if o.origin == origin.id]
        branch = tree.add(_origin(origin, members))
        for o in members:
            branch.add(_occurrence(library, o))
    return tree


def _origin(origin: Origin, members: Sequence[Occurrence]) -> Text:
    against = all(o.stance != "supports" for o in members)
    mark = "●" if origin.counts else "○"
    line = Text(f"{mark} {origin.name}", "bold").append(f" ({origin.kind})", "dim")
    line.append("" if origin.counts else " takes another stand" if against else " counts for nothing", "red")
    return line.append(_because(origin.why), "dim")


def _because(why: Sequence[Reason]) -> str:
    return "".join(f"\n  {reason.message}" for reason in why)


def _occurrence(library: Library, o: Occurrence) -> Text:
    article = library.article(o.article)
    day = _dated(article.published.value, True) if article.published else "undated"
    line = Text(f"{_MARKS[o.stance]} ", "red" if o.stance == "denies" else "default")
    line.append(f"{day} ").append(" → ".join(voice.name for voice in o.chain), "bold")
    line.append(f" ({', '.join(part for part in (o.act, o.certainty) if part)})", "dim")
    line.append(f"\n  « {one_line(o.words)} »").append(f" {o.article}:{o.spans[0].start}", "dim")
    return line.append(_because(o.why), "dim")


# ---------------------------------------------------------------- selon story


@app.command
def story(
    *words: Annotated[str, Parameter(metavar="ID | WORDS...")],
    library: Place = None,
    since: Annotated[str | None, Parameter(metavar="YYYY-MM-DD")] = None,
    limit: Limit = 20,
    json: Flag = False,
    csv: Flag = False,
    color: Color = "auto",
) -> int:
    """List stories, or show one: its articles, what they copy, its claims.

    Parameters
    ----------
    words
        A story's id, or an article's that is in it; else words of its articles. Without any, all stories.
    library
        The library's file; by default what SELON_LIBRARY names, else selon.db.
    since
        Only stories that go on to this day or later.
    limit
        How many stories, or claims of one, at most.
    json
        Print a line of JSON for each story, or of the one with its claims.
    csv
        Print a table, a row for each story, or for each claim of the one.
    color
        Colours and bold type: auto means on a terminal only, unless NO_COLOR is set.
    """
    with _library(library) as opened:
        tie(opened)
        one = ask.story(opened, words[0]) if len(words) == 1 and ask.is_story(opened, words[0]) else None
        all_ = () if one else ask.stories(opened, " ".join(words) or None, since=day_of(since, "--since"), limit=limit)
        found = (one,) if one else all_
        told = ask.claims(opened, story=one.id, limit=limit) if one else ()
        if json:
            _print_json(
                {**msgspec.to_builtins(s), **({"claims": [_claim_json(c) for c in told]} if one else {})} for s in found
            )
        elif csv:
            _print_csv(map(_claim_row, told) if one else map(_story_row, found))
        elif one:
            _show_story(opened, one, told, color)
        else:
            console = console_of(color)
            for s in found:
                console.print(_story_line(s), soft_wrap=True)
            if not found:
                print(f"nothing found in {len(opened):,} articles of {opened.path}")
    return 0


def _story_row(story: Story) -> dict[str, Any]:
    return {
        "id": story.id,
        "title": one_line(story.title),
        "articles": len(story.articles),
        "first": story.first,
        "last": story.last,
    }


def _story_line(story: Story) -> Text:
    span = f"{story.first} to {story.last}" if story.first != story.last else story.first or "undated"
    line = Text(f"{story.id} ", "dim").append(f"{span} ").append(one_line(story.title), "bold")
    return line.append(f" · {_counted(len(story.articles), 'article')}")


def _show_story(library: Library, story: Story, told: Sequence[Claim], color: Color) -> None:
    console = console_of(color)
    console.print(_story_line(story), soft_wrap=True)
    shared = ask.copies_among(library, story.articles)
    for id in story.articles:
        article = library.article(id)
        day = article.published.value if article.published else "undated"
        line = Text(f"  {id} ", "dim").append(f"{day} {article.outlet or '?'}: ").append(article.title or "?", "bold")
        for copy in shared:
            if copy.b == id:
                other = library.article(copy.a)
                line.append(f"\n      {copy.kind}, {copy.share:.0%} shared with {other.outlet or copy.a}", "magenta")
                line.append(f": {'; '.join(r.message for r in copy.why)}", "dim")
        console.print(line, soft_wrap=True)
    console.print()
    for claim in told:
        console.print(_shown(claim), soft_wrap=True)


# ---------------------------------------------------------------- selon who


@app.command
def who(
    *name: Annotated[str, Parameter(metavar="NAME...")],
    library: Place = None,
    same_as: Annotated[str | None, Parameter(name="--is", metavar="NAME")] = None,
    apart: Annotated[str | None, Parameter(name="--not-in", metavar="ARTICLE")] = None,
    spelt: Annotated[str | None, Parameter(name="--not-as", metavar="NAME")] = None,
    json: Flag = False,
    csv: Flag = False,
    color: Color = "auto",
) -> int:
    """Show what a person or body said, over time, and what others say that they said.

    selon who Choïgou --is Shoigu
    selon who Vasseur --not-in 3f2a9c

    Parameters
    ----------
    name
        The person's or body's name, in any spelling that the library has.
    library
        The library's file; by default what SELON_LIBRARY names, else selon.db.
    same_as
        Rule that this is another name of the same one. Kept, whatever is linked anew; selon rulings undo takes it back.
    apart
        Rule that in this article the name is another's.
    spelt
        Rule that this spelling is another's.
    json
        Print one line of JSON.
    csv
        Print a table, a row for each thing said.
    color
        Colours and bold type: auto means on a terminal only, unless NO_COLOR is set.
    """
    if not name:
        raise UsageError("nobody to look for; give a name")
    with _library(library) as opened:
        tie(opened)
        if same_as:
            rule.merge(opened, " ".join(name), same_as, _user())
        if apart:
            rule.split(opened, " ".join(name), _user(), article=opened.at_address(apart) or apart)
        if spelt:
            rule.split(opened, " ".join(name), _user(), spelling=spelt)
        if same_as or apart or spelt:
            tie(opened)
        person = ask.who(opened, " ".join(name))
        if json:
            _print_json([msgspec.to_builtins(person._asdict())])
        elif csv:
            _print_csv({**s._asdict(), "words": one_line(s.words)} for s in (*person.said, *person.said_of))
        else:
            console = console_of(color)
            others = [n for n in person.known.names if n != person.known.name]
            console.print(
                Text(person.known.name, "bold").append(
                    f" ({person.known.kind})" + (f", also {', '.join(others)}" if others else ""), "dim"
                )
            )
            for s in (*person.said, *person.said_of):
                line = Text(f"  {_dated(s.day, s.dated)} {s.outlet or s.article}: ", "default")
                line.append(f"{s.by} says: " if s.by else "", "magenta")
                line.append(f"{s.act}, {s.certainty} ", "dim").append(one_line(s.words))
                console.print(line, soft_wrap=True)
            if not person.said and not person.said_of:
                print("  is named, and says nothing")
    return 0


# ---------------------------------------------------------------- selon rulings

rulings = App(name="rulings", help="What people have ruled to be one, or two: entities and claims.")
app.command(rulings)


@rulings.command(name="list")
def list_(*, library: Place = None, json: Flag = False) -> int:
    """List what was merged and split, the oldest first, and what binds nothing any more.

    Parameters
    ----------
    library
        The library's file; by default what SELON_LIBRARY names, else selon.db.
    json
        Print a line of JSON for each, whole.
    """
    with _library(library) as opened:
        every, left = rule.told(opened)
    states = {one.ruling.n: one for one in left}
    if json:
        _print_json(
            {**msgspec.to_builtins(one), "fallen": states[one.n].why if one.n in states else None} for one in every
        )
        return 0
    for one in every:
        print(_ruling_line(one, states.get(one.n)))
    if not every:
        print("nothing was merged or split")
    return 0


def _ruling_line(one: Ruling, left: Standing | None) -> str:
    state = " (undone)" if one.undone else ""
    if left and left.why:
        state = f" (binds nothing any more: {left.why})"
    elif left and left.lost:
        state = f" ({left.lost} of {left.places} places are not found any more)"
    undoes = f" {one.undoes}" if one.undoes else ""
    sign = {"merge": "=", "split": "≠", "undo": "/"}[one.verb]
    sides = f" {sign} ".join(one_line(side.label) for side in (one.a, one.b))
    return f"{one.n:>5}  {one.at}  {one.who}  {one.about} {one.verb}{undoes}{state}  {sides}"


@rulings.command
def undo(n: int, /, *, library: Place = None) -> int:
    """Take a ruling back: what it held together or apart is then as the articles have it.

    Parameters
    ----------
    n
        Its number, as selon rulings list shows it.
    library
        The library's file; by default what SELON_LIBRARY names, else selon.db.
    """
    with _library(library) as opened:
        rule.undo(opened, n, _user())
        tie(opened)
    return 0


# ---------------------------------------------------------------- selon compare, sources


@app.command
def compare(
    a: str, b: str, /, *, library: Place = None, json: Flag = False, csv: Flag = False, color: Color = "auto"
) -> int:
    """Show what each of two articles has that the other lacks, what they share, and what they tell otherwise.

    Parameters
    ----------
    a
        An article's id, or its address.
    b
        The other one's.
    library
        The library's file; by default what SELON_LIBRARY names, else selon.db.
    json
        Print one line of JSON.
    csv
        Print a table, a row for each claim of either.
    color
        Colours and bold type: auto means on a terminal only, unless NO_COLOR is set.
    """
    with _library(library) as opened:
        tie(opened)
        found = ask.compare(opened, *(id if id in opened else opened.at_address(id) or id for id in (a, b)))
        if json:
            _print_json([msgspec.to_builtins(found._asdict())])
            return 0
        parts = (("only in the first", found.only_a), ("only in the second", found.only_b), ("in both", found.both))
        if csv:
            _print_csv({"where": where, **_claim_row(c)} for where, some in parts for c in some)
            return 0
        console = console_of(color)
        for article in (found.a, found.b):
            console.print(Text(f"{article.id} {article.outlet or '?'}: ").append(article.title or "?", "bold"))
        if found.copy:
            why = "; ".join(reason.message for reason in found.copy.why)
            console.print(f"{found.copy.kind}, {found.copy.share:.0%} shared: {why}", soft_wrap=True, highlight=False)
        else:
            console.print("nothing copied")
        for where, some in parts[:2]:
            console.print(Text(f"\n{where}", "bold"))
            for claim in some:
                console.print(Text(f"  {one_line(claim.text)}"), soft_wrap=True)
        console.print(Text("\nin both, told otherwise", "bold"))
        for difference in found.differences:
            console.print(Text(f"  {', '.join(difference.what)}", "magenta"))
            for o in (difference.a, difference.b):
                chain = " → ".join(voice.name for voice in o.chain)
                console.print(Text(f"    {chain} ({o.certainty}): {one_line(o.words)}"), soft_wrap=True)
    return 0


@app.command
def sources(
    name: str,
    /,
    *,
    library: Place = None,
    story: Flag = False,
    json: Flag = False,
    csv: Flag = False,
    color: Color = "auto",
) -> int:
    """Show which kinds of sources an article, an outlet or a story has, and how much it says itself.

    Parameters
    ----------
    name
        An article's id or address, or an outlet's name.
    story
        Of all articles of the story that has this id, or that this article is in.
    library
        The library's file; by default what SELON_LIBRARY names, else selon.db.
    json
        Print one line of JSON.
    csv
        Print a table, a row for each kind.
    color
        Colours and bold type: auto means on a terminal only, unless NO_COLOR is set.
    """
    with _library(library) as opened:
        if story:
            tie(opened)
        found = ask.sources_of_story(opened, name) if story else ask.sources(opened, name)
        if json:
            _print_json([msgspec.to_builtins(found)])
        elif csv:
            _print_csv({"name": found.name, **msgspec.structs.asdict(share)} for share in found.shares)
        else:
            console = console_of(color)
            console.print(
                Text(found.name, "bold").append(
                    f": {_counted(found.attributions, 'attribution')} in "
                    f"{_counted(found.articles, 'article')}, own voice {found.own_voice:.0%}",
                    "default",
                )
            )
            for one in sorted(found.shares, key=lambda one: -one.count):
                console.print(f"  {one.kind:<9}{one.count:>6}  {one.share:.0%}", highlight=False)
            console.print("  " + ", ".join(f"{voice} {count}" for voice, count in found.voices[:12]), highlight=False)
    return 0


def _print_csv(rows: Iterable[dict[str, Any]]) -> None:
    writer = None
    for row in rows:
        if writer is None:
            writer = csv.DictWriter(sys.stdout, row)
            writer.writeheader()
        writer.writerow(row)
