"""Passenger lists as spreadsheets: XLSX, XLS, ODS and CSV with headings in Chinese or English."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from pratique.core.manifest.passenger_list import Flight, Leg, Listed, Manifest
from pratique.formats.findings import Findings
from pratique.formats.sharing import report_shared_documents, report_unborn
from pratique.formats.spreadsheet_grid import (
    Grid,
    find_heading,
    load_delimited,
    load_workbook,
    looks_delimited,
    looks_like_markup,
)
from pratique.formats.spreadsheet_read import Page, complete, read_page
from pratique.formats.spreadsheet_write import Sheet, write

__all__ = ["Sheet", "looks_delimited", "looks_like_markup", "read_delimited", "read_workbook", "write"]


def read_workbook(data: bytes, findings: Findings, *, on: date | None = None) -> tuple[Manifest, ...]:
    """The lists of an XLSX, XLS or ODS workbook, one for each flight."""
    grids = load_workbook(data, findings)
    return () if findings.refused else _read_grids(grids, findings, on)


def read_delimited(data: bytes, findings: Findings, *, on: date | None = None) -> tuple[Manifest, ...]:
    """The lists of a delimited file, one for each flight."""
    return _read_grids([load_delimited(data, findings)], findings, on)


def _read_grids(grids: list[Grid], findings: Findings, on: date | None) -> tuple[Manifest, ...]:
    headings = [find_heading(grid) for grid in grids]
    if not any(headings):
        findings.report("headings_missing", "file")
        return ()
    pages = []
    for grid, heading in zip(grids, headings, strict=True):
        if heading is not None:
            pages.append(read_page(grid=grid, heading=heading, findings=findings, on=on))
        elif any(cell != "" for row in grid.rows for cell in row):
            findings.report("sheet_left_out", f"sheet {grid.name}")
    if not any(page.travellers for page in pages):
        findings.report("travellers_missing", "file")
    manifests = _assemble(pages, findings)
    if not any(manifest.travellers or manifest.flight.designator for manifest in manifests):
        findings.report("list_says_nothing", "file")
    return manifests


def _assemble(pages: list[Page], findings: Findings) -> tuple[Manifest, ...]:
    """One manifest for each flight; a sheet that names no flight belongs to the only one there is."""
    titles = [page.title for page in pages if page.title.designator]
    only = titles[0] if len({title.designator for title in titles}) == 1 else Flight()
    people: dict[tuple[str, date | None], list[Listed]] = {}
    flights: dict[tuple[str, date | None], Flight] = {}
    for page in pages:
        title = page.title if page.title.designator else complete(page.title, only)
        _report_contradiction(page, title, findings)
        for person, said in zip(page.travellers, page.flights, strict=True):
            agrees = said.designator in ("", title.designator)
            flight = complete(said, title) if agrees else said
            departs_at = flight.scheduled_departure_at
            key = (flight.designator, departs_at.date() if departs_at else None)
            people.setdefault(key, []).append(person)
            flights[key] = complete(flights.get(key, Flight()), flight)
        if not page.travellers:
            departs_at = title.scheduled_departure_at
            flights.setdefault((title.designator, departs_at.date() if departs_at else None), title)
    if not all(flight.designator for flight in flights.values()):
        findings.report("flight_missing", "file")
    if len(flights) > 1:
        findings.report("several_flights", "file", {"count": len(flights)})
    sender = next((page.sender for page in pages if page.sender), "")
    stated = _sum_stated(pages) if len(flights) == 1 else None
    manifests = []
    for key, flight in flights.items():
        travellers = tuple(people.get(key, ()))
        report_shared_documents(travellers=travellers, findings=findings)
        report_unborn(travellers=travellers, flown_on=flight.flown_on, findings=findings)
        crew = any(person.role == "crew" for person in travellers)
        manifests.append(
            Manifest(_add_leg(flight), travellers, sender=sender, stated_passengers=None if crew else stated)
        )
    return tuple(manifests)


def _add_leg(flight: Flight) -> Flight:
    """A spreadsheet's flight is one leg."""
    leg = Leg(
        flight.carrier,
        flight.number,
        flight.departure,
        flight.arrival,
        flight.scheduled_departure_at,
        flight.scheduled_arrival_at,
    )
    return replace(flight, legs=(leg,) if flight.designator else ())


def _sum_stated(pages: Iterable[Page]) -> int | None:
    stated = [page.stated for page in pages]
    return None if None in stated or not stated else sum(number for number in stated if number is not None)


def _report_contradiction(page: Page, title: Flight, findings: Findings) -> None:
    said = sorted({flight.designator for flight in page.flights if flight.designator})
    if title.designator and said and title.designator not in said:
        where = page.travellers[0].place if page.travellers else "file"
        findings.report("flight_contradicts", where, {"rows": ", ".join(said), "title": title.designator})
