"""Speaking texts with a trained voice: first sound, a stream against the whole, another pace, memory of a long text.

python -m benchmarks.long_text --voice runs/voice_joe        about 3 minutes on a quiet core
python -m benchmarks.long_text --voice joe --rounds 9

The first sound is timed from the call of `Voice.stream` to its first piece. Streamed and whole sound have the same
mel; compared are the spectral convergence of both and the mel error. A rate is the time that the symbols before the
closing one take at the pace that was learned, over what they take at the other. Memory is the peak of a process that
speaks a text, and one ten times as long, into a file; the sentences are of like length.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import measuring
from benchmarks.measuring import Candidate

SENTENCES = (
    "The rain has stopped, and the birds are singing again.",
    "He said that nobody could have known about it before the end of the year.",
    "Good morning!",
    "We went to the market, bought some bread, and walked home along the river.",
    "It was a long way to the top of the hill, but the view was worth it.",
    "Nobody knows why she left the house at night.",
    "The old man looked at the sea and said nothing.",
    "What do you want to do tomorrow?",
    "A small dog ran across the street after the ball.",
    "In the spring the water comes down from the mountains.",
)
RATES = (0.7, 0.85, 1.2, 1.4)
ITERATIONS = 32
N_SENTENCES = 60
_SPEAK = """
import json, resource, sys
from tts_align.cli import app
try:
    app(sys.argv[1:])
except SystemExit:
    print(json.dumps(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))
"""


def first_sound(voice: Any, rounds: int) -> list[dict[str, Any]]:
    """Wall seconds to the first piece of a stream, for a short text and one of many sentences."""
    texts = {"one word": "Hello.", "a sentence": SENTENCES[1], "100 sentences": " ".join(SENTENCES * 10)}
    calls = [Candidate(name, partial(_first_piece, voice, text)) for name, text in texts.items()]
    return [{"text": timing.name, **timing.per_call()} for timing in measuring.interleaved(calls, rounds)]


def _first_piece(voice: Any, text: str) -> Any:
    return next(voice.stream(text))


def stream_against_whole(voice: Any) -> dict[str, float]:
    """Means over the sentences: spectral convergence in dB and mel error, of the stream and of the whole."""
    import torch

    from tts_align.audio import log_mel, mel_to_magnitude, spectral_convergence_db

    rows = []
    for text in SENTENCES:
        whole = voice.synthesize(text, n_iterations=ITERATIONS)
        wave = np.concatenate(list(voice.stream(text, n_iterations=ITERATIONS)))
        mel = torch.from_numpy(whole.mel)
        magnitude = mel_to_magnitude(mel, voice.mel)
        rows.append(
            [
                value
                for one in (torch.from_numpy(wave), torch.from_numpy(whole.wave))
                for value in (
                    spectral_convergence_db(one, magnitude, voice.mel),
                    float((log_mel(one, voice.mel) - mel).abs().mean()),
                )
            ]
        )
    names = ("stream_convergence_db", "stream_mel_error", "whole_convergence_db", "whole_mel_error")
    return dict(zip(names, np.mean(rows, axis=0).tolist(), strict=True))


def rates(voice: Any) -> list[dict[str, float]]:
    """What each rate came to, and how many sentences are clean by the diagnosis."""
    from tts_align.alignment import analyze

    learned = [voice.synthesize(text, n_iterations=0).alignment for text in SENTENCES]
    found = []
    for rate in (1.0, *RATES):
        paced = [voice.synthesize(text, n_iterations=0, rate=rate).alignment for text in SENTENCES]
        before, after = ([one.weights.sum(0)[:-1] for one in each] for each in (learned, paced))
        found.append(
            {
                "rate": rate,
                "achieved": sum(float(np.maximum(one, 1).sum()) for one in before) / sum(float(x.sum()) for x in after),
                "achieved_with_ends": sum(one.seconds for one in learned) / sum(one.seconds for one in paced),
                "symbols_without_a_step": sum(int((one < 1).sum()) for one in after),
                "clean": sum(not analyze(one).events for one in paced),
            }
        )
    return found


def memory(voice: str, n_sentences: int) -> list[dict[str, float]]:
    """Peak memory of processes that speak a text and one ten times as long."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for n in (n_sentences, 10 * n_sentences):
            text = " ".join(SENTENCES[number % len(SENTENCES)] for number in range(n))
            (Path(folder) / "text.txt").write_text(text, encoding="utf8")
            words = ["--text-file", f"{folder}/text.txt", "--out", f"{folder}/a.wav", "--voice", voice]
            done = subprocess.run(
                [sys.executable, "-c", _SPEAK, "synthesize", *words, "--iterations", "8"],
                capture_output=True,
                text=True,
                check=True,
            )
            found.append({"sentences": n, "peak_mib": json.loads(done.stdout)})
    return found


def tables(sound: list[dict[str, Any]], stream: dict[str, float], paces: Any, peaks: Any) -> str:
    """All of it in markdown."""
    parts = [
        measuring.markdown(
            ["first sound of", "wall", "smallest", "largest"],
            [
                [row["text"], *(measuring.seconds(row[key]) for key in ("wall", "wall_min", "wall_max"))]
                for row in sound
            ],
        ),
        measuring.markdown(
            ["sound", "spectral convergence", "mel error"],
            [
                [name, f"{stream[f'{name}_convergence_db']:.2f} dB", f"{stream[f'{name}_mel_error']:.4f}"]
                for name in ("stream", "whole")
            ],
        ),
        measuring.markdown(
            ["rate", "achieved", "with the ends", "symbols without a step", f"clean of {len(SENTENCES)}"],
            [
                [
                    f"{row['rate']:g}",
                    f"{row['achieved']:.3f}",
                    f"{row['achieved_with_ends']:.3f}",
                    str(row["symbols_without_a_step"]),
                    str(row["clean"]),
                ]
                for row in paces
            ],
        ),
        measuring.markdown(
            ["sentences", "peak memory"], [[str(row["sentences"]), f"{row['peak_mib']:.0f} MiB"] for row in peaks]
        ),
    ]
    return "\n\n".join(parts)


def main() -> None:
    """Measures, prints the tables and writes benchmarks/results/long_text.json."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--voice", default="joe")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sentences", type=int, default=N_SENTENCES)
    options = parser.parse_args()
    found = measuring.environment("torch", "sentencex")

    from tts_align.synthesis import load_voice

    voice = load_voice(options.voice)
    figures: dict[str, Any] = {
        "first_sound": first_sound(voice, options.rounds),
        "stream": stream_against_whole(voice),
        "rates": rates(voice),
        "memory": memory(options.voice, options.sentences),
    }
    text = tables(*figures.values())
    print(text)
    measuring.save_result(
        "long_text",
        title="Long texts, streaming and pace",
        command=f"python -m benchmarks.long_text --voice {options.voice}",
        text=text,
        found=found,
        figures=figures,
    )


if __name__ == "__main__":
    main()
