"""`tts-align diagnose` on what other systems write: folders, batches, heads, phones, and files that are broken."""

import json
import pickle
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.cli.running import Ran, run
from tests.drawings import spoken
from tts_align.alignment import save_alignment

TEXT = "one two three four."
SKIP = "0:8 14:19"  # without three
STEP = ("--seconds-per-step", "0.03")
MANUAL = Path(__file__).resolve().parents[2] / "docs" / "attention_from_other_systems.md"


class Danger:
    def __reduce__(self):
        return (exec, ("raise SystemExit('code of the file ran')",))


def found(ran: Ran) -> dict[str, list]:
    """The words of each fault of each utterance."""
    return {each["id"]: [event["words"] for event in each["events"]] for each in json.loads(ran.out)["utterances"]}


def test_a_folder_of_every_kind_of_file_is_judged_with_a_corpus_for_the_texts(tmp_path: Path) -> None:
    (tmp_path / "metadata.csv").write_text("".join(f"{name}|Raw|{TEXT}\n" for name in ("a", "b", "c", "d")))
    dumped = tmp_path / "dumped"
    save_alignment(dumped / "ours.npz", spoken(TEXT))
    np.save(dumped / "a.npy", spoken(TEXT, SKIP).weights.T)
    np.savez(dumped / "b.npz", mel=np.ones((80, 9)), attn=spoken(TEXT).weights)
    (dumped / "deep").mkdir()
    torch.save({"alignments": torch.from_numpy(spoken(TEXT, SKIP).weights.copy())[None]}, dumped / "deep" / "c.pt")
    torch.save(torch.from_numpy(spoken(TEXT).weights.copy()), dumped / "d.pth")
    for corpus in (tmp_path, tmp_path / "metadata.csv"):
        ran = run("diagnose", dumped, "--text-file", corpus, *STEP, "--json", "-")
        assert ran.status == 1
        assert found(ran) == {"a": [["three"]], "b": [], "d": [], "deep/c": [["three"]], "ours": []}


def test_a_batch_is_judged_by_name_and_its_padding_is_no_fault(tmp_path: Path) -> None:
    ones = [spoken(TEXT, SKIP), spoken("alpha beta"), spoken(TEXT)]
    batch = np.zeros((3, max(one.n_steps for one in ones), len(TEXT)), dtype=np.float32)
    for place, one in zip(batch, ones, strict=True):
        place[: one.n_steps, : one.n_symbols] = one.weights
    np.savez(
        tmp_path / "batch.npz",
        alignments=batch,
        utt_ids=np.array(["x", "y", "z"]),
        output_lengths=np.array([one.n_steps for one in ones]),
        seconds_per_step=0.03,
    )
    (tmp_path / "batch.txt").write_text(f"{TEXT}\nalpha beta\n{TEXT}\n")
    ran = run("diagnose", tmp_path / "batch.npz", "--json", "-")
    assert found(ran) == {"x": [["three"]], "y": [], "z": []}


def test_the_head_that_was_taken_is_said_on_standard_error(tmp_path: Path) -> None:
    weights = spoken(TEXT, SKIP).weights
    heads = np.stack([np.full_like(weights, 1 / len(TEXT)), weights])
    np.save(tmp_path / "a.npy", np.stack([heads[:1].repeat(2, axis=0), heads]))
    ran = run("diagnose", tmp_path / "a.npy", "--text", TEXT, *STEP, "--json", "-")
    assert found(ran) == {"a": [["three"]]}
    assert "a.npy: took layer 1 of 2, head 1 of 2 (counted from 0), the most diagonal: 0.9" in ran.error
    told = run("diagnose", tmp_path / "a.npy", "--text", TEXT, *STEP, "--json", "-", "--layer", "1", "--head", "1")
    assert found(told) == {"a": [["three"]]}
    assert "took" not in told.error


def test_phones_with_a_separator_give_words(tmp_path: Path) -> None:
    phones = "DH AH0 | K AE1 T S | S IH1 T IH0 NG | DH EH1 R"
    n = len(phones.split())
    np.save(tmp_path / "a.npy", np.eye(n)[[j for j in range(n) if not 8 <= j < 13]].repeat(4, axis=0))
    (tmp_path / "texts.csv").write_text(f"a|the cats sitting there|{phones}\n")
    arguments = ("diagnose", tmp_path / "a.npy", "--text-file", tmp_path / "texts.csv", "--phones", "|", *STEP)
    assert found(run(*arguments, "--json", "-")) == {"a": [["sitting"]]}


