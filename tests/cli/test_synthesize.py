"""The command `synthesize`: the same seed gives the same wave, and nothing is dropped in silence."""

import json
import resource
import subprocess
import sys

import numpy as np
import pytest
import soundfile
from typer.testing import CliRunner

from tts_align.alignment.archive import load_alignment
from tts_align.cli import app


def synthesize(voice, *words, **options):
    words = ["synthesize", "--iterations", "3", "--tries", "0", "--voice", voice, *words]
    return CliRunner().invoke(app, [str(word) for word in words], **options)


def test_text_becomes_sound_and_an_alignment_of_the_same_length(tmp_path, toy_voice):
    done = synthesize(toy_voice, "A bad cab.", "--out", tmp_path / "a.wav")
    assert done.exit_code == 1  # seven updates are not enough to speak, and the diagnosis says so
    wave, rate = soundfile.read(tmp_path / "a.wav")
    alignment = load_alignment(tmp_path / "a.npz")
    assert rate == 22050
    assert len(wave) == alignment.n_steps * 2 * 256
    assert "".join(alignment.symbols) == "a bad cab.<end>"
    assert alignment.text == "A bad cab."


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path, toy_voice):
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        synthesize(toy_voice, "a bad cab", "--out", tmp_path / f"{name}.wav", "--seed", seed)
    a, b, c = ((tmp_path / f"{name}.wav").read_bytes() for name in "abc")
    assert a == b
    assert a != c


def test_a_file_of_texts_becomes_a_folder_of_sounds_each_as_if_alone(tmp_path, toy_voice):
    (tmp_path / "texts.txt").write_text("\ufeffa bad cab\r\n\r\nfab decade\n", encoding="utf8")
    synthesize(toy_voice, "--text-file", tmp_path / "texts.txt", "--out", tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "0001.npz", "0001.wav", "0002.npz", "0002.wav"
    ]  # fmt: skip
    synthesize(toy_voice, "fab decade", "--out", tmp_path / "alone.wav")
    assert (tmp_path / "alone.wav").read_bytes() == (tmp_path / "out" / "0002.wav").read_bytes()


def test_ids_of_a_file_name_the_sounds(tmp_path, toy_voice):
    (tmp_path / "texts.txt").write_text("repeat-017|a bad bad cab\ncab.2|fab decade\n")
    synthesize(toy_voice, "--text-file", tmp_path / "texts.txt", "--out", tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "cab.2.npz", "cab.2.wav", "repeat-017.npz", "repeat-017.wav"
    ]  # fmt: skip
    assert load_alignment(tmp_path / "out" / "repeat-017.npz").text == "a bad bad cab"


def test_standard_input_is_read_when_no_text_is_given(tmp_path, toy_voice):
    done = synthesize(toy_voice, "--out", tmp_path / "a.wav", input="a bad\ncab\n")
    assert done.exit_code == 1
    assert load_alignment(tmp_path / "a.npz").text == "a bad cab"


def test_accents_are_read_without_them_unless_asked_otherwise(tmp_path, toy_voice):
    done = synthesize(toy_voice, "a bäd cab", "--out", tmp_path / "a.wav", "--verbose")
    assert "".join(load_alignment(tmp_path / "a.npz").symbols) == "a bad cab<end>"
    assert "read: ä -> a" in done.output


