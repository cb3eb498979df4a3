"""Transport engines: `solve` is ours (greedy, then search, with a proven bound beside it); the others are rivals.

`layout` turns a problem into arrays of ticks, `greedy` plans as by hand, `search` improves by annealing, `assign`
gives trips their vehicles and people, `needs` and `away` serve first whoever needs more than a seat or stands elsewhere, `bound`
proves how much better any plan could be, `reasons` says why somebody stays and `remedies` with what they would ride, `replan` turns a plan in force and what changed into a new problem.
"""
