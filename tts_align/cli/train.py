"""The command `tts-align train`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from tts_align.recipe import Recipe
    from tts_align.training.distributed import Processes


def train(
    recipe: Annotated[Path, typer.Argument(help="Recipe (TOML).")],
    corpus: Annotated[Path, typer.Option(help="Folder in LJSpeech layout, or a filelist.")],
    out: Annotated[Path, typer.Option(help="Run folder.")],
    change: Annotated[
        list[str] | None, typer.Option("--set", metavar="TABLE.KEY=VALUE", help="Change a value of the recipe.")
    ] = None,
    updates: Annotated[
        int | None, typer.Option(min=1, help="Updates in all; same as --set training.updates=N.")
    ] = None,
    minutes: Annotated[float | None, typer.Option(min=0, help="Stop after so long, with a checkpoint.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in OUT, if there is one.")] = False,
    init_from: Annotated[Path | None, typer.Option(help="Voice or run folder whose weights to start from.")] = None,
    features: Annotated[Path | None, typer.Option(help="Where features are kept; OUT/features if not given.")] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:1 ...")] = "auto",
) -> None:
    """Train a model by a recipe.

    The best weights by alignment are kept in OUT/weights.safetensors, the newest in OUT/last.safetensors, curves and
    alignment pictures in OUT/tensorboard, figures in OUT/log.jsonl. Exit status 1: the model does not align.

    \b
    Examples:
      tts-align train recipes/demo.toml --corpus corpora/demo --out runs/demo
      tts-align train recipes/demo.toml --corpus corpora/demo --out runs/demo --resume
      tts-align train recipes/ljspeech_small.toml --corpus my_voice --out runs/mine --init-from runs/joe
      torchrun --nproc-per-node 2 -m tts_align train recipes/ljspeech.toml --corpus LJSpeech-1.1 --out runs/lj
    """
    from tts_align.recipe import load_recipe
    from tts_align.training.distributed import join_processes

    changes = list(change or []) + ([f"training.updates={updates}"] if updates else [])
    chosen = load_recipe(recipe, changes)
    processes = join_processes(device)
    try:
        aligned = _train(chosen, corpus, out, minutes, resume, init_from, features or out / "features", processes)
    finally:
        processes.end()
    if aligned is False:
        raise typer.Exit(1)


def _train(
    recipe: "Recipe",
    corpus: Path,
    out: Path,
    minutes: float | None,
    resume: bool,
    init_from: Path | None,
    features: Path,
    processes: "Processes",
) -> bool | None:
    """Whether the model aligned at the last validation; None where there was none."""
    from tts_align.corpus.download import obtain
    from tts_align.corpus.material import held_out, load_prepared
    from tts_align.model import Tacotron
    from tts_align.recipe import save_recipe
    from tts_align.text import Alphabet
    from tts_align.training.loop import Job
    from tts_align.training.loop import train as run
    from tts_align.training.warm_start import warm_start
    from tts_align.voice import read_voice

    _check_out(recipe, out, resume)
    alphabet = Alphabet(recipe.text.letters)
    voice = read_voice(init_from) if init_from is not None else None
    if processes.is_first:  # the others read what this one has made
        corpus = obtain(corpus, recipe.corpus.download)
    material = None
    for turn in (True, False):
        if processes.is_first == turn:
            prepared = load_prepared(corpus, features, alphabet, recipe.text.unknown, recipe.mel, recipe.trim)
            material = held_out(prepared, recipe.corpus.n_validation, recipe.corpus.n_test)
        processes.wait()
    assert material is not None
    if processes.is_first:
        save_recipe(out / "recipe.toml", recipe)

    def start_from_voice(model: Tacotron) -> None:
        assert voice is not None
        taken = warm_start(model, alphabet, voice, recipe.mel.fingerprint)
        typer.echo(f"Warm start from {voice.path}: {taken}.", err=True)

    job = Job(out, alphabet, recipe.mel, recipe.model, recipe.training, material, processes)
    result = run(job, minutes=minutes, prepare_model=start_from_voice if voice is not None else None)
    return None if result is None else result.figures.is_aligned


def _check_out(recipe: "Recipe", out: Path, resume: bool) -> None:
    """A run folder is never overwritten, and never resumed under another recipe."""
    from tts_align.errors import TrainingError
    from tts_align.recipe import differences, load_recipe

    before = out / "recipe.toml"
    if not before.exists():
        return
    if not resume:
        raise TrainingError(
            where=str(out),
            expected="a folder without a run",
            found="a run",
            fix="Pass --resume to go on with it, or name another folder.",
        )
    changed = [line for line in differences(load_recipe(before), recipe) if not line.startswith("training.updates:")]
    if changed:
        raise TrainingError(
            where=str(out),
            expected="the recipe that the run was started with (only training.updates may change)",
            found="; ".join(changed),
            fix="Undo the change, or start a new run; --init-from takes its weights over.",
        )
