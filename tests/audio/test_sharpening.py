"""Sharpening takes a smoothing along frequency away, and nothing else."""

import numpy as np
import pytest
import torch
from scipy.ndimage import gaussian_filter1d

from tts_align.audio.sharpening import SMOOTHING_BINS, sharpen


@pytest.mark.parametrize("n_mels", [1, 5, 80])
def test_it_is_unsharp_masking_along_frequency(n_mels):
    mel = np.random.default_rng(1).normal(size=(2, 7, n_mels))
    smooth = gaussian_filter1d(mel, SMOOTHING_BINS, axis=-1, mode="reflect")
    found = sharpen(torch.from_numpy(mel), 1.3).numpy()
    np.testing.assert_allclose(found, mel + 1.3 * (mel - smooth), atol=1e-12)


def test_frames_do_not_touch_each_other_and_the_type_stays():
    mel = torch.randn(9, 80)
    one = sharpen(mel[4:5], 0.7)
    assert one.dtype == torch.float32
    torch.testing.assert_close(sharpen(mel, 0.7)[4:5], one, atol=1e-5, rtol=0)


def test_none_changes_nothing():
    mel = torch.randn(3, 80)
    assert sharpen(mel, 0.0) is mel


@pytest.mark.parametrize("amount", [-0.1, float("nan"), float("inf")])
def test_an_amount_that_means_nothing_is_refused(amount):
    with pytest.raises(ValueError, match="expected an amount of sharpening >= 0"):
        sharpen(torch.zeros(1, 80), amount)
