"""The world outside the chat: symbols, news and prices, always with their source."""

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Symbol(models.Model):
    """Something that is traded, and the names people call it by. Only what is listed here counts as a ticker."""

    class Kind(models.TextChoices):
        SHARE = "share", _("share")
        INDEX = "index", _("stock index")
        CURRENCY = "currency", _("currency")
        METAL = "metal", _("precious metal")
        CRYPTO = "crypto", _("crypto")
        OTHER = "other", _("other")

    code = models.CharField(
        _("code"),
        max_length=16,
        unique=True,
        validators=[RegexValidator(r"^[A-Z0-9]{2,16}$", _("Capital letters and digits, 2 to 16. Example: THYAO."))],
    )
    name = models.CharField(_("name"), max_length=64, blank=True)
    aliases = ArrayField(
        models.CharField(max_length=32),
        default=list,
        blank=True,
        verbose_name=_("also called"),
        help_text=_("What people write instead of the code, one a line. Example: dolar."),
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.SHARE)
    thin = models.BooleanField(
        _("thinly traded"),
        default=False,
        help_text=_("The cast never speaks of it: a few words could move its price."),
    )

    class Meta:
        verbose_name = _("symbol")
        verbose_name_plural = _("symbols")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class Feed(models.Model):
    """An RSS or Atom feed that brings headlines."""

    name = models.CharField(_("name"), max_length=100, help_text=_("Named as the source wherever its news appear."))
    url = models.URLField(_("address"), max_length=500, unique=True)
    enabled = models.BooleanField(_("enabled"), default=True)
    every_minutes = models.PositiveSmallIntegerField(
        _("every, min"),
        default=10,
        validators=[MinValueValidator(2), MaxValueValidator(1440)],
        help_text=_("How often it is looked at."),
    )
    etag = models.CharField(max_length=300, blank=True, editable=False)
    modified = models.CharField(max_length=100, blank=True, editable=False)
    next_at = models.DateTimeField(_("next look"), null=True, blank=True, editable=False, db_index=True)
    fetched_at = models.DateTimeField(_("last look"), null=True, blank=True, editable=False)
    found = models.PositiveIntegerField(_("headlines at the last look"), default=0, editable=False)
    added = models.PositiveIntegerField(_("new ones among them"), default=0, editable=False)
    undated = models.PositiveIntegerField(_("left out, without a date"), default=0, editable=False)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0, editable=False)
    last_error = models.CharField(_("last error"), max_length=300, blank=True, editable=False)

    class Meta:
        verbose_name = _("news feed")
        verbose_name_plural = _("news feeds")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Headline(models.Model):
    feed = models.ForeignKey(
        Feed, on_delete=models.SET_NULL, null=True, blank=True, related_name="headlines", verbose_name=_("feed")
    )
    title = models.CharField(_("headline"), max_length=300)
    summary = models.TextField(_("summary"), blank=True)
    link = models.URLField(_("link"), max_length=500, unique=True)
    source = models.CharField(_("source"), max_length=100)
    published_at = models.DateTimeField(_("published"), db_index=True)
    fetched_at = models.DateTimeField(_("fetched"), auto_now_add=True)
    demo = models.BooleanField(_("sample news"), default=False, help_text=_("Made up; for rehearsal rooms only."))

    class Meta:
        verbose_name = _("headline")
        verbose_name_plural = _("headlines")
        ordering = ["-published_at"]

    def __str__(self) -> str:
        return self.title


class QuoteSource(models.Model):
    """Where prices come from."""

    class Kind(models.TextChoices):
        FEED = "feed", _("one CSV or JSON file with all symbols")
        HTTP = "http", _("one JSON address per symbol")
        DEMO = "demo", _("sample data, made up; rehearsal rooms only")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=100, unique=True, help_text=_("Named as the source of its prices."))
    kind = models.CharField(_("kind"), max_length=4, choices=Kind)
    url = models.CharField(
        _("address"),
        max_length=500,
        blank=True,
        help_text=_("For one address per symbol, {symbol} stands for the code."),
    )
    symbol_field = models.CharField(_("column of the symbol"), max_length=64, default="symbol", blank=True)
    price_field = models.CharField(_("column of the price"), max_length=64, default="price", blank=True)
    change_field = models.CharField(_("column of the change, %"), max_length=64, default="change", blank=True)
    time_field = models.CharField(
        _("column of the time"), max_length=64, default="time", blank=True, help_text=_("ISO 8601 or Unix seconds.")
    )
    currency = models.CharField(_("currency"), max_length=8, default="TRY")
    api_key = models.TextField(default="", blank=True, editable=False)
    enabled = models.BooleanField(_("enabled"), default=True)
    every_minutes = models.PositiveSmallIntegerField(
        _("every, min"), default=5, validators=[MinValueValidator(1), MaxValueValidator(1440)]
    )
    next_at = models.DateTimeField(_("next look"), null=True, blank=True, editable=False)
    fetched_at = models.DateTimeField(_("last look"), null=True, blank=True, editable=False)
    found = models.PositiveIntegerField(_("prices at the last look"), default=0, editable=False)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0, editable=False)
    last_error = models.CharField(_("last error"), max_length=300, blank=True, editable=False)

    class Meta:
        verbose_name = _("price source")
        verbose_name_plural = _("price sources")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="demo") | ~Q(url=""),
                name="quote_source_has_an_address",
                violation_error_message=_("A source of prices needs an address, unless it is the sample data."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def place(self, field: str) -> str:
        """Where a secret of this row belongs, for the vault."""
        return f"conversations_quotesource:{self.uuid}:{field}"


class Quote(models.Model):
    symbol = models.CharField(_("symbol"), max_length=32)
    price = models.DecimalField(_("price"), max_digits=18, decimal_places=6)
    change = models.FloatField(_("change, %"), null=True, blank=True, help_text=_("Since the day before."))
    currency = models.CharField(_("currency"), max_length=8, default="TRY")
    source = models.CharField(_("source"), max_length=100)
    demo = models.BooleanField(_("sample data"), default=False, help_text=_("Made up; for rehearsal rooms only."))
    as_of = models.DateTimeField(_("as of"))

    class Meta:
        verbose_name = _("quote")
        verbose_name_plural = _("quotes")
        ordering = ["symbol", "-as_of"]
        constraints = [
            models.UniqueConstraint(fields=["symbol", "source", "as_of"], name="quote_once"),
            models.CheckConstraint(condition=Q(price__gt=0) & ~Q(source=""), name="quote_has_price_and_source"),
        ]
        indexes = [models.Index(fields=["symbol", "-as_of"], name="quote_newest")]

    def __str__(self) -> str:
        return f"{self.symbol} {self.price} {self.currency}"
