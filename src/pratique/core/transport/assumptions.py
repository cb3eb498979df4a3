"""What the forecast of the next day does not know, as data: lateness by its quantiles, shares and spreads."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What is not known, as data.

    `late_minutes` are the quantiles of lateness at `late_shares` (straight lines between them); where a flight has an estimate,
    `estimated_share` of the distance from the median is left. Shares of cases and contacts differ from flight to flight as if
    `share_sample` people had been looked at (beta); the hall's pace differs from day to day by `pace_spread` (sigma of a log-normal).
    Vehicles leave `fill_share` full, or `hold_minutes` after the last. A flight without a list has `load_share` of its seats taken.
    """

    late_shares: tuple[float, ...]
    late_minutes: tuple[float, ...]
    estimated_share: float
    cancelled_share: float
    no_show_share: float
    case_share: float
    contact_share: float
    share_sample: float
    pace_spread: float
    stay_on_time_share: float
    fill_share: float
    hold_minutes: int
    load_share: float
