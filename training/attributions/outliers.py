"""Keep a layer's few largest inputs out of eight bits.

A handful of channels of a Transformer are tens of times larger than the others. One scale for all inputs of a product,
as quantised graphs have it, leaves those others a few steps: this cost the attributions three points of F1. So these
channels are multiplied apart, in full precision (LLM.int8, Dettmers et al. 2022); here always the same ones, those that
are largest on sample texts.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional

from .network import Layer

INPUTS, HIDDEN = 16, 32
"""Channels set apart of what a layer's feed-forward network reads, and of its hidden ones: there the outliers are. With
these the logits of anchors are 0.10 off those of full precision, with none 0.42."""

EXACT = "exact"
"""The part of a map's name by which `export` knows what to leave in full precision."""


class Apart(nn.Module):
    """A layer whose feed-forward network has the channels `inputs` and `hidden` set apart."""

    inputs: Tensor
    kept: Tensor

    def __init__(self, layer: Layer, inputs: Tensor, hidden: Tensor) -> None:
        super().__init__()
        width, wide = layer.fi.in_features, layer.fi.out_features
        rest = torch.tensor(sorted(set(range(wide)) - set(hidden.tolist())))
        self.layer = layer
        self.register_buffer("inputs", inputs)
        self.register_buffer("kept", torch.ones(width).index_fill(0, inputs, 0))
        self.fi, self.exact_in = nn.Linear(width, len(rest)), nn.Linear(len(inputs), len(rest), bias=False)
        self.fo, self.exact_out = nn.Linear(len(rest), width), nn.Linear(len(hidden), width, bias=False)
        self.exact_hidden = nn.Linear(width, len(hidden))
        with torch.no_grad():
            self.fi.weight.copy_(layer.fi.weight[rest] * self.kept)
            self.fi.bias.copy_(layer.fi.bias[rest])
            self.exact_in.weight.copy_(layer.fi.weight[rest][:, inputs])
            self.exact_hidden.weight.copy_(layer.fi.weight[hidden])
            self.exact_hidden.bias.copy_(layer.fi.bias[hidden])
            self.fo.weight.copy_(layer.fo.weight[:, rest])
            self.fo.bias.copy_(layer.fo.bias)
            self.exact_out.weight.copy_(layer.fo.weight[:, hidden])

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """What the layer gives, see `Layer`."""
        x = self.layer.attend(x, mask)
        most = functional.gelu(self.fi(x * self.kept) + self.exact_in(x[..., self.inputs]))
        few = functional.gelu(self.exact_hidden(x))
        out: Tensor = self.layer.oln(x + self.fo(most) + self.exact_out(few))
        return out


def set_apart(module: nn.Module, read: Callable[[], object]) -> None:
    """Set outliers apart, in place, in all layers of `module`, which `read` has read sample texts."""
    layers = {name: part for name, part in module.named_modules() if isinstance(part, Layer)}
    largest: dict[nn.Module, Tensor] = {}

    def watch(part: nn.Module, given: tuple[Tensor, ...]) -> None:
        seen = given[0].detach().float().abs().reshape(-1, given[0].shape[-1]).amax(0)
        largest[part] = torch.maximum(largest.get(part, seen), seen)

    hooks = [part.register_forward_pre_hook(watch) for layer in layers.values() for part in (layer.fi, layer.fo)]
    with torch.no_grad():
        read()
    for hook in hooks:
        hook.remove()
    for name, layer in layers.items():
        inputs, hidden = (
            largest[part].topk(count).indices.sort().values for part, count in ((layer.fi, INPUTS), (layer.fo, HIDDEN))
        )
        holder, _, last = name.rpartition(".")
        setattr(module.get_submodule(holder), last, Apart(layer, inputs, hidden))
