from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("bots", "0001_initial")]

    operations = [
        migrations.RunSQL(
            """
            CREATE FUNCTION kulis_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'rows of % are added, never changed or deleted', TG_TABLE_NAME
                    USING ERRCODE = 'integrity_constraint_violation';
            END $$;
            CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON bots_auditentry
                FOR EACH ROW EXECUTE FUNCTION kulis_append_only();
            """,
            """
            DROP TRIGGER audit_append_only ON bots_auditentry;
            DROP FUNCTION kulis_append_only();
            """,
        ),
    ]
