"""Roster: who works which shift at which post, for days or weeks.

`problem` is what is asked (frozen), `json_form` its file form, `plan` an answer to it, `check` re-verifies an answer from
scratch and prices it, `fairness` says what is fair and how fair a plan is, `draw` takes a day's officers and vehicles from
their units, `change` is what happened since, `diff` what changes between two plans. Nothing here searches: the
engines do, and `check` believes none of them.
"""
