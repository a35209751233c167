"""Files of other systems become alignments: every layout, every place for texts, every way to be wrong."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from tts_align.alignment import Alignment
from tts_align.errors import AlignmentError, TextError
from tts_align.sources import MatrixOptions, find_sources

TEXTS = ("the cat sat", "on a mat", "it")
N_STEPS = (37, 29, 7)
STEP = 0.0116


def diagonal(n_steps: int, n_symbols: int, width: float = 0.7) -> np.ndarray:
    """Softmax attention that walks through the text: all weights are > 0, rows sum to 1."""
    centre = np.linspace(0, n_symbols - 1, n_steps)[:, None]
    weights = np.exp(-0.5 * ((np.arange(n_symbols) - centre) / width) ** 2) + 1e-6
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)


def even(n_steps: int, n_symbols: int) -> np.ndarray:
    return np.full((n_steps, n_symbols), 1 / n_symbols, dtype=np.float32)


ONES = [diagonal(n_steps, len(text) + 1) for n_steps, text in zip(N_STEPS, TEXTS, strict=True)]


def padded(matrices: list[np.ndarray], rows: int = 0, columns: int = 0) -> np.ndarray:
    """(B, T, N) of matrices of different sizes, with rows and columns of zeros more than needed."""
    shape = np.max([each.shape for each in matrices], axis=0)
    shape[-2:] += (rows, columns)
    return np.stack([np.pad(each, [(0, n - m) for n, m in zip(shape, each.shape, strict=True)]) for each in matrices])


def with_heads(weights: np.ndarray) -> np.ndarray:
    """(4, T, N) of which head 2 is the attention and the others look everywhere."""
    return np.stack([weights if head == 2 else even(*weights.shape) for head in range(4)])


def read(path: Path, told: list[str] | None = None, **options: object) -> dict[str, Alignment]:
    given: dict = {"seconds_per_step": STEP} | options
    [source] = find_sources([path], MatrixOptions(**given), None if told is None else told.append)
    return dict(source.load())


def assert_all_three(found: dict[str, Alignment], ids: tuple[str, ...]) -> None:
    assert tuple(found) == ids
    for alignment, weights, text in zip(found.values(), ONES, TEXTS, strict=True):
        np.testing.assert_allclose(alignment.weights, weights, atol=1e-6)
        assert (alignment.symbols, alignment.text) == ((*text, "<end>"), text)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run" / "a.npy"


@pytest.fixture
def save(path: Path) -> Callable[..., Path]:
    """Saves one array as .npy, or named ones as .npz, or anything as .pt; and what stands in lines as a.txt."""
    path.parent.mkdir()

    def one(value: object, suffix: str = ".npy", lines: tuple[str, ...] = ()) -> Path:
        file = path.with_suffix(suffix)
        if suffix == ".npy":
            np.save(file, value)
        elif suffix == ".npz":
            np.savez(file, **value)
        else:
            torch.save(value, file)
        if lines:
            path.with_suffix(".txt").write_text("\n".join(lines))
        return file

    return one


# -- one utterance


@pytest.mark.parametrize("suffix", [".npy", ".pt", ".pth"])
@pytest.mark.parametrize("turned", [False, True])
def test_a_matrix_is_read_from_any_file_in_either_orientation(save, suffix: str, turned: bool) -> None:
    weights = ONES[0].T if turned else ONES[0]
    found = read(save(weights if suffix == ".npy" else torch.from_numpy(weights.copy()), suffix), text=TEXTS[0])
    np.testing.assert_array_equal(found["a"].weights, ONES[0])
    assert (found["a"].symbols, found["a"].seconds_per_step) == ((*TEXTS[0], "<end>"), STEP)


@pytest.mark.parametrize("name", ["alignments", "attn_weights", "att_w", "attention", "decoder.att_ws", "whatever"])
def test_the_attention_is_found_among_other_arrays_by_its_name_or_by_being_alone(save, name: str) -> None:
    others = {"mel": np.ones((80, 90), np.float32), "attention_mask": np.ones((3, 4)), "gate": np.ones(9)}
    found = read(save({name: ONES[0]} | ({} if name == "whatever" else others), ".npz"), text=TEXTS[0])
    np.testing.assert_array_equal(found["a"].weights, ONES[0])


def test_cross_attention_is_preferred_to_self_attention(save) -> None:
    value = {
        "encoder.0.self_attn": torch.ones(2, 12, 12),
        "decoder.0.self_attn": torch.ones(2, 37, 37),
        "decoder.0.src_attn": torch.from_numpy(with_heads(ONES[0])),
    }
    np.testing.assert_array_equal(read(save(value, ".pt"), text=TEXTS[0])["a"].weights, ONES[0])


def test_an_array_can_be_named(save) -> None:
    file = save({"coarse_alignment": even(19, 12), "alignment": ONES[0]}, ".npz")
    with pytest.raises(AlignmentError, match=r"one attention array, found coarse_alignment \(19, 12\), .*--key"):
        read(file, text=TEXTS[0], key=None, text_file=None)
    np.testing.assert_array_equal(read(file, text=TEXTS[0], key="alignment")["a"].weights, ONES[0])
    with pytest.raises(AlignmentError, match=r"an array named 'none', found coarse_alignment \(19, 12\), alignment"):
        read(file, text=TEXTS[0], key="none")


def test_the_file_may_say_what_else_is_needed(save) -> None:
    file = save({"weights": ONES[0], "text": TEXTS[0], "seconds_per_step": 0.02}, ".npz")
    [(name, alignment)] = find_sources([file], MatrixOptions())[0].load()
    assert (name, alignment.text, alignment.seconds_per_step) == ("a", TEXTS[0], 0.02)
    assert read(file)["a"].seconds_per_step == STEP  # what is told counts more


def test_phones_are_symbols_and_words_may_be_written(save) -> None:
    lines = ("a|The cat|DH AH0 _ K AE1 T",)
    file = save(diagonal(30, 6))
    (file.parent / "texts.csv").write_text(lines[0])
    alignment = read(file, text_file=file.parent / "texts.csv", phones="_")["a"]
    assert (alignment.symbols, alignment.text) == (("DH", "AH0", " ", "K", "AE1", "T"), "The cat")


def test_symbols_in_the_file_are_used(save) -> None:
    symbols = np.array(["DH", "AH0", " ", "K", "AE1", "T"])
    file = save({"attention": diagonal(30, 7), "symbols": symbols, "text": "the cat"}, ".npz")
    assert read(file)["a"].symbols == (*symbols, "<end>")


# -- layers and heads


@pytest.mark.parametrize("n_layers", [0, 1, 3])
def test_the_most_diagonal_head_is_taken_and_said(save, n_layers: int) -> None:
    heads = with_heads(ONES[0])
    layers = (
        np.stack([heads if layer == n_layers - 1 else even(4, 37 * 12).reshape(4, 37, 12) for layer in range(n_layers)])
        if n_layers
        else heads
    )
    layers = layers / layers.sum(axis=-1, keepdims=True)
    told: list[str] = []
    found = read(save(layers), told, text=TEXTS[0])
    np.testing.assert_allclose(found["a"].weights, ONES[0], atol=1e-6)
    where = "layer 2 of 3, head 2 of 4" if n_layers == 3 else "head 2 of 4"
    assert len(told) == 1
    assert f"a.npy: took {where} (counted from 0), the most diagonal: 0.9" in told[0]


def test_a_head_that_was_told_is_taken_in_silence(save) -> None:
    told: list[str] = []
    file = save(with_heads(ONES[0]))
    np.testing.assert_allclose(read(file, told, text=TEXTS[0], head=1)["a"].weights, even(37, 12), atol=1e-6)
    np.testing.assert_allclose(read(file, told, text=TEXTS[0], layer=1)["a"].weights, even(37, 12), atol=1e-6)
    assert told == []
    with pytest.raises(AlignmentError, match=r"--head from 0 to 3, found 4"):
        read(file, text=TEXTS[0], head=4)


@pytest.mark.parametrize("as_list", [False, True])
def test_a_dict_or_list_of_layers_is_stacked(save, as_list: bool) -> None:
    layers = [torch.full((1, 4, 37, 12), 1 / 12), torch.from_numpy(with_heads(ONES[0]))[None]]
    value = layers if as_list else {f"layer{i}.cross": layer for i, layer in enumerate(layers)}
    told: list[str] = []
    np.testing.assert_allclose(read(save(value, ".pt"), told, text=TEXTS[0])["a"].weights, ONES[0], atol=1e-6)
    assert "layer 1 of 2, head 2 of 4" in told[0]
    np.testing.assert_allclose(read(save(value, ".pt"), text=TEXTS[0], layer=1, head=2)["a"].weights, ONES[0])


# -- batches


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("suffix", [".npz", ".pt"])
def test_a_batch_with_lengths_and_names_is_cut_to_each(save, turned: bool, suffix: str) -> None:
    batch = padded(ONES)
    batch[1, 29:], batch[2, 7:] = 1 / 12, 1 / 12  # what a decoder says after its end
    value = {"alignments": batch.swapaxes(1, 2) if turned else batch, "mel": np.ones((3, 80, 40), np.float32)}
    value |= {"input_lengths": np.array([12, 9, 3]), "mel_lengths": 2 * np.array(N_STEPS)}
    if suffix == ".pt":
        value = {name: torch.from_numpy(array.copy()) for name, array in value.items()} | {"ids": ["u0", "u1", "u2"]}
    else:
        value |= {"ids": np.array(["u0", "u1", "u2"])}
    lines = tuple(f"u{i}|{text}" for i, text in enumerate(TEXTS))
    assert_all_three(read(save(value, suffix, lines)), ("u0", "u1", "u2"))


def test_lengths_may_leave_out_the_mark_at_the_end(save) -> None:
    value = {"alignments": padded(ONES), "text_lengths": np.array([11, 8, 2]), "olens": np.array(N_STEPS)}
    assert_all_three(read(save(value, ".npz", TEXTS)), ("a[0]", "a[1]", "a[2]"))


@pytest.mark.parametrize(("rows", "columns"), [(0, 0), (5, 0), (0, 6), (4, 9)])
@pytest.mark.parametrize("turned", [False, True])
def test_a_batch_without_lengths_is_cut_by_its_padding(save, rows: int, columns: int, turned: bool) -> None:
    batch = padded(ONES, rows, columns)
    assert_all_three(read(save(batch.swapaxes(1, 2) if turned else batch, lines=TEXTS)), ("a[0]", "a[1]", "a[2]"))


def test_the_texts_of_a_batch_come_by_number_from_a_file_too(save, tmp_path: Path) -> None:
    file = save(padded(ONES))
    lines = [f"a[{i}]|{text}" for i, text in enumerate(TEXTS)]
    (tmp_path / "texts.csv").write_text("\n".join(lines))
    assert_all_three(read(file, text_file=tmp_path / "texts.csv"), ("a[0]", "a[1]", "a[2]"))


@pytest.mark.parametrize("axes", ["BHTN", "HBTN", "LBHTN"])
def test_batches_may_have_layers_and_heads(save, axes: str) -> None:
    heads = padded([with_heads(each) for each in ONES])  # (B, H, T, N)
    weights = {"BHTN": heads, "HBTN": heads.swapaxes(0, 1), "LBHTN": np.stack([heads, heads[:, [2, 1, 0, 3]]])}[axes]
    told: list[str] = []
    assert_all_three(read(save(weights, lines=TEXTS), told), ("a[0]", "a[1]", "a[2]"))
    assert len(told) == 1
    assert_all_three(read(save(weights, lines=TEXTS), axes=axes), ("a[0]", "a[1]", "a[2]"))


@pytest.mark.parametrize("form", ["list", "named list", "by name"])
def test_a_list_or_dict_of_matrices_of_different_sizes_is_one_utterance_each(save, form: str) -> None:
    tensors = [torch.from_numpy(each) for each in ONES]
    lines = tuple(f"u{i}|{text}" for i, text in enumerate(TEXTS)) if form == "by name" else TEXTS
    value = {
        "list": tensors,
        "named list": {"alignments": tensors},
        "by name": {f"u{i}": t for i, t in enumerate(tensors)},
    }
    ids = ("u0", "u1", "u2") if form == "by name" else ("a[0]", "a[1]", "a[2]")
    assert_all_three(read(save(value[form], ".pt", lines)), ids)


def test_matrices_of_one_size_under_the_names_of_texts_are_utterances_and_not_layers(save) -> None:
    value = {"u0": ONES[0], "u1": even(37, 12)}
    found = read(save(value, ".npz", (f"u0|{TEXTS[0]}", f"u1|{TEXTS[0]}")))
    assert list(found) == ["u0", "u1"]


def test_one_utterance_that_does_not_fit_does_not_keep_back_the_others(save) -> None:
    batch = padded(ONES)
    batch[1, 3, 2] = np.nan
    lines = (TEXTS[0], TEXTS[1], "much too long a text for it")
    [source] = find_sources([save(batch, lines=lines[:2])], MatrixOptions(seconds_per_step=STEP))
    value = {"alignments": batch, "ilens": np.array([12, 9, 3])}
    [source] = find_sources([save(value, ".npz", lines)], MatrixOptions(seconds_per_step=STEP))
    loaded = source.load()
    assert next(loaded)[0] == "a[0]"
    message = r"a\.npz: a\[1\]: weights, row 3, column 2: expected a finite number.* 1 more of this file"
    with pytest.raises(AlignmentError, match=message):
        next(loaded)


# -- what cannot be told


def test_whether_a_batch_or_heads_cannot_be_told_if_there_are_texts_for_both(save, tmp_path: Path) -> None:
    file = save(padded(ONES))
    (tmp_path / "texts.csv").write_text(
        "\n".join([f"a|{TEXTS[0]}", *(f"a[{i}]|{text}" for i, text in enumerate(TEXTS))])
    )
    with pytest.raises(AlignmentError, match=r"one utterance or a batch.*--axes"):
        read(file, text_file=tmp_path / "texts.csv")
    assert len(read(file, text_file=tmp_path / "texts.csv", axes="BTN")) == 3


def test_matrices_with_padding_of_their_own_are_not_taken_for_heads(save) -> None:
    with pytest.raises(AlignmentError, match=r"see all 12 symbols, found matrices that use 3, 9, 12.*--axes BTN"):
        read(save(padded(ONES)), text=TEXTS[0])


def test_as_many_utterances_as_heads_need_to_be_told(save) -> None:
    weights = np.stack([padded([with_heads(each)[head] for each in ONES]) for head in range(3)])  # (H, B, T, N)
    with pytest.raises(AlignmentError, match=r"one axis of 3 utterances, found 2 such axes.*--axes"):
        read(save(weights, lines=TEXTS))
    assert_all_three(read(save(weights, lines=TEXTS), axes="HBTN", head=2), ("a[0]", "a[1]", "a[2]"))


def test_one_text_for_several_takes_of_it_is_told_by_the_axes(save) -> None:
    found = read(save(np.stack([ONES[0], even(37, 12)])), text=TEXTS[0], axes="BTN")
    assert {name: alignment.text for name, alignment in found.items()} == {"a[0]": TEXTS[0], "a[1]": TEXTS[0]}


# -- what is wrong


@pytest.mark.parametrize(
    ("weights", "options", "error", "message"),
    [
        (ONES[0], {}, TextError, r"the text that was encoded, found none for a.*--text, by a line a\|"),
        (ONES[0], {"text": ""}, TextError, "the text that was encoded, found none for a"),
        (
            ONES[0],
            {"text": TEXTS[0], "seconds_per_step": None},
            AlignmentError,
            r"hop_samples \* reduction_factor / sa",
        ),
        (ONES[0], {"text": TEXTS[1]}, AlignmentError, "an axis of 8 to 10 symbols"),
        (ONES[0], {"text": TEXTS[0], "text_axis": 0}, AlignmentError, "37 symbols, as along the matrix"),
        (ONES[0], {"text": TEXTS[0], "axes": "HTN"}, AlignmentError, "3 letters for shape"),
        (np.log(ONES[0]), {"text": TEXTS[0]}, AlignmentError, "a weight >= 0.*softmax"),
        (ONES[0] * 5, {"text": TEXTS[0]}, AlignmentError, "a row that sums to at most 1"),
        (ONES[0] * np.nan, {"text": TEXTS[0]}, AlignmentError, "a finite number"),
        (ONES[0].astype(complex), {"text": TEXTS[0]}, AlignmentError, "real numbers, found values of type complex"),
        (ONES[0].astype("U5"), {"text": TEXTS[0]}, AlignmentError, "an array with two axes or more"),
        (ONES[0][:0], {"text": TEXTS[0]}, AlignmentError, "at least one step"),
        (np.zeros(9), {"text": TEXTS[0]}, AlignmentError, r"an array with two axes or more, found one \(9,\)"),
        (np.zeros((37, 12)), {"text": TEXTS[0], "axes": "TN"}, AlignmentError, None),
    ],
)
def test_what_is_wrong_with_one_matrix_is_said(
    save, weights: np.ndarray, options: dict, error: type, message: str | None
) -> None:
    file = save(weights)
    if message is None:
        assert read(file, **options)["a"].n_steps == 37  # no weight at all is a fault of the speech, not of the file
        return
    with pytest.raises(error, match=rf"a\.npy: .*{message}"):
        read(file, **options)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"input_lengths": np.array([12, 9])}, "one number of utterances, found 2 input, 3 output"),
        ({"input_lengths": np.array([12, 9, 0])}, "lengths of at least 1"),
        ({"input_lengths": np.array([99, 9, 3])}, "an axis of 99 to 101 symbols"),
        ({"seconds_per_step": np.ones(2)}, "one number as seconds_per_step"),
        ({"alignments": padded(ONES)[:2]}, "one axis of 3 utterances"),
    ],
)
def test_lengths_and_scalars_that_do_not_fit_are_refused(save, changes: dict, message: str) -> None:
    value = {"alignments": padded(ONES), "input_lengths": np.array([12, 9, 3]), "output_lengths": np.array(N_STEPS)}
    with pytest.raises(AlignmentError, match=rf"a\.npz: .*{message}"):
        read(save(value | changes, ".npz", TEXTS))


def test_axes_that_contradict_the_lengths_are_refused(save) -> None:
    value = {"alignments": padded(ONES), "input_lengths": np.array([12, 9, 3])}
    with pytest.raises(AlignmentError, match="lengths of 1 utterances, found 3"):
        read(save(value, ".npz"), text=TEXTS[0], axes="HTN")


def test_a_checkpoint_is_no_attention(save) -> None:
    state = torch.nn.Transformer(8, 2, 1, 1, 8, batch_first=True).state_dict()
    with pytest.raises(AlignmentError, match=r"one attention array.*in_proj_weight \(24, 8\).*--key"):
        read(save(state, ".pt"), text=TEXTS[0])


def test_half_precision_of_a_real_softmax_is_read(save) -> None:
    energies = torch.randn(200, 12, generator=torch.Generator().manual_seed(0)) * 3
    for dtype in (torch.float16, torch.bfloat16):
        weights = energies.softmax(dim=1).to(dtype)
        assert read(save(weights, ".pt"), text=TEXTS[0])["a"].n_steps == 200
