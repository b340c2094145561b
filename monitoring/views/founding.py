"""The set-up of a new owner, step by step. Each page is a form that works without a script and keeps what was typed."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from bots.exchange import tokens
from conversations import control, providers
from conversations.models import Chat, Message, Provider
from monitoring import access, entry, room, step_up
from monitoring.access import viewer
from monitoring.founding import cast, group, managed, owner, progress, words
from monitoring.founding.forms import GroupForm, ModelForm, OwnerForm, TokensForm, WordsForm

View = Callable[[HttpRequest], HttpResponse]
_BACKEND = "django.contrib.auth.backends.ModelBackend"
UNPROCESSABLE = 422
_GROUP = "founding-group"


@never_cache
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """On to the step that is due."""
    return redirect("founding-step", progress.next_step(progress.steps(request)))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def key(request: HttpRequest, token: str) -> HttpResponse:
    """The link that `manage.py link --owner` prints. Whoever only looks at it, as previews do, does not spend it."""
    if request.method != "POST":
        return render(request, "founding/key.html")
    try:
        owner.unlock(request, token)
    except entry.Refused as refused:
        return render(request, "stage/door.html", {"open": access.demo_is_open(), "refused": str(refused)}, status=403)
    return redirect("founding")


@never_cache
@sensitive_post_parameters("password", "again", "key", "tokens")
@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, name: str) -> HttpResponse:
    if name not in _STEPS:
        raise Http404
    return _STEPS[name](request)


def _owners_only(view: View) -> View:
    """For whoever owns this Kulis, with both factors shown; the others are led to where they get them."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        user = request.user
        if isinstance(user, User) and user.is_superuser and access.is_verified(user):
            return view(request) if step_up.is_fresh(request) else step_up.asked_for(request)
        if owner.is_open():
            return redirect("founding-step", "owner")
        if isinstance(user, User) and user.is_staff and access.is_verified(user):
            return render(request, "403.html", status=403)
        page = "second-factor" if getattr(user, "is_staff", False) else "admin:login"
        return redirect(f"{reverse(page)}?{urlencode({'next': request.path})}")

    return guarded


# --- Your account ----------------------------------------------------------------------------------------------------
def _owner(request: HttpRequest) -> HttpResponse:
    if not owner.is_open():
        return redirect("founding-step", "words")
    if not owner.may_found(request):
        return render(request, "founding/locked.html", status=403)
    form = OwnerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            user = owner.found(given["username"], given["password"])
        except owner.Closed:
            return redirect("founding")
        except ValidationError as refusal:
            _add(form, refusal)
        else:
            login(request, user, backend=_BACKEND)
            return redirect(f"{reverse('second-factor')}?{urlencode({'next': reverse('founding')})}")
    return _page(request, "owner", form=form)


# --- Where words come from -------------------------------------------------------------------------------------------
@_owners_only
def _words(request: HttpRequest) -> HttpResponse:
    if request.method == "POST" and "offline" in request.POST:
        words.stay_offline(by=viewer(request))
        request.session[progress.OFFLINE] = True
        return redirect("founding")
    waiting = words.waiting()
    if waiting is None:
        return _connect(request)
    if request.method == "POST" and "other" in request.POST:
        providers.remove(waiting, by=viewer(request))
        return redirect(request.path)
    offer = words.offer(waiting)
    form: forms.Form = ModelForm(request.POST or None, offered=offer)
    if request.method == "POST" and form.is_valid():
        try:
            words.choose(waiting, form.cleaned_data["model"], by=viewer(request))
            return redirect("founding")
        except Provider.DoesNotExist:
            return redirect(request.path)
        except ValidationError as refusal:
            _add(form, refusal)
    return _page(request, "words", form=form, provider=waiting, offer=offer)


def _connect(request: HttpRequest) -> HttpResponse:
    form = WordsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            words.connect(given["base_url"], given["key"], by=viewer(request))
            return redirect(request.path)
        except ValidationError as refusal:
            _add(form, refusal)
    return _page(request, "words", form=form, known=words.KNOWN, voices=progress.voices())


