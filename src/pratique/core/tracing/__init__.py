"""Contact tracing: who shared air with a case, by which rule, for how long, and when last. A join on custody.

Whereabouts say who was at which place and when (a seat, a vehicle, a hall, a room, a corridor, a shift's team); an
edition of rules, which is data, says what counts as near and how it is classed. Every contact comes with its reasons.

    whereabouts = presence.Whereabouts(places=…, presences=…)
    found = contacts.trace(case=…, whereabouts=whereabouts, edition=edition, now=now)
    second = contacts.trace_second_ring(first=found, whereabouts=whereabouts, edition=edition, isolated={…})
"""
