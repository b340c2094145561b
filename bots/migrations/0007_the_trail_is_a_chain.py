"""The audit trail becomes a chain: whoever alters, removes or adds an entry behind our back breaks it.

The link is added by a deferred trigger, when nothing is left to wait for but the commit: writers queue for the length of
one commit, and cannot wait for each other.
"""

import django.db.models.deletion
from django.db import migrations, models

CHAIN = """
LOCK TABLE bots_auditentry IN SHARE ROW EXCLUSIVE MODE;
CREATE FUNCTION kulis_audit_words(entry bots_auditentry) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(chr(31), entry.id, extract(epoch FROM entry.at)::numeric(20, 6), coalesce(entry.actor_id, 0),
        entry.actor_name, entry.action, entry.subject_kind, entry.subject_id, entry.subject_name, entry.before::text,
        entry.after::text, entry.reason)
$$;
CREATE FUNCTION kulis_audit_chained(digest text, entry bots_auditentry) RETURNS text LANGUAGE sql AS $$
    SELECT encode(sha256(convert_to(digest || chr(31) || kulis_audit_words(entry), 'UTF8')), 'hex')
$$;
CREATE FUNCTION kulis_audit_link() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last bots_auditlink;
BEGIN
    PERFORM pg_advisory_xact_lock(7341003);
    SELECT * INTO last FROM bots_auditlink ORDER BY seq DESC LIMIT 1;
    INSERT INTO bots_auditlink (entry_id, seq, digest)
    VALUES (NEW.id, coalesce(last.seq, 0) + 1, kulis_audit_chained(coalesce(last.digest, ''), NEW));
    RETURN NULL;
END $$;
DO $$
DECLARE
    entry bots_auditentry;
    number bigint := 0;
    last text := '';
BEGIN
    FOR entry IN SELECT * FROM bots_auditentry ORDER BY id LOOP
        number := number + 1;
        last := kulis_audit_chained(last, entry);
        INSERT INTO bots_auditlink (entry_id, seq, digest) VALUES (entry.id, number, last);
    END LOOP;
END $$;
CREATE CONSTRAINT TRIGGER audit_chain AFTER INSERT ON bots_auditentry DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION kulis_audit_link();
CREATE TRIGGER audit_link_append_only BEFORE UPDATE OR DELETE ON bots_auditlink
    FOR EACH ROW EXECUTE FUNCTION kulis_append_only();
"""
UNCHAIN = """
DROP TRIGGER audit_link_append_only ON bots_auditlink;
DROP TRIGGER audit_chain ON bots_auditentry;
DROP FUNCTION kulis_audit_link();
DROP FUNCTION kulis_audit_chained(text, bots_auditentry);
DROP FUNCTION kulis_audit_words(bots_auditentry);
"""


class Migration(migrations.Migration):
    dependencies = [("bots", "0001_squashed_0006")]

    operations = [
        migrations.CreateModel(
            name="AuditLink",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="link",
                        serialize=False,
                        to="bots.auditentry",
                    ),
                ),
                ("seq", models.BigIntegerField(unique=True)),
                ("digest", models.CharField(max_length=64)),
            ],
            options={
                "verbose_name": "link of the audit trail",
                "verbose_name_plural": "links of the audit trail",
                "ordering": ["seq"],
            },
        ),
        migrations.RunSQL(CHAIN, UNCHAIN),
    ]
