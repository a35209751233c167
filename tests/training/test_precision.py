import torch

from tts_align.corpus.batches import Batch
from tts_align.model.tacotron import Tacotron, small_config
from tts_align.training.config import TrainingConfig
from tts_align.training.distributed import Processes
from tts_align.training.update import update_weights


def updated(precision):
    torch.manual_seed(0)
    model = Tacotron(9, 4, small_config()).train()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    symbols, mel = torch.randint(2, 9, (3, 5)), torch.randn(3, 8, 4)
    batch = Batch((), symbols, symbols > 0, mel, torch.tensor([8, 6, 7]), torch.ones(3))
    config = TrainingConfig(precision=precision, warmup_updates=0)
    processes = Processes(0, 1, torch.device("cpu"))
    results = [update_weights(model, model, optimizer, batch, [0, 1, 2], n, config, processes) for n in range(8)]
    return results, next(model.parameters()).dtype


def test_bfloat16_learns_as_float32_does_up_to_rounding_and_keeps_the_weights_in_float32():
    exact, _ = updated("float32")
    rounded, dtype = updated("bfloat16")
    assert dtype == torch.float32
    assert exact[0].loss != rounded[0].loss
    assert abs(rounded[0].loss / exact[0].loss - 1) < 0.01
    assert rounded[-1].loss < rounded[0].loss and rounded[-1].applied
    assert abs(rounded[-1].loss / exact[-1].loss - 1) < 0.05


def test_auto_is_float32_on_a_cpu():
    assert updated("auto")[0] == updated("float32")[0]
