"""The world outside the chat: news and prices, always with their source."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Headline(models.Model):
    title = models.CharField(_("headline"), max_length=300)
    link = models.URLField(_("link"), max_length=500, unique=True)
    source = models.CharField(_("source"), max_length=100)
    published_at = models.DateTimeField(_("published"), db_index=True)
    fetched_at = models.DateTimeField(_("fetched"), auto_now_add=True)

    class Meta:
        verbose_name = _("headline")
        verbose_name_plural = _("headlines")
        ordering = ["-published_at"]

    def __str__(self) -> str:
        return self.title


class Quote(models.Model):
    symbol = models.CharField(_("symbol"), max_length=32)
    price = models.DecimalField(_("price"), max_digits=18, decimal_places=6)
    currency = models.CharField(_("currency"), max_length=8, default="TRY")
    source = models.CharField(_("source"), max_length=100)
    as_of = models.DateTimeField(_("as of"))

    class Meta:
        verbose_name = _("quote")
        verbose_name_plural = _("quotes")
        ordering = ["symbol", "-as_of"]
        constraints = [
            models.UniqueConstraint(fields=["symbol", "source", "as_of"], name="quote_once"),
            models.CheckConstraint(condition=Q(price__gt=0) & ~Q(source=""), name="quote_has_price_and_source"),
        ]

    def __str__(self) -> str:
        return f"{self.symbol} {self.price} {self.currency}"
