"""The command `tts-align train`."""

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from tts_align.corpus.material import Material
    from tts_align.recipe import Recipe
    from tts_align.text import Alphabet
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
    init_from: Annotated[
        str | None,
        typer.Option(metavar="NAME|RUN", help="Built-in voice, or voice or run folder, whose weights to start from."),
    ] = None,
    features: Annotated[Path | None, typer.Option(help="Where features are kept; OUT/features if not given.")] = None,
    skip_broken: Annotated[
        bool, typer.Option("--skip-broken", help="Leave out utterances without usable sound.")
    ] = False,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or cuda:1")] = "auto",
) -> None:
    """Train a model by a recipe.

    The best weights by alignment are kept in OUT/weights.safetensors, the newest in OUT/last.safetensors, curves and
    alignment pictures in OUT/tensorboard, figures in OUT/log.jsonl. Exit status 1: the model does not align.

    \b
    Examples:
      tts-align train recipes/demo.toml --corpus corpora/demo --out runs/demo
      tts-align train recipes/demo.toml --corpus corpora/demo --out runs/demo --resume
      tts-align train recipes/ljspeech_small.toml --corpus my_voice --out runs/mine --init-from joe
      torchrun --nproc-per-node 2 -m tts_align train recipes/ljspeech.toml --corpus LJSpeech-1.1 --out runs/lj
    """
    from tts_align.recipe import load_recipe
    from tts_align.training.distributed import join_processes

    changes = list(change or []) + ([f"training.updates={updates}"] if updates else [])
    chosen = load_recipe(recipe, changes)
    _check_out(chosen, out, resume)
    processes = join_processes(device)
    try:
        aligned = _train(chosen, corpus, out, minutes, init_from, features or out / "features", skip_broken, processes)
    finally:
        processes.end()
    if aligned is False:
        if processes.is_first:
            typer.echo(f"The model does not align: see {out / 'log.jsonl'}.", err=True)
        raise typer.Exit(1)


def _train(
    recipe: "Recipe",
    corpus: Path,
    out: Path,
    minutes: float | None,
    init_from: str | None,
    features: Path,
    skip_broken: bool,
    processes: "Processes",
) -> bool | None:
    """Whether the model aligned at the last validation; None where there was none."""
    from tts_align.model import Tacotron
    from tts_align.recipe import save_recipe
    from tts_align.synthesis.built_in import find_voice
    from tts_align.text import Alphabet
    from tts_align.training.loop import Job
    from tts_align.training.loop import train as run
    from tts_align.training.warm_start import warm_start
    from tts_align.voice import read_voice

    alphabet = Alphabet(recipe.text.letters, recipe.text.pronunciations)
    prepare_model = None
    if init_from is not None:
        voice = read_voice(find_voice(init_from))
        prepare_model = functools.partial(
            warm_start, alphabet=alphabet, voice=voice, mel_fingerprint=recipe.mel.fingerprint
        )
        # tried before the features are made, so that a voice that does not fit is refused at once
        taken = prepare_model(Tacotron(len(alphabet), recipe.mel.n_mels, recipe.model))
        if processes.is_first:
            typer.echo(f"Warm start from {voice.path}: {taken}.", err=True)
    material = processes.in_turn(lambda: _material(recipe, corpus, features, alphabet, skip_broken))
    if processes.is_first:
        save_recipe(out / "recipe.toml", recipe)
    job = Job(out, alphabet, recipe.mel, recipe.trim, recipe.model, recipe.training, material, processes)
    return run(job, minutes=minutes, prepare_model=prepare_model)


def _material(recipe: "Recipe", corpus: Path, features: Path, alphabet: "Alphabet", skip_broken: bool) -> "Material":
    from tts_align.corpus.download import obtain
    from tts_align.corpus.durations import with_durations
    from tts_align.corpus.material import held_out, load_prepared, spell_some

    corpus = obtain(corpus, recipe.corpus.download)
    prepared = load_prepared(
        corpus,
        features,
        alphabet,
        recipe.text.unknown,
        recipe.mel,
        recipe.trim,
        skip_broken=skip_broken,
    )
    material = held_out(prepared, recipe.corpus.n_validation, recipe.corpus.n_test)
    material = spell_some(material, alphabet, recipe.text.unknown, recipe.text.spelled_share)
    if recipe.model.needs_durations:
        material = with_durations(material, corpus, prepared.start_seconds, recipe.mel.seconds_per_frame)
    return material


def _check_out(recipe: "Recipe", out: Path, resume: bool) -> None:
    """A run is never overwritten, and never resumed under another recipe."""
    from tts_align.errors import TrainingError
    from tts_align.recipe import differences, load_recipe
    from tts_align.training.run_folder import STATE_FILE

    before = out / "recipe.toml"
    if not (out / STATE_FILE).exists():
        return  # nothing was trained yet
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
