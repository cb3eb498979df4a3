"""The stay: who sleeps where, when it ends, and by whose decision.

rules = rule.parse(text=…, name="cn-2020.toml")                       # Reading(rules | None, problems)
check.inspect(site=…)                                                 # zones and passages as they must be
assignment.assign(guests=…, facility=…, rules=…)                      # rooms; whoever found none, why, and what would help
check.check(facility=…, rules=…)                                      # every hard rule from scratch, trusting no assignment
move.move(guests=…, to=…, facility=…, rules=…)                        # the facility afterwards, or what is in the way
order.work_out(ends_at=…, orders=…, rules=…, now=…)                   # when the stay ends, by orders that count
release.decide(account=…, orders=…, rules=…, now=…)                   # every condition shown; no result, no exit
"""
