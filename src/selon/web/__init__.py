"""A local page on a library: `application` makes the ASGI application that `selon serve` runs.

It shows and decides nothing: what it shows are the library's own queries and readings, and what people do at it is
written by `library.desk`.
"""

from selon.web.app import application
from selon.web.settings import Settings

__all__ = ["Settings", "application"]
