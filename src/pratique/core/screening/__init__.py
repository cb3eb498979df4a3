"""Screening: which channel an arrival is sent to, with the reasons; ill travellers; exemptions and the ways out of the loop.

    rules = edition.parse(text=…, name="cn-2020.toml")                    # Reading(edition | None, problems)
    told = declaration.Declaration(answers=…, visits=…)                   # what was asked; any field a form may have
    facts = declaration.gather(told=told, seen=…, arrived_on=…, edition=rules.edition)
    channel.decide(facts=facts, edition=rules.edition)                    # channel, every rule that fired, what is missing
    illness.follow(edition=rules.edition, done=…, have=…)                 # detect, interview, report, isolate and refer
    exemption.judge(exemption=…, terms=…, now=now)                        # holds or not, and every reason why not
    way.list_ways(exits=…, traveller=…, grounds=…, now=now)               # which exits stand open, and what closes the others

A rule asks only the facts of `fact.FACTS`. Who a person is (nationality, birth, faith, sex) is not among them and a
rule that names it is refused; where a *journey* led may count.
"""
