"""One step of Griffin-Lim: a wave takes the wanted magnitudes and keeps its phases. All room is made once."""

import torch

from tts_align.audio.framing import hann_window
from tts_align.audio.mel import MelSettings

_TINY = 1e-16


class Projection:
    """Brings waves nearer to given magnitudes: cut into frames, scale each bin, lay the frames back.

    Waves are held as they are framed, with their reflected ends (`frame_wave`), each utterance with an end of its own:

        |<- pad ->|<----- S samples ----->|<- pad ->|  zeros of shorter utterances
        reflected          wave            reflected

    so that a step is two Fourier transforms and a few passes over memory that is used again at every step.

    Args:
        magnitude: (B, L, K) float32 >= 0, 0 on padding.
        n_frames: (B,) real frames, on the CPU.
        settings: the geometry.
    """

    def __init__(self, magnitude: torch.Tensor, n_frames: torch.Tensor, settings: MelSettings):
        self._magnitude, self._settings = magnitude, settings
        self._pad = (settings.n_fft - settings.hop_samples) // 2
        device, (n_utterances, self._n_frames, _) = magnitude.device, magnitude.shape
        self._window = hann_window(settings.window_samples, settings.n_fft, device)
        n_parts = -(-settings.n_fft // settings.hop_samples)
        # a wave shorter than the padding is continued by zeros before it is reflected
        n_least = -(-(3 * self._pad + 1) // settings.hop_samples)
        self._size = (n_utterances, max(self._n_frames + n_parts - 1, n_least), settings.hop_samples)
        self._windowed = magnitude.new_empty(n_utterances, self._n_frames, settings.n_fft)
        self._squares = magnitude.new_empty(*magnitude.shape, 2)
        self._factor = torch.empty_like(magnitude)
        n_samples = n_frames * settings.hop_samples
        self._scale = self._inverse_envelope(n_frames, n_samples).to(device)
        ends = self._pad + n_samples.clamp(min=self._pad + 1)[:, None] - 1  # (B, 1) the last sample before a reflection
        steps = torch.arange(1, self._pad + 1)
        self._reflected, self._mirrored = (ends + steps).to(device), (ends - steps).to(device)

    def start(self, phases: torch.Tensor) -> torch.Tensor:
        """The nearest waves to the magnitudes with these phases, with their reflected ends."""
        return self._laid_back(torch.polar(self._magnitude, phases), self.room())

    def room(self) -> torch.Tensor:
        """Room for waves with their reflected ends."""
        return self._magnitude.new_empty(self._size).view(self._size[0], -1)

    def __call__(self, padded: torch.Tensor, out: torch.Tensor) -> torch.Tensor:
        """Writes to `out`, and returns, the nearest waves to the magnitudes with the phases of the given waves."""
        frames = padded.unfold(1, self._settings.n_fft, self._settings.hop_samples)[:, : self._n_frames]
        torch.mul(frames, self._window, out=self._windowed)
        spectrum = torch.fft.rfft(self._windowed)
        parts = torch.view_as_real(spectrum)
        torch.mul(parts, parts, out=self._squares)
        torch.add(self._squares[..., 0], self._squares[..., 1], out=self._factor)
        self._factor.add_(_TINY).rsqrt_().mul_(self._magnitude)
        return self._laid_back(spectrum.mul_(self._factor), out)

    def cut(self, padded: torch.Tensor) -> torch.Tensor:
        """The waves alone: (B, L * hop), zero after an utterance's end."""
        inside = padded[:, self._pad : self._pad + self._n_frames * self._settings.hop_samples]
        return inside * (self._scale[:, self._pad : self._pad + inside.shape[1]] > 0)

    def _laid_back(self, spectrum: torch.Tensor, out: torch.Tensor) -> torch.Tensor:
        """The least-squares wave of a spectrum: windowed, overlap-added, divided by the summed squared windows."""
        self._add_up(torch.fft.irfft(spectrum, n=self._settings.n_fft), self._window, out.view(self._size))
        out.mul_(self._scale)
        out[:, : self._pad] = out[:, self._pad + 1 : 2 * self._pad + 1].flip(1)
        return out.scatter_(1, self._reflected, out.gather(1, self._mirrored))

    def _add_up(self, frames: torch.Tensor, window: torch.Tensor, total: torch.Tensor) -> None:
        """Adds windowed frames, a hop apart; piece number `part` of frame l lies on hop l + part."""
        hop, n_fft = self._settings.hop_samples, self._settings.n_fft
        total.zero_()
        for part, left in enumerate(range(0, n_fft, hop)):
            width = min(hop, n_fft - left)
            place = total[:, part : part + self._n_frames, :width]
            place.addcmul_(frames[..., left : left + width], window[left : left + width])

    def _inverse_envelope(self, n_frames: torch.Tensor, n_samples: torch.Tensor) -> torch.Tensor:
        """One over the summed squared windows inside each wave and zero outside: (B, samples)."""
        window = self._window.cpu()
        is_real = torch.arange(self._n_frames) < n_frames[:, None]
        envelope = torch.zeros(self._size)
        self._add_up(is_real[..., None] * window, window, envelope)
        places = torch.arange(self._size[1] * self._size[2]) - self._pad
        is_inside = (places >= 0) & (places < n_samples[:, None])
        return is_inside / envelope.view(len(n_frames), -1).clamp(min=_TINY)
