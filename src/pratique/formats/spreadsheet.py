"""Passenger lists as spreadsheets: XLSX, XLS, ODS and CSV with headings in Chinese or English."""

from pratique.formats.spreadsheet_write import Sheet, write

__all__ = ["Sheet", "write"]
