"""What is said when something may not be done: the code of a refusal → words, a file per part of the work.

A test finds every code the services can refuse with.
"""

from pratique.core.duties.vocabulary import Words
from pratique.web.refusals import book, care, cases, force, stay, window

REFUSALS: dict[str, Words] = {
    **book.REFUSALS,
    **care.REFUSALS,
    **cases.REFUSALS,
    **force.REFUSALS,
    **stay.REFUSALS,
    **window.REFUSALS,
}
