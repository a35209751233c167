"""Hears what 8-bit weights do to a voice: the same sentences with float32 and int8 weights, distances and sounds.

python -m benchmarks.int8_sound runs/voice --text-file sentences.txt --out sound      needs the extra `deploy`

Both are spoken by onnxruntime with the same seed. The distance of two mels is their root mean square difference in dB;
where the numbers of steps differ, along the path of dynamic time warping. For comparison: the distance between two
float32 readings with different seeds, which nobody would call worse. OUT/float32.jsonl and OUT/int8.jsonl list the
sounds with their texts, for a judge that hears them.
"""

import argparse
import json
import statistics
import tempfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import measuring
from tts_align.files import write_text

DB = 20 / np.log(10)  # from natural logarithms of magnitudes


def distance_db(one: np.ndarray, other: np.ndarray) -> float:
    """Root mean square difference of two log mels (L, M), in dB; warped in time if their lengths differ.

    Example:
        >>> mel = np.zeros((4, 80), dtype=np.float32)
        >>> round(distance_db(mel, mel + np.log(2)), 2), distance_db(mel, mel[:3])
        (6.02, 0.0)
    """
    if len(one) != len(other):
        import librosa

        _, path = librosa.sequence.dtw(one.T, other.T)
        one, other = one[path[:, 0]], other[path[:, 1]]
    return float(DB * np.sqrt(np.mean(np.square(one.astype(np.float64) - other))))


def sentences(path: Path, limit: int) -> list[str]:
    """Lines of text, or of id|text."""
    lines = [line.strip() for line in path.read_text(encoding="utf8").splitlines() if line.strip()]
    return [line.split("|", 1)[-1] for line in lines[:limit]]


def is_clean(spoken: Any, seconds_per_step: float) -> bool:
    """Whether the alignment says that every part of the text was said once, in order."""
    from tts_align.alignment.analysis import analyze
    from tts_align.alignment.matrix import Alignment

    alignment = Alignment(weights=spoken.weights, symbols=spoken.symbols, seconds_per_step=seconds_per_step)
    return not analyze(alignment).events


def wave_of(mel: np.ndarray, settings: Any) -> np.ndarray:
    """The sound of a log mel."""
    import torch

    from tts_align.audio import griffin_lim, mel_to_magnitude

    found: np.ndarray = (
        griffin_lim(mel_to_magnitude(torch.from_numpy(mel), settings), settings, 60).clamp(-1, 1).numpy()
    )
    return found


def compare(place: Path, texts: list[str], out: Path | None, seed: int) -> dict[str, Any]:
    """Speaks the texts in both ways and measures."""
    from tts_align.audio import write_wave
    from tts_align.deploy.export import export_voice
    from tts_align.deploy.runtime import DeployedVoice
    from tts_align.voice import read_voice

    settings, voices = read_voice(place).card.mel, {}
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("float32", "int8"):
            export_voice(place, Path(folder) / kind, int8=kind == "int8")
            voices[kind] = DeployedVoice(Path(folder) / kind, n_threads=1)
    rows, lists = [], {kind: [] for kind in voices}
    for text in texts:
        spoken = {kind: voice.speak(text, seed, unknown="skip") for kind, voice in voices.items()}
        other_seed = voices["float32"].speak(text, seed + 1, unknown="skip")
        full, rounded = spoken["float32"], spoken["int8"]
        step = voices["int8"].card.seconds_per_step
        rows.append(
            {
                "text": text,
                "steps": {kind: len(each.weights) for kind, each in spoken.items()},
                "same_path": full.weights.shape == rounded.weights.shape
                and bool((full.weights == rounded.weights).all()),
                "int8_db": distance_db(full.refined_mel, rounded.refined_mel),
                "other_seed_db": distance_db(full.refined_mel, other_seed.refined_mel),
                "clean": {kind: is_clean(each, step) for kind, each in spoken.items()},
            }
        )
        for kind, each in spoken.items() if out else ():
            name = f"{kind}/{zlib.crc32(text.encode()):08x}.wav"
            write_wave(out / name, wave_of(each.refined_mel, settings), settings.sample_rate)
            lists[kind].append(json.dumps({"wav": name, "text": text}))
    for kind, lines in lists.items() if out else ():
        write_text(out / f"{kind}.jsonl", "\n".join(lines) + "\n")
    return {"rows": rows}


def table(rows: list[dict[str, Any]]) -> str:
    """The rows, summed up, as Markdown."""
    n = len(rows)
    found = [
        ["distance int8 - float32, dB", *_spread([row["int8_db"] for row in rows])],
        ["distance of two seeds in float32, dB", *_spread([row["other_seed_db"] for row in rows])],
    ]
    counts = [
        f"{sum(row['same_path'] for row in rows)} of {n} sentences take the same path through the text.",
        *(
            f"{kind}: {sum(row['clean'][kind] for row in rows)} of {n} alignments are clean."
            for kind in rows[0]["clean"]
        ),
    ]
    return measuring.markdown(["", "median", "smallest", "largest"], found) + "\n\n" + " ".join(counts)


def _spread(values: list[float]) -> list[str]:
    return [f"{value:.2f}" for value in (statistics.median(values), min(values), max(values))]


def main() -> None:
    """Reads the options, speaks, prints a table and writes the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("voice", type=Path, help="run folder, voice folder or weights file")
    parser.add_argument("--text-file", type=Path, required=True, help="one text a line, or id|text")
    parser.add_argument("--limit", type=int, default=50, help="sentences at most")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, help="folder for the sounds; none are made unless given")
    parser.add_argument("--save", action="store_true", help="also write benchmarks/results/int8_sound.json")
    options = parser.parse_args()
    found = measuring.environment("torch", "onnx", "onnxruntime", "numpy")
    figures = compare(options.voice, sentences(options.text_file, options.limit), options.out, options.seed)
    text = table(figures["rows"])
    print(measuring.headline(found["machine"], found["core"]), text, sep="\n\n")
    if options.save:
        command = f"python -m benchmarks.int8_sound VOICE --text-file {options.text_file} --limit {options.limit}"
        title = "What 8-bit weights do to the sound"
        measuring.save_result("int8_sound", title=title, command=command, text=text, found=found, figures=figures)


if __name__ == "__main__":
    main()