def test_every_broken_file_is_named_and_the_others_are_still_done(tmp_path: Path) -> None:
    weights = spoken(TEXT).weights
    np.save(tmp_path / "good.npy", weights)
    torch.save(torch.from_numpy(weights.copy()), tmp_path / "good_too.pt")
    broken = {
        "cut.npy": ((tmp_path / "good.npy").read_bytes()[:-9], "an array file that is whole"),
        "cut.pt": ((tmp_path / "good_too.pt").read_bytes()[:-99], "a file of torch.save"),
        "empty.npz": (b"", "an empty file"),
        "sound.npz": (b"RIFF$\x08\x00\x00WAVEfmt ", "an array file"),
        "code.npz": (pickle.dumps(Danger()), "pickled Python objects"),
    }
    for name, (content, _) in broken.items():
        (tmp_path / name).write_bytes(content)
    np.save(tmp_path / "code.npy", np.array([[Danger()]], dtype=object))
    torch.save({"alignments": Danger()}, tmp_path / "code.pt")
    np.save(tmp_path / "logits.npy", np.log(weights + 1e-3))
    np.save(tmp_path / "other.npy", weights[:, :9])
    broken |= {"code.npy": (b"", "pickled Python objects"), "code.pt": (b"", "objects of classes")}
    broken |= {"logits.npy": (b"", "a weight >= 0"), "other.npy": (b"", "an axis of 19 to 21 symbols")}
    ran = run("diagnose", tmp_path, "--text", TEXT, *STEP, "--json", "-")
    assert ran.status == 2
    assert found(ran) == {"good": [], "good_too": []}
    lines = {line.split(": expected")[0].rsplit("/", 1)[-1].split(":")[0]: line for line in ran.error.splitlines()}
    for name, (_, message) in broken.items():
        assert message in lines[name]
    assert f"{len(broken)} of {len(broken) + 2} files could not be read" in ran.error


def test_a_folder_without_any_and_a_missing_text_say_what_to_do(tmp_path: Path) -> None:
    assert "alignments (.npz, .npy, .pt, .pth) in it, found none" in run("diagnose", tmp_path).error
    np.save(tmp_path / "a.npy", spoken(TEXT).weights)
    ran = run("diagnose", tmp_path, *STEP)
    assert ran.status == 2
    assert "Give it by --text, by a line a|... of --text-file, or by a file beside it that ends in .txt." in ran.error
    ran = run("diagnose", tmp_path, "--text", TEXT)
    assert "256 * 1 / 22050 = 0.01161" in ran.error


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--axes", "XYZ"), "a letter for each axis"),
        (("--axes", "TN", "--text-axis", "1"), "one way to say it"),
        (("--head", "-1"), "--head"),
        (("--layer", "two"), "--layer"),
        (("--key", "none"), "an array named 'none'"),
    ],
)
def test_options_that_cannot_be_give_status_2(tmp_path: Path, arguments: tuple, message: str) -> None:
    np.save(tmp_path / "a.npy", spoken(TEXT).weights)
    ran = run("diagnose", tmp_path / "a.npy", "--text", TEXT, *STEP, *arguments)
    assert (ran.status, message in ran.error) == (2, True)


@pytest.mark.filterwarnings("ignore:Reached max decoder steps")
def test_the_torchaudio_lines_of_the_manual_run_and_what_they_write_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipelines = pytest.importorskip("torchaudio").pipelines
    section = MANUAL.read_text(encoding="utf8").split("## torchaudio")[1]
    lines = section.split("```python")[1].split("```")[0]
    small = {"symbol_embedding_dim": 16, "encoder_embedding_dim": 16, "decoder_rnn_dim": 16, "attention_rnn_dim": 16}
    bundle = type(pipelines.TACOTRON2_GRIFFINLIM_CHAR_LJSPEECH)
    monkeypatch.setattr(  # the trained one would have to be downloaded
        bundle, "get_tacotron2", lambda _: torchaudio_model(n_symbol=38, decoder_max_step=43, **small)
    )
    monkeypatch.chdir(tmp_path)
    torch.manual_seed(0)
    exec(lines, {})
    ran = run("diagnose", "speech.pt", "--json", "-")
    assert ran.status == 1  # it was never trained
    judged = {each["id"]: each for each in json.loads(ran.out)["utterances"]}
    assert {name: each["text"] for name, each in judged.items()} == {
        "counting": "one, two, three, four!",
        "greeting": "hello there.",
    }
    assert judged["greeting"]["seconds"] == pytest.approx(43 * 256 / 22050, abs=1e-3)


def torchaudio_model(**settings: int) -> torch.nn.Module:
    import torchaudio

    return torchaudio.models.Tacotron2(**settings)
