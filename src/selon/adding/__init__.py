"""Adding to a library: finding articles in files, folders, feeds and archives, reading them on all cores, keeping them.

`inputs` says what there is to read, `feeds` and `archives` open those, `readers` reads, `flow` joins them.
"""

from selon.adding.flow import Outcome, add, watch
from selon.adding.inputs import Found, Given, Job, Wanted, found

__all__ = ["Found", "Given", "Job", "Outcome", "Wanted", "add", "found", "watch"]
