"""`field__any=[…]`: one of these, as one array parameter, so that thousands of ids are one value and not thousands."""

from typing import Any

from django.db.models import Lookup


class AnyOf(Lookup):  # type: ignore[type-arg]
    """``column = ANY (array)``; an empty list matches nothing."""

    lookup_name = "any"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: Any, connection: Any) -> tuple[str, list[Any]]:
        return "%s::uuid[]", [list(value)]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        left, values = self.process_lhs(compiler, connection)
        right, array = self.process_rhs(compiler, connection)
        return f"{left} = ANY ({right})", [*values, *array]