def test_unknown_characters_are_an_error_or_skipped_as_asked(tmp_path, toy_voice):
    refused = synthesize(toy_voice, "a bad cab ш", "--out", tmp_path / "a.wav")
    assert "found 'ш' (U+0448) at position 10" in refused.output
    refused = synthesize(toy_voice, "a bäd cab ш", "--out", tmp_path / "a.wav", "--unknown", "error")
    assert refused.exit_code == 2
    assert "'ä' (U+00E4) at position 3, 'ш' (U+0448) at position 10" in refused.output
    assert not list(tmp_path.iterdir())
    synthesize(toy_voice, "a bäd cab", "--out", tmp_path / "a.wav", "--unknown", "skip")
    assert "".join(load_alignment(tmp_path / "a.npz").symbols) == "a bd cab<end>"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([""], "at least one letter"),
        (["?!..."], "at least one letter"),
        (["\u202eabc שלום 🙂"], "characters that can be read, found 'ש' (U+05E9) at position 4"),
        (["🙂 שלום", "--unknown", "skip"], "expected at least one letter, found nothing that can be spoken"),
        (["a\x00b"], "(U+0000) at position 1"),
        (["abc", "--text-file", "x.txt"], "expected TEXT or --text-file, found both"),
        (["--text-file", "missing.txt"], r"a text file"),
    ],
)
def test_bad_text_is_an_error_with_status_2_and_no_file(tmp_path, toy_voice, words, message):
    done = synthesize(toy_voice, *words, "--out", tmp_path / "a.wav")
    assert done.exit_code == 2
    assert message in done.output
    assert not list(tmp_path.iterdir())


def test_a_bad_line_stops_before_anything_is_spoken(tmp_path, toy_voice):
    (tmp_path / "texts.txt").write_text("a bad cab\nfab ш\n")
    done = synthesize(toy_voice, "--text-file", tmp_path / "texts.txt", "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert "texts.txt, text 2" in done.output
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xff\xfe\x00a", bytes(range(256))])
def test_a_text_file_must_be_text(tmp_path, toy_voice, content):
    (tmp_path / "t.txt").write_bytes(content)
    done = synthesize(toy_voice, "--text-file", tmp_path / "t.txt", "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert "t.txt" in done.output and not (tmp_path / "out").exists()


def test_an_unwritable_output_is_an_error(tmp_path, toy_voice):
    (tmp_path / "file").write_text("in the way")
    done = synthesize(toy_voice, "a bad cab", "--out", tmp_path / "file" / "a.wav")
    assert done.exit_code == 2
    assert "a place that can be written" in done.output


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["a bad cab", "--out", "{}/a.mp3"], r"--out: expected a sound file that ends in .wav, or a folder, found '"),
        (["a bad cab", "--out", ""], "--out: expected a sound file that ends in .wav, or a folder, found ''"),
        (["a bad cab", "--out", "{}/there"], "--out: expected a sound file that ends in .wav, or a folder"),
        (["--text-file", "{}/ids.txt", "--out", "{}/a.wav"], "--out: expected a folder, for the texts of a file with"),
        (
            ["--text-file", "{}/two.txt", "--out", "{}/new", "--alignment", "{}/a.npz"],
            "--alignment: expected one text, found 2 texts. Leave it out",
        ),
    ],
)
def test_a_place_that_does_not_fit_is_an_error_that_names_the_right_option(tmp_path, toy_voice, words, message):
    (tmp_path / "two.txt").write_text("a bad cab\nbead\n")
    (tmp_path / "ids.txt").write_text("one|a bad cab\ntwo|bead\n")
    (tmp_path / "there").write_text("in the way")
    done = synthesize(toy_voice, *(word.format(tmp_path) for word in words))
    assert done.exit_code == 2
    assert message in done.output
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ids.txt", "there", "two.txt"]


@pytest.mark.parametrize("name", ["new", "there.v2", "new.v2/"])
def test_one_text_goes_into_a_folder_too(tmp_path, toy_voice, name):
    (tmp_path / "there.v2").mkdir()
    synthesize(toy_voice, "abba", "--out", f"{tmp_path}/{name}")
    assert sorted(path.name for path in (tmp_path / name).iterdir()) == ["0001.npz", "0001.wav"]


def test_a_full_disk_is_an_error_and_leaves_nothing(toy_voice):
    done = synthesize(toy_voice, "a bad cab", "--out", "/dev/full/a.wav")
    assert done.exit_code == 2


