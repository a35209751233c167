"""The recipes of the project's own comparison."""

from pathlib import Path

import pytest
import torch

from tts_align.comparing.plan import plan
from tts_align.model import Tacotron
from tts_align.noise import Noise
from tts_align.text import Alphabet
from tts_align.voice import VoiceCard, read_voice, save_voice

RECIPES = sorted((Path(__file__).parents[2] / "recipes" / "compare").glob("*.toml"))


def test_they_differ_in_attention_only_and_no_two_are_alike(tmp_path):
    planned = plan(RECIPES, tmp_path, [1], None)
    settings = {each.recipe.attention for each in planned}
    assert len(settings) == len(planned) >= 18


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_each_makes_a_voice_that_is_the_same_from_disk(path, tmp_path):
    recipe = plan([path], tmp_path, [1], None)[0].recipe
    alphabet = Alphabet(recipe.text.letters)
    torch.manual_seed(1)
    model = Tacotron(len(alphabet), recipe.mel.n_mels, recipe.model).eval()
    card = VoiceCard(
        letters=alphabet.letters, mel=recipe.mel, trim=recipe.trim, model=recipe.model, updates=1, seed=1, versions={}
    )
    save_voice(tmp_path / "weights.safetensors", card, model.state_dict())
    loaded, _ = read_voice(tmp_path).build()
    symbols = torch.from_numpy(alphabet.ids(alphabet.encode("a cab")))[None]
    mel = torch.randn(1, 12, recipe.mel.n_mels)
    durations = torch.full(symbols.shape, 4 / symbols.shape[1])
    said = [
        each(symbols, symbols > 0, mel, torch.tensor([12]), Noise(torch.tensor([1])), durations=durations)
        for each in (model, loaded)
    ]
    torch.testing.assert_close(said[0].weights, said[1].weights)
    torch.testing.assert_close(said[0].mel, said[1].mel)
