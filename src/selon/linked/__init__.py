"""A library's articles tied together: `link` keeps copies, stories, entities, claims and origins up to date."""

from selon.linked.flow import Progress, link, settle

__all__ = ["Progress", "link", "settle"]
