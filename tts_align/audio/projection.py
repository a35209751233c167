"""One step of Griffin-Lim: a wave takes the wanted magnitudes and keeps its phases."""

import torch

from tts_align.audio.framing import hann_window
from tts_align.audio.mel import MelSettings

_TINY = 1e-16
_BLOCK_FRAMES = 256  # worked on together on a CPU: what they need mostly stays in the core's own cache


class Projection:
    """Brings waves nearer to given magnitudes: cut into frames, scale each bin, lay the frames back.

    Waves are held as they are framed, with their reflected ends (`frame_wave`), each utterance with an end of its own:

        |<- pad ->|<----- S samples ----->|<- pad ->|  zeros of shorter utterances
        reflected          wave            reflected

    so that a step is two Fourier transforms and a few passes over memory, on a CPU block by block.

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
        n_block = self._n_frames if device.type != "cpu" else max(1, _BLOCK_FRAMES // n_utterances)
        self._blocks = [slice(i, min(i + n_block, self._n_frames)) for i in range(0, self._n_frames, n_block)]
        n_samples = n_frames * settings.hop_samples
        self._scale = self._inverse_envelope(n_frames, n_samples).to(device)
        ends = self._pad + n_samples.clamp(min=self._pad + 1)[:, None] - 1  # (B, 1) the last sample before a reflection
        steps = torch.arange(1, self._pad + 1)
        self._reflected, self._mirrored = (ends + steps).to(device), (ends - steps).to(device)

    def start(self, phases: torch.Tensor) -> torch.Tensor:
        """The nearest waves to the magnitudes with these phases, with their reflected ends."""
        total = self.room().view(self._size).zero_()
        for block in self._blocks:
            self._lay_back(torch.polar(self._magnitude[:, block], phases[:, block]), block, total)
        return self._finished(total)

    def room(self) -> torch.Tensor:
        """Room for waves with their reflected ends."""
        return self._magnitude.new_empty(self._size).view(self._size[0], -1)

    def __call__(self, padded: torch.Tensor, out: torch.Tensor) -> torch.Tensor:
        """Writes to `out`, and returns, the nearest waves to the magnitudes with the phases of the given waves."""
        frames = padded.unfold(1, self._settings.n_fft, self._settings.hop_samples)
        total = out.view(self._size).zero_()
        for block in self._blocks:
            spectrum = torch.fft.rfft(frames[:, block] * self._window)
            squares = torch.view_as_real(spectrum).square()
            factor = (squares[..., 0] + squares[..., 1]).add_(_TINY).rsqrt_().mul_(self._magnitude[:, block])
            self._lay_back(spectrum.mul_(factor), block, total)
        return self._finished(total)

    def cut(self, padded: torch.Tensor) -> torch.Tensor:
        """The waves alone: (B, L * hop), zero after an utterance's end."""
        inside = padded[:, self._pad : self._pad + self._n_frames * self._settings.hop_samples]
        return inside * (self._scale[:, self._pad : self._pad + inside.shape[1]] > 0)

    def _lay_back(self, spectrum: torch.Tensor, block: slice, total: torch.Tensor) -> None:
        self._add_up(torch.fft.irfft(spectrum, n=self._settings.n_fft), block, total)

    def _add_up(self, frames: torch.Tensor, block: slice, total: torch.Tensor) -> None:
        """Adds frames, windowed and a hop apart; piece number `part` of frame l lies on hop l + part."""
        hop, n_fft = self._settings.hop_samples, self._settings.n_fft
        for part, left in enumerate(range(0, n_fft, hop)):
            width = min(hop, n_fft - left)
            place = total[:, block.start + part : block.stop + part, :width]
            place.addcmul_(frames[..., left : left + width], self._window[left : left + width])

    def _finished(self, total: torch.Tensor) -> torch.Tensor:
        """The least-squares waves: divided by the summed squared windows, and reflected at their ends."""
        padded = total.view(len(total), -1).mul_(self._scale)
        padded[:, : self._pad] = padded[:, self._pad + 1 : 2 * self._pad + 1].flip(1)
        return padded.scatter_(1, self._reflected, padded.gather(1, self._mirrored))

    def _inverse_envelope(self, n_frames: torch.Tensor, n_samples: torch.Tensor) -> torch.Tensor:
        """One over the summed squared windows inside each wave and zero outside: (B, samples)."""
        is_real = torch.arange(self._n_frames) < n_frames[:, None]
        total = self.room().view(self._size).zero_()
        everything = slice(0, self._n_frames)
        self._add_up(is_real[..., None].to(total.device) * self._window, everything, total)
        envelope = total.view(len(total), -1).cpu()
        places = torch.arange(self._size[1] * self._size[2]) - self._pad
        is_inside = (places >= 0) & (places < n_samples[:, None])
        return is_inside / envelope.clamp(min=_TINY)
