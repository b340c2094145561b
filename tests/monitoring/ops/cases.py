"""For each alert the series that do not raise it, and go on so that they do: first just below what it minds, then not.

Written as promtool reads them, one value a minute: `0x9` ten times nothing, `0+3x9` three more each time."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Case:
    series: dict[str, str]
    silent: str
    """Until when nothing is said, though it has lasted long enough."""
    fires: str
    labels: dict[str, str] = field(default_factory=dict)


def one(name: str, quiet: float, loud: float, *, minutes: int = 9, keeps: str = "", **labels: str) -> Case:
    """A value that lies in the one range for half an hour, and then in the other. The alert keeps some labels."""
    chosen = ", ".join(f'{label}="{value}"' for label, value in labels.items())
    series = {f"{name}{{{chosen}}}" if chosen else name: f"{quiet}x29 {loud}x{minutes + 30}"}
    return Case(series, "29m", f"{30 + minutes}m", {label: labels[label] for label in keeps.split()})


def burning(steady: str, *, allowance: str = "0.005") -> Case:
    """Sixty things a minute, of which so many miss their promise."""
    series = {
        'kulis_promise_allowance_ratio{promise="delivery"}': f"{allowance}x160",
        'kulis_promises_total{promise="delivery"}': "0+60x160",
        'kulis_promises_missed_total{promise="delivery"}': steady,
    }
    return Case(series, "59m", "130m", {"promise": "delivery"})


RUNNING = {"kulis_engine_running": "1x100"}
LIVE = {"kulis_demo": "0x200"}

CASES: dict[str, Case] = {
    "PromiseBurnsFast": burning("0+3x59 192+12x100"),
    "PromiseBurns": burning("0+1x59 63+3x100"),
    "PromiseWearsThin": burning("0+0.2x59 15+3x100"),
    "PageAway": one("up", 1, 0, keeps="job", job="kulis"),
    "DatabaseAway": one("kulis_database_up", 1, 0),
    "ConnectionsFull": Case(
        {"kulis_database_connections": "79x29 81x30", "kulis_database_connections_most": "100x60"}, "29m", "40m"
    ),
    "LogArchiveFails": one("kulis_wal_archive_failing", 0, 1),
    "BrokerAway": one("kulis_broker_up", 1, 0),
    "BrokerThrowsAway": Case({"kulis_broker_evicted_total": "7x29 7+2x30"}, "29m", "35m"),
    "BrokerTurnsAway": Case({"kulis_broker_refused_total": "7x29 7+2x30"}, "29m", "35m"),
    "WorkerAway": Case(
        {
            'kulis_processes{kind="writer", state="works"}': "1x29 0x30",
            'kulis_processes{kind="writer", state="silent"}': "0x60",
            'kulis_processes{kind="poller", state="works"}': "0x60",
        },
        "29m",
        "35m",
        {"kind": "writer"},
    ),
    "ProcessStuck": one("kulis_processes", 0, 1, keeps="kind", kind="sender", state="stalled"),
    "ClockSilent": one("kulis_tick_age_seconds", 59, 61),
    "SlotsLate": Case({"kulis_slot_lag_seconds": "59x29 61x30", **RUNNING}, "29m", "35m"),
    "TasksBreak": Case(
        {
            'kulis_task_seconds_count{task="conversations.tick"}': "0+60x60",
            'kulis_task_failures_total{task="conversations.tick"}': "0+2x29 62+30x30",
        },
        "29m",
        "50m",
        {"task": "conversations.tick"},
    ),
    "QueueLong": one("kulis_queue_length", 100, 101, keeps="queue", minutes=25, queue="compose"),
    "PoolDry": one("kulis_pool_waiting", 0, 1, keeps="kind", kind="sender"),
    "LoopLate": one("kulis_loop_lag_seconds", 0.9, 1.1),
    "ClocksDiffer": one("kulis_clock_skew_seconds", 0.9, 1.1, keeps="kind", kind="web"),
    "PagesResync": Case({"kulis_socket_resyncs_total": "0+20x29 640+60x30"}, "29m", "50m"),
    "NoProgress": Case(
        {
            "kulis_oldest_due_seconds": "70x60",
            'kulis_turns_ended_total{state="sent", reason=""}': "0+1x29 29x30",
            'kulis_turns_ended_total{state="skipped", reason="expired"}': "5x60",
            **RUNNING,
        },
        "29m",
        "40m",
    ),
    "SeenTwice": Case(
        {
            'kulis_duplicates_total{cause="by_hand"}': "0+1x60",
            'kulis_duplicates_total{cause="unasked"}': "0x29 1x30",
        },
        "29m",
        "31m",
    ),
    "ManyDoubts": one("kulis_turns", 5, 6, state="uncertain"),
    "DoubtsStay": one("kulis_turns", 3, 4, minutes=5, state="unresolved"),
    "ObserverBlind": one("kulis_observer_lag_seconds", 59, 61),
    "BreakerOpen": Case({'kulis_breakers{of="bot", state="open"}': "_x29 1x30"}, "29m", "40m", {"of": "bot"}),
    "ManyGates": one("kulis_gates", 5, 6),
    "RetriesSpent": one("kulis_retry_budgets_out", 0, 1),
    "Shedding": one("kulis_held_back", 0, 1, minutes=15, reason="shed"),
    "UpdatesParked": one("kulis_updates_parked", 0, 1, minutes=15),
    "InboxLate": one("kulis_inbox_oldest_seconds", 59, 61),
    "TokenRefused": one("kulis_bots_refused", 0, 1),
    "CastSilent": Case({"kulis_engine_running": "1x29 0x70", **LIVE}, "85m", "95m"),
    "BudgetTight": one("kulis_budget_left_ratio", 0.21, 0.19, keeps="scope period", scope="cast", period="day"),
    "BudgetSpent": one("kulis_budget_left_ratio", 0.01, 0, keeps="scope period", scope="bot", period="month"),
    "BackupOld": Case({"kulis_backup_age_seconds": "604799x29 604801x30", **LIVE}, "29m", "35m"),
    "TrailBroken": one("kulis_findings", 0, 1, probe="audit", state="fail"),
    "NobodyLooks": one("kulis_check_age_seconds", 899, 901, minutes=15),
    "CheckFails": one("kulis_findings", 0, 1, keeps="probe", minutes=20, probe="token", state="fail"),
}
