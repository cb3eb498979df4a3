"""Barcodes of tubes."""

import pytest

from pratique.core.answers import Refused
from pratique.formats import code128


def test_a_barcode_is_the_one_that_another_reader_reads():
    """The bars of "K1", which zxing-cpp 2 read back as Code 128 when this was written."""
    assert code128.encode(text="K1") == (
        (10, 2), (13, 1), (16, 1), (21, 1), (23, 2), (28, 3), (32, 1), (35, 3), (40, 2), (43, 2), (49, 1), (51, 1),
        (54, 2), (59, 3), (63, 1), (65, 2),
    )  # fmt: skip


@pytest.mark.parametrize("text", ["", "管一", "a\nb"])
def test_what_a_scanner_cannot_type_is_no_barcode(text):
    with pytest.raises(Refused, match="barcode_unwritable"):
        code128.encode(text=text)
