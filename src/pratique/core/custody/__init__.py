"""Custody: double entry for people. Who holds whom, from when, on whose word.

The accounts are *custodians*; every traveller inside is held by exactly one. What people record are *scans*, which
never change; movements are *folded* from them in the order in which things happened, so the same entries give the
same books however late, often or shuffled they arrive. `proofs` holds the books against counts they do not own.

    journal = entry.Journal(admissions=…, scans=…)
    books = fold.fold(journal=journal, ground=ground)
    findings = proofs.prove(books=books, ground=ground, witness=witness, now=now)
"""
