"""Settings from the command line: `KEY=VALUE` pairs checked against a settings model."""

import difflib
from collections.abc import Mapping, Sequence
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from tts_align.errors import RecipeError

Settings = TypeVar("Settings", bound=BaseModel)


def from_pairs(model: type[Settings], pairs: Sequence[str], *, where: str) -> Settings:
    """Makes settings of `KEY=VALUE` texts; what is not named keeps its default.

    Raises:
        RecipeError: a pair has no `=`, a key is unknown (the nearest one is named) or a value does not fit.

    Example:
        >>> from tts_align.audio import MelSettings
        >>> from_pairs(MelSettings, ["max_hz=7600"], where="--mel").max_hz
        7600.0
    """
    values: dict[str, str] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals:
            fix = f"Write it like {next(iter(model.model_fields))}=1."
            raise RecipeError(where=where, expected="KEY=VALUE", found=repr(pair), fix=fix)
        values[key.strip()] = value.strip()
    return validated(model, values, where=where)


def validated(model: type[Settings], values: Mapping[str, object], *, where: str) -> Settings:
    """Makes settings of values.

    Raises:
        RecipeError: a key is unknown or a value does not fit.
    """
    known = list(model.model_fields)
    for key in values:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            fix = f"Did you mean {near[0]}?" if near else "Take one of these."
            raise RecipeError(where=where, expected=f"one of {', '.join(known)}", found=repr(key), fix=fix)
    try:
        return model(**values)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        found = f"{values[key]!r} for {key}" if key in values else "values that do not fit together"
        message = first["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
        raise RecipeError(where=where, expected=message, found=found, fix="Change it.") from error
