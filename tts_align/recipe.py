"""Recipes: TOML files into validated settings, one small file per experiment on top of a base."""

import difflib
import json
import os
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import tomli_w
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from tts_align.attention import MECHANISMS, PARTS, AttentionConfig, StepwiseMonotonicConfig
from tts_align.audio import MelSettings, TrimSettings
from tts_align.errors import RecipeError
from tts_align.files import write_text
from tts_align.model import DecoderConfig, EncoderConfig, PostnetConfig, TacotronConfig
from tts_align.text import DEFAULT_LETTERS, Pronunciations
from tts_align.training.config import TrainingConfig

_HAVE_KINDS = {"attention", *PARTS}


class TextConfig(BaseModel):
    """What the model reads."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    letters: str = Field(DEFAULT_LETTERS, min_length=1, description="the alphabet, one character each")
    unknown: Literal["error", "skip", "map"] = Field("error", description="characters outside the alphabet")
    pronunciations: Pronunciations = Field("none", description="lexicon whose words are read as phones, not letters")
    spelled_share: float = Field(0.1, ge=0, le=1, description="known words that are learned in letters all the same")


class CorpusConfig(BaseModel):
    """What the model learns from."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    download: Literal["", "ljspeech"] = Field("", description="corpus to obtain when --corpus names no folder yet")
    n_validation: int = Field(100, ge=1, description="utterances held out for validation")
    n_test: int = Field(0, ge=0, description="utterances held out from everything")


