"""Times a whole update against `torchaudio.models.Tacotron2`, in one process, in turn.

python -m benchmarks.train_step                                       about 4 minutes on a quiet core
python -m benchmarks.train_step --frames 500 --precisions float32     about 7

Both: Tacotron 2 dimensions, teacher forcing, forward, losses, backward, gradients clipped, one step of Adam. The peer
has location-sensitive attention. Its losses are squared errors and the gate's cross-entropy; ours are those of
`tts-align train`, guided attention included. The process keeps freed memory, as in `tts-align train`; the peer's time
is the same either way. bfloat16 is autocast for both. Memory: what stays in use after the forward
pass for the backward pass.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import measuring
from benchmarks.measuring import Candidate
from tts_align.training.memory import keep_freed_memory

RECIPES = Path(__file__).resolve().parents[1] / "recipes"
PEER = "torchaudio Tacotron2"
MECHANISMS = ("location_sensitive", "stepwise_monotonic")
PRECISIONS = ("float32", "bfloat16")


class Shapes:
    """A made-up batch: all utterances of the same size, as in the peer's favour.

    Args:
        batch: utterances.
        symbols: of each.
        frames: of each.
        device: where it lies.
    """

    def __init__(self, batch: int, symbols: int, frames: int, device: str):
        import torch

        torch.manual_seed(1)
        self.device = torch.device(device)
        self.symbols = torch.randint(2, 38, (batch, symbols), device=self.device)
        self.mel = torch.randn(batch, frames, 80, device=self.device)
        self.n_symbols = torch.full((batch,), symbols, device=self.device)
        self.n_frames = torch.full((batch,), frames, device=self.device)


class Peer:
    """torchaudio's model and its update."""

    def __init__(self, shapes: Shapes, precision: str):
        import torch
        from torchaudio.models import Tacotron2

        self.shapes, self.model = shapes, Tacotron2().to(shapes.device).train()
        self.rounded = precision == "bfloat16"
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=1e-4)

    def forward(self) -> Any:
        """The loss."""
        import torch
        from torch.nn import functional

        shapes = self.shapes
        target = shapes.mel.transpose(1, 2)  # (B, M, L)
        with torch.autocast(shapes.device.type, dtype=torch.bfloat16, enabled=self.rounded):
            outputs = self.model(shapes.symbols, shapes.n_symbols, target, shapes.n_frames)
        before, after, gate = (each.float() for each in outputs[:3])
        error = functional.mse_loss(before, target) + functional.mse_loss(after, target)
        return error + functional.binary_cross_entropy_with_logits(gate, gate.detach() * 0)

    def update(self) -> None:
        """One update."""
        from torch import nn

        loss = self.forward()
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()


class Ours:
    """A model of base.toml with an attention mechanism, and the update of `tts-align train`."""

    def __init__(self, shapes: Shapes, kind: str, precision: str):
        import torch

        from tts_align.corpus.batches import Batch
        from tts_align.model import Tacotron
        from tts_align.recipe import load_recipe
        from tts_align.training.distributed import Processes

        changes = [f"attention.kind={kind}", f"training.precision={precision}"]
        recipe = load_recipe(RECIPES / "base.toml", changes)
        self.config, self.processes = recipe.training, Processes(0, 1, shapes.device)
        self.model = Tacotron(38, 80, recipe.model).to(shapes.device).train()
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=1e-4)
        n, mask = len(shapes.symbols), torch.ones_like(shapes.symbols, dtype=torch.bool)
        self.batch = Batch((), shapes.symbols, mask, shapes.mel, shapes.n_frames, torch.ones(n, device=shapes.device))

    def forward(self) -> Any:
        """The loss."""
        import torch

        from tts_align.noise import Noise
        from tts_align.training.losses import loss_terms

        batch = self.batch
        noise = Noise(torch.arange(len(batch.symbols), device=batch.mel.device))
        rounded = self.config.precision == "bfloat16"
        with torch.autocast(batch.mel.device.type, dtype=torch.bfloat16, enabled=rounded):
            prediction = self.model(batch.symbols, batch.mask, batch.mel, batch.n_frames, noise)
        return loss_terms(prediction, batch, self.model.mel_scale, self.config.guided_width).sums.sum()

    def update(self) -> None:
        """One update."""
        from tts_align.training.update import update_weights

        positions = list(range(len(self.batch.symbols)))
        update_weights(self.model, self.model, self.optimizer, self.batch, positions, 200, self.config, self.processes)


def measured(shapes: Shapes, rounds: int, precisions: Sequence[str] = PRECISIONS) -> dict[str, Any]:
    """Times, ratios and memory of the peer and of ours."""
    models: dict[str, Any] = {}
    for precision in precisions:
        models[f"{PEER}, {precision}"] = Peer(shapes, precision)
        models |= {f"tts_align {kind}, {precision}": Ours(shapes, kind, precision) for kind in MECHANISMS}
    timings = measuring.interleaved([Candidate(name, model.update) for name, model in models.items()], rounds)
    peers = {precision: next(t for t in timings if t.name == f"{PEER}, {precision}") for precision in precisions}
    rows = []
    for timing, model in zip(timings, models.values(), strict=True):
        model.optimizer.zero_grad(set_to_none=True)
        rows.append(
            {
                "name": timing.name,
                "times_faster": measuring.ratios(timings[0], timing),
                "times_faster_at_its_precision": measuring.ratios(peers[timing.name.split(", ")[1]], timing),
                "kept_for_backward_mib": measuring.kept_memory_mib(model.forward),
                "parameters": sum(each.numel() for each in model.model.parameters()),
                **timing.per_call(),
            }
        )
    return {"rows": rows, "rounds": timings}


def table(result: dict[str, Any]) -> str:
    """The rows as Markdown."""
    peer = result["rows"][0]["kept_for_backward_mib"]
    rows = []
    for row in result["rows"]:
        times, kept = row["times_faster"], row["kept_for_backward_mib"]
        same = row["times_faster_at_its_precision"]
        rows.append(
            [
                row["name"],
                f"{row['parameters'] / 1e6:.1f} M",
                f"{row['wall']:.2f} s ({row['wall_min']:.2f} - {row['wall_max']:.2f})",
                f"{row['cpu']:.2f} s",
                f"{times['median']:.2f} ({times['min']:.2f} - {times['max']:.2f})",
                f"{same['median']:.2f} ({same['min']:.2f} - {same['max']:.2f})",
                "" if kept is None else f"{kept:.0f} MiB ({kept / peer:.2f} x)",
            ]
        )
    head = [
        "what",
        "parameters",
        "wall",
        "CPU",
        "times faster than the peer in float32",
        "than the peer at its precision",
        "kept for the backward pass",
    ]
    return measuring.markdown(head, rows)


def main() -> None:
    """Reads the options, measures, prints a table and writes the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--symbols", type=int, default=100)
    parser.add_argument("--frames", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--precisions", nargs="+", choices=PRECISIONS, default=list(PRECISIONS))
    options = parser.parse_args()
    keep_freed_memory()
    found = measuring.environment("torch", "torchaudio", "tts-align")
    result = measured(Shapes(options.batch, options.symbols, options.frames, "cpu"), options.rounds, options.precisions)
    sizes = f"{options.batch} utterances of {options.symbols} symbols and {options.frames} frames"
    text = f"One update, {sizes}.\n\n{table(result)}"
    print(text)
    print(
        measuring.save_result(
            "train_step",
            title="Training: one update",
            command="python " + " ".join(["-m benchmarks.train_step", *sys.argv[1:]]),
            text=text,
            found=found,
            figures=result,
        )
    )


if __name__ == "__main__":
    main()
