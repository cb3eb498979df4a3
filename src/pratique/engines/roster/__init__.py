"""Roster engines: `solve` is ours (lines one after the other, then columns, dives and neighbourhoods, beside a proven bound).

`layout` turns a problem into arrays, `line_kernel` finds one person's cheapest lawful line at given prices, `pricer` asks it
for everybody, `master` weighs lines against each other, `search` makes whole rosters of them, `reasons` says why a post
stays short, `replan` mends a roster with the fewest changes.
"""
