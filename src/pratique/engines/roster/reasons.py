from pratique.core.roster.plan import Unfilled
def explain(*, problem, roster):
    return ()
