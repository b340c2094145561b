"""What Kulis itself says to people: the answers to commands, and the list of commands that Telegram shows."""

from collections.abc import Callable

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bots.telegram import port

LANGUAGES = ("tr", "en")


def spoken(language: str) -> str:
    """Turkish for who reads Turkish, English for everybody else."""
    return "tr" if language.lower().startswith("tr") else "en"


def say(words: Callable[[], str], *, language: str) -> str:
    with translation.override(spoken(language)):
        return words()


def offered(language: str) -> list[port.Command]:
    """The commands as Telegram lists them, in one language."""
    with translation.override(language):
        turkish = language == "tr"
        return [
            port.Command("gizlilik" if turkish else "privacy", _("What is stored about you, and why")),
            port.Command("unut" if turkish else "forget", _("Delete everything stored about you")),
            port.Command("sus" if turkish else "quiet", _("Quiet the bots in this group for a while")),
            port.Command("konus" if turkish else "talk", _("Let them talk again (administrators)")),
            port.Command("yardim" if turkish else "help", _("What this is")),
        ]


def help_text() -> str:
    return _(
        "This is Kulis, a simulation. The bots here are made-up characters played by a computer. None of them is a "
        "person, and nothing they say is investment advice.\n\n"
        "/privacy – what is stored about you, and why\n"
        "/forget – delete everything stored about you\n"
        "/quiet – quiet the bots in a group for a while\n"
        "/talk – let them talk again (administrators of the group)\n"
        "/help – this text"
    )


def privacy() -> str:
    return _(
        "What Kulis stores about you: your Telegram number, your name and username, what you write where its bots are "
        "members, your reactions, and how the bots stand with you.\n"
        "Why: so that the bots can answer you and the talk makes sense. What you write may be shown to a language "
        "model. Nobody is profiled, and nothing is sold.\n"
        "How long: until you delete it, or the operator does. Raw deliveries from Telegram are kept for a few weeks "
        "only.\n"
        "Delete everything: /forget. What you write after that is stored anew."
    )


def forgotten() -> str:
    return _(
        "Done. What Kulis had stored about you is deleted: your name and number, your words, your reactions, and what "
        "the bots remembered of you. Backups still hold it until they are replaced. What you write from now on is "
        "stored anew."
    )


def forget_as_yourself() -> str:
    return _("You write in the name of a group or a channel. To have your own data deleted, write /forget as yourself.")


def hushed(minutes: int) -> str:
    told = ngettext(
        "The bots say nothing here for %(count)d minute.", "The bots say nothing here for %(count)d minutes.", minutes
    )
    how_it_ends = _("An administrator of the group ends it with /talk.")
    return f"{told % {'count': minutes}} {how_it_ends}"


def hushed_already() -> str:
    return _("You have asked for quiet within the last hour. Once an hour is enough.")


def nothing_to_quiet() -> str:
    return _("The bots do not talk here at the moment.")


def only_in_groups() -> str:
    return _("This works in a group in which the bots talk.")


def lifted() -> str:
    return _("The quiet is over.")


def not_lifted() -> str:
    return _("Only administrators of this group can end the quiet.")


def not_quiet() -> str:
    return _("Nobody has asked for quiet here.")


def stopped() -> str:
    return _("Stopped. No bot begins to speak anywhere. Only the control room can start them again.")


def stopped_already() -> str:
    return _("The cast was stopped already.")


def bound() -> str:
    return _("You are a steward now. /stop silences the whole cast, in private or in any group.")
