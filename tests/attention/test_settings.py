"""What a recipe's `[attention]` table can and cannot say."""

from pathlib import Path

import pytest
from pydantic import TypeAdapter, ValidationError

from tests.attention.running import E_SIZE, Q_SIZE
from tts_align.attention import MECHANISMS, NORMALIZERS, SCORES, AttentionConfig, build_attention
from tts_align.attention.normalizers import Softmax, StepwiseMonotonic
from tts_align.attention.scores import AdditiveScore, OffsetScore
from tts_align.errors import RecipeError

read = TypeAdapter(AttentionConfig).validate_python


def test_the_family_has_all_its_members():
    assert len(MECHANISMS) == 19
    assert len(SCORES) == 9
    assert len(NORMALIZERS) == 9


def test_the_documentation_lists_every_kind_and_every_key():
    text = (Path(__file__).resolve().parents[2] / "docs" / "attention_mechanisms.md").read_text(encoding="utf8")
    tables = [*MECHANISMS.values(), *SCORES.values(), *NORMALIZERS.values()]
    for settings in tables:
        fields = settings.model_fields
        assert f"`{fields['kind'].default}`" in text
        for key in fields.keys() - {"kind"}:
            assert f"`{key}`" in text, key


@pytest.mark.parametrize("kind", sorted(MECHANISMS))
def test_settings_survive_being_written_and_read(kind):
    config = MECHANISMS[kind]()
    assert read(config.model_dump()) == config
    assert read({"kind": kind}) == config


def test_a_part_without_keys_can_be_named_in_one_word():
    config = read({"kind": "scored", "score": "hybrid", "normalizer": {"kind": "windowing", "width": 4}})
    assert (config.score, config.normalizer) == (SCORES["hybrid"](), NORMALIZERS["windowing"](width=4))


def test_a_named_pair_is_the_same_as_its_parts_put_together():
    named = build_attention(read({"kind": "stepwise_monotonic", "offset": 2.5}), E_SIZE, Q_SIZE)
    parts = {"kind": "scored", "score": "additive", "normalizer": {"kind": "stepwise_monotonic", "offset": 2.5}}
    free = build_attention(read(parts), E_SIZE, Q_SIZE)
    assert {name: weight.shape for name, weight in named.state_dict().items()} == {
        name: weight.shape for name, weight in free.state_dict().items()
    }
    assert free.score.vector.bias.item() == named.score.vector.bias.item() == 2.5


def test_names_of_weights_in_trained_voices_stay_what_they_are():
    assert set(build_attention(read({"kind": "stepwise_monotonic"}), E_SIZE, Q_SIZE).state_dict()) == {
        "score.key.weight",
        "score.query.weight",
        "score.query.bias",
        "score.vector.weight",
        "score.vector.bias",
    }
    assert set(build_attention(read({"kind": "location_sensitive"}), E_SIZE, Q_SIZE).state_dict()) == {
        "score.key.weight",
        "score.query.weight",
        "score.query.bias",
        "score.vector.weight",
        "score.filters.weight",
        "score.location.weight",
    }


def test_a_probability_to_stop_begins_at_its_offset_whatever_the_score():
    attention = build_attention(
        read({"kind": "scored", "score": "general", "normalizer": "stepwise_monotonic"}), E_SIZE, Q_SIZE
    )
    assert isinstance(attention.score, OffsetScore)
    assert attention.score.offset.item() == 3.5
    assert isinstance(attention.normalizer, StepwiseMonotonic)
    soft = build_attention(read({"kind": "scored", "score": "additive"}), E_SIZE, Q_SIZE)
    assert isinstance(soft.score, AdditiveScore)
    assert isinstance(soft.normalizer, Softmax)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"kind": "gmm_v2", "window": 5}, "no key `window` here, found window = 5. There are no energies"),
        ({"kind": "gmm_v0", "normalizer": "softmax"}, "A mixture has no energies to normalize"),
        ({"kind": "oracle", "window": 5}, "no key `window`"),
        ({"kind": "fixed_context", "inference": "hard"}, "Its rows are always the same"),
        ({"kind": "additive", "normalizer": "smoothing"}, 'take kind = "scored"'),
        ({"kind": "scored", "inference": "hard"}, "belongs into the table `normalizer`"),
        ({"kind": "scored", "hidden_size": 8}, "belongs into the table `score`"),
        ({"kind": "scored", "score": {"kind": "dot", "hidden_size": 8}}, "no hidden layer"),
        ({"kind": "scored", "score": "dynamic_convolution", "normalizer": "smoothing"}, "softmax family"),
        ({"kind": "scored", "normalizer": {"kind": "windowing", "width": 9}, "window": 5}, "normalizer.width = 9"),
        ({"kind": "stepwise_monotonic", "inference": "bernoulli"}, "'soft' or 'hard'"),
        ({"kind": "location_sensitive", "kernel_size": 4}, "an odd number"),
        ({"kind": "gmm_v1", "initial_width": 0.0}, "greater than 0"),
        ({"kind": "scored", "window": -1}, "greater than or equal to 0"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(table, message):
    with pytest.raises(ValidationError, match=message):
        read(table)


def test_a_dot_product_of_two_sizes_is_refused():
    with pytest.raises(RecipeError, match=r"found 5 and 3\. Make them equal, or take the score `general`"):
        build_attention(read({"kind": "dot"}), 5, 3)
    assert build_attention(read({"kind": "dot"}), 5, 5).row_mass == "one"
