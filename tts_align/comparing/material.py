"""The utterances that all recipes of a comparison learn from, read once."""

from pathlib import Path

from tts_align.corpus.durations import with_durations
from tts_align.corpus.material import Material, Prepared, held_out, load_prepared, spell_some
from tts_align.recipe import Recipe
from tts_align.text import Alphabet


class Materials:
    """Gives each recipe its material; what recipes have in common is prepared once.

    Args:
        corpus: folder in LJSpeech layout, or a filelist.
        features: where features are, or will be.
    """

    def __init__(self, corpus: Path, features: Path):
        self._corpus, self._features = corpus, features
        self._prepared: dict[object, Prepared] = {}
        self._split: dict[object, Material] = {}

    def of(self, recipe: Recipe) -> Material:
        """What the recipe learns from; with true durations if its attention follows them.

        Raises:
            CorpusError, AudioError, FileError: as in `shared`; CorpusError also for a corpus without true timings
                where they are needed.
        """
        material = self.shared(recipe)
        if not recipe.model.needs_durations:
            return material
        starts = self._prepared[_reading(recipe)].start_seconds
        return with_durations(material, self._corpus, starts, recipe.mel.seconds_per_frame)

    def shared(self, recipe: Recipe) -> Material:
        """What the recipe and others like it learn from.

        Raises:
            CorpusError, AudioError, FileError: as in `load_prepared`; CorpusError also for a corpus that is too small.
        """
        alphabet = Alphabet(recipe.text.letters, recipe.text.pronunciations)
        reading = _reading(recipe)
        if reading not in self._prepared:
            self._prepared[reading] = load_prepared(
                self._corpus, self._features, alphabet, recipe.text.unknown, recipe.mel, recipe.trim
            )
        prepared = self._prepared[reading]
        key = (reading, recipe.corpus)
        if key not in self._split:
            parts = held_out(prepared, recipe.corpus.n_validation, recipe.corpus.n_test)
            self._split[key] = spell_some(parts, alphabet, recipe.text.unknown, recipe.text.spelled_share)
        return self._split[key]


def _reading(recipe: Recipe) -> object:
    """All that decides how a corpus is read."""
    return recipe.text, recipe.mel, recipe.trim
