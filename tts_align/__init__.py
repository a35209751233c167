"""Did the model say every part of the text, once, in order?

Axes, used in every docstring of the package and never redefined:

    B utterances      N input symbols     T decoder steps     R frames per step (reduction factor)
    L mel frames      M mel bins          K FFT bins          S samples
    E encoder size    Q query size        A attention hidden size

Batch comes first and time before channels at every public function. Masks are boolean and True means a real
position. Intervals are half-open, `[start, stop)`. A unit stands in the name: `duration_seconds`, `hop_samples`,
`start_frame`; counts are `n_*`. `energies` are scores before normalization, `weights` after it, and a `path` is one
symbol position per decoder step.

The three calls most people need:

    voice = tts_align.load_voice("runs/demo")
    speech = voice.synthesize("The rain has stopped.", seed=0)      # .wave, .sample_rate, .mel, .alignment
    tts_align.analyze(weights, text="...", seconds_per_step=0.035)  # any system's attention: metrics, events, verdict
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tts_align.alignment.analysis import analyze_weights as analyze
    from tts_align.synthesis import Speech, Voice, load_voice

__version__ = "0.1.0"
__all__ = ["Speech", "Voice", "analyze", "load_voice"]

_HOMES = {
    "analyze": ("tts_align.alignment.analysis", "analyze_weights"),
    "load_voice": ("tts_align.synthesis", "load_voice"),
    "Speech": ("tts_align.synthesis", "Speech"),
    "Voice": ("tts_align.synthesis", "Voice"),
}


def __getattr__(name: str) -> Any:
    """Imports the public names when they are first used, so that `import tts_align` does not wait for torch."""
    if name not in _HOMES:
        raise AttributeError(f"module 'tts_align' has no attribute {name!r}")
    import importlib

    module, attribute = _HOMES[name]
    return getattr(importlib.import_module(module), attribute)
