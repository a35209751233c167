import heapq

import numpy as np
import torch

from tests.audio.signals import speech_like
from tts_align.audio import (
    MelSettings,
    griffin_lim,
    guess_phases,
    magnitude_spectrogram,
    spectral_convergence_db,
)

SETTINGS = MelSettings()


def by_heap(logs: np.ndarray, first: float) -> np.ndarray:
    """The published order: of all bins that are known, the strongest hands its phase on."""
    n_frames, n_bins = logs.shape
    ratio = 256 * 1024 / (0.25645 * 1024**2)
    over_bins, over_frames = np.zeros_like(logs), np.zeros_like(logs)
    over_bins[:, 1:-1] = (logs[:, 2:] - logs[:, :-2]) / 2
    over_frames[1:-1] = (logs[2:] - logs[:-2]) / 2
    advance = ratio * over_bins + 2 * np.pi * 256 / 1024 * np.arange(n_bins)
    rise = -over_frames / ratio - np.pi
    phases = np.zeros_like(logs)
    for frame in range(n_frames):
        if frame == 0:
            phases[0, logs[0].argmax()] = first
            done = {int(logs[0].argmax())}
            heap = [(0.0, bin_, True) for bin_ in done]
        else:
            done = set()
            heap = [(-logs[frame - 1, bin_], bin_, False) for bin_ in range(n_bins)]
        heapq.heapify(heap)
        while heap:
            _, here, is_now = heapq.heappop(heap)
            if not is_now:
                if here not in done:
                    phases[frame, here] = phases[frame - 1, here] + advance[frame - 1 : frame + 1, here].mean()
                    done.add(here)
                    heapq.heappush(heap, (-logs[frame, here], here, True))
                continue
            for there in {here - 1, here + 1} & set(range(n_bins)) - done:
                phases[frame, there] = phases[frame, here] + (there - here) * rise[frame, [here, there]].mean()
                done.add(there)
                heapq.heappush(heap, (-logs[frame, there], there, True))
    return phases


def test_a_steady_tone_gets_its_phases_but_for_one_constant():
    tone = torch.sin(0.31 * torch.arange(20 * 256.0))
    magnitude = magnitude_spectrogram(tone, SETTINGS)
    phases = guess_phases(magnitude, SETTINGS, seed=0)
    peak = int(magnitude[10].argmax())
    steps = np.diff(phases[2:-2, peak].double().numpy()) - 0.31 * 256
    np.testing.assert_allclose((steps + np.pi) % (2 * np.pi) - np.pi, 0, atol=0.05)


def test_the_guess_alone_is_nearer_than_random_phases_by_14_db():
    magnitude = magnitude_spectrogram(torch.from_numpy(speech_like(2.0)), SETTINGS)
    guessed = spectral_convergence_db(griffin_lim(magnitude, SETTINGS, 0), magnitude, SETTINGS)
    assert guessed < -18  # random ones: -4 dB


def test_two_sweeps_find_what_taking_the_strongest_bin_off_a_heap_finds():
    logs = np.random.default_rng(0).normal(size=(23, 513))  # no two are equal, which the order would decide
    magnitude = torch.from_numpy(logs).exp().float()
    expected = by_heap(logs, float(np.random.default_rng(7).uniform(0, 2 * np.pi)))
    difference = guess_phases(magnitude, SETTINGS, seed=7).double().numpy() - expected
    assert np.abs((difference + np.pi) % (2 * np.pi) - np.pi).max() < 0.02


def test_louder_sound_has_the_same_phases_and_another_seed_turns_them_all():
    magnitude = magnitude_spectrogram(torch.from_numpy(speech_like(0.3)), SETTINGS)
    phases, louder, other = (
        torch.polar(torch.ones(()), guess_phases(each, SETTINGS, seed=seed))
        for each, seed in ((magnitude, 0), (16 * magnitude, 0), (magnitude, 1))
    )
    torch.testing.assert_close(louder, phases, rtol=0, atol=1e-2)
    turned = (other / phases).numpy()
    np.testing.assert_allclose(turned, np.full_like(turned, turned[0, 0]), atol=1e-2)


def test_padded_utterances_have_the_phases_that_they_have_alone():
    waves = [torch.from_numpy(speech_like(seconds, seed=7)) for seconds in (0.31, 0.13)]
    alone = [magnitude_spectrogram(wave, SETTINGS) for wave in waves]
    batch = torch.nn.utils.rnn.pad_sequence(alone, batch_first=True, padding_value=9.0)
    lengths = torch.tensor([len(each) for each in alone])
    together = guess_phases(batch, SETTINGS, seed=3, n_frames=lengths)
    for each, got in zip(alone, together, strict=True):
        assert torch.equal(got[: len(each)], guess_phases(each, SETTINGS, seed=3))
        assert (got[len(each) :] == 0).all()


def test_silence_and_flat_noise_have_finite_phases():
    for magnitude in (torch.zeros(5, 513), torch.ones(5, 513), torch.rand(1, 513)):
        phases = guess_phases(magnitude, SETTINGS, seed=0)
        assert phases.dtype == torch.float32
        assert phases.isfinite().all()
        assert phases.shape == magnitude.shape
