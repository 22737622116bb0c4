"""What linking keeps of a library's articles, in the library's own tables (migrations/0002_links.sql)."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal, TypeVar

import msgspec
import numpy as np

from selon.library import Library
from selon.linking._heads import Head
from selon.linking._words import plain
from selon.linking.entities import Entities, Mention, Profile, Trace, known_as
from selon.linking.meaning import AXES, Meanings
from selon.linking.types import Claim, Copy, Known, Story

T = TypeVar("T")
_ENTITY_BITS = 20

COPIES, TRANSLATIONS, STORIES, ENTITIES = 1, 2, 3, 4
"""Kinds of marks."""
TABLES = (
    "claims", "statements", "members", "stories", "stems", "heads", "traces", "known", "copies", "marks", "linked"
)  # fmt: skip
"""Derived tables, each before those that it refers to."""

_STALE = "SELECT l.article FROM linked l JOIN articles a ON a.n = l.article WHERE l.revision IS NOT a.revision"
"""Articles that were linked, and have been read anew or corrected since."""


_PARTS = {"said": "reported = 0", "said_of": "reported = 1", "denied": "reported = 0 AND denied"}
_IN_SHORT = "articles a INDEXED BY articles_in_short"
"""Articles without a look at their own rows, which are as long as their texts."""


class SqlIndex:
    """An Index (see linking/index.py) in the table `marks`, of one kind of links."""

    def __init__(self, links: "Links", kind: int, most: int = 60, keep: Literal["first", "last"] = "first") -> None:
        self._links = links
        self._kind = kind
        order = "" if keep == "first" else "DESC"
        self._sql = (
            "SELECT a.id FROM marks m JOIN linked l ON l.seq = m.seq JOIN articles a ON a.n = l.article"
            f" WHERE m.kind = {kind} AND m.mark = ? ORDER BY m.seq {order} LIMIT {most}"
        )
        self._step = 1 if keep == "first" else -1

    def add(self, article: str, marks: Iterable[int]) -> None:
        seq = self._links.seq(article)
        rows = ((self._kind, mark, seq) for mark in marks)
        self._links.library.put_all("INSERT OR IGNORE INTO marks VALUES (?, ?, ?)", rows)

    def holders(self, marks: Iterable[int]) -> Iterator[Sequence[str]]:
        for mark in marks:
            held = [id for (id,) in self._links.library.rows(self._sql, (mark,))]
            if held:
                yield held[:: self._step]


class SqlGroups:
    """Groups (see linking/stories.py) in the tables `stories` and `members`. A story whose members change is stale."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def story_of(self, article: str) -> str | None:
        sql = "SELECT m.story FROM members m JOIN articles a ON a.n = m.article WHERE a.id = ?"
        found = self._library.row(sql, (article,))
        return found[0] if found else None

    def members(self, story: str) -> Sequence[str]:
        sql = "SELECT a.id FROM members m JOIN articles a ON a.n = m.article WHERE m.story = ? ORDER BY m.position"
        return [id for (id,) in self._library.rows(sql, (story,))]

    def put(self, story: str, members: Sequence[str]) -> None:
        self._library.put(
            "INSERT INTO stories (id, stale) VALUES (?, 1) ON CONFLICT (id) DO UPDATE SET stale = 1", (story,)
        )
        rows = [(story, position, member) for position, member in enumerate(members)]
        sql = "INSERT OR REPLACE INTO members (article, story, position) SELECT n, ?, ? FROM articles WHERE id = ?"
        self._library.put_all(sql, rows)

    def drop(self, story: str) -> None:
        self._library.put("DELETE FROM stories WHERE id = ?", (story,))

    def stories(self) -> Iterable[str]:
        return [id for (id,) in self._library.rows("SELECT id FROM stories ORDER BY id")]


