"""Times speaking against `torchaudio.models.Tacotron2.infer`, in one process, in turn.

python -m benchmarks.free_running                         needs the extra `deploy`; about 6 minutes on a quiet core
python -m benchmarks.free_running --rounds 5 --steps 400
python -m benchmarks.free_running --only small            the small model alone

Tacotron 2 dimensions (base.toml), 100 symbols, 400 steps of one frame, weights as drawn, the gate shut so that nobody
stops early; encoder and postnet are in the times. A batch of 16 counts per utterance. The small model is small.toml
with two frames a step; Griffin-Lim as in `synthesize`. Real-time factor: seconds of work for a second of sound.
"""

import argparse
import ctypes
import gc
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

from benchmarks import measuring
from benchmarks.measuring import Candidate

RECIPES = Path(__file__).resolve().parents[1] / "recipes"
PEER, PEER_BATCH = "torchaudio Tacotron2.infer", "torchaudio Tacotron2.infer, batch"
SEEDS = 7
GRIFFIN_LIM_ITERATIONS = 60


def peer(n_steps: int) -> Any:
    """torchaudio's Tacotron 2, whose gate never opens."""
    from torchaudio.models import Tacotron2

    model = Tacotron2(decoder_max_step=n_steps).eval()
    model.decoder.gate_layer.bias.data.fill_(-1e4)
    return model


def ours(recipe: str, *changes: str) -> tuple[Any, Any]:
    """A model of a recipe with drawn weights, whose gate never opens, and its card."""
    from tts_align.model import Tacotron
    from tts_align.recipe import load_recipe
    from tts_align.voice import VoiceCard

    settings = load_recipe(RECIPES / recipe, changes)
    card = VoiceCard(
        letters=settings.text.letters, mel=settings.mel, model=settings.model, updates=0, seed=0, versions={}
    )
    model = Tacotron(len(card.alphabet), card.mel.n_mels, settings.model).eval()
    model.decoder.readout.stop.bias.data.fill_(-1e4)
    return model, card


def speaker(model: Any, symbols: Any, n_steps: int) -> Callable[[], Any]:
    """A call that speaks a batch with torch, for exactly so many steps."""
    import torch

    from tts_align.model import speak
    from tts_align.noise import Noise

    noise, limit = Noise(torch.arange(len(symbols)) + SEEDS), torch.full((len(symbols),), n_steps)
    return lambda: speak(model, symbols, symbols > 0, noise, limit_steps=limit, rest_steps=10 * n_steps)


def plainly(call: Callable[[], Any]) -> Callable[[], Any]:
    """The same, by the plain loop."""
    from tts_align.model.speaking_plain import PlainLoop

    def speak() -> Any:
        with mock.patch("tts_align.model.speaking.speaking_loop", PlainLoop):
            return call()

    return speak


def deployed(model: Any, card: Any, symbols: Any, n_steps: int, int8: bool) -> Callable[[], Any]:
    """A call that speaks a batch with onnxruntime."""
    from tts_align.deploy.export import export_model
    from tts_align.deploy.runtime import DeployedVoice

    with tempfile.TemporaryDirectory() as folder:
        export_model(model, card, folder, int8=int8)
        voice = DeployedVoice(folder, n_threads=1)
    ids, seeds = list(symbols.numpy()), np.arange(len(symbols)) + SEEDS
    return lambda: voice.speak_symbols(ids, seeds, [n_steps] * len(ids), rest_steps=10 * n_steps)


def large_candidates(n_symbols: int, n_steps: int, batch: int) -> tuple[list[Candidate], dict[str, int]]:
    """Everything of Tacotron 2 dimensions, and how many utterances each call speaks."""
    import torch

    torch.manual_seed(1)
    theirs = peer(n_steps)
    model, card = ours("base.toml")
    sensitive, _ = ours("base.toml", "attention.kind=location_sensitive")
    one, many = (torch.randint(2, len(card.alphabet), (size, n_symbols)) for size in (1, batch))
    calls: dict[str, tuple[Callable[[], Any], int]] = {PEER: (lambda: theirs.infer(one), 1)}
    calls["plain loop, hard stepwise"] = plainly(speaker(model, one, n_steps)), 1
    calls["fast loop, location-sensitive"] = speaker(sensitive, one, n_steps), 1
    calls["fast loop, hard stepwise"] = speaker(model, one, n_steps), 1
    calls["onnxruntime float32, hard stepwise"] = deployed(model, card, one, n_steps, int8=False), 1
    calls["onnxruntime int8, hard stepwise"] = deployed(model, card, one, n_steps, int8=True), 1
    calls[PEER_BATCH] = (lambda: theirs.infer(many)), batch
    calls["fast loop, location-sensitive, batch"] = speaker(sensitive, many, n_steps), batch
    calls["fast loop, hard stepwise, batch"] = speaker(model, many, n_steps), batch
    calls["onnxruntime float32, hard stepwise, batch"] = deployed(model, card, many, n_steps, int8=False), batch
    calls["onnxruntime int8, hard stepwise, batch"] = deployed(model, card, many, n_steps, int8=True), batch
    return [Candidate(name, call) for name, (call, _) in calls.items()], {name: n for name, (_, n) in calls.items()}


