import pytest
import torch

from tests.audio.signals import speech_like
from tts_align.audio import (
    MelSettings,
    griffin_lim,
    log_mel,
    magnitude_spectrogram,
    mel_to_magnitude,
    spectral_convergence_db,
)

SETTINGS = MelSettings()

needs_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU here")


@needs_gpu
def test_a_gpu_gives_what_the_cpu_gives():
    wave = torch.from_numpy(speech_like(1.0))
    mel, gpu_mel = log_mel(wave, SETTINGS), log_mel(wave.cuda(), SETTINGS)
    assert gpu_mel.is_cuda
    torch.testing.assert_close(gpu_mel.exp().cpu(), mel.exp(), rtol=1e-3, atol=1e-5)
    magnitude, gpu_magnitude = mel_to_magnitude(mel, SETTINGS), mel_to_magnitude(gpu_mel, SETTINGS)
    torch.testing.assert_close(gpu_magnitude.cpu(), magnitude, rtol=1e-2, atol=1e-3)
    gpu_wave = griffin_lim(magnitude.cuda(), SETTINGS)
    assert gpu_wave.is_cuda
    on_cpu = spectral_convergence_db(griffin_lim(magnitude, SETTINGS), magnitude, SETTINGS)
    assert spectral_convergence_db(gpu_wave.cpu(), magnitude, SETTINGS) == pytest.approx(on_cpu, abs=0.5)


@needs_gpu
def test_a_gpu_gives_a_padded_batch_what_it_gives_each_alone():
    alone = [magnitude_spectrogram(torch.from_numpy(speech_like(seconds)).cuda(), SETTINGS) for seconds in (1.0, 0.3)]
    batch = torch.nn.utils.rnn.pad_sequence(alone, batch_first=True)
    together = griffin_lim(batch, SETTINGS, n_frames=torch.tensor([len(each) for each in alone]))
    for each, wave in zip(alone, together.cpu(), strict=True):
        by_itself = spectral_convergence_db(griffin_lim(each, SETTINGS).cpu(), each.cpu(), SETTINGS)
        in_batch = spectral_convergence_db(wave[: 256 * len(each)], each.cpu(), SETTINGS)
        assert in_batch == pytest.approx(by_itself, abs=0.1)


def test_half_precision_around_the_call_changes_nothing():
    wave = torch.from_numpy(speech_like(0.5))
    mel = log_mel(wave, SETTINGS)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert torch.equal(log_mel(wave, SETTINGS), mel)
        assert torch.equal(mel_to_magnitude(mel, SETTINGS), mel_to_magnitude(mel, SETTINGS))
        assert mel_to_magnitude(mel, SETTINGS).dtype == torch.float32


def test_what_inference_mode_kept_can_be_used_with_gradients():
    settings = MelSettings(n_mels=23)  # not used elsewhere: its window and filters are made in the block
    wave = torch.from_numpy(speech_like(0.5))
    with torch.inference_mode():
        log_mel(wave, settings)
    leaf = wave.clone().requires_grad_()
    log_mel(leaf, settings).sum().backward()
    assert leaf.grad is not None
    assert leaf.grad.isfinite().all()
    assert magnitude_spectrogram(leaf, settings).requires_grad
