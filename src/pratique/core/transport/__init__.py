"""Transport: who rides when, in which vehicle, with which crew, to which place.

`problem` is what is asked (frozen, read from its file form), `plan` an answer to it, `check` re-verifies an answer
from scratch and prices it, `diff` says what changes between two answers. Nothing here plans: the engines do, and
`check` believes none of them.
"""