def small_candidates(n_symbols: int, n_steps: int) -> tuple[list[Candidate], float]:
    """The small model with two frames a step, and the seconds that each call speaks."""
    import torch

    from tts_align.audio import griffin_lim, mel_to_magnitude

    torch.manual_seed(1)
    model, card = ours("small.toml", "decoder.frames_per_step=2")
    model.mel_mean.fill_(-5.0)  # loudness as in speech
    symbols = torch.randint(2, len(card.alphabet), (1, n_symbols))
    speak = speaker(model, symbols, n_steps)
    fast = deployed(model, card, symbols, n_steps, int8=True)

    def sound(mel: Any) -> Any:
        return griffin_lim(mel_to_magnitude(mel, card.mel), card.mel, GRIFFIN_LIM_ITERATIONS)

    calls = {
        "small, plain loop": plainly(speak),
        "small, fast loop": speak,
        "small, onnxruntime int8": fast,
        "small, fast loop + Griffin-Lim": lambda: sound(speak().refined_mel[0]),
        "small, onnxruntime int8 + Griffin-Lim": lambda: sound(torch.from_numpy(fast()[0].refined_mel)),
    }
    seconds = 2 * n_steps * card.mel.seconds_per_frame
    return [Candidate(name, call) for name, call in calls.items()], seconds


def peak_memory(call: Callable[[], Any]) -> float | None:
    """What a call takes at most, in MiB, after what earlier calls left has gone back to the system."""
    gc.collect()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc has it
        if trim is not None:
            trim(0)
    return measuring.peak_memory_mib(call)


def measured(
    candidates: list[Candidate], n_spoken: dict[str, int], seconds: float, rounds: int, reference: str
) -> dict[str, Any]:
    """Times, memory and ratios of the candidates; `seconds` of sound for one utterance."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Reached max decoder steps")
        timings = {timing.name: timing for timing in measuring.interleaved(candidates, rounds)}
        memory = {candidate.name: peak_memory(candidate.call) for candidate in candidates}
    return {
        "rows": [
            {
                "name": name,
                "utterances": n_spoken.get(name, 1),
                "times_faster_per_utterance": {
                    key: value * n_spoken.get(name, 1)
                    for key, value in measuring.ratios(timings[reference], timing).items()
                },
                "real_time_factor": timing.per_call()["wall"] / n_spoken.get(name, 1) / seconds,
                "peak_memory_mib": memory[name],
                **timing.per_call(),
            }
            for name, timing in timings.items()
        ],
        "rounds": list(timings.values()),
    }


def table(result: dict[str, Any], against: str) -> str:
    """The rows as Markdown."""
    head = ["what", "utterances", "wall (smallest - largest)", "CPU", "real-time factor", "peak memory, MiB"]
    rows = []
    for row in result["rows"]:
        times, memory = row["times_faster_per_utterance"], row["peak_memory_mib"]
        spread = f"{measuring.seconds(row['wall_min'])} - {measuring.seconds(row['wall_max'])}"
        rows.append(
            [
                row["name"],
                row["utterances"],
                f"{measuring.seconds(row['wall'])} ({spread})",
                measuring.seconds(row["cpu"]),
                f"{row['real_time_factor']:.3g}",
                "" if memory is None else f"{memory:.0f}",
                f"{times['median']:.2f} ({times['min']:.2f} - {times['max']:.2f})",
            ]
        )
    return measuring.markdown([*head, f"times faster than {against}, per utterance, each round"], rows)


def main() -> None:
    """Reads the options, measures, prints tables and writes the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="interleaved rounds, at least 5")
    parser.add_argument("--steps", type=int, default=400, help="decoder steps")
    parser.add_argument("--symbols", type=int, default=100)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--only", choices=["large", "small"], help="leave the other out; nothing is written then")
    options = parser.parse_args()
    found = measuring.environment("torch", "torchaudio", "onnx", "onnxruntime", "numpy")
    rounds, parts, figures = max(5, options.rounds), [], {}
    if options.only != "small":
        from tts_align.audio import MelSettings

        candidates, n_spoken = large_candidates(options.symbols, options.steps, options.batch)
        seconds = options.steps * MelSettings().seconds_per_frame
        figures["large"] = measured(candidates, n_spoken, seconds, rounds, PEER)
        parts += ["Tacotron 2 dimensions:", table(figures["large"], "torchaudio alone")]
    if options.only != "large":
        candidates, seconds = small_candidates(options.symbols, options.steps)
        figures["small"] = measured(candidates, {}, seconds, rounds, "small, plain loop")
        parts += [f"The small model with r = 2, {seconds:.1f} s of sound:", table(figures["small"], "the plain loop")]
    text = "\n\n".join([f"{options.symbols} symbols, {options.steps} steps, {rounds} rounds.", *parts])
    print(measuring.headline(found["machine"], found["core"]), text, sep="\n\n")
    if options.only is None:
        command = f"python -m benchmarks.free_running --rounds {rounds} --steps {options.steps}"
        title = "Free running against torchaudio"
        measuring.save_result("free_running", title=title, command=command, text=text, found=found, figures=figures)


if __name__ == "__main__":
    main()
