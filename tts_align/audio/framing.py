"""Cutting a wave into overlapping frames and laying frames back into a wave: one geometry for mel and Griffin-Lim."""

import functools

import torch

from tts_align.errors import AudioError


def count_frames(n_samples: int, hop_samples: int) -> int:
    """Says how many frames a wave has: one per whole hop.

    Formula: L = S // hop.

    Example:
        >>> count_frames(1000, 256)
        3
    """
    return n_samples // hop_samples


def frame_wave(wave: torch.Tensor, n_fft: int, hop_samples: int) -> torch.Tensor:
    """Cuts a wave into overlapping frames, with the framing of HiFi-GAN.

    The wave is reflected by (n_fft - hop) / 2 samples at both ends, so that S samples give exactly S // hop frames
    and frame l is centred on the middle of hop l:

        |<- pad ->|<-------------- S samples -------------->|<- pad ->|
        [----- frame 0 -----]
              [----- frame 1 -----]       each frame starts one hop after the one before

    A wave that is too short to be reflected (S <= pad) is first continued by zeros.

    Args:
        wave: (S,) float32, S >= hop.
        n_fft: samples of a frame.
        hop_samples: samples from one frame to the next; n_fft - hop is even.

    Returns:
        (L, n_fft) a view where possible, not windowed.

    Raises:
        AudioError: the wave is shorter than one hop, or no vector.

    Reference: Kong et al. 2020 (HiFi-GAN), the framing of its published mel settings.

    Example:
        >>> frame_wave(torch.arange(8.0), n_fft=4, hop_samples=2)[0]
        tensor([1., 0., 1., 2.])
        >>> frame_wave(torch.arange(8.0), n_fft=4, hop_samples=2).shape
        torch.Size([4, 4])
    """
    if wave.dim() != 1 or wave.shape[0] < hop_samples:
        raise AudioError(
            where="wave",
            expected=f"a vector of at least one hop ({hop_samples} samples)",
            found=f"shape {tuple(wave.shape)}",
            fix="Give one channel, and leave out sounds this short.",
        )
    pad = (n_fft - hop_samples) // 2
    n_frames = count_frames(wave.shape[0], hop_samples)
    if wave.shape[0] <= pad:
        wave = torch.nn.functional.pad(wave, (0, pad + 1 - wave.shape[0]))
    padded = torch.cat([wave[1 : pad + 1].flip(0), wave, wave[wave.shape[0] - pad - 1 : -1].flip(0)])
    return padded.unfold(0, n_fft, hop_samples)[:n_frames]


def overlap_add(frames: torch.Tensor, hop_samples: int) -> torch.Tensor:
    """Lays frames back one hop apart, adds them, and cuts off the padding of `frame_wave`.

    Args:
        frames: (L, n_fft).
        hop_samples: samples from one frame to the next.

    Returns:
        (L * hop,) the sum.

    Example:
        >>> overlap_add(torch.ones(3, 4), hop_samples=2)
        tensor([1., 2., 2., 2., 2., 1.])
    """
    n_frames, n_fft = frames.shape
    pad = (n_fft - hop_samples) // 2
    n_parts = -(-n_fft // hop_samples)
    if n_fft % hop_samples:
        frames = torch.nn.functional.pad(frames, (0, n_parts * hop_samples - n_fft))
    parts = frames.view(n_frames, n_parts, hop_samples)
    total = frames.new_zeros(n_frames + n_parts - 1, hop_samples)
    for part in range(n_parts):  # piece number `part` of frame l lies on hop l + part
        total[part : part + n_frames] += parts[:, part]
    return total.view(-1)[pad : pad + n_frames * hop_samples]


@functools.lru_cache(maxsize=16)
def hann_window(window_samples: int, n_fft: int, device: torch.device) -> torch.Tensor:
    """Makes the periodic Hann window, centred in a frame of n_fft samples. Shared: do not change it in place.

    Returns:
        (n_fft,) float32 in [0, 1].

    Example:
        >>> hann_window(4, 4, torch.device("cpu"))
        tensor([0.0000, 0.5000, 1.0000, 0.5000])
    """
    with torch.inference_mode(False):  # kept for every caller, also for one that wants gradients
        window = torch.hann_window(window_samples, periodic=True, dtype=torch.float64).float()
        left = (n_fft - window_samples) // 2
        return torch.nn.functional.pad(window, (left, n_fft - window_samples - left)).to(device)
