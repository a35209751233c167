"""Mel frames to sound while they come: Griffin-Lim over a window that moves on."""

import numpy as np
import torch
from torch import Tensor

from tts_align.audio import MelSettings, guess_phases, mel_to_magnitude, sharpen
from tts_align.audio.framing import frame_wave, hann_window
from tts_align.audio.projection import Projection

CONTEXT_FRAMES, HELD_FRAMES = 8, 4
_MOMENTUM = 0.99


class SoundStream:
    """Makes the sound of frames that come in pieces, and says it piece by piece.

    Each piece is found together with what came just before it:

        |<- context ->|<- held ->|<-------- new --------->|
        [  said, is   ][ found   ][                       ]
        [  kept fixed ][ before  ][                       ]
                       |<---- said now ---->|<-- held --->|

    The samples that were said are put back after every iteration, so that the phases of what is new fit them. The
    last frames are held, since the frames that follow overlap with them. Over the first hop of what is said now the
    sound found before goes over into the new one, so that no sample jumps. Memory does not grow with the sound.

    Args:
        settings: of the mel.
        n_iterations: of Griffin-Lim, for each piece.
        seed: of the first phases.
        sharpening: of the mel (`audio.sharpen`).

    Reference: the fixed past and the fast iteration: Zhu, Beauregard and Wyse 2007 (real-time iterative spectrogram
        inversion), Perraudin, Balazs and Sondergaard 2013; the cross-fade: Definition: this project.

    Example:
        >>> stream = SoundStream(MelSettings(), n_iterations=2)
        >>> [len(stream.add(torch.zeros(20, 80))), len(stream.add(torch.zeros(20, 80))), len(stream.rest())]
        [4096, 5120, 1024]
    """

    def __init__(self, settings: MelSettings, n_iterations: int = 60, seed: int = 0, sharpening: float = 0.0):
        self._settings, self._n_iterations, self._seed = settings, n_iterations, seed
        self._sharpening = sharpening
        self._magnitude = torch.zeros(0, settings.n_bins)  # of the frames that are still needed
        self._wave = torch.zeros(0)  # of the same frames
        self._n_said = 0  # samples of it

    def add(self, mel: Tensor) -> np.ndarray:
        """Takes frames (L, M) and gives the sound that is certain now, (S,) float32 in [-1, 1].

        L frames give L * hop samples in all, but `HELD_FRAMES` of them wait for the next frames or `rest`.
        """
        if len(mel) == 0:
            return np.zeros(0, dtype=np.float32)
        new = mel_to_magnitude(sharpen(mel, self._sharpening), self._settings)
        self._magnitude = torch.cat([self._magnitude.to(mel.device), new])
        self._wave = self._found()
        return self._said(len(self._magnitude) - HELD_FRAMES)

    def rest(self) -> np.ndarray:
        """The sound of the frames that were held; nothing comes after it."""
        return self._said(len(self._magnitude))

    def _said(self, n_frames: int) -> np.ndarray:
        """Says the sound up to a frame and forgets frames that are no context any more."""
        hop = self._settings.hop_samples
        stop = max(self._n_said, n_frames * hop)
        piece = self._wave[self._n_said : stop]
        n_gone = max(0, n_frames - CONTEXT_FRAMES)
        self._magnitude, self._wave = self._magnitude[n_gone:], self._wave[n_gone * hop :]
        self._n_said = stop - n_gone * hop
        return piece.clamp(-1, 1).cpu().numpy()

    def _found(self) -> Tensor:
        """The sound of all frames in the window, equal to what was said where something was said."""
        hop, said = self._settings.hop_samples, self._n_said
        project = Projection(self._magnitude[None], torch.tensor([len(self._magnitude)]), self._settings)
        place = slice((self._settings.n_fft - hop) // 2, (self._settings.n_fft - hop) // 2 + said)
        previous = project.start(self._first_phases()[None])
        previous[:, place] = self._wave[:said]
        ahead, spare = previous.clone(), project.room()
        for _ in range(self._n_iterations):
            current = project(ahead, out=spare)
            current[:, place] = self._wave[:said]
            torch.lerp(previous, current, 1 + _MOMENTUM, out=ahead)
            previous, spare = current, previous
        wave = project.cut(previous)[0]
        if len(self._wave) > said:
            n_both = min(hop, len(self._wave) - said)
            ramp = torch.linspace(0, 1, n_both + 2, device=wave.device)[1:-1]
            wave[said : said + n_both] = torch.lerp(self._wave[said : said + n_both], wave[said : said + n_both], ramp)
        return wave

    def _first_phases(self) -> Tensor:
        """(L, K) phases: those of the sound found before, and from there on guessed."""
        guessed = guess_phases(self._magnitude, self._settings, self._seed)
        n_whole = len(self._wave) // self._settings.hop_samples - 2  # frames that lie in that sound
        if n_whole <= 0:
            return guessed
        window = hann_window(self._settings.window_samples, self._settings.n_fft, self._wave.device)
        frames = frame_wave(self._wave, self._settings.n_fft, self._settings.hop_samples)[:n_whole]
        known = torch.fft.rfft(frames * window).angle()
        turn = known[-1] - guessed[n_whole - 1]
        return torch.cat([known, guessed[n_whole:] + turn])
