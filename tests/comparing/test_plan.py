"""Which trainings there are, and which recipes may not be compared."""

import pytest

from tts_align.comparing.plan import plan
from tts_align.errors import RecipeError
from tts_align.recipe import save_recipe


@pytest.fixture
def recipes(tmp_path):
    (tmp_path / "common").mkdir()
    (tmp_path / "common" / "base.toml").write_text("[decoder]\nframes_per_step = 3\n[training]\nupdates = 70\n")
    for name in ("additive", "general"):
        (tmp_path / f"{name}.toml").write_text(f'extends = "common/base.toml"\n[attention]\nkind = "{name}"\n')
    return sorted(tmp_path.glob("*.toml"))


def test_every_recipe_comes_with_every_seed_and_the_same_budget(recipes, tmp_path):
    planned = plan(recipes, tmp_path / "out", [3, 5], updates=11)
    assert [(each.name, each.seed) for each in planned] == [
        ("additive", 3),
        ("additive", 5),
        ("general", 3),
        ("general", 5),
    ]
    assert {each.recipe.training.updates for each in planned} == {11}
    assert planned[3].folder == tmp_path / "out" / "runs" / "general-seed5"
    assert plan(recipes, tmp_path, [1], updates=None)[0].recipe.training.updates == 70


def test_recipes_that_differ_in_more_than_attention_are_refused_by_key(recipes, tmp_path):
    other = tmp_path / "other.toml"
    other.write_text('extends = "additive.toml"\n[decoder]\nprenet_size = 17\n[training]\nbatch_size = 13\n')
    pattern = r"recipes additive and other: .*decoder.prenet_size: 256 / 17; training.batch_size: 32 / 13"
    with pytest.raises(RecipeError, match=pattern):
        plan([*recipes, other], tmp_path / "out", [1], None)
    assert len(plan([*recipes, other], tmp_path / "out", [1], None, allow_differences=True)) == 3


def test_two_recipes_of_one_name_are_refused(recipes, tmp_path):
    with pytest.raises(RecipeError, match="2 files named general"):
        plan([*recipes, recipes[1]], tmp_path / "out", [1], None)


def test_trainings_of_an_earlier_call_stay_in_the_comparison(recipes, tmp_path):
    out = tmp_path / "out"
    for each in plan(recipes, out, [1], updates=9):
        save_recipe(each.folder / "recipe.toml", each.recipe)
    planned = plan(recipes[1:], out, [2], updates=9)
    assert [(each.name, each.seed) for each in planned] == [("general", 2), ("additive", 1), ("general", 1)]
    with pytest.raises(RecipeError, match=r"training\.updates: 10 / 9"):  # not under another budget
        plan(recipes[1:], out, [2], updates=10)


def test_a_run_is_not_gone_on_with_under_another_recipe(recipes, tmp_path):
    out = tmp_path / "out"
    for each in plan(recipes, out, [1], updates=None):
        save_recipe(each.folder / "recipe.toml", each.recipe)
    recipes[0].write_text('extends = "common/base.toml"\n[attention]\nkind = "additive"\nhidden_size = 19\n')
    with pytest.raises(RecipeError, match=r"additive-seed1: .*attention.hidden_size: 128 / 19"):
        plan(recipes, out, [1], updates=None)
