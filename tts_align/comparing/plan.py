"""Which trainings a comparison has, and the refusal of recipes that differ in more than their attention."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tts_align.errors import RecipeError
from tts_align.recipe import Recipe, differences, load_recipe

RUNS, RECIPE_FILE = "runs", "recipe.toml"
_FREE = ("attention.", "training.seed:")


@dataclass(frozen=True)
class Planned:
    """One training to be done: a recipe under a seed, in a run folder of its own."""

    name: str
    recipe: Recipe
    folder: Path

    @property
    def seed(self) -> int:
        """Of the training."""
        return self.recipe.training.seed


def plan(
    recipes: Sequence[Path], out: Path, seeds: Sequence[int], updates: int | None, allow_differences: bool = False
) -> list[Planned]:
    """The trainings of a comparison: every recipe with every seed, and what is in the folder already.

    Args:
        recipes: files whose names, without their ending, name the mechanisms.
        out: folder of the comparison; trainings of an earlier call are kept in it.
        seeds: at least one.
        updates: the budget; None means that of the recipes.
        allow_differences: recipes may differ in anything.

    Returns:
        The trainings of this call in the order of recipes and seeds, then those of earlier calls.

    Raises:
        RecipeError: a recipe cannot be read, two have one name, they differ in more than `[attention]`, or a folder
            holds a training by another recipe.
    """
    planned = []
    for path in recipes:
        for seed in seeds:
            changes = [f"training.seed={seed}"] + ([f"training.updates={updates}"] if updates else [])
            folder = out / RUNS / f"{path.stem}-seed{seed}"
            planned.append(Planned(path.stem, load_recipe(path, changes), folder))
    _refuse_twins(recipes)
    for each in planned:
        _refuse_another_recipe(each)
    everything = planned + _earlier(out, {each.folder for each in planned})
    if not allow_differences:
        refuse_differences([(each.name, each.recipe) for each in everything])
    return everything


def refuse_differences(recipes: Sequence[tuple[str, Recipe]]) -> None:
    """Raises if recipes differ outside their attention: then a table would not compare mechanisms.

    Args:
        recipes: name and recipe of each.

    Raises:
        RecipeError: naming the keys.

    Example:
        >>> refuse_differences([("a", Recipe()), ("b", Recipe())])
    """
    first_name, first = recipes[0]
    for name, recipe in recipes[1:]:
        found = [line for line in differences(first, recipe) if not line.startswith(_FREE)]
        if found:
            raise RecipeError(
                where=f"recipes {first_name} and {name}",
                expected="recipes that differ in [attention] only",
                found="; ".join(found),
                fix="Make those keys equal, or pass --allow-differences.",
            )


def _refuse_twins(recipes: Sequence[Path]) -> None:
    names = [path.stem for path in recipes]
    twins = sorted({name for name in names if names.count(name) > 1})
    if twins:
        found = f"{names.count(twins[0])} files named {twins[0]}"
        raise RecipeError(where="recipes", expected="a name for each", found=found, fix="Rename one.")


def _refuse_another_recipe(each: Planned) -> None:
    """A run is never gone on with under another recipe; only the budget may grow."""
    before = each.folder / RECIPE_FILE
    if not before.exists():
        return
    changed = [
        line for line in differences(load_recipe(before), each.recipe) if not line.startswith("training.updates:")
    ]
    if changed:
        raise RecipeError(
            where=str(each.folder),
            expected="the recipe that this training was started with (only training.updates may change)",
            found="; ".join(changed),
            fix="Undo the change, remove that folder, or name another --out.",
        )


def _earlier(out: Path, known: set[Path]) -> list[Planned]:
    """Trainings of earlier calls with other recipes or seeds."""
    found = []
    for file in sorted((out / RUNS).glob(f"*-seed*/{RECIPE_FILE}")):
        if file.parent not in known:
            found.append(Planned(file.parent.name.rpartition("-seed")[0], load_recipe(file), file.parent))
    return found
