"""Duties: what is owed, by whom, to whom, until when.

A *protocol* (data, see docs/reference/protocols.md) says what each kind of subject is owed and what lets a gate open; a
*rulebook* holds the editions a port works by. Duties are worked out from the rulebook, the *evidence* on record and the
*waivers* given, as of one moment; nothing of it is stored that could go stale.

    reading = protocol.parse(text=…, name="yunnan-3.toml")          # Reading(protocol | None, problems)
    rules = edition.Rulebook.of(protocols=…, jurisdiction="CN-53", zone=ZoneInfo("Asia/Shanghai"))
    edition.choose(rulebook=rules, series="arrivals", on=date)      # the edition for someone who arrives that day
    found = register.open_duties(subjects=…, evidence=…, waivers=…, rulebook=rules, now=now)      # everybody
    account = register.duties_of(subject=…, evidence=…, waivers=…, rulebook=rules, now=now)       # one subject
    gate.decide(code="release", account=account, now=now)           # open or not, each condition with its reason
    waiver.judge(waiver=…, permission=duty.obligation.waiver)       # what is wrong with a waiver, before it is written
    escalation.list_overdue(duties=found.list_duties())             # by owner and place
    escalation.list_steps(duties=found.list_duties(), told=…)       # whom to tell who was not told yet

`vocabulary` lists the words (kinds, records, posts, ranks); `rule` the values of a protocol; `evidence` those of the
records; `schedule` and `discharge` are the two halves of the working out. An account names the moment at which anything
in it changes by time alone (`changes_at`); until then it holds as long as nothing new is recorded about its subject.
"""