def test_a_missing_voice_is_an_error(tmp_path):
    done = synthesize(tmp_path / "nobody", "abc", "--out", tmp_path / "a.wav")
    assert done.exit_code == 2
    assert "a voice" in done.output


def test_the_python_calls_of_the_front_page_work(toy_voice):
    code = (
        "import tts_align, numpy as np\n"
        f"voice = tts_align.load_voice({str(toy_voice)!r})\n"
        "speech = voice.synthesize('a bad cab', seed=0)\n"
        "assert speech.wave.ndim == 1 and speech.sample_rate == 22050 and speech.mel.shape[1] == 80\n"
        "print(tts_align.analyze(np.eye(3).repeat(4, axis=0), text='cab', seconds_per_step=0.03).verdict)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "clean\n", done.stderr


def test_waves_stay_in_range(tmp_path, toy_voice):
    synthesize(toy_voice, "a bad cab", "--out", tmp_path / "a.wav")
    wave, _ = soundfile.read(tmp_path / "a.wav")
    assert np.isfinite(wave).all() and np.abs(wave).max() <= 1


def test_several_sentences_become_one_sound_and_a_folder_of_alignments_placed_in_it(tmp_path, toy_voice):
    (tmp_path / "book.txt").write_text("A bad cab. Fab decade!\n\n* * *\n\nBead")
    done = synthesize(toy_voice, "--text-file", tmp_path / "book.txt", "--out", tmp_path / "book.wav")
    assert done.exit_code == 1
    assert "book.wav: 3 sentences" in done.output and "3 with a fault" in done.output
    alignments = [load_alignment(tmp_path / "book.sentences" / f"{number:05}.npz") for number in (1, 2, 3)]
    assert [alignment.text for alignment in alignments] == ["A bad cab.", "Fab decade!", "Bead"]
    starts = [alignment.start_seconds for alignment in alignments]
    assert starts == sorted(starts)
    wave, rate = soundfile.read(tmp_path / "book.wav")
    assert starts[2] < len(wave) / rate <= starts[2] + alignments[2].seconds
    found = CliRunner().invoke(app, ["diagnose", str(tmp_path), "--json", "-"])
    events = [event for each in json.loads(found.stdout)["utterances"] for event in each["events"]]
    assert max(event["seconds"][0] for event in events) > starts[2]


def test_an_earlier_alignment_of_the_same_name_does_not_stay(tmp_path, toy_voice):
    for text in ("Abba. Bead. Fab.", "Abba.", "Abba. Bead."):
        synthesize(toy_voice, text, "--out", tmp_path / "a.wav")
        n_sentences = text.count(".")
        names = ["a.npz", "a.wav"] if n_sentences == 1 else ["a.sentences", "a.wav"]
        assert sorted(path.name for path in tmp_path.iterdir()) == names
        assert len(list(tmp_path.rglob("*.npz"))) == n_sentences


def test_a_folder_with_other_things_is_not_overwritten(tmp_path, toy_voice):
    (tmp_path / "a.sentences").mkdir()
    (tmp_path / "a.sentences" / "notes.txt").write_text("mine")
    done = synthesize(toy_voice, "Abba. Bead.", "--out", tmp_path / "a.wav")
    assert done.exit_code == 2
    assert "something else there, which would be overwritten" in done.output
    assert [path.name for path in tmp_path.rglob("*.*")] == ["a.sentences", "notes.txt"]


def test_a_faulty_sentence_is_spoken_again_and_the_report_says_so(tmp_path, toy_voice):
    done = synthesize(toy_voice, "a bad cab", "--out", tmp_path / "a.wav", "--tries", "2")
    assert done.exit_code == 1
    assert "the best of 3 tries" in done.output


def test_a_sentence_that_is_too_long_is_cut_and_this_is_said(tmp_path, toy_voice, monkeypatch):
    monkeypatch.setattr("tts_align.synthesis.sentences.MOST_CHARACTERS", 30)
    done = synthesize(toy_voice, "ab " * 15, "--out", tmp_path / "a.wav")
    assert "cut off here, since it is too long for one piece" in done.output
    assert "2 sentences" in done.output


def test_verbose_says_what_was_read(tmp_path, toy_voice):
    done = synthesize(toy_voice, "a 7 cab", "--out", tmp_path / "a.wav", "--verbose")
    assert "read: 7 -> seven" in done.output
    assert load_alignment(tmp_path / "a.npz").text == "a seven cab"


@pytest.mark.parametrize("rate", ["0.5", "2", "nan"])
def test_a_rate_out_of_range_is_an_error(tmp_path, toy_voice, rate):
    done = synthesize(toy_voice, "a bad cab", "--out", tmp_path / "a.wav", "--rate", rate)
    assert done.exit_code == 2
    assert "rate: expected a number from 0.7 (slow) to 1.4 (fast)" in done.output
    assert not list(tmp_path.iterdir())


def test_an_interruption_leaves_no_half_file(tmp_path, toy_voice, monkeypatch):
    from tts_align.synthesis import Voice

    whole, spoken = Voice._speech, []

    def interrupted(self, *given):
        if len(spoken) == 2:
            raise KeyboardInterrupt
        spoken.append(whole(self, *given))
        return spoken[-1]

    monkeypatch.setattr(Voice, "_speech", interrupted)
    done = synthesize(toy_voice, "Abba. Bead. Fab. Cab.", "--out", tmp_path / "a.wav")
    assert done.exit_code == 130
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("text", ["a bad cab", "Abba. Bead. Fab. Cab."])
def test_a_disk_that_gets_full_is_an_error_and_leaves_nothing(tmp_path, toy_voice, text):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    try:
        done = synthesize(toy_voice, text, "--out", tmp_path / "a.wav")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert done.exit_code == 2
    assert "a place that can be written" in done.output
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["a.wav", "notes.txt", "a"])
def test_an_alignment_never_takes_the_place_of_another_file(tmp_path, toy_voice, name):
    (tmp_path / "notes.txt").write_text("mine")
    done = synthesize(toy_voice, "Abba. A bad cab.", "--out", tmp_path / "a.wav", "--alignment", tmp_path / name)
    assert done.exit_code == 2
    assert "--alignment: expected a file that ends in .npz" in done.output
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_an_alignment_that_cannot_be_written_leaves_no_sound(tmp_path, toy_voice):
    (tmp_path / "file").touch()
    done = synthesize(toy_voice, "bad cab", "--out", tmp_path / "a.wav", "--alignment", tmp_path / "file/a.npz")
    assert done.exit_code == 2
    assert "a.npz: expected a place that can be written" in done.output
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_no_alignment_is_promised_for_sound_on_standard_output(tmp_path, toy_voice):
    done = synthesize(toy_voice, "bad cab", "--out", "-", "--alignment", tmp_path / "a.npz")
    assert done.exit_code == 2
    assert "--alignment: expected a sound that is kept, found --out -" in done.output


def test_sound_comes_out_of_standard_output_as_a_wave(tmp_path, toy_voice):
    done = synthesize(toy_voice, "Abba. A bad cab!", "--out", "-")
    assert done.exit_code == 0
    (tmp_path / "a.wav").write_bytes(done.stdout_bytes)
    wave, rate = soundfile.read(tmp_path / "a.wav")
    assert rate == 22050 and len(wave) > rate and np.abs(wave).max() > 0


def test_a_text_that_cannot_be_spoken_leaves_standard_output_empty(toy_voice):
    done = synthesize(toy_voice, "...", "--out", "-")
    assert done.exit_code == 2 and done.stdout_bytes == b""


def test_a_whole_file_goes_into_one_sound_and_a_list_into_many(tmp_path, toy_voice):
    (tmp_path / "two.txt").write_text("Abba.\nBead.\n")
    synthesize(toy_voice, "--text-file", tmp_path / "two.txt", "--out", tmp_path / "one.wav")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.sentences", "one.wav", "two.txt"]
