"""Times training, speaking and Griffin-Lim on a GPU against torchaudio on the same GPU, in one process, in turn.

python -m benchmarks.gpu                      a few minutes; says so and measures nothing where there is no GPU
python -m benchmarks.gpu --device cpu --batch 2 --frames 20 --rounds 1      tries the script itself on a CPU

Tacotron 2 dimensions. Training in float32 and under bfloat16 autocast, teacher forcing, forward to step of Adam;
speaking with hard stepwise attention, every utterance to the end of its steps; Griffin-Lim with 32 iterations from
magnitudes of noise. One figure for each: seconds, and how many times faster than torchaudio, the median of the rounds.
"""

import argparse
import sys
from collections.abc import Callable
from typing import Any

from benchmarks import free_running, measuring, train_step
from benchmarks.measuring import Candidate


def waited_for(call: Callable[[], Any], device: str) -> Callable[[], Any]:
    """The call, and the end of what it started on the GPU."""
    import torch

    def run() -> None:
        call()
        if device == "cuda":
            torch.cuda.synchronize()

    return run


def training(batch: int, frames: int, device: str) -> dict[str, list[tuple[str, Callable[[], Any]]]]:
    """One group for each precision, torchaudio first."""
    shapes = train_step.Shapes(batch, 100, frames, device)
    groups = {}
    for precision in train_step.PRECISIONS:
        group = [("torchaudio Tacotron2", train_step.Peer(shapes, precision).update)]
        group += [
            (f"tts_align {kind}", train_step.Ours(shapes, kind, precision).update) for kind in train_step.MECHANISMS
        ]
        groups[f"one update, {precision}"] = group
    return groups


def speaking(batch: int, frames: int, device: str) -> list[tuple[str, Callable[[], Any]]]:
    """A batch that is spoken to the end of its steps."""
    import torch

    theirs = free_running.peer(frames).to(device)
    model, card = free_running.ours("base.toml")
    symbols = torch.randint(2, len(card.alphabet), (batch, 100), device=device)
    return [
        ("torchaudio Tacotron2.infer", lambda: theirs.infer(symbols)),
        ("tts_align hard stepwise", free_running.speaker(model.to(device), symbols, frames)),
    ]


def phases(batch: int, frames: int, device: str) -> list[tuple[str, Callable[[], Any]]]:
    """Griffin-Lim of a batch."""
    import torch
    from torchaudio.transforms import GriffinLim

    from tts_align.audio import MelSettings, griffin_lim

    settings = MelSettings()
    magnitude = torch.rand(batch, frames, settings.n_fft // 2 + 1, device=device)
    peer = GriffinLim(settings.n_fft, n_iter=32, hop_length=settings.hop_samples, power=1.0, momentum=0.99).to(device)
    spectrogram = magnitude.transpose(1, 2).contiguous()
    return [
        ("torchaudio GriffinLim", lambda: peer(spectrogram)),
        ("tts_align griffin_lim", lambda: griffin_lim(magnitude, settings, 32)),
    ]


def measured(groups: dict[str, list[tuple[str, Callable[[], Any]]]], device: str, rounds: int) -> list[dict[str, Any]]:
    """A row for each candidate; ratios are to the first of its group."""
    rows = []
    for what, group in groups.items():
        timings = measuring.interleaved([Candidate(name, waited_for(call, device)) for name, call in group], rounds)
        for timing in timings:
            times = measuring.ratios(timings[0], timing)
            rows.append({"what": what, "name": timing.name, "times_faster": times, **timing.per_call()})
    return rows


def main() -> None:
    """Reads the options, measures, prints a table and writes the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--frames", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda")
    options = parser.parse_args()
    found = measuring.environment("torch", "torchaudio")
    import torch

    if options.device == "cuda" and not torch.cuda.is_available():
        sys.exit("There is no GPU here: nothing was measured.")
    groups = training(options.batch, options.frames, options.device)
    groups["speaking"] = speaking(options.batch, options.frames, options.device)
    groups["Griffin-Lim, 32 iterations"] = phases(options.batch, options.frames, options.device)
    rows = measured(groups, options.device, options.rounds)
    head = ["what", "which", "seconds (smallest - largest)", "times faster, each round"]
    text = measuring.markdown(head, [_cells(row) for row in rows])
    print(text)
    if options.device == "cuda":
        found["machine"]["gpu"] = torch.cuda.get_device_name()
        command = " ".join(["python -m benchmarks.gpu", *sys.argv[1:]])
        title = f"On a GPU, {found['machine']['gpu']}"
        print(
            measuring.save_result("gpu", title=title, command=command, text=text, found=found, figures={"rows": rows})
        )


def _cells(row: dict[str, Any]) -> list[str]:
    times = row["times_faster"]
    spread = f"{measuring.seconds(row['wall_min'])} - {measuring.seconds(row['wall_max'])}"
    ratio = f"{times['median']:.2f} ({times['min']:.2f} - {times['max']:.2f})"
    return [row["what"], row["name"], f"{measuring.seconds(row['wall'])} ({spread})", ratio]


if __name__ == "__main__":
    main()
