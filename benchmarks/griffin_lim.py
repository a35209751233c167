"""Times Griffin-Lim at equal quality against torchaudio's and librosa's.

python -m benchmarks.griffin_lim                  20 clips, about two minutes
python -m benchmarks.griffin_lim --clips 32 --rounds 9

Everybody gets the magnitudes of the same clips, each in its own framing (ours has no centre padding), the same window
and hop, momentum 0.99. Quality is spectral convergence: what the magnitudes of the found wave are off, in dB below the
wanted ones. A peer runs 32 and 100 iterations; we run as few as are at least as good in the mean of all clips and on
four of five clips.
"""

import functools
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from benchmarks import measuring, options
from benchmarks.clips import HOP, RATE, clips
from benchmarks.measuring import Candidate

N_FFT = 1024
LEVELS = (32, 100)
MOST = 0.8  # of the clips must be at least as good
LADDER = (*range(13), 14, 16, 18, 20, 24, 28, 32, 36, 40, 48, 56, 64, 80, 100)
SECONDS_TIMED = 12  # of clips in a timed call


class NotReachedError(Exception):
    """No number of our iterations is as good as a peer's; the message says what was wanted of which clip."""


@dataclass(frozen=True)
class Peer:
    """One way to find a wave.

    Args:
        name: for the table.
        targets: magnitudes of each clip, as it wants them.
        find: magnitudes and a number of iterations to a wave.
        off: a wave and its magnitudes to dB.
    """

    name: str
    targets: list
    find: Callable
    off: Callable

    def quality(self, n_iterations: int) -> list[float]:
        """Spectral convergence of each clip, in dB."""
        return [self.off(self.find(target, n_iterations), target) for target in self.targets]


def ours(waves: list[np.ndarray]) -> Peer:
    """`tts_align.audio.griffin_lim`."""
    import torch

    from tts_align.audio import MelSettings, griffin_lim, magnitude_spectrogram, spectral_convergence_db

    settings = MelSettings()
    targets = [magnitude_spectrogram(torch.from_numpy(wave), settings) for wave in waves]
    return Peer(
        "tts_align",
        targets,
        lambda target, n: griffin_lim(target, settings, n),
        lambda wave, target: spectral_convergence_db(wave, target, settings),
    )


def torchaudio(waves: list[np.ndarray]) -> Peer:
    """`torchaudio.transforms.GriffinLim`."""
    import torch
    from torchaudio.transforms import GriffinLim

    window = torch.hann_window(N_FFT)

    def magnitude(wave: torch.Tensor) -> torch.Tensor:
        return torch.stft(wave, N_FFT, HOP, window=window, return_complex=True).abs()

    @functools.cache
    def transform(n: int) -> GriffinLim:
        return GriffinLim(N_FFT, n, hop_length=HOP, power=1, momentum=0.99)

    def find(target: torch.Tensor, n: int) -> torch.Tensor:
        torch.manual_seed(0)
        return transform(n)(target)

    targets = [magnitude(torch.from_numpy(wave)) for wave in waves]
    return Peer("torchaudio", targets, find, lambda wave, target: _decibel(magnitude(wave).numpy(), target.numpy()))


def librosa(waves: list[np.ndarray]) -> Peer:
    """`librosa.griffinlim`."""
    import librosa

    def magnitude(wave: np.ndarray) -> np.ndarray:
        return np.abs(librosa.stft(wave, n_fft=N_FFT, hop_length=HOP))

    def find(target: np.ndarray, n: int) -> np.ndarray:
        return librosa.griffinlim(target, n_iter=n, n_fft=N_FFT, hop_length=HOP, momentum=0.99, random_state=0)

    return Peer(
        "librosa", [magnitude(wave) for wave in waves], find, lambda wave, target: _decibel(magnitude(wave), target)
    )


def iterations_needed(our: Peer, wanted: dict[tuple[str, int], list[float]]) -> dict[tuple[str, int], list[int]]:
    """For each clip the fewest of our iterations, of those on the ladder, that are as good as a peer's.

    Args:
        our: our way.
        wanted: a peer's quality of each clip, by its name and number of iterations.

    Raises:
        NotReachedError: a clip's quality is not reached at all.
    """
    needed: dict[tuple[str, int], list[int]] = {who: [] for who in wanted}
    for clip, target in enumerate(our.targets):
        climbed: dict[int, float] = {}
        for n in LADDER:
            climbed[n] = our.off(our.find(target, n), target)
            if climbed[n] <= min(qualities[clip] for qualities in wanted.values()):
                break
        for who, qualities in wanted.items():
            reached = [n for n, quality in climbed.items() if quality <= qualities[clip]]
            if not reached:
                raise NotReachedError(
                    f"{qualities[clip]:.1f} dB on clip {clip} is not reached in {max(climbed)} iterations"
                )
            needed[who].append(reached[0])
    return needed


def fewest_iterations(our: Peer, wanted: list[float], needed: list[int]) -> int:
    """So few that we are at least as good as the peer in the mean of all clips and on most clips.

    Raises:
        NotReachedError: the mean, or that of most clips, is not reached.
    """
    most = int(np.quantile(needed, MOST, method="higher"))
    for n in (each for each in LADDER if each >= most):
        quality = our.quality(n)
        if np.mean(quality) <= np.mean(wanted) and np.mean(np.less_equal(quality, wanted)) >= MOST:
            return n
    wanted_of_all = f"a mean of {np.mean(wanted):.1f} dB, and that of {MOST:.0%} of the clips,"
    raise NotReachedError(f"{wanted_of_all} is not reached in {max(LADDER)} iterations")


