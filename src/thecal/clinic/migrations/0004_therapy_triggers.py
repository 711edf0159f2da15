"""The database refuses to change or remove what a step left on record; and the trigger that a rebuilt table lost."""

from django.db import migrations

TRIGGERS = {
    "clinic_step_record_is_not_changed": (
        'BEFORE UPDATE OF patient_id, sheet, made_ms, by_id, "values", findings, rules_version, reason, corrects_id '
        "ON clinic_steprecord BEGIN SELECT RAISE(ABORT, 'what a step left on record is never changed'); END"
    ),
    "clinic_step_record_is_not_removed": (
        "BEFORE DELETE ON clinic_steprecord BEGIN SELECT RAISE(ABORT, 'what a step left on record is never removed'); END"
    ),
    "clinic_record_kind_is_fixed": (
        "BEFORE UPDATE OF kind ON clinic_patient WHEN NEW.kind IS NOT OLD.kind "
        "BEGIN SELECT RAISE(ABORT, 'the kind of a record is fixed when it is made'); END"
    ),
}


def make_triggers(apps, schema_editor):
    for name, body in TRIGGERS.items():
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")
        schema_editor.execute(f"CREATE TRIGGER {name} {body}")


def drop_triggers(apps, schema_editor):
    for name in TRIGGERS:
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")


class Migration(migrations.Migration):
    dependencies = [("clinic", "0003_therapy")]
    operations = [migrations.RunPython(make_triggers, drop_triggers)]
