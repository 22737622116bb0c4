"""Keep a layer's few largest inputs out of eight bits.

A handful of channels of a Transformer are tens of times larger than the others. One scale for all of a product's
inputs, as quantised graphs have it, then leaves the others a few steps: this cost the attributions three points of F1.
So these channels are multiplied apart, exactly (LLM.int8, Dettmers et al. 2022), here always the same ones, those that
are largest on sample texts.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn

APART = {"fi": 16, "fo": 32}
"""Channels set apart from the inputs of the two maps of a layer's feed-forward network, in which the outliers are: with
these the anchors' logits are 0.10 off those in full precision, with none 0.42."""

EXACT = "exact"
"""The part of a map's name by which `export` knows what to leave in full precision."""


class Split(nn.Module):
    """A linear map as the sum of two: of all inputs but `apart`, and of these."""

    apart: Tensor
    kept: Tensor

    def __init__(self, whole: nn.Linear, apart: Tensor) -> None:
        super().__init__()
        self.main = nn.Linear(whole.in_features, whole.out_features)
        self.exact = nn.Linear(len(apart), whole.out_features, bias=False)
        kept = torch.ones(whole.in_features)
        kept[apart] = 0
        self.register_buffer("apart", apart)
        self.register_buffer("kept", kept)
        with torch.no_grad():
            self.main.weight.copy_(whole.weight * kept)
            self.main.bias.copy_(whole.bias)
            self.exact.weight.copy_(whole.weight[:, apart])

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.main(x * self.kept) + self.exact(x[..., self.apart])
        return out


def set_apart(module: nn.Module, read: Callable[[], object]) -> None:
    """Split, in place, the maps of APART in all layers of `module`, which `read` has read sample texts."""
    maps = {name: part for name, part in module.named_modules() if isinstance(part, nn.Linear)}
    maps = {name: part for name, part in maps.items() if name.rpartition(".")[2] in APART}
    largest = {name: torch.zeros(part.in_features) for name, part in maps.items()}

    def watch(name: str) -> Callable[[nn.Module, tuple[Tensor, ...]], None]:
        def note(_: nn.Module, given: tuple[Tensor, ...]) -> None:
            seen = given[0].detach().float().abs().reshape(-1, given[0].shape[-1]).amax(0)
            largest[name] = torch.maximum(largest[name], seen)

        return note

    hooks = [part.register_forward_pre_hook(watch(name)) for name, part in maps.items()]
    with torch.no_grad():
        read()
    for hook in hooks:
        hook.remove()
    for name, part in maps.items():
        layer, _, last = name.rpartition(".")
        apart = largest[name].topk(APART[last]).indices.sort().values
        setattr(module.get_submodule(layer), last, Split(part, apart))
