"""Invented manifests for hypothesis."""

from datetime import date, datetime

from hypothesis import strategies as st

from pratique.core.manifest import Bags, Contact, Document, Flight, Leg, Listed, Manifest

# What ISO 9735 level A allows in a value, separators among it, so that releasing them is tried too.
SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,-()/=!\"%&*;<>'+:?"
WORDS = st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ-'", min_size=1, max_size=12).filter(
    lambda word: word[0].isalpha()
)
NUMBERS = st.text(alphabet="ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", min_size=5, max_size=12).filter(
    lambda number: any(sign.isalpha() for sign in number[:1])
)
TEXTS = st.text(alphabet=SIGNS, min_size=1, max_size=20).map(lambda text: " ".join(text.split())).filter(bool)
AIRPORTS = st.sampled_from(("RGN", "MDL", "BKK", "VTE", "SGN", "DAC", "KTM", "CCU"))
COUNTRIES = st.sampled_from(("CHN", "MMR", "THA", "LAO", "VNM", "BGD", "NPL", "IND", "GBR"))
MOMENTS = st.datetimes(datetime(2019, 1, 1), datetime(2024, 12, 31)).map(
    lambda moment: moment.replace(second=0, microsecond=0)
)
BIRTHS = st.dates(date(1921, 1, 1), date(2018, 12, 31))
EXPIRIES = st.dates(date(2019, 1, 1), date(2035, 12, 31))


@st.composite
def list_documents(draw: st.DrawFn, several: bool = True) -> tuple[Document, ...]:
    passport = Document("P", draw(NUMBERS), draw(COUNTRIES), draw(st.none() | EXPIRIES))
    if draw(st.booleans()):
        return (passport, Document("V", draw(NUMBERS), draw(COUNTRIES), draw(st.none() | EXPIRIES)))
    if several and draw(st.booleans()):
        return (passport, Document("I", draw(NUMBERS)))
    return (passport,)


@st.composite
def make_person(draw: st.DrawFn, several_documents: bool = True) -> Listed:
    return Listed(
        surname=draw(WORDS),
        given_names=" ".join(draw(st.lists(WORDS, min_size=1, max_size=3))),
        sex=draw(st.sampled_from(("M", "F", "X", ""))),
        born_on=draw(st.none() | BIRTHS),
        nationality=draw(COUNTRIES | st.just("")),
        residence=draw(COUNTRIES | st.just("")),
        birthplace=draw(st.just("") | WORDS),
        documents=draw(list_documents(several=several_documents)),
        seat=draw(st.just("") | st.builds("{}{}".format, st.integers(1, 60), st.sampled_from("ABCDEFHK"))),
        party=draw(st.just("") | st.text(alphabet="ABCDEFGHJKLMNPQRSTUVWXYZ", min_size=6, max_size=6)),
        reference=draw(st.just("") | NUMBERS),
        role=draw(st.sampled_from(("passenger", "passenger", "passenger", "crew"))),
        in_transit=draw(st.booleans()),
        embarked=draw(AIRPORTS),
        debarked=draw(AIRPORTS | st.just("KMG")),
        bags=Bags(draw(st.none() | st.integers(0, 9)), draw(st.none() | st.integers(0, 99))),
        contact=Contact(draw(st.just("") | st.from_regex(r"\A86 1[0-9]{10}\Z"))),
    )


@st.composite
def make_manifest(draw: st.DrawFn, several_documents: bool = True) -> Manifest:
    departs_at, arrives_at = draw(MOMENTS), draw(st.none() | MOMENTS)
    leg = Leg("MU", str(draw(st.integers(1, 9999))), draw(AIRPORTS), "KMG", departs_at, arrives_at)
    flight = Flight(
        leg.carrier,
        leg.number,
        leg.departure,
        leg.arrival,
        leg.scheduled_departure_at,
        leg.scheduled_arrival_at,
        (leg,),
    )
    people = tuple(draw(st.lists(make_person(several_documents=several_documents), max_size=8)))
    return Manifest(
        flight=flight,
        travellers=people,
        function="745",
        message_reference=draw(st.from_regex(r"\AMU[0-9]{6}\Z")),
        sender="MUCAPIS",
        receiver="KMGAPIS",
        sent_at=draw(MOMENTS),
    )
