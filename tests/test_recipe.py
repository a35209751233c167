"""Recipes: what is written is what is meant, and a mistake is named with its mend."""

import pytest

from tts_align.attention import LocationSensitiveConfig
from tts_align.errors import RecipeError
from tts_align.model import Tacotron
from tts_align.recipe import Recipe, differences, load_recipe, save_recipe

SCORED = '[attention]\nkind = "scored"\n'


def write(folder, text, name="r.toml"):
    path = folder / name
    path.write_text(text, encoding="utf8")
    return path


def test_a_recipe_changes_only_what_it_names(tmp_path):
    write(tmp_path, "[decoder]\nprenet_size = 99\n[training]\nseed = 4\n", "base.toml")
    recipe = load_recipe(write(tmp_path, 'extends = "base.toml"\n[training]\nbatch_size = 7\n'))
    assert (recipe.decoder.prenet_size, recipe.training.seed, recipe.training.batch_size) == (99, 4, 7)
    assert recipe.encoder == Recipe().encoder


def test_the_command_line_has_the_last_word(tmp_path):
    path = write(tmp_path, "[training]\nseed = 4\n")
    recipe = load_recipe(
        path, ["training.seed=5", "text.letters=ab c", 'attention.inference="soft"', "mel.max_hz=7600"]
    )
    assert (recipe.training.seed, recipe.text.letters, recipe.attention.inference) == (5, "ab c", "soft")
    assert recipe.mel.max_hz == 7600


def test_another_kind_of_attention_does_not_inherit_keys_of_the_old_one(tmp_path):
    write(tmp_path, '[attention]\nkind = "stepwise_monotonic"\nnoise = 1.0\n', "base.toml")
    recipe = load_recipe(write(tmp_path, 'extends = "base.toml"\n[attention]\nkind = "location_sensitive"\n'))
    assert recipe.attention == LocationSensitiveConfig()


def test_a_free_pair_is_chosen_by_two_nested_tables(tmp_path):
    base = SCORED + 'score = {kind = "hybrid", n_filters = 3}\nnormalizer = {kind = "windowing", width = 4}\n'
    write(tmp_path, base, "base.toml")
    own = 'extends = "base.toml"\n[attention.score]\nkernel_size = 5\n[attention.normalizer]\nkind = "top_k"\n'
    recipe = load_recipe(write(tmp_path, own), ["attention.window=7"])
    expected = {
        "kind": "scored",
        "window": 7,
        "score": {"kind": "hybrid", "hidden_size": 128, "n_filters": 3, "kernel_size": 5},
        "normalizer": {"kind": "top_k", "k": 5, "inference": "soft"},
    }
    assert recipe.attention.model_dump() == expected
    save_recipe(tmp_path / "out.toml", recipe)
    assert load_recipe(tmp_path / "out.toml") == recipe
    assert (
        load_recipe(tmp_path / "r.toml", ["attention.score=dot", "encoder.output_size=1024"]).attention.score.kind
        == "dot"
    )


def test_the_resolved_recipe_reads_back_the_same(tmp_path):
    path = write(tmp_path, '[text]\nletters = "a\\"b\\\\ é"\n[attention]\nkind = "location_sensitive"\nn_filters = 3\n')
    recipe = load_recipe(path)
    save_recipe(tmp_path / "out" / "recipe.toml", recipe)
    assert load_recipe(tmp_path / "out" / "recipe.toml") == recipe


def test_the_recipes_of_the_project_are_valid():
    from pathlib import Path

    recipes = sorted((Path(__file__).resolve().parents[1] / "recipes").glob("*.toml"))
    assert {path.name for path in recipes} >= {"base.toml", "small.toml", "demo.toml", "ljspeech.toml"}
    loaded = {path.stem: load_recipe(path) for path in recipes}
    assert loaded["ljspeech"].decoder.attention_lstm_size == 1024  # Tacotron 2 dimensions
    small, demo = (
        {name: tensor.shape for name, tensor in Tacotron(40, 80, loaded[name].model).state_dict().items()}
        for name in ("ljspeech_small", "demo")
    )
    assert small == demo  # so that one warm-starts the other


