import numpy as np
import pytest
import torch

from tts_align.audio.framing import frame_wave, hann_window, overlap_add


@pytest.mark.parametrize(("n_fft", "hop"), [(8, 2), (10, 4), (13, 5), (7, 3)])
def test_overlap_add_equals_a_loop(n_fft, hop):
    frames = torch.rand(11, n_fft, generator=torch.Generator().manual_seed(0))
    pad = (n_fft - hop) // 2
    total = np.zeros(11 * hop + n_fft)
    for number, frame in enumerate(frames.numpy()):
        total[number * hop : number * hop + n_fft] += frame
    np.testing.assert_allclose(overlap_add(frames, hop).numpy(), total[pad : pad + 11 * hop], rtol=1e-5)


@pytest.mark.parametrize("n_samples", [24, 25, 27])
def test_windowed_frames_laid_back_give_the_wave(n_samples):
    wave = torch.rand(n_samples, generator=torch.Generator().manual_seed(0))
    frames = frame_wave(wave, n_fft=8, hop_samples=4)
    window = hann_window(8, 8, torch.device("cpu"))
    weight = overlap_add(window.expand(len(frames), -1), 4)
    whole = n_samples // 4 * 4
    np.testing.assert_allclose((overlap_add(frames * window, 4) / weight).numpy(), wave[:whole].numpy(), rtol=1e-5)


def test_a_short_window_is_centred_in_the_frame():
    assert hann_window(4, 10, torch.device("cpu")).tolist() == [0, 0, 0, 0, 0.5, 1, 0.5, 0, 0, 0]
