"""The pages of a traveller whose slip was opened."""

PAGES = (
    "/",
    "/stay/",
    "/rights/",
    "/declare/",
    "/report/",
    "/help/",
    "/complain/",
    "/object/",
    "/asked/",
    "/data/",
)
