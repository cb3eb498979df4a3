"""What is said when something may not be done at the screening desk, at the sampling table, or with a laboratory's results."""

from pratique.core.duties.vocabulary import Words

REFUSALS: dict[str, Words] = {
    "declaration_empty": Words("申报表未填写任何内容", "Nothing of the declaration is filled in"),
    "declaration_faulty": Words(
        "申报内容有误，请核对所标各项", "Something in the declaration cannot be: check the fields named"
    ),
}
