"""The daily bulletin: every published number, what it counts, and whether the numbers agree with one another.

`table` is the visible list of figures with their definitions. `facts` is what the ledger counted, handed in by whoever
can ask it; `compose` makes a `Bulletin` of it; `check` holds the bulletin against itself and against the one before;
`public` makes the edition that may leave the house; `json_form` is `figures.json`, written and read back.

    bulletin = compose.compose(facts=facts, earlier=published)
    objections = check.check(bulletin=bulletin, previous=published[-1])
    text = json_form.write(bulletin=public.make_public(bulletin=bulletin))
"""
