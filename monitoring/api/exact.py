"""What is sent is of the kind that the schema says: "1" is no number, 1 is no text. REST framework takes both."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

_KINDS: tuple[tuple[Any, tuple[type, ...], Any], ...] = (
    (serializers.BooleanField, (bool,), _("This is true or false.")),
    ((serializers.IntegerField, serializers.PrimaryKeyRelatedField), (int,), _("This is a whole number.")),
    (serializers.FloatField, (int, float), _("This is a number.")),
    (serializers.ListField, (list,), _("This is a list.")),
    ((serializers.Serializer, serializers.DictField), (dict,), _("This is an object.")),
    (serializers.Field, (str,), _("This is a text.")),
)
"""The first that fits a field counts."""


def problems(field: Any, value: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """Where a value is of another kind than its field: the place, as `outer.inner`, and what belongs there."""
    if value is None:
        return
    kinds, told = next((kinds, told) for classes, kinds, told in _KINDS if isinstance(field, classes))
    whole = isinstance(value, float) and value.is_integer()
    if not (isinstance(value, kinds) or (int in kinds and whole)) or (isinstance(value, bool) and bool not in kinds):
        yield place, told
        return
    if isinstance(field, serializers.Serializer):
        for name, inner in field.fields.items():
            if name in value and not inner.read_only:
                yield from problems(inner, value[name], f"{place}.{name}".lstrip("."))
    elif isinstance(field, serializers.ListField | serializers.DictField):
        inside = dict(enumerate(value)) if isinstance(value, list) else value
        for number, one in inside.items():
            yield from problems(field.child, one, f"{place}.{number}".lstrip("."))