def test_differences_name_keys_and_both_values():
    other = Recipe.model_validate({"training": {"seed": 9}, "attention": {"kind": "location_sensitive"}})
    found = differences(Recipe(), other)
    assert "training.seed: 1 / 9" in found
    assert "attention.kind: stepwise_monotonic / location_sensitive" in found


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[decoder]\nframes_per_stpe = 3\n", r"unknown key `decoder\.frames_per_stpe`.*Did you mean `frames_per_step`"),
        ("[decodr]\nx = 3\n", r"unknown key `decodr`.*Did you mean `decoder`"),
        ('[attention]\nkind = "stepwise"\n', r"Did you mean `stepwise_monotonic`"),
        ('[attention]\nkind = "location_sensitive"\nnoise = 1.0\n', r"unknown key `attention\.noise`"),
        ("[attention]\nnoize = 1.0\n", r"unknown key `attention\.noize`.*Did you mean `noise`"),
        ('[attention]\nkind = "gmm_v2"\nwindow = 3\n', r"key attention: expected no key `window`.*no energies"),
        ('[attention]\nkind = "dot"\n', r"r\.toml: expected encoder\.output_size = .*found 512 and 1024.*`general`"),
        (SCORED + 'score = "hibrid"\n', r"key attention\.score\.kind: expected one of dot,.*Did you mean `hybrid`"),
        (SCORED + 'normalizer = "widowing"\n', r"attention\.normalizer\.kind.*Did you mean `windowing`"),
        (SCORED + "score = {n_filters = 3}\n", r"attention\.score\.kind: expected one of dot,.*found no kind"),
        (SCORED + "score = 3\n", r"key attention\.score: expected a valid dictionary.*found 3"),
        (SCORED + 'nomralizer = "softmax"\n', r"unknown key `attention\.nomralizer`.*Did you mean `normalizer`"),
        (
            SCORED + 'score = {kind = "hybrid", n_filtres = 3}\n',
            r"unknown key `attention\.score\.n_filtres`.*Did you mean `n_filters`",
        ),
        (
            SCORED + 'normalizer = {kind = "top_k", k = 0}\n',
            r"key attention\.normalizer\.k: expected greater than or equal to 1, found 0",
        ),
        (
            SCORED + 'score = "dynamic_convolution"\nnormalizer = "monotonic"\n',
            r"key attention: expected a normalizer of the softmax family.*found 'monotonic'.*prior",
        ),
        ("[decoder]\nframes_per_step = 0\n", r"decoder\.frames_per_step.*greater than or equal to 1.*found 0"),
        ('[training]\nbatch_size = "many"\n', r"training\.batch_size.*integer.*'many'"),
        ("[encoder]\nkernel_size = 4\n", r"odd number"),
        ("[encoder]\noutput_size = 7\n", r"encoder\.output_size: expected an even number.*found 7"),
        ("[training]\nlearning_rate = inf\n", r"training\.learning_rate: expected a finite number, found inf"),
        ("[training]\nguided_weight = nan\n", r"training\.guided_weight: expected a finite number, found nan"),
        ("[mel]\nmax_hz = 20000\n", r"max_hz <= sample_rate / 2"),
        ("decoder = 3\n", r"key decoder"),
        ("[decoder\n", r"TOML in UTF-8"),
        ('extends = "missing.toml"\n', r"missing\.toml.*a recipe file"),
        ('extends = "r.toml"\n', r"a circle"),
        ("extends = 3\n", r"the name of a recipe file"),
    ],
)
def test_a_mistake_is_named_with_its_mend(tmp_path, text, message):
    with pytest.raises(RecipeError, match=message):
        load_recipe(write(tmp_path, text))


def test_a_binary_file_is_no_recipe(tmp_path):
    (tmp_path / "r.toml").write_bytes(b"\x89PNG\xff\xfe")
    with pytest.raises(RecipeError, match="UTF-8"):
        load_recipe(tmp_path / "r.toml")


def test_a_folder_is_no_recipe(tmp_path):
    with pytest.raises(RecipeError, match="a recipe file"):
        load_recipe(tmp_path)


@pytest.mark.parametrize("change", ["training.seed", "=3", ".seed=3", "training.=3"])
def test_a_change_must_be_a_key_and_a_value(tmp_path, change):
    with pytest.raises(RecipeError, match=r"table\.key=value"):
        load_recipe(write(tmp_path, ""), [change])


@pytest.mark.parametrize("letters", [" abc", "abc ", "a#b", "ab,", " ", "a\nb = 3"])
def test_text_without_quotes_is_taken_as_it_stands(tmp_path, letters):
    assert load_recipe(write(tmp_path, ""), [f"text.letters={letters}"]).text.letters == letters


def test_spaces_around_a_number_or_a_quoted_text_do_not_count(tmp_path):
    recipe = load_recipe(write(tmp_path, ""), ["training.seed= 5 ", "text.letters= 'a#b' "])
    assert (recipe.training.seed, recipe.text.letters) == (5, "a#b")


@pytest.mark.parametrize("value", ["1#2", "1 # one", "1,", "1, 2", "1\nx = 3", ""])
def test_a_number_with_something_behind_it_is_an_error(tmp_path, value):
    with pytest.raises(RecipeError, match=r"key training\.seed: expected a valid integer"):
        load_recipe(write(tmp_path, ""), [f"training.seed={value}"])
