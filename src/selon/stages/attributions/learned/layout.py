"""How the network sees an article: the numbers and labels that its maker and its reader must share."""

from selon.model import Act, Certainty, Guideline, SourceType

WIDTH = 256
"""Pieces in a window of the encoder, with the mark at each end."""

MARGIN = 32
"""Pieces of context that a window shares with its neighbour, on each side."""

BEFORE, AFTER = 80, 112
"""Pieces read before an anchor, and from it on, to find what belongs to it."""

ROLES = ("source", "cue", "content")
ACTS: tuple[Act, ...] = ("say", "deny", "assess", "evidence", "ask", "urge", "promise", "hearsay")
CERTAINTIES: tuple[Certainty, ...] = ("certain", "probable", "possible", "unknown")
TYPES: tuple[SourceType, ...] = ("named", "role", "org", "media", "doc", "group")
GUIDELINES: tuple[Guideline, ...] = ("polnear", "selon")
