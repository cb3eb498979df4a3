"""Dispatch: who must be moved, with what, by which plan; and the plan made real in the ledger.

`settings` reads the rules, `people` finds who waits and who will, `means` what there is to move them with, `pose` makes
of both the problem that the engines solve (`elsewhere`: who stands on the road or in a house; `worked`: what drivers have behind
them; `destinations`: where each group goes, and who has no bed), `plans` proposes, adopts and refuses, `better`
goes on looking behind a proposal (`searches`: how far it is), `edit` moves and pins by hand, `staying` knows whom it keeps back, and `load` gives a trip to whoever has none, `obstacle` says what is in the way of a plan now, `promise` from when on
people are told a trip, `broken`
finds trips in force that cannot be done any more, `overtaken` what has changed of those that are facts, `bedless` owes a bed to cases
without one. On the road `boarding` keeps the named list of a trip against who was scanned
aboard, `duration` says how long a trip made by hand takes, `listing` and `admission` write that of a trip made by hand and hold it against the rules, `by_hand` calls one off, `company` says who may share a
vehicle, `crews` changes who drives and escorts, `manning` says whose crew is not whole, `clean` which vehicle is not disinfected, `counting` settles counts that differ, `riding` who may not ride in what, `relay` who may be handed to which vehicle,
`driving` who is at the wheel.
"""
