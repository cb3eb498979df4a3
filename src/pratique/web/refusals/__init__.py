"""What is said when something may not be done: the code of a refusal → words, a file per part of the work.

Every module of this folder has a table `REFUSALS`; all are found here. A test finds every code the services can refuse with.
"""

from importlib import import_module
from pkgutil import iter_modules

from pratique.core.duties.vocabulary import Words

REFUSALS: dict[str, Words] = {}
for _part in sorted(module.name for module in iter_modules(__path__)):
    REFUSALS |= import_module(f"{__name__}.{_part}").REFUSALS
