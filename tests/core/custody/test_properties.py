"""What holds of every journal, however random."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.core.custody import clock, fold, muster, overdue, proofs
from pratique.core.custody.entry import Admission, Annulment, Journal, Link, Ruling, Scan

from .planted import plain_fold
from .story import DAY, GROUND

TRAVELLERS = st.sampled_from(["T1", "T2", "T3", "X1", "X2"])
CUSTODIANS = st.sampled_from([*GROUND.custodians, "hall", "hall", "bus-1", "hotel", "tent"])
FLIGHTS = st.sampled_from([None, "CA403", "MU556"])
IDS = st.sampled_from([f"#{n}" for n in range(12)])
DEVICES = st.sampled_from(["", "p", "q"])
INSTANTS = st.integers(0, 40).map(lambda n: DAY + timedelta(minutes=5 * n))
BY = {"by": st.just("officer"), "because": st.just("asked")}


def entries(kind, **fields):
    """Entries that were recorded when they happened or up to three hours later."""
    late = st.sampled_from([0, 0, 5, 60, 180]).map(lambda m: timedelta(minutes=m))
    return st.tuples(st.builds(kind, happened_at=INSTANTS, recorded_at=INSTANTS, **fields), late).map(
        lambda pair: replace(pair[0], recorded_at=pair[0].happened_at + pair[1])
    )


SCANS = entries(
    Scan, id=IDS, traveller=TRAVELLERS, custodian=CUSTODIANS, device=DEVICES, counter=st.integers(0, 6),
    handover=st.none(),
)  # fmt: skip
ADMISSIONS = entries(
    Admission, traveller=TRAVELLERS, custodian=CUSTODIANS, flight=FLIGHTS, manifested=st.booleans()
)


def tuples(strategy, most):
    return st.lists(strategy, max_size=most).map(tuple)


JOURNALS = st.builds(
    Journal,
    admissions=tuples(ADMISSIONS, 6),
    scans=tuples(SCANS, 14),
    annulments=tuples(entries(Annulment, scan=IDS, **BY), 2),
    rulings=tuples(entries(Ruling, scan=IDS, believed=st.booleans(), **BY), 4),
    links=tuples(entries(Link, traveller=TRAVELLERS, same_as=TRAVELLERS, **BY), 3),
    until=st.none(),
)
many = settings(max_examples=300)


def books_of(journal):
    return fold.fold(journal=journal, ground=GROUND)


@many
@given(JOURNALS)
def test_the_fold_is_the_plain_ledger(journal):
    assert books_of(journal) == plain_fold(journal=journal, ground=GROUND)


@many
@given(JOURNALS, INSTANTS)
def test_the_fold_is_the_plain_ledger_at_any_hour(journal, instant):
    for view in (journal.as_of(instant), journal.as_known_at(instant)):
        assert books_of(view) == plain_fold(journal=view, ground=GROUND)


@many
@given(JOURNALS, st.randoms(use_true_random=False))
def test_any_order_and_repetition_of_the_same_entries_gives_the_same_books(journal, random):
    def mix(kind):
        mixed = list(kind)
        for entry in random.choices(kind, k=random.randint(0, 3)) if kind else ():
            delay = timedelta(minutes=random.choice([0, 30]) if isinstance(entry, Scan) else 0)
            mixed.append(replace(entry, recorded_at=entry.recorded_at + delay))
        random.shuffle(mixed)
        return tuple(mixed)

    kinds = (journal.admissions, journal.scans, journal.annulments, journal.rulings, journal.links)
    mixed = Journal(*map(mix, kinds))
    ours, theirs = books_of(journal), books_of(mixed)
    assert ours.movements == theirs.movements
    assert ours.positions == theirs.positions
    assert ours.disputes == theirs.disputes
    assert ours.objections == theirs.objections
    assert theirs.tally.accounted - theirs.tally.repeated == ours.tally.accounted - ours.tally.repeated


@many
@given(JOURNALS, st.integers(1, 5))
def test_any_batching_gives_the_same_books(journal, size):
    batched = replace(journal, scans=())
    for start in range(0, len(journal.scans), size):
        batched = batched.with_scans(journal.scans[start : start + size])
    assert books_of(batched) == books_of(journal)


@many
@given(JOURNALS, INSTANTS)
def test_the_book_as_of_an_hour_is_the_whole_book_read_up_to_that_hour(journal, instant):
    whole, view = books_of(journal), books_of(journal.as_of(instant))
    assert view.movements == [m for m in whole.movements if m.happened_at <= instant]
    assert set(view.disputes) <= set(whole.disputes)
    for traveller, position in view.positions.items():
        assert position.seen_at <= instant
        assert position.holder == whole.accounts[traveller].movements[position.movements - 1].receiver


@many
@given(JOURNALS)
def test_the_book_as_known_in_the_end_is_the_whole_book(journal):
    assert books_of(journal.as_known_at(DAY + timedelta(days=9))) == books_of(journal)
    assert books_of(journal.as_of(DAY + timedelta(days=9))) == books_of(journal)


@many
@given(JOURNALS)
def test_travellers_folded_apart_give_the_book_of_all(journal):
    whole = books_of(journal)
    for tied in list_tied(journal):
        apart = books_of(
            replace(
                journal,
                admissions=tuple(a for a in journal.admissions if a.traveller in tied),
                scans=tuple(s for s in journal.scans if s.traveller in tied),
                links=tuple(k for k in journal.links if k.traveller in tied),
            )
        )
        assert apart.accounts == {t: a for t, a in whole.accounts.items() if t in tied}


def list_tied(journal):
    """Groups of travellers whom a link or a reused scan id ties together."""
    groups = {t: {t} for t in ("T1", "T2", "T3", "X1", "X2")}
    pairs = [(k.traveller, k.same_as) for k in journal.links]
    pairs += [(s.traveller, r.traveller) for s in journal.scans for r in journal.scans if s.id == r.id]
    for one, other in pairs:
        joined = groups[one] | groups[other]
        groups.update(dict.fromkeys(joined, joined))
    return {frozenset(g) for g in groups.values()}


@many
@given(JOURNALS)
def test_every_scan_handed_in_is_accounted_for(journal):
    tally = books_of(journal).tally
    assert tally.handed_in == len(journal.scans) == tally.accounted
    assert proofs.no_scan_dropped(tally=tally, handed_in=len(journal.scans)) == []


@many
@given(JOURNALS, INSTANTS)
def test_every_book_has_an_unbroken_chain_at_any_hour(journal, instant):
    assert proofs.unbroken_chain(books_of(journal).movements) == []
    assert proofs.unbroken_chain(books_of(journal.as_of(instant)).movements) == []


@many
@given(JOURNALS)
def test_a_position_is_where_the_last_movement_ended(journal):
    for account in books_of(journal).accounts.values():
        assert (account.position is None) == (not account.movements)
        if account.position is not None:
            last = account.movements[-1]
            assert (account.position.holder, account.position.since_at) == (last.receiver, last.happened_at)
            assert account.position.seen_at >= account.position.since_at
            assert account.position.movements == len(account.movements)


@many
@given(JOURNALS)
def test_saying_a_ruling_twice_changes_nothing(journal):
    again = tuple(replace(r, recorded_at=r.recorded_at + timedelta(hours=1)) for r in journal.rulings)
    last = {r.scan: r for r in sorted((*journal.rulings, *journal.annulments), key=lambda r: (
        r.happened_at, r.recorded_at, not getattr(r, "believed", False)))}  # fmt: skip
    repeated = tuple(r for r, first in zip(again, journal.rulings, strict=True) if last[first.scan] == first)
    assert books_of(replace(journal, rulings=journal.rulings + repeated)) == books_of(journal)


@many
@given(JOURNALS)
def test_with_every_scan_taken_back_only_the_admissions_remain(journal):
    end = DAY + timedelta(days=2)
    taken_back = tuple(Annulment(s.id, "officer", "a slip", end, end) for s in journal.scans)
    books = books_of(replace(journal, annulments=taken_back))
    bare = books_of(replace(journal, scans=(), annulments=(), rulings=()))
    assert books.movements == bare.movements
    assert books.positions == bare.positions
    assert books.disputes == []
    assert [o for o in books.objections if o.code != "link_circle"] == [
        o for o in bare.objections if o.code != "link_circle"
    ]


@many
@given(JOURNALS)
def test_ruling_everything_out_is_taking_everything_back(journal):
    end = DAY + timedelta(days=2)
    annulled = tuple(Annulment(s.id, "officer", "a slip", end, end) for s in journal.scans)
    refused = tuple(Ruling(s.id, False, "officer", "asked", end, end) for s in journal.scans)
    assert books_of(replace(journal, annulments=annulled)) == books_of(replace(journal, rulings=refused))


@many
@given(JOURNALS)
def test_nobody_with_an_entry_is_left_out_of_the_book(journal):
    books = books_of(journal)
    named = {e.traveller for e in (*journal.admissions, *journal.scans)}
    assert {books.read_as(t) for t in named} == set(books.accounts)
    admitted = {books.read_as(a.traveller) for a in journal.admissions}
    assert admitted <= set(books.positions)


@many
@given(JOURNALS)
def test_everybody_is_mustered_exactly_once(journal):
    books = books_of(journal)
    listed = {"T1": "CA403", "T2": "CA403", "T3": "MU556", "T9": "MU556"}
    musters = muster.muster(books=books, ground=GROUND, listed=listed)
    named = Counter(t for m in musters.values() for names in (m.expected, *m.held.values()) for t in names)
    assert set(named) == {*books.positions, *map(books.read_as, listed)}
    assert set(named.values()) <= {1}
    for flight, one in musters.items():
        refusal = muster.close_refusal(muster=one)
        assert one.flight == flight
        assert (refusal is None) == (not one.open and not one.disputed)


@many
@given(JOURNALS, INSTANTS)
def test_the_proofs_and_the_clock_never_stumble_over_a_random_book(journal, instant):
    books = books_of(journal)
    counts = tuple(
        proofs.Headcount(c, 1, instant, None if c == "hall" else frozenset({"T1", "X1"}))
        for c in ("hall", "hotel", "tent")
    )
    flights = tuple(
        proofs.FlightCount(f, source, 2, instant) for f in ("CA403", "XX1") for source in proofs.Source
    )
    witness = proofs.Witness(counts=flights, headcounts=counts, totals={}, handed_in=len(journal.scans))
    findings = proofs.prove(books=books, ground=GROUND, witness=witness, now=instant)
    assert not findings.by_proof["unbroken chain"]
    assert not findings.by_proof["no silent skip"]
    strict = [o for c in counts for o in proofs.headcount(books=books, count=c)]
    assert sorted((*findings.by_proof["headcount"], *findings.answered)) == sorted(strict)
    for unseen in overdue.list_unseen(books=books, ground=GROUND, now=instant):
        assert unseen.by_minutes >= 0


@many
@given(st.lists(SCANS, max_size=12))
def test_settling_moves_no_scan_before_its_clock_nor_past_when_it_was_heard_of(scans):
    for happened_at, scan in clock.settle(scans=scans, stages={}):
        assert scan.happened_at <= happened_at <= scan.recorded_at
