"""Did the model say every part of the text, once, in order?

Axes, used in every docstring of the package and never redefined:

    B utterances      N input symbols     T decoder steps     R frames per step (reduction factor)
    L mel frames      M mel bins          K FFT bins          S samples
    E encoder size    Q query size        A attention hidden size

Batch comes first and time before channels at every public function. Masks are boolean and True means a real
position. Intervals are half-open, `[start, stop)`. A unit stands in the name: `duration_seconds`, `hop_samples`,
`start_frame`; counts are `n_*`. `energies` are scores before normalization, `weights` after it, and a `path` is one
symbol position per decoder step.
"""

__version__ = "0.1.0"
