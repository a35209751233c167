"""Speaking in portions is speaking at once."""

import pytest
import torch

from tts_align.attention import LocationSensitiveConfig, StepwiseMonotonicConfig
from tts_align.errors import TextError, VoiceError
from tts_align.model import Tacotron, small_config, speak
from tts_align.model.speaking import Speaking
from tts_align.noise import Noise

N_SYMBOLS, N_MELS = 17, 5
KINDS = {
    "hard": StepwiseMonotonicConfig(hidden_size=7, offset=0.0),
    "soft": StepwiseMonotonicConfig(hidden_size=7, offset=0.0, inference="soft"),
    "location_sensitive": LocationSensitiveConfig(hidden_size=7, n_filters=2, kernel_size=3),
}
LIMIT = torch.tensor([31, 9, 17])


@pytest.fixture(params=sorted(KINDS))
def model(request):
    torch.manual_seed(3)
    return Tacotron(N_SYMBOLS, N_MELS, small_config(KINDS[request.param])).eval()


def batch(lengths=(7, 3, 11)):
    torch.manual_seed(4)
    mask = torch.arange(max(lengths)) < torch.tensor(lengths)[:, None]
    return torch.randint(1, N_SYMBOLS, mask.shape) * mask, mask


def speaking_of(model, limit=LIMIT):
    return Speaking(model, *batch(), Noise(torch.arange(3)), limit, rest_steps=3)


@pytest.mark.parametrize("portion", [1, 4, 7])
def test_portions_join_to_what_is_spoken_at_once(model, portion):
    whole = speak(model, *batch(), Noise(torch.arange(3)), limit_steps=LIMIT, rest_steps=3)
    speaking = speaking_of(model)
    mels, rows, going = [], [], True
    while going:
        before = speaking.n_made
        going = speaking.advance(portion)
        mels.append(speaking.mel(before))
        rows.append(speaking.weights(before))
    assert torch.equal(torch.cat(mels, dim=1), whole.mel)
    assert torch.equal(torch.cat(rows, dim=1), whole.weights)
    assert torch.equal(speaking.prediction().refined_mel, whole.refined_mel)
    assert speaking.stopped_by == whole.stopped_by and None not in speaking.stopped_by


def test_those_who_have_stopped_are_told_from_those_who_speak_on(model):
    speaking = speaking_of(model, limit=torch.tensor([31, 2, 4]))
    assert speaking.advance(3)
    assert speaking.stopped_by[1] == "limit" and speaking.stopped_by[2] is None
    assert speaking.n_steps.tolist() == [3, 2, 3]
    assert not speaking.advance(99)
    assert speaking.n_steps.tolist()[1:] == [2, 4]
    assert speaking.n_made == int(speaking.n_steps.max())
    assert not speaking.advance(5) and speaking.n_made == int(speaking.n_steps.max())


def test_a_prediction_in_mid_speech_has_what_was_said_so_far(model):
    speaking = speaking_of(model)
    speaking.advance(5)
    half = speaking.prediction()
    assert half.weights.shape == (3, 5, 11) and half.mel.shape == (3, 10, N_MELS)
    speaking.advance(99)
    torch.testing.assert_close(speaking.prediction().mel[:, :10], half.mel)


def test_nothing_new_is_an_empty_piece(model):
    speaking = speaking_of(model)
    assert speaking.mel().shape == (3, 0, N_MELS) and speaking.weights().shape == (3, 0, 11)
    speaking.advance(2)
    assert speaking.mel(2).shape == (3, 0, N_MELS)


def test_nothing_to_speak_is_an_error():
    model = Tacotron(N_SYMBOLS, N_MELS, small_config()).eval()
    none, one = torch.ones(0, 3, dtype=torch.long), torch.zeros(1, 3, dtype=torch.long)
    limit = torch.tensor([4])
    with pytest.raises(TextError, match="at least one symbol per utterance, found an empty batch"):
        Speaking(model, none, none > 0, Noise(none[:, 0]), limit[:0], rest_steps=3)
    with pytest.raises(TextError, match="found an utterance without symbols"):
        Speaking(model, one, one > 0, Noise(one[:, 0]), limit, rest_steps=3)
    with pytest.raises(TextError, match="no step made yet"):
        Speaking(model, one, one == 0, Noise(one[:, 0]), limit, rest_steps=3).prediction()


def test_given_durations_are_followed_step_by_step():
    model = Tacotron(N_SYMBOLS, N_MELS, small_config(KINDS["hard"])).eval()
    symbols = torch.tensor([[2, 3, 4, 1]])
    durations = torch.tensor([[2.0, 1.0, 3.0, 1.0]])
    noise, limit = Noise(torch.tensor([3])), torch.tensor([8])
    speaking = Speaking(model, symbols, symbols > 0, noise, limit, rest_steps=99, durations=durations)
    speaking.advance(6)
    assert speaking.weights()[0].argmax(1).tolist() == [0, 0, 1, 2, 2, 2]


def test_an_attention_without_a_pace_refuses_durations():
    model = Tacotron(N_SYMBOLS, N_MELS, small_config(KINDS["location_sensitive"])).eval()
    one = torch.ones(1, 3, dtype=torch.long)
    with pytest.raises(VoiceError, match="rate: expected a voice with stepwise_monotonic attention"):
        Speaking(model, one, one > 0, Noise(one[:, 0]), one[:, 0], rest_steps=3, durations=one.float())
