"""Entries of the ledger are never edited: the database itself refuses UPDATE and DELETE on them."""

from django.db import migrations

ENTRIES = (
    "scan",
    "conflict",
    "admission",
    "annulment",
    "ruling",
    "link",
    "headcount",
    "handoverevent",
    "flightcount",
    "evidence",
    "withdrawal",
    "waiver",
    "tripevent",
    "issueevent",
    "seal",
    "bulletin",
)

GUARD = """
CREATE FUNCTION store_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'entries of % are append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
""" + "\n".join(
    f"CREATE TRIGGER store_{name}_append_only BEFORE UPDATE OR DELETE ON store_{name} "
    f"FOR EACH STATEMENT EXECUTE FUNCTION store_refuse_change();"
    for name in ENTRIES
)

POSITION = """
ALTER TABLE store_position SET (fillfactor = 70);
ALTER TABLE store_position ADD CONSTRAINT position_inside_unless_out CHECK (inside = (holder_kind <> 'exit'));
"""


class Migration(migrations.Migration):
    """Guards that Django's models cannot express."""

    dependencies = [("store", "0001_initial")]

    operations = [
        migrations.RunSQL(
            GUARD,
            "".join(f"DROP TRIGGER store_{name}_append_only ON store_{name};" for name in ENTRIES)
            + "DROP FUNCTION store_refuse_change();",
        ),
        migrations.RunSQL(
            POSITION, "ALTER TABLE store_position DROP CONSTRAINT position_inside_unless_out;"
        ),
    ]
