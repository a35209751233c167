"""Free running, a few steps at a time: a batch of texts that is being spoken."""

import torch
from jaxtyping import Bool, Float, Int64
from torch import Tensor

from tts_align.errors import TextError, VoiceError
from tts_align.model.prediction import Prediction
from tts_align.model.speaking_choice import speaking_loop
from tts_align.model.tacotron import Tacotron
from tts_align.model.unroll import StoppedBy
from tts_align.noise import Noise


def speak(
    model: Tacotron,
    symbols: Int64[Tensor, "B N"],
    mask: Bool[Tensor, "B N"],
    noise: Noise,
    *,
    limit_steps: Int64[Tensor, "B"],
    rest_steps: int,
    durations: Float[Tensor, "B N"] | None = None,
) -> Prediction:
    """Free running: every step hears only what was spoken before, each utterance stops by itself.

    Args:
        model: in evaluation mode.
        symbols: (B, N) ids, B >= 1.
        mask: (B, N), True on real symbols, at least one in each row.
        noise: one seed per utterance, for the prenet's dropout.
        limit_steps: (B,) most steps, >= 1.
        rest_steps: steps on the last symbol after which an utterance is over, >= 1.
        durations: (B, N) decoder steps of each symbol, for an attention that has a pace (`has_pace`).

    Returns:
        The prediction; beyond `n_steps` of an utterance its weights are zero.

    Raises:
        TextError: there is nothing to speak.
        VoiceError: there are durations, and attention cannot follow them.

    Example:
        >>> from tts_align.model import small_config
        >>> model, symbols = Tacotron(7, 5, small_config()).eval(), torch.tensor([[2, 3, 1]])
        >>> noise, limit = Noise(torch.tensor([0])), torch.tensor([4])
        >>> spoken = speak(model, symbols, symbols != 0, noise, limit_steps=limit, rest_steps=2)
        >>> spoken.weights.shape[0], spoken.mel.shape[2]
        (1, 5)
    """
    speaking = Speaking(model, symbols, mask, noise, limit_steps, rest_steps, durations)
    speaking.advance(int(limit_steps.max()))
    return speaking.prediction()


class Speaking:
    """One batch while it is spoken, for whoever reads along: `advance`, then take what is new from `mel` and `weights`.

    `speak` gives the same numbers at once: it does not matter in which portions the steps are made.

    Arguments as in `speak`.

    Raises:
        TextError: there is nothing to speak.
        VoiceError: there are durations, and attention cannot follow them.

    Example:
        >>> from tts_align.model import small_config
        >>> model, symbols = Tacotron(7, 5, small_config()).eval(), torch.tensor([[2, 3, 4, 5, 6, 1]])
        >>> speaking = Speaking(model, symbols, symbols != 0, Noise(torch.tensor([0])), torch.tensor([5]), rest_steps=9)
        >>> speaking.advance(2), tuple(speaking.mel().shape)
        (True, (1, 4, 5))
        >>> speaking.advance(100), tuple(speaking.mel(start_step=2).shape)
        (False, (1, 6, 5))
    """

    @torch.no_grad()
    def __init__(
        self,
        model: Tacotron,
        symbols: Int64[Tensor, "B N"],
        mask: Bool[Tensor, "B N"],
        noise: Noise,
        limit_steps: Int64[Tensor, "B"],
        rest_steps: int,
        durations: Float[Tensor, "B N"] | None = None,
    ):
        _check(mask)
        self._model, attention = model, model.decoder.cell.attention
        if durations is not None and not attention.has_pace:
            raise _no_pace()
        encoded = model.encoder(symbols, mask)
        memory = attention.prepare(encoded, mask, decide=True, durations=durations, draws=noise)
        self._loop = speaking_loop(model.decoder, memory, noise, limit_steps, rest_steps)

    @torch.no_grad()
    def advance(self, n_steps: int) -> bool:
        """Makes up to `n_steps` more steps; fewer when everyone is done.

        Returns:
            Whether someone still speaks.
        """
        for _ in range(n_steps):
            if self._loop.is_over:
                break
            self._loop.step()
        return not self._loop.is_over

    @property
    def n_made(self) -> int:
        """Steps made so far: those of the utterance that speaks longest."""
        return self._loop.n_made

    @property
    def n_steps(self) -> Int64[Tensor, "B"]:
        """(B,) steps of each utterance so far, final for those that have stopped."""
        return self._loop.n_steps

    @property
    def stopped_by(self) -> list[StoppedBy | None]:
        """Why each utterance ended; None for those that still speak."""
        return list(self._loop.stopped_by)

    @torch.no_grad()
    def mel(self, start_step: int = 0) -> Float[Tensor, "B L M"]:
        """What was spoken from `start_step` on, before the postnet, in the units of the features.

        (B, (n_made - start_step) * R, M); beyond `n_steps` of an utterance it means nothing.
        """
        return self._loop.frames(start_step) * self._model.mel_scale + self._model.mel_mean

    def weights(self, start_step: int = 0) -> Float[Tensor, "B T N"]:
        """Attention from `start_step` on, (B, n_made - start_step, N); zero beyond `n_steps` of an utterance."""
        steps = torch.arange(start_step, self.n_made, device=self.n_steps.device)
        return self._loop.weights(start_step) * (steps < self.n_steps[:, None]).unsqueeze(-1)

    @torch.no_grad()
    def prediction(self) -> Prediction:
        """All that was spoken so far, with the postnet's correction.

        Raises:
            TextError: no step has been made.
        """
        if self.n_made == 0:
            fix = "Call advance() first."
            raise TextError(where="prediction", expected="something spoken", found="no step made yet", fix=fix)
        n_frames = self.n_steps * self._model.frames_per_step
        real = torch.arange(self.n_made * self._model.frames_per_step, device=n_frames.device) < n_frames[:, None]
        spoken = self._loop.frames(0)
        refined = self._model.postnet(spoken, real).float() * self._model.mel_scale + self._model.mel_mean
        return Prediction(
            self.mel(), refined, self._loop.stop_logits(), self.weights(), self.n_steps.clone(), self.stopped_by
        )


def _check(mask: Tensor) -> None:
    if mask.shape[0] == 0 or not bool(mask.any(dim=1).all()):
        found = "an empty batch" if mask.shape[0] == 0 else "an utterance without symbols"
        fix = "Leave empty texts out."
        raise TextError(where="symbols", expected="at least one symbol per utterance", found=found, fix=fix)


def _no_pace() -> VoiceError:
    return VoiceError(
        where="rate",
        expected="a voice with stepwise_monotonic attention, whose pace can be set",
        found="another attention",
        fix="Leave the rate at 1, or take another voice.",
    )
