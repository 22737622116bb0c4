"""The library: readings in one SQLite file. `store.Library` is all that others use."""

from selon.library.store import Added, Entry, Hit, Library, Revision, Stamp, Status, Summary, now

__all__ = ["Added", "Entry", "Hit", "Library", "Revision", "Stamp", "Status", "Summary", "now"]
