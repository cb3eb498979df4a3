"""The words of what goes upwards."""

from pratique.core.duties.vocabulary import Words

SORTS: dict[str, Words] = {"request": Words("请示", "asked"), "report": Words("报告", "reported")}
