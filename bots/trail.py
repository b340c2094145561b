"""Whether the audit trail is as it was written: its links looked through, and held against signed checkpoints.

The chain alone shows every change but two: one that cuts off the end, and one that makes all links anew. Those show
against a checkpoint, which is signed with the key of the house and kept where the database is not.
"""

import json
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from bots import vault
from bots.models import AuditLink


@dataclass(frozen=True, slots=True)
class Verdict:
    entries: int
    """That were looked at."""
    broken_at: int | None
    """The number of the first link that does not hold; None when all do."""
    why: str = ""

    @property
    def holds(self) -> bool:
        return self.broken_at is None


def verify(*, newest: int | None = None) -> Verdict:
    """Look at every link, or at the `newest` alone. One statement, whatever their number."""
    with connection.cursor() as cursor:
        cursor.execute(_VERIFY, {"newest": newest})
        entries, broken_at, why = cursor.fetchone()
    return Verdict(entries, broken_at, _words(why) if broken_at is not None else "")


def _words(why: str) -> str:
    return {
        "gone": _("an entry or its link was taken away"),
        "unlinked": _("an entry was put there past the chain"),
    }.get(why, _("an entry was changed, or put in another place"))


def checkpoint() -> dict[str, Any]:
    """Where the chain stands, signed. Keep it where whoever can write to the database cannot."""
    last = AuditLink.objects.order_by("-seq").first()
    seq, digest = (last.seq, last.digest) if last else (0, "")
    return {"seq": seq, "digest": digest, "signature": vault.signature(_signed(seq, digest))}


def against(text: str) -> Verdict:
    """Whether the trail still leads through a checkpoint. Raises ValidationError for what is none of ours."""
    try:
        given = json.loads(text)
        seq, digest, signature = int(given["seq"]), str(given["digest"]), str(given["signature"])
    except (ValueError, TypeError, KeyError) as error:
        raise ValidationError(_("This is no checkpoint; `manage.py audit checkpoint` prints one.")) from error
    if not vault.matches(_signed(seq, digest), signature):
        raise ValidationError(_("This checkpoint was not signed with the first key of FIELD_KEYS, or was changed."))
    if seq == 0:
        return Verdict(0, None)
    link = AuditLink.objects.filter(seq=seq).first()
    if link is None:
        return Verdict(0, seq, _("the trail ends before this checkpoint"))
    same = link.digest == digest
    return Verdict(1, None if same else seq, "" if same else _("the trail was written anew since this checkpoint"))


def _signed(seq: int, digest: str) -> str:
    return f"audit checkpoint|{seq}|{digest}"


_VERIFY = """
WITH looked AS (
    SELECT link.seq, link.digest, entry, entry.id AS found,
        lag(link.seq) OVER (ORDER BY link.seq) AS seq_before, lag(link.digest) OVER (ORDER BY link.seq) AS digest_before
    FROM bots_auditlink link LEFT JOIN bots_auditentry entry ON entry.id = link.entry_id
    WHERE %(newest)s::bigint IS NULL OR link.seq > (SELECT max(seq) FROM bots_auditlink) - %(newest)s - 1
), first AS (SELECT min(seq) AS seq FROM looked), broken AS (
    SELECT looked.seq, CASE
        WHEN found IS NULL OR looked.seq <> coalesce(seq_before, 0) + 1 THEN 'gone' ELSE 'changed' END AS why
    FROM looked, first
    WHERE (looked.seq > first.seq OR first.seq = 1 OR %(newest)s::bigint IS NULL) AND (
        found IS NULL OR looked.seq <> coalesce(seq_before, 0) + 1
        OR looked.digest <> kulis_audit_chained(coalesce(digest_before, ''), entry)
    )
    UNION ALL
    SELECT (SELECT coalesce(max(seq), 0) + 1 FROM bots_auditlink), 'unlinked'
    WHERE EXISTS (
        SELECT 1 FROM bots_auditentry entry
        WHERE NOT EXISTS (SELECT 1 FROM bots_auditlink link WHERE link.entry_id = entry.id)
    )
)
SELECT (SELECT count(*) FROM looked, first WHERE looked.seq > first.seq OR first.seq = 1), broken.seq, broken.why
FROM (VALUES (1)) one LEFT JOIN LATERAL (SELECT * FROM broken ORDER BY seq LIMIT 1) broken ON true
"""
