"""Dispatch: who must be moved, with what, by which plan; and the plan made real in the ledger.

`settings` reads the rules, `people` finds who waits and who will, `means` what there is to move them with, `pose` makes
of both the problem that the engines solve, `plans` proposes, adopts and refuses, `edit` moves and pins by hand,
`boarding` keeps the named list of a trip against who was scanned aboard.
"""
