"""A network that reads a question and a passage together, over the weights of the sentence encoder.

The encoder's transformer (BERT, Devlin et al. 2019) is used as it is, by reference: no weight of it is changed or
copied. Its upper layers get low-rank adapters (LoRA, Hu et al. 2021) on every matrix, norms of their own and two heads:
where the answer starts and ends, and whether there is one. It generates nothing: all it can do is point into the
passage.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

if TYPE_CHECKING:
    from collections.abc import Mapping

_Apply = Callable[[str, nn.Linear, Tensor], Tensor]
_Norm = Callable[[Tensor], Tensor]

RANK = 32
"""Rank of the adapters."""
FROZEN = 2
"""Lower layers that stay as they are: they tell words and their neighbours, which no reader needs to learn again."""
_SCALE = 2.0
_MASKED = -1e4


class Reading(NamedTuple):
    """What was read of a batch: logits, float32, of start and end ``(pairs, tokens)`` and of "answers" ``(pairs,)``.

    Only tokens of the passage's text have a start or an end; the others are masked by a large negative logit.
    """

    start: Tensor
    end: Tensor
    answers: Tensor


class Adapter(nn.Module):
    """What is added to one matrix: the product of two thin ones; nothing at first."""

    def __init__(self, inner: int, outer: int, rank: int) -> None:
        super().__init__()
        self.down = nn.Parameter(torch.randn(rank, inner) / math.sqrt(inner))
        self.up = nn.Parameter(torch.zeros(outer, rank))

    def forward(self, states: Tensor, linear: nn.Linear) -> Tensor:
        """Return what the matrix and its adapter make of the states."""
        added = functional.linear(functional.linear(states, self.down), self.up)
        return torch.add(linear(states), added, alpha=_SCALE)


class _AdaptedLayer(nn.Module):
    """The adapters and norms of one layer of the transformer."""

    def __init__(self, layer: Any, rank: int) -> None:  # noqa: ANN401 - a layer of transformers' BertModel
        super().__init__()
        self.matrices = nn.ModuleDict(
            {name: Adapter(linear.in_features, linear.out_features, rank) for name, linear in _matrices(layer).items()}
        )
        self.norms = nn.ModuleList(nn.LayerNorm(norm.normalized_shape, eps=norm.eps) for norm in _norms(layer))
        for own, norm in zip(self.norms, _norms(layer), strict=True):
            own.load_state_dict(norm.state_dict())

    def forward(self, states: Tensor, mask: Tensor, layer: Any) -> Tensor:  # noqa: ANN401
        """Return the states ``(pairs, tokens, dim)`` after the layer; ``mask`` is true where there is a token."""

        def adapted(name: str, linear: nn.Linear, x: Tensor) -> Tensor:
            whole: Tensor = self.matrices[name](x, linear)
            return whole

        return _layer(states, mask, layer, adapted, list(self.norms))


class ReaderNetwork(nn.Module):
    """Adapters and heads over a ``BertModel``. Its parameters are its own alone, the model's are not among them."""

    def __init__(self, model: Any, rank: int = RANK, frozen: int = FROZEN) -> None:  # noqa: ANN401 - a BertModel
        super().__init__()
        self._model = [model]  # in a list, so that it is no submodule: it is neither trained nor stored
        self.frozen = frozen
        dim = model.config.hidden_size
        self.layers = nn.ModuleList(_AdaptedLayer(layer, rank) for layer in model.encoder.layer[frozen:])
        self.role = nn.Parameter(torch.zeros(2, dim))
        self.span = nn.Linear(dim, 2)
        self.answers = nn.Sequential(nn.Linear(4 * dim, dim), nn.GELU(), nn.Linear(dim, 1))

    def forward(self, ids: Tensor, mask: Tensor, roles: Tensor) -> Reading:
        """Read a batch of pairs; each argument has the shape ``(pairs, tokens)``.

        ``mask`` is true where there is a token, ``roles`` is 0 for the question, 1 for what stands above the passage
        (title, heading) and 2 for the passage's text.
        """
        states = self.states(ids, mask, roles)
        logits = self.span(states).float().masked_fill((roles != 2).unsqueeze(-1), _MASKED)
        start, end = logits[..., 0], logits[..., 1]
        weight = mask.unsqueeze(-1).to(states.dtype)
        mean = (states * weight).sum(1) / weight.sum(1)
        pooled = [
            torch.einsum("nt,ntd->nd", functional.softmax(place, dim=1).to(states.dtype), states)
            for place in (start, end)
        ]
        answers = self.answers(torch.cat([states[:, 0], mean, *pooled], dim=1)).squeeze(-1).float()
        return Reading(start, end, answers)

    def states(self, ids: Tensor, mask: Tensor, roles: Tensor) -> Tensor:
        """Return the states of the last layer, ``(pairs, tokens, dim)``; arguments as for ``forward``."""
        model = self._model[0]
        allowed = mask[:, None, None, :]
        with torch.no_grad():
            states: Tensor = model.embeddings(input_ids=ids)
            for layer in model.encoder.layer[: self.frozen]:
                states = _layer(states, allowed, layer, _as_it_is, _norms(layer))
        states = states + self.role.to(states.dtype)[(roles > 0).long()]
        for own, layer in zip(self.layers, model.encoder.layer[self.frozen :], strict=True):
            states = own(states, allowed, layer)
        return states


def _as_it_is(_name: str, linear: nn.Linear, states: Tensor) -> Tensor:
    whole: Tensor = linear(states)
    return whole


def _matrices(layer: Any) -> Mapping[str, nn.Linear]:  # noqa: ANN401
    attention = layer.attention
    return {
        "query": attention.self.query,
        "key": attention.self.key,
        "value": attention.self.value,
        "attended": attention.output.dense,
        "inner": layer.intermediate.dense,
        "outer": layer.output.dense,
    }


def _norms(layer: Any) -> list[nn.LayerNorm]:  # noqa: ANN401
    return [layer.attention.output.LayerNorm, layer.output.LayerNorm]


def _layer(states: Tensor, mask: Tensor, layer: Any, apply: _Apply, norms: Sequence[_Norm]) -> Tensor:  # noqa: ANN401
    """One layer of BERT; ``apply(name, linear, states)`` multiplies by a matrix."""
    matrices = _matrices(layer)
    heads = layer.attention.self.num_attention_heads
    pairs, tokens, dim = states.shape

    def split(name: str) -> Tensor:
        whole = apply(name, matrices[name], states)
        return whole.view(pairs, tokens, heads, dim // heads).transpose(1, 2)

    attended = functional.scaled_dot_product_attention(split("query"), split("key"), split("value"), attn_mask=mask)
    attended = attended.transpose(1, 2).reshape(pairs, tokens, dim)
    states = norms[0](states + apply("attended", matrices["attended"], attended))
    inner = functional.gelu(apply("inner", matrices["inner"], states))
    return norms[1](states + apply("outer", matrices["outer"], inner))