def measure(waves: list[np.ndarray], rounds: int) -> list[dict]:
    """One record for each peer and number of its iterations."""
    our, peers = ours(waves), {peer.name: peer for peer in (torchaudio(waves), librosa(waves))}
    wanted = {(name, n): peer.quality(n) for n in LEVELS for name, peer in peers.items()}
    needed = iterations_needed(our, wanted)
    enough = {who: fewest_iterations(our, wanted[who], each) for who, each in needed.items()}
    qualities = {n: our.quality(n) for n in set(enough.values())}
    timed = _timed_clips(waves)
    calls = {who: _call(peers[who[0]], timed, who[1]) for who in wanted}
    calls |= {("tts_align", n): _call(our, timed, n) for n in qualities}
    candidates = [Candidate(f"{name}, {n} iterations", call) for (name, n), call in calls.items()]
    timings = dict(zip(calls, measuring.interleaved(candidates, rounds), strict=True))
    memory = {who: measuring.peak_memory_mib(call) for who, call in calls.items()}
    results = []
    for who in wanted:
        mine = ("tts_align", enough[who])
        results.append(
            {
                "peer": who[0],
                "peer_iterations": who[1],
                "our_iterations": enough[who],
                "our_iterations_by_clip": needed[who],
                "peer_db": wanted[who],
                "our_db": qualities[enough[who]],
                "peer_call": timings[who].per_call() | {"memory_mib": memory[who]},
                "our_call": timings[mine].per_call() | {"memory_mib": memory[mine]},
                "times_faster": measuring.ratios(timings[who], timings[mine]),
                "rounds": [timings[who], timings[mine]],
            }
        )
    return results


def table(results: list[dict]) -> str:
    """The results as Markdown."""
    rows = []
    for result in results:
        for who in ("peer", "our"):
            each, quality = result[f"{who}_call"], result[f"{who}_db"]
            spread = f"{measuring.seconds(each['wall_min'])} - {measuring.seconds(each['wall_max'])}"
            times = result["times_faster"]
            rows.append(
                [
                    result["peer"] if who == "peer" else "**tts_align**",
                    result[f"{who}_iterations"],
                    "" if who == "peer" else _better(result),
                    f"{statistics.mean(quality):.1f} dB ({min(quality):.1f} to {max(quality):.1f})",
                    f"{measuring.seconds(each['wall'])} ({spread})",
                    measuring.seconds(each["cpu"]),
                    "-" if each["memory_mib"] is None else f"{each['memory_mib']:.0f} MiB",
                    "" if who == "peer" else f"**{times['median']:.1f}** ({times['min']:.1f} - {times['max']:.1f})",
                ]
            )
    head = [
        "who",
        "iterations",
        "clips as good",
        "spectral convergence, mean (range)",
        "wall, median (spread)",
        "CPU",
        "memory",
    ]
    return measuring.markdown([*head, "times faster, each round"], rows)


def _better(result: dict) -> str:
    n_good = sum(mine <= peer for mine, peer in zip(result["our_db"], result["peer_db"], strict=True))
    return f"{n_good} of {len(result['peer_db'])}"


def _decibel(found: np.ndarray, wanted: np.ndarray) -> float:
    return float(20 * np.log10(np.linalg.norm(found - wanted) / np.linalg.norm(wanted)))


def _hardest(results: list[dict]) -> str:
    parts = [
        f"{max(each['our_iterations_by_clip'])} for {each['peer']}'s {each['peer_iterations']}" for each in results
    ]
    return ", ".join(parts)


def _timed_clips(waves: list[np.ndarray]) -> list[int]:
    """Which clips a timed call works on: from the middle of all lengths, until they are long enough."""
    middle = statistics.median(map(len, waves))
    order = sorted(range(len(waves)), key=lambda i: abs(len(waves[i]) - middle))
    chosen: list[int] = []
    while order and sum(len(waves[i]) for i in chosen) < SECONDS_TIMED * RATE:
        chosen.append(order.pop(0))
    return chosen


def _call(peer: Peer, timed: list[int], n_iterations: int) -> Callable[[], None]:
    def call() -> None:
        for i in timed:
            peer.find(peer.targets[i], n_iterations)

    return call


def main() -> None:
    """Reads the options, measures, prints a table and keeps it."""
    asked = options.of_sound(__doc__)
    found = measuring.environment("torch", "torchaudio", "librosa", "numpy")
    waves, source = clips(asked.clips)
    try:
        results = measure(waves, asked.rounds)
    except NotReachedError as reason:
        sys.exit(f"Nothing was kept. With {source}, a peer's quality cannot be met: {reason}.")
    timed = _timed_clips(waves)
    seconds = sum(len(waves[i]) for i in timed) / RATE
    text = (
        f"Quality on {source}; time and memory for {len(timed)} of them, {seconds:.1f} s together. "
        f"Ours is the smallest number of iterations that is as good as the peer in the mean and on {MOST:.0%} of the "
        f"clips. Most that one clip needed: {_hardest(results)}.\n\n{table(results)}"
    )
    figures = {"clips": source, "results": results}
    measuring.show_and_save(
        "griffin_lim", title="Griffin-Lim at equal quality", text=text, found=found, figures=figures
    )


if __name__ == "__main__":
    main()
