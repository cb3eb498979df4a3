"""A day at an airport that never was, of which everything is known, to hold the real software against.

`world` invents it: a port, a day's flights, the people on them, and what truly happens to each. `phones` and
`faults` say it to the software as people and machines would: late, doubled, shuffled, wrong. `checkers` compare what
the books then say with what is true and share no code with `core.custody`; `canary` breaks the fold on purpose, and
must be caught. Everything follows from a date and a seed.
"""
