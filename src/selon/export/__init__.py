"""Readings in the forms of other programs."""