class SqlHeads:
    """Heads (see linking/_heads.py) in the tables `heads` and `stems`."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def head(self, article: str) -> Head:
        sql = "SELECT h.record FROM heads h JOIN articles a ON a.n = h.article WHERE a.id = ?"
        return from_record(self._library.row(sql, (article,))[0], Head)

    def put(self, article: str, head: Head) -> None:
        sql = "INSERT INTO heads (article, record) SELECT n, ? FROM articles WHERE id = ?"
        self._library.put(sql, (_json(head), article))

    def count(self) -> int:
        found = self._library.row("SELECT heads FROM stems WHERE stem = ''")
        return found[0] if found else 0

    def holding(self, stems: Iterable[str]) -> dict[str, int]:
        sql = "SELECT stem, heads FROM stems WHERE stem IN (SELECT value FROM json_each(?))"
        return dict(self._library.rows(sql, (_json(list(stems)),)))


class SqlTraces:
    """A Store of entities (see linking/entities.py) in the tables `known` and `traces`."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def known_of(self, mention: Mention) -> str | None:
        sql = "SELECT t.known FROM traces t JOIN articles a ON a.n = t.article WHERE a.id = ? AND t.entity = ?"
        found = self._library.row(sql, mention)
        return found[0] if found else None

    def of_article(self, article: str) -> dict[str, str]:
        sql = "SELECT t.entity, t.known FROM traces t JOIN articles a ON a.n = t.article WHERE a.id = ? ORDER BY t.n"
        return dict(self._library.rows(sql, (article,)))

    def profile(self, known: str) -> Profile | None:
        found = self._library.row("SELECT profile FROM known WHERE id = ?", (known,))
        return from_record(found[0], Profile) if found and found[0] else None

    def traces(self, known: str, last: int | None = None) -> Sequence[Trace]:
        sql = "SELECT record FROM traces WHERE known = ? ORDER BY n DESC LIMIT ?"
        found = self._library.rows(sql, (known, -1 if last is None else last))
        return [from_record(row[0], Trace) for row in reversed(found)]

    def put(self, known: str, traces: Sequence[Trace], profile: Profile | None) -> None:
        forms = [form for form, _ in profile.forms] if profile else [f for t in traces for f in t.forms or (t.name,)]
        kind = profile.kind if profile else traces[0].kind
        names = "\n" + "\n".join(dict.fromkeys(plain(form) for form in forms)) + "\n"
        self._library.put(
            "INSERT INTO known VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name,"
            " kind = excluded.kind, names = excluded.names, mentions = mentions + excluded.mentions,"
            " profile = excluded.profile",
            (known, forms[0], kind, names, len(traces), _json(profile) if profile else None),
        )
        sql = "INSERT INTO traces (known, article, entity, record) SELECT ?, n, ?, ? FROM articles WHERE id = ?"
        self._library.put_all(sql, ((known, t.entity, _json(t), t.article) for t in traces))

    def drop(self, known: str) -> None:
        self._library.put("DELETE FROM known WHERE id = ?", (known,))

    def knowns(self) -> Iterable[str]:
        return [id for (id,) in self._library.rows("SELECT id FROM known ORDER BY id")]


class MentionIndex:
    """An Index of mentions, «article/e12», in the table `marks`: a holder's number tells the article and the entity."""

    def __init__(self, links: "Links", kind: int, most: int) -> None:
        self._links = links
        self._kind = kind
        self._sql = f"SELECT seq FROM marks WHERE kind = {kind} AND mark = ? ORDER BY seq DESC LIMIT {most}"

    def add(self, article: str, marks: Iterable[int]) -> None:
        id, _, entity = article.rpartition("/")
        seq = self._links.seq(id) << _ENTITY_BITS | int(entity[1:])
        rows = ((self._kind, mark, seq) for mark in marks)
        self._links.library.put_all("INSERT OR IGNORE INTO marks VALUES (?, ?, ?)", rows)

    def holders(self, marks: Iterable[int]) -> Iterator[Sequence[str]]:
        for mark in marks:
            held = [seq for (seq,) in self._links.library.rows(self._sql, (mark,))]
            if held:
                yield [self._mention(seq) for seq in reversed(held)]

    def _mention(self, seq: int) -> str:
        return f"{self._links.article(seq >> _ENTITY_BITS)}/e{seq & (1 << _ENTITY_BITS) - 1}"