class Recipe(BaseModel):
    """Everything that decides a training run; each table belongs to the room that reads it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: TextConfig = TextConfig()
    corpus: CorpusConfig = CorpusConfig()
    mel: MelSettings = MelSettings()
    trim: TrimSettings = TrimSettings()
    encoder: EncoderConfig = EncoderConfig()
    attention: AttentionConfig = Field(default=StepwiseMonotonicConfig())
    decoder: DecoderConfig = DecoderConfig()
    postnet: PostnetConfig = PostnetConfig()
    training: TrainingConfig = TrainingConfig()

    @model_validator(mode="after")
    def _sizes_fit(self) -> "Recipe":
        self.attention.check_sizes(self.encoder.output_size, self.decoder.attention_lstm_size)
        return self

    @property
    def model(self) -> TacotronConfig:
        """The four tables that make the model."""
        return TacotronConfig(
            encoder=self.encoder, attention=self.attention, decoder=self.decoder, postnet=self.postnet
        )


def load_recipe(path: str | os.PathLike[str], changes: Sequence[str] = ()) -> Recipe:
    """Reads a recipe, what it extends, and changes from the command line.

    Args:
        path: a TOML file; its top-level key `extends` names another one, relative to it, that it changes.
        changes: `table.key=value` each, with a TOML value; quotes around text may be left out, spaces count then.

    Returns:
        The recipe.

    Raises:
        RecipeError: a file is missing or no TOML, a key is unknown (the nearest known one is named), a value is wrong.

    Example:
        >>> import tempfile
        >>> file = Path(tempfile.mkdtemp()) / "r.toml"
        >>> _ = file.write_text("[decoder]\\nframes_per_step = 3\\n")
        >>> load_recipe(file, ["training.seed=7"]).training.seed
        7
    """
    tables = _read_tables(Path(path), seen=())
    for change in changes:
        tables = _merge(tables, _parse_change(change))
    if isinstance(tables.get("attention"), dict):
        tables["attention"].setdefault("kind", StepwiseMonotonicConfig().kind)
    try:
        return Recipe.model_validate(tables)
    except ValidationError as error:
        raise _explain(error, str(path)) from error


def save_recipe(path: str | os.PathLike[str], recipe: Recipe) -> None:
    """Writes the resolved recipe as TOML: every key with its value, nothing to look up elsewhere.

    Raises:
        FileError: `path` cannot be written.
    """
    write_text(path, tomli_w.dumps(json.loads(recipe.model_dump_json())))


def differences(one: Recipe, other: Recipe) -> list[str]:
    """The keys in which two recipes differ, as `table.key: one value / other value`.

    Example:
        >>> differences(Recipe(), Recipe(training=TrainingConfig(seed=5)))
        ['training.seed: 1 / 5']
    """
    found = []
    for table, fields in one.model_dump().items():
        others = other.model_dump()[table]
        for key in fields | others:
            if fields.get(key) != others.get(key):
                found.append(f"{table}.{key}: {fields.get(key)} / {others.get(key)}")
    return found


def _read_tables(path: Path, seen: tuple[Path, ...]) -> dict[str, Any]:
    if path.resolve() in seen:
        raise _wrong(str(path), "recipes that extend each other in one direction", "a circle", "Remove one `extends`.")
    try:
        tables = tomllib.loads(path.read_bytes().decode("utf8"))
    except OSError as error:
        raise _wrong(str(path), "a recipe file", error.strerror or "nothing", "See recipes/ for examples.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _wrong(str(path), "TOML in UTF-8", str(error), "Mend the file there.") from error
    base = tables.pop("extends", None)
    if base is None:
        return tables
    if not isinstance(base, str):
        raise _wrong(f"{path}, key extends", "the name of a recipe file", repr(base), 'Write extends = "base.toml".')
    return _merge(_read_tables(path.parent / base, (*seen, path.resolve())), tables)


def _merge(base: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    """`change` over `base`; a table that names another kind replaces the old one, whose keys do not belong to it."""
    merged = dict(base)
    for key, value in change.items():
        old = merged.get(key)
        both = isinstance(value, dict) and isinstance(old, dict)
        same_kind = both and value.get("kind", old.get("kind")) == old.get("kind")  # type: ignore[union-attr]
        merged[key] = _merge(old, value) if same_kind else value  # type: ignore[arg-type]
    return merged


def _parse_change(change: str) -> dict[str, Any]:
    name, equals, value = change.partition("=")
    parts = [part.strip() for part in name.split(".")]
    if not equals or not all(parts):
        fix = "Example: --set training.batch_size=16"
        raise _wrong(f"--set {change}", "table.key=value", repr(change), fix)
    parsed = _parse_value(value)
    for part in reversed(parts):
        parsed = {part: parsed}
    return parsed


def _parse_value(value: str) -> Any:
    """A TOML value; whatever is none, or more than one (a comment, a second line), is text without quotes."""
    try:
        tomllib.loads(f"value = [{value}]")  # a comment would swallow the bracket
        parsed = tomllib.loads(f"value = {value}")
    except tomllib.TOMLDecodeError:
        return value
    return parsed["value"] if parsed.keys() == {"value"} else value


def _explain(error: ValidationError, where: str) -> RecipeError:
    """The first complaint of a validation, with the nearest known key where one is unknown."""
    first = error.errors()[0]
    place = _without_tags(first["loc"])
    key, context = ".".join(place), first.get("ctx", {})
    if first["type"] == "does_not_fit":
        return _wrong(f"{where}, key {key}" if key else where, context["expected"], context["found"], context["fix"])
    if first["type"] == "extra_forbidden":
        known = _known_keys(first["loc"])
        near = difflib.get_close_matches(place[-1], known, n=1, cutoff=0.5)
        expected = f"one of the keys {', '.join(known)}"
        fix = f"Did you mean `{near[0]}`?" if near else "Remove it."
        return _wrong(where, expected, f"the unknown key `{key}`", fix)
    if first["type"] == "union_tag_invalid":
        known = [name.strip(" '") for name in context["expected_tags"].split(",")]
        near = difflib.get_close_matches(str(context["tag"]), known, n=1, cutoff=0.3)
        fix = f"Did you mean `{near[0]}`?" if near else "Take one of those."
        return _wrong(f"{where}, key {key}.kind", f"one of {', '.join(known)}", repr(context["tag"]), fix)
    if first["type"] == "union_tag_not_found":
        known = list(PARTS[place[-1]])
        return _wrong(f"{where}, key {key}.kind", f"one of {', '.join(known)}", "no kind", "Name one.")
    expected = first["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    return _wrong(f"{where}, key {key}", expected, repr(first["input"])[:60], "Mend the value.")


def _without_tags(location: tuple[int | str, ...]) -> list[str]:
    """The keys to a place, without the kinds that pydantic puts between a table and its keys."""
    keys = [str(part) for part in location]
    return [key for i, key in enumerate(keys) if not (keys[0] == "attention" and i > 0 and keys[i - 1] in _HAVE_KINDS)]


def _known_keys(location: tuple[int | str, ...]) -> list[str]:
    """The keys of the table in which the last one of `location` stands."""
    *table, _ = (str(part) for part in location)
    if not table:
        return list(Recipe.model_fields)
    if table[0] in _HAVE_KINDS:
        *_, part, kind = table
        return list((MECHANISMS[kind] if part == "attention" else PARTS[part][kind]).model_fields)
    field = Recipe.model_fields[table[0]].annotation
    return list(field.model_fields) if isinstance(field, type) and issubclass(field, BaseModel) else []


def _wrong(where: str, expected: str, found: str, fix: str) -> RecipeError:
    return RecipeError(where=where, expected=expected, found=found, fix=fix)