# --- Your bots -------------------------------------------------------------------------------------------------------
@_owners_only
def _bots(request: HttpRequest) -> HttpResponse:
    """Each line of tokens has its own result; what worked stays, whatever became of the others."""
    form, looked, joined, trouble = TokensForm(), [], None, ""
    results: list[tokens.Result] = []
    if request.method == "POST" and "look" in request.POST:
        looked = cast.look(cast.playing(), by=viewer(request))
    elif request.method == "POST" and "take" in request.POST:
        trouble, results = _taken(request)
    elif request.method == "POST":
        form = TokensForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                if file := form.cleaned_data["file"]:
                    joined = cast.take_in(file.read(), by=viewer(request))
                if joined is None or form.cleaned_data["tokens"].strip():
                    results = cast.hand_out(form.cleaned_data["tokens"], by=viewer(request))
                form = TokensForm()
            except ValidationError as refusal:
                form = _without_tokens(form)
                _add(form, refusal)
    bad = [result for result in results if not result.ok]
    playing = looked or [cast.Sight(bot, bot.reads_all_messages) for bot in cast.playing()]
    blind = [sight for sight in playing if not sight.reads_all]
    through = managed.manager()
    return _page(
        request,
        "bots",
        form=form,
        results=results,
        bad=bad,
        playing=playing,
        blind=blind,
        joined=joined,
        trouble=trouble,
        manager=through,
        links=managed.links(through) if through else [],
        made=managed.made() if through else [],
    )


def _taken(request: HttpRequest) -> tuple[str, list[tokens.Result]]:
    """Take in a bot that was made in Telegram: what is wrong, and what became of it."""
    wanted = request.POST["take"]
    number = int(wanted) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 16 else 0
    try:
        return "", managed.take_in(number, by=viewer(request))
    except ValidationError as refusal:
        return " ".join(refusal.messages), []


def _without_tokens(form: TokensForm) -> TokensForm:
    """The same form, whose page does not send back what nobody else may read."""
    emptied = TokensForm({"tokens": ""})
    emptied.full_clean()
    return emptied


# --- Your group ------------------------------------------------------------------------------------------------------
@_owners_only
def _group(request: HttpRequest) -> HttpResponse:
    found = list(group.noted()[:50])
    form = GroupForm(request.POST or None, groups=[(chat.pk, group.told_apart(chat)) for chat in found])
    if request.method == "POST" and form.is_valid():
        try:
            chosen = group.choose(get_object_or_404(Chat, pk=form.cleaned_data["group"]), by=viewer(request))
            request.session[_GROUP] = chosen.pk
            return redirect("founding-step", "stage")
        except ValidationError as refusal:
            _add(form, refusal)
    return _page(request, "group", form=form, found=found, playing=cast.playing(), chosen=_chosen(request))


# --- Rehearse and begin ----------------------------------------------------------------------------------------------
@_owners_only
def _stage(request: HttpRequest) -> HttpResponse:
    chat, trouble = _chosen(request), ""
    if chat is None:
        return redirect("founding-step", "group")
    if request.method == "POST" and "rehearse" in request.POST:
        return redirect(group.rehearse(chat, by=viewer(request)))
    if request.method == "POST":
        try:
            group.begin(chat, by=viewer(request))
            return redirect(request.path)
        except ValidationError as refusal:
            trouble = " ".join(refusal.messages)
    talks = control.is_running() and Chat.objects.talking().filter(pk=chat.pk).exists()
    spoken = Message.objects.filter(chat=chat, bot__isnull=False).exclude(message_id=chat.disclosure_message_id or 0)
    said = spoken.order_by("pk").select_related("bot__persona").first()
    seats = group.seats(chat) if not talks else []
    return _page(
        request,
        "stage",
        trouble=trouble,
        chat=chat,
        talks=talks,
        said=said,
        silence=room.situation(chat).code,
        seats=[seat for seat in seats if seat.inside],
        hears=any(seat.hears for seat in seats),
        pins=any(seat.can_pin for seat in seats),
        notice=control.disclosure(chat),
    )


_STEPS: dict[str, View] = {"owner": _owner, "words": _words, "bots": _bots, "group": _group, "stage": _stage}


def _chosen(request: HttpRequest) -> Chat | None:
    """The group that was chosen last, here or by somebody else."""
    groups = progress.groups().order_by("-pk")
    found: Chat | None = groups.filter(pk=request.session.get(_GROUP, 0)).first() or groups.first()
    return found


def _page(request: HttpRequest, name: str, **context: Any) -> HttpResponse:
    steps = progress.steps(request)
    form = context.get("form")
    status = UNPROCESSABLE if context.get("trouble") or (form is not None and form.errors) else 200
    numbers = {each.name: number for number, each in enumerate(steps, start=1)}
    place = {"steps": steps, "here": name, "number": numbers[name], "count": len(steps)}
    return render(request, f"founding/{name}.html", place | context, status=status)


def _add(form: forms.Form, refusal: ValidationError) -> None:
    """Each error beside its field; those of no field of this form above it."""
    told = getattr(refusal, "error_dict", None)
    for field, errors in (told or {None: refusal.error_list}).items():
        form.add_error(field if field in form.fields else None, errors)
