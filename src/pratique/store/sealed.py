"""What of an entry is sealed: all it holds, in a form that a column added later does not change for older entries.

The content of an entry is its row as JSON. Were it the row as the table has it today, the first new column would break
every seal there is. So `FIRST` names the columns of the first seals; any other is part of the content where it has a
value. A later column must therefore allow NULL, with NULL for everything recorded before it, and none of `FIRST` can
be dropped or renamed: a test holds both.
"""

from collections.abc import Iterable

_ALL = "id seq happened_at recorded_at by_id"
_SCAN = "traveller_id custodian_id device_id counter device_at offset_seconds handover_id"
FIRST: dict[str, frozenset[str]] = {
    table: frozenset(f"{_ALL} {own}".split())
    for table, own in {
        "store_scan": _SCAN,
        "store_conflict": f"scan_id {_SCAN}",
        "store_admission": "traveller_id custodian_id flight_id manifested",
        "store_annulment": "scan_id because",
        "store_ruling": "scan_id believed because",
        "store_link": "traveller_id same_as_id because",
        "store_headcount": "custodian_id heads names",
        "store_headcountcorrection": "headcount_id heads names because",
        "store_handoverevent": "handover_id step giver_id receiver_id heads names deadline_at because",
        "store_flightcount": "flight_id source heads",
        "store_flightdifference": "flight_id source heads booked because second_id",
        "store_evidence": "subject_kind subject_id code about attributes",
        "store_withdrawal": "evidence_id because",
        "store_waiver": "subject_kind subject_id code key because signatures expires_at",
        "store_tripevent": "trip_id step odometer_km because",
        "store_issueevent": "issue_id step because",
        "store_exemption": "traveller_id sort authority reference reason valid_from valid_until",
        "store_exemptionstep": "exemption_id step authority reference rank shifts_before because",
        "store_wayjudged": "scan_id traveller_id custodian_id open grounds exemption_id because",
        "store_roomevent": "room_id step ready_at because",
        "store_lodging": "traveller_id facility_id room_id because",
        "store_stayorder": "traveller_id sort days reason document",
        "store_stayorderstep": "order_id step rank language understood remedy_told because",
        "store_releasedecision": "traveller_id conditions valid_until",
        "store_certificate": "traveller_id code facts",
        "store_onwardstep": "traveller_id unit_id step because",
        "store_inspection": "checklist edition about subject_id answers passed grave",
        "store_stockmove": "supply sort quantity because",
    }.items()
}
"""Table → the columns its entries had when the first of them were sealed."""


def compose_content(*, table: str, columns: Iterable[str]) -> str:
    """The SQL expression of a row's sealed content (jsonb, the row called `t`); `columns` are those of today."""
    later = [column for column in columns if column not in FIRST.get(table, frozenset())]
    # Taking away the key '' takes away nothing.
    return "to_jsonb(t)" + "".join(f" - CASE WHEN t.{c} IS NULL THEN '{c}' ELSE '' END" for c in later)
