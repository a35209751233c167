"""Times training, speaking and Griffin-Lim on a GPU against torchaudio on the same GPU, in one process, in turn.

python -m benchmarks.gpu                      a few minutes; says so and measures nothing where there is no GPU
python -m benchmarks.gpu --device cpu --batch 2 --frames 20 --rounds 1      tries the script itself on a CPU

Tacotron 2 dimensions. Training in float32 and under bfloat16 autocast, teacher forcing, forward to step of Adam, with
the decoder's recurrence by CUDA graphs and without; speaking with hard stepwise attention, every utterance to the end
of its steps; Griffin-Lim with 32 iterations from magnitudes of noise. One figure for each: seconds, and how many times
faster than torchaudio, the median of the rounds.

Before that it compares a forward and backward pass by graphs with one without, from the same weights: the largest
difference of each output and of the gradients, in shares of the largest number there; and how long the very first pass
took, in which graphs are recorded.
"""

import argparse
import sys
import time
from collections.abc import Callable
from functools import partial
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


def training(
    shapes: train_step.Shapes, models: dict[tuple[str, str], train_step.Ours]
) -> dict[str, list[tuple[str, Callable[[], Any]]]]:
    """One group for each precision, torchaudio first; models by precision and mechanism."""
    groups = {}
    for precision in train_step.PRECISIONS:
        group = [("torchaudio Tacotron2", train_step.Peer(shapes, precision).update)]
        for kind in train_step.MECHANISMS:
            model = models[precision, kind]
            group += [(f"tts_align {kind}", model.update), (f"tts_align {kind}, no graphs", without(model.update))]
        groups[f"one update, {precision}"] = group
    return groups


def without(call: Callable[[], Any]) -> Callable[[], Any]:
    """The call, with no CUDA graph in use."""
    from tts_align.model.fast_graphs import without_graphs

    def run() -> Any:
        with without_graphs():
            return call()

    return run


def agreement(models: dict[tuple[str, str], train_step.Ours]) -> list[dict[str, Any]]:
    """What graphs give against what steps run one by one give: a row for each model."""
    from tts_align.model.fast_graphs import graphs_for

    rows = []
    for (precision, kind), model in models.items():
        began, device, run = time.perf_counter(), model.batch.mel.device, partial(one_pass, model)
        waited_for(run, device.type)()  # graphs are recorded, and compared with single steps
        seconds, graphs = time.perf_counter() - began, graphs_for(device)
        before = 0 if graphs is None else graphs.n_replayed
        found, wanted = run(), without(run)()
        used = graphs is not None and graphs.n_replayed == before + 2
        shares = {
            name: float((found[name] - wanted[name]).abs().max() / wanted[name].abs().max().clamp(min=1e-30))
            for name in wanted
        }
        what = {"precision": precision, "kind": kind, "graphs_used": used, "first_pass_seconds": seconds}
        rows.append({**what, "differences": shares})
    return rows


def one_pass(model: train_step.Ours) -> dict[str, Any]:
    """Outputs and all gradients of a forward and backward pass."""
    import torch

    seen: list[Any] = []
    handle = model.model.register_forward_hook(lambda module, given, prediction: seen.append(prediction))
    model.optimizer.zero_grad(set_to_none=True)
    model.forward().backward()
    handle.remove()
    gradients = torch.cat([each.grad.flatten() for each in model.model.parameters() if each.grad is not None])
    outputs = {name: getattr(seen[0], name).detach() for name in ("mel", "stop_logits", "weights")}
    return {**outputs, "gradients": gradients}


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
    shapes = train_step.Shapes(options.batch, 100, options.frames, options.device)
    models = {
        (precision, kind): train_step.Ours(shapes, kind, precision)
        for precision in train_step.PRECISIONS
        for kind in train_step.MECHANISMS
    }
    agreed = agreement(models)
    groups = training(shapes, models)
    groups["speaking"] = speaking(options.batch, options.frames, options.device)
    groups["Griffin-Lim, 32 iterations"] = phases(options.batch, options.frames, options.device)
    rows = measured(groups, options.device, options.rounds)
    head = ["what", "which", "seconds (smallest - largest)", "times faster, each round"]
    text = f"{_agreement_table(agreed)}\n\n{measuring.markdown(head, [_cells(row) for row in rows])}"
    print(text)
    if options.device == "cuda":
        found["machine"]["gpu"] = torch.cuda.get_device_name()
        command = " ".join(["python -m benchmarks.gpu", *sys.argv[1:]])
        title = f"On a GPU, {found['machine']['gpu']}"
        print(
            measuring.save_result(
                "gpu", title=title, command=command, text=text, found=found, figures={"rows": rows, "agreement": agreed}
            )
        )


def _agreement_table(rows: list[dict[str, Any]]) -> str:
    head = ["precision", "mechanism", "graphs", "first pass", *rows[0]["differences"]]
    cells = []
    for row in rows:
        used, first = "used" if row["graphs_used"] else "not used", measuring.seconds(row["first_pass_seconds"])
        shares = [f"{share:.1e}" for share in row["differences"].values()]
        cells.append([row["precision"], row["kind"], used, first, *shares])
    return measuring.markdown(head, cells)


def _cells(row: dict[str, Any]) -> list[str]:
    times = row["times_faster"]
    spread = f"{measuring.seconds(row['wall_min'])} - {measuring.seconds(row['wall_max'])}"
    ratio = f"{times['median']:.2f} ({times['min']:.2f} - {times['max']:.2f})"
    return [row["what"], row["name"], f"{measuring.seconds(row['wall'])} ({spread})", ratio]


if __name__ == "__main__":
    main()
