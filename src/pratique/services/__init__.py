"""The verbs: each one transaction that asks the core, writes, and leaves the telling to the outbox.

`now` is a parameter everywhere; only the outermost ring reads a clock (`clock.now`, which a drill sets).

- `custody`: receive · annul · undo · rule · link · count_heads · offer · answer · find_handover · admit · settle
- `manifest`: receive (bytes of any format the product reads) · preview
- `flight`: schedule · land · count · close
- `identity`: read · search · find_by_document · erase
- `duty`: record (evidence) · withdraw · waive · list_open
- `care`: take_sample · record_result
- `transport`: plan_trip · depart · arrive · break_down · end
- `force`: deploy · attend
- `issue`: raise_issue · mend · verify · reopen
- `proof`: prove (the six proofs over the whole book) · seal · verify_seals
- `bulletin`: gather · publish
- `permission`: the one table of endpoint × role
"""
