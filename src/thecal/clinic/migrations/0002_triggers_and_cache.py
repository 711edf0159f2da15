"""The database refuses to change or remove an audit row, or to change a record's kind; and the cache's table.

SQLite alone for now: on another database this stops with an error, so that no clinic runs without its triggers.
A later migration that rebuilds one of these tables on SQLite must make its triggers again.
"""

from django.core.management import call_command
from django.db import NotSupportedError, migrations

TRIGGERS = {
    "clinic_audit_is_not_changed": (
        "BEFORE UPDATE ON clinic_auditrow BEGIN SELECT RAISE(ABORT, 'an audit row is never changed'); END"
    ),
    "clinic_audit_is_not_removed": (
        "BEFORE DELETE ON clinic_auditrow BEGIN SELECT RAISE(ABORT, 'an audit row is never removed'); END"
    ),
    "clinic_record_kind_is_fixed": (
        "BEFORE UPDATE OF kind ON clinic_patient WHEN NEW.kind IS NOT OLD.kind "
        "BEGIN SELECT RAISE(ABORT, 'the kind of a record is fixed when it is made'); END"
    ),
}


def make_triggers(apps, schema_editor):
    if schema_editor.connection.vendor != "sqlite":
        raise NotSupportedError("The audit's triggers are written for SQLite. Use SQLite.")
    for name, body in TRIGGERS.items():
        schema_editor.execute(f"CREATE TRIGGER {name} {body}")


def drop_triggers(apps, schema_editor):
    for name in TRIGGERS:
        schema_editor.execute(f"DROP TRIGGER {name}")


def make_cache_table(apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("clinic", "0001_initial")]
    operations = [
        migrations.RunPython(make_triggers, drop_triggers),
        migrations.RunPython(make_cache_table, migrations.RunPython.noop),
    ]