class Links:
    """All that is derived of a library's articles together. Changes are made within `library.writing()`."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._articles: dict[int, str] = {}

    # ------------------------------------------------------------ which articles

    def unlinked(self) -> list[str]:
        """Articles whose current text is not linked yet, by day and id."""
        sql = (
            "SELECT a.id FROM articles a LEFT JOIN linked l ON l.article = a.n"
            " WHERE l.revision IS NOT a.revision ORDER BY a.day, a.id"
        )
        return [id for (id,) in self.library.rows(sql)]

    def number(self, article: str) -> int:
        """The article's number in the library."""
        return int(self.library.row("SELECT n FROM articles WHERE id = ?", (article,))[0])

    def seq(self, article: str) -> int:
        sql = "SELECT l.seq FROM linked l JOIN articles a ON a.n = l.article WHERE a.id = ?"
        return int(self.library.row(sql, (article,))[0])

    def article(self, seq: int) -> str:
        """The article that was linked as number `seq`."""
        if seq not in self._articles:
            sql = "SELECT a.id FROM linked l JOIN articles a ON a.n = l.article WHERE l.seq = ?"
            found = self.library.row(sql, (seq,))
            self._articles[seq] = found[0] if found else ""
        return self._articles[seq]

    def begin(self, article: str) -> None:
        """Note that the current text of `article` is the linked one, and forget what an older one was tied to."""
        put, n = self.library.put, self.number(article)
        known = self.library.row("SELECT seq FROM linked WHERE article = ?", (n,))
        if known:
            (seq,) = known
            put("DELETE FROM marks WHERE seq = ? AND kind <> ?", (seq, ENTITIES))
            bounds = (seq << _ENTITY_BITS, seq + 1 << _ENTITY_BITS, ENTITIES)
            put("DELETE FROM marks WHERE seq >= ? AND seq < ? AND kind = ?", bounds)
            self._forget_traces(n)
            put("DELETE FROM copies WHERE a = ? OR b = ?", (n, n))
            put("DELETE FROM statements WHERE article = ?", (n,))
            put("DELETE FROM heads WHERE article = ?", (n,))
            put("DELETE FROM linked WHERE article = ?", (n,))
            self._leave(article, n)
        put("INSERT INTO linked (article, revision) SELECT n, revision FROM articles WHERE n = ?", (n,))

    def _leave(self, article: str, n: int) -> None:
        """Take the article out of its story, which goes by the next one's id if it began it."""
        groups = SqlGroups(self.library)
        story = groups.story_of(article)
        if story is None:
            return
        rest = [id for id in groups.members(story) if id != article]
        if story == article or not rest:
            groups.drop(story)
        else:
            self.library.put("DELETE FROM members WHERE article = ?", (n,))
        if rest:
            groups.put(rest[0] if story == article else story, rest)

    def has_stale_traces(self) -> bool:
        """Whether somebody is known from articles that are to be linked anew."""
        return self.library.row(f"SELECT 1 FROM traces WHERE article IN ({_STALE}) LIMIT 1") is not None

    def forget_stale_traces(self) -> list[Mention]:
        """Forget whom articles name that are to be linked anew: the ids of their entities may be others by now. One
        mention of each who goes by such an id, which is another one's."""
        taken = self.library.rows(
            "SELECT t.known FROM traces t JOIN articles a ON a.n = t.article"
            " LEFT JOIN entities e ON e.article = t.article AND e.id = t.entity"
            f" WHERE t.article IN ({_STALE}) AND t.known = a.id || '/' || t.entity"
            " AND e.name IS NOT json_extract(t.record, '$.name') ORDER BY 1"
        )
        for (n,) in self.library.rows(f"SELECT DISTINCT article FROM traces WHERE article IN ({_STALE}) ORDER BY 1"):
            self._forget_traces(n)
        mention = "SELECT a.id, t.entity FROM traces t JOIN articles a ON a.n = t.article"
        sql = f"{mention} WHERE t.known = ? ORDER BY t.n LIMIT 1"
        return [(article, entity) for known in taken for article, entity in self.library.rows(sql, known)]

    def _forget_traces(self, n: int) -> None:
        theirs = "id IN (SELECT known FROM traces WHERE article = ?)"
        self.library.put(f"UPDATE known SET profile = NULL, mentions = mentions - 1 WHERE {theirs}", (n,))
        self.library.put("DELETE FROM traces WHERE article = ?", (n,))
        self.library.put("DELETE FROM known WHERE NOT mentions")

    # ------------------------------------------------------------ copies

    def put_copies(self, copies: Iterable[Copy]) -> None:
        sql = (
            "INSERT OR REPLACE INTO copies (a, b, kind, words, share, way, origin, self_reuse, record)"
            " VALUES ((SELECT n FROM articles WHERE id = ?), (SELECT n FROM articles WHERE id = ?), ?,?,?,?,?,?,?)"
        )
        self.library.put_all(
            sql, ((c.a, c.b, c.kind, c.words, c.share, c.way, c.origin, c.self_reuse, _json(c)) for c in copies)
        )

    def copies(self, articles: Sequence[str] | None = None) -> tuple[Copy, ...]:
        """All copies, or those that one of `articles` is part of."""
        which, values = "", tuple[str, ...]()
        if articles is not None:
            these = "(SELECT n FROM articles WHERE id IN (SELECT value FROM json_each(?)))"
            which = (
                f" WHERE c.n IN (SELECT n FROM copies WHERE a IN {these} UNION SELECT n FROM copies WHERE b IN {these})"
            )
            values = (_json(list(articles)),) * 2
        sql = f"SELECT c.record FROM copies c JOIN articles x ON x.n = c.a JOIN articles y ON y.n = c.b{which}"
        return tuple(from_record(row[0], Copy) for row in self.library.rows(f"{sql} ORDER BY x.id, y.id", values))

    # ------------------------------------------------------------ statements

    def put_meanings(self, article: str, meanings: Meanings) -> None:
        n = self.number(article)
        rows = (
            (n, at, vector.tobytes(), words.tobytes())
            for at, (vector, words) in enumerate(zip(meanings.vectors.astype(np.float16), meanings.words, strict=True))
        )
        self.library.put_all("INSERT INTO statements (article, position, meaning, words) VALUES (?, ?, ?, ?)", rows)

    def meanings(self, article: str) -> Meanings:
        """What each of the article's statements means."""
        sql = "SELECT s.meaning, s.words FROM statements s JOIN articles a ON a.n = s.article WHERE a.id = ?"
        found = list(self.library.rows(f"{sql} ORDER BY s.position", (article,)))
        vectors = [np.frombuffer(vector, np.float16) for vector, _ in found]
        words = tuple(np.frombuffer(some, np.int8).reshape(-1, 1 + AXES) for _, some in found)
        return Meanings(np.array(vectors, np.float32) if vectors else np.zeros((0, 0), np.float32), words)

    # ------------------------------------------------------------ stories and claims

    def is_whole(self, story: str) -> bool:
        """Whether all articles of a story are linked as they are now."""
        sql = (
            "SELECT 1 FROM members m JOIN articles a ON a.n = m.article LEFT JOIN linked l ON l.article = a.n"
            " WHERE m.story = ? AND l.revision IS NOT a.revision LIMIT 1"
        )
        return self.library.row(sql, (story,)) is None

    def stories_of(self, articles: Iterable[str]) -> list[str]:
        """The stories that these articles are in."""
        sql = (
            "SELECT DISTINCT m.story FROM members m JOIN articles a ON a.n = m.article"
            " WHERE a.id IN (SELECT value FROM json_each(?)) ORDER BY 1"
        )
        return [id for (id,) in self.library.rows(sql, (_json(sorted(articles)),))]

    def stale(self) -> list[str]:
        return [id for (id,) in self.library.rows("SELECT id FROM stories WHERE stale ORDER BY id")]

    def put_story(self, key: str, story: Story, claims: Iterable[Claim]) -> None:
        """Keep a story with its claims, in place of those that it had."""
        put = self.library.put
        sql = "UPDATE stories SET stale = 0, title = ?, first = ?, last = ?, record = ? WHERE id = ?"
        put(sql, (story.title, story.first, story.last, _json(story), key))
        put("DELETE FROM claims WHERE story = ?", (key,))
        for claim in claims:
            self._put_claim(key, claim)

    def _put_claim(self, story: str, claim: Claim) -> None:
        words = list(dict.fromkeys([claim.text, *(o.words for o in claim.occurrences)]))
        row: dict[str, Any] = {
            "id": claim.id,
            "story": story,
            "text": claim.text,
            "words": "\n".join(words),
            "language": claim.language,
            "independent": claim.independent,
            "articles": len(claim.articles),
            "outlets": len(claim.outlets),
            "disputed": sum(o.stance != "supports" for o in claim.occurrences),
            "certainty": claim.certainty,
            "first": claim.first,
            "last": claim.last,
            "record": _json(claim),
        }
        names, marks = ", ".join(row), ", ".join("?" * len(row))
        n = self.library.put(f"INSERT INTO claims ({names}) VALUES ({marks})", tuple(row.values()))
        self.library.put_all(
            'INSERT INTO occurrences (claim, article, "start", "end", words, stance, certainty, attribution, source,'
            " origin) VALUES (?, (SELECT n FROM articles WHERE id = ?), ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    n,
                    o.article,
                    o.spans[0].start,
                    o.spans[-1].end,
                    o.words,
                    o.stance,
                    o.certainty,
                    o.attribution,
                    o.chain[-1].name,
                    o.origin,
                )
                for o in claim.occurrences
            ),
        )
        self.library.put_all(
            "INSERT INTO origins (claim, id, name, kind, counts, why) VALUES (?, ?, ?, ?, ?, ?)",
            ((n, o.id, o.name, o.kind, o.counts, "; ".join(r.message for r in o.why)) for o in claim.origins),
        )

    # ------------------------------------------------------------ people and bodies

    def known(self, article: str, entity: str) -> str | None:
        """Who an entity of an article is across articles."""
        return SqlTraces(self.library).known_of((article, entity))

    def is_known(self, id: str) -> bool:
        return self.library.row("SELECT 1 FROM known WHERE id = ?", (id,)) is not None

    def called(self, name: str) -> str | None:
        """The id of whoever goes by this name, in any spelling that the library has: the name itself rather than one
        that holds all of its words, what most articles name rather than others."""
        words = plain(name).split()
        sql = (
            "SELECT id, names FROM known WHERE "
            + " AND ".join(["names LIKE ?"] * len(words))
            + " ORDER BY names NOT LIKE ?, mentions DESC, id"
        )
        found = self.library.rows(sql, (*(f"%{word}%" for word in words), f"%\n{' '.join(words)}\n%")) if words else []
        for id, names in found:
            if any(set(words) <= set(one.split()) for one in names.split("\n")):
                return str(id)
        return None

    def all_called(self, name: str, limit: int) -> list[str]:
        """The ids of those who have a name with all of these words, what most articles name first."""
        words = plain(name).split()
        where = " AND ".join(["names LIKE ?"] * len(words))
        sql = f"SELECT id FROM known WHERE {where} ORDER BY names NOT LIKE ?, mentions DESC, id LIMIT ?"
        values = (*(f"%{word}%" for word in words), f"%\n{' '.join(words)}\n%", limit)
        return [id for (id,) in self.library.rows(sql, values)] if words else []

    def touch(self, articles: Iterable[str]) -> None:
        """Have the claims of these articles' stories made anew."""
        sql = (
            "UPDATE stories SET stale = 1 WHERE id IN"
            " (SELECT m.story FROM members m JOIN articles a ON a.n = m.article WHERE a.id = ?)"
        )
        self.library.put_all(sql, ((article,) for article in articles))

    def who(self, id: str, *, why: bool = True) -> Known:
        """Somebody with the reasons for which their mentions are one, unless these are not asked for, which takes long
        where there are many. Raises InputError ("unknown") where nobody has this id."""
        store = SqlTraces(self.library)
        profile = None if why else store.profile(id)
        if profile is None:
            return Entities(store).known(id)
        sql = f"SELECT a.id, t.entity FROM traces t JOIN {_IN_SHORT} ON a.n = t.article WHERE t.known = ? ORDER BY t.n"
        return known_as(id, profile, tuple((article, entity) for article, entity in self.library.rows(sql, (id,))))

    def said_by(
        self, known: str, part: Literal["said", "said_of", "denied"], limit: int = -1, skip: int = 0
    ) -> list[tuple[Any, ...]]:
        """What somebody said, by day, as ask.Said has it: article, day, dated, outlet, attribution, words, act,
        certainty, by whom it is attributed, claim."""
        return self.library.rows(
            "SELECT a.id, a.day, a.dated, a.outlet, s.id, s.content, s.act, s.certainty,"
            " (SELECT coalesce(o.speaker, o.source) FROM attributions o"
            "   WHERE o.article = s.article AND o.id = s.inside),"
            " (SELECT c.id FROM occurrences x JOIN claims c ON c.n = x.claim WHERE x.article = s.article"
            "   AND x.attribution = s.id ORDER BY x.n LIMIT 1)"
            f" FROM (SELECT n, day, article FROM said WHERE known = ? AND {_PARTS[part]}"
            "   ORDER BY day, article, n LIMIT ? OFFSET ?) w"
            f" JOIN attributions s ON s.n = w.n JOIN {_IN_SHORT} ON a.n = w.article ORDER BY w.day, w.article, w.n",
            (known, limit, skip),
        )

    def count_said_by(self, known: str) -> dict[Any, int]:
        """How much there is of each part of what somebody said."""
        sums = ", ".join(f"count(*) FILTER (WHERE {which})" for which in _PARTS.values())
        return dict(zip(_PARTS, self.library.row(f"SELECT {sums} FROM said WHERE known = ?", (known,)), strict=True))

    def names_of(self, known: str) -> dict[Mention, str]:
        """The name that each mention of somebody has in its article, where it has one still, by day and article."""
        sql = (
            f"SELECT a.id, m.entity, m.name FROM named m JOIN {_IN_SHORT} ON a.n = m.article WHERE m.known = ?"
            " ORDER BY a.day, a.id, m.n"
        )
        return {(article, entity): name for article, entity, name in self.library.rows(sql, (known,))}

    def contents(self) -> dict[str, list[tuple[Any, ...]]]:
        """What every table says, whatever its rows are numbered: two libraries with the same links have the same."""
        article = "JOIN articles a ON a.n ="
        queries = {
            "copies": "SELECT record FROM copies ORDER BY 1",
            "stories": "SELECT id, record, stale FROM stories ORDER BY 1",
            "heads": f"SELECT a.id, h.record FROM heads h {article} h.article ORDER BY 1",
            "stems": "SELECT stem, heads FROM stems WHERE heads ORDER BY 1",
            "members": f"SELECT a.id, m.story, m.position FROM members m {article} m.article ORDER BY 1",
            "claims": "SELECT id, story, record, words FROM claims ORDER BY 1",
            "occurrences": 'SELECT c.id, a.id, o."start", o.stance, o.certainty, o.attribution, o.source, o.origin'
            f" FROM occurrences o JOIN claims c ON c.n = o.claim {article} o.article ORDER BY 1, 2, 3, o.n",
            "origins": "SELECT c.id, o.id, o.name, o.kind, o.counts, o.why FROM origins o"
            " JOIN claims c ON c.n = o.claim ORDER BY 1, 2",
            "known": "SELECT id, name, kind, names, mentions, profile FROM known ORDER BY 1",
            "traces": f"SELECT a.id, t.entity, t.known, t.record FROM traces t {article} t.article ORDER BY 1, 2",
            "said": f"SELECT a.id, t.id, s.known, s.reported, s.day, s.denied FROM said s {article} s.article"
            " JOIN attributions t ON t.n = s.n ORDER BY 1, 2",
            "named": f"SELECT a.id, m.entity, m.known, m.name FROM named m {article} m.article ORDER BY 1, 2",
            "statements": f"SELECT a.id, position, meaning, words FROM statements s {article} s.article ORDER BY 1, 2",
        }
        return {name: self.library.rows(sql) for name, sql in queries.items()}

    def clear(self) -> None:
        for table in TABLES:
            self.library.put(f"DELETE FROM {table}")


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def from_record(record: str, type: type[T]) -> T:
    """A record as it was kept."""
    return msgspec.json.decode(record, type=type)
