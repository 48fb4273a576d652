"""A wrong setting: which one it is, as its writer named it, its value, and what would be right."""

import os
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

PREFIX = "ASKDESK_"
SECRET = frozenset({"client_secret", "database_url", "password", "secret", "token", "url"})
"""What is not shown, not even when it is wrong."""
HOLDING_SECRETS = frozenset({"chatwoot", "mail", "openid", "webhooks"})


def sentence(error: ValidationError, settings: type[BaseModel]) -> str:
    """The first of its faults, with what is right there."""
    first = error.errors(include_url=False, include_context=False)[0]
    path = first["loc"]
    if first["type"] == "extra_forbidden":
        model = _described(path[:-1], settings)[0]
        prefix = "".join(f"{part}." for part in _counted(path[:-1]))
        return f"{where(*path)}: there is no such setting{nearest(str(path[-1]), model, prefix)}"
    right = _described(path, settings)[1]
    if first["type"] == "missing":
        return f"{where(*path)} is missing: it should be {right}"
    return f"{where(*path)} is {shown(path, first['input'])}: it should be {right}"


def _described(path: Sequence[int | str], settings: type[BaseModel]) -> tuple[type[BaseModel], str]:
    """The innermost settings that a path leads into, and what is right at its end."""
    model, right = settings, "settings by their names"
    for part in path:
        field = model.model_fields.get(part) if isinstance(part, str) else None
        if field is not None:
            right = field.description or right
            model = _model_in(field.annotation) or model
    return model, right


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = (_model_in(part) for part in get_args(annotation))
    return next((model for model in inner if model), None)


def where(*path: int | str) -> str:
    """A setting as its writer named it; what stands in a list counts from 1."""
    variable = PREFIX + str(path[0]).upper() if path else ""
    inner = ".".join(_counted(path[1:]))
    if variable in os.environ:
        return f"{variable}: {inner}" if inner else variable
    return f"setting {'.'.join(_counted(path))}"


def _counted(path: Sequence[int | str]) -> list[str]:
    return [str(part + 1) if isinstance(part, int) else part for part in path]


def shown(path: Sequence[int | str], value: object) -> str:
    """The value, cut short, unless there is a secret in it."""
    whole = all(isinstance(part, int) for part in path[1:]) or isinstance(value, dict | list)
    secret = (whole and path[0] in HOLDING_SECRETS) or SECRET & set(path)
    return "not usable" if secret else repr(value)[:80]


def nearest(key: str, model: type[BaseModel], prefix: str = "", *, shout: bool = False) -> str:
    """Which setting was meant, or which there are."""
    near = get_close_matches(key, model.model_fields, n=1)
    names = [prefix + name for name in near or model.model_fields]
    names = [name.upper() for name in names] if shout else names
    return f"; did you mean {names[0]}?" if near else f"; the settings are {', '.join(names)}"
