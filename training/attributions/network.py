"""The network: an encoder over windows of text, and two layers more that are run once for each anchor.

Every piece is first scored as an *anchor*: the chief word of a cue, or the first word of a content that has none. For
each anchor the layers of ``Linker`` then reread the encoded text around it and say, piece by piece, what belongs to
its source, its cue and its content (three yes-or-no questions, so that spans may be split, shared and nested), whether
it is an attribution at all, and its act, certainty and source type.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from selon.stages.attributions.learned.layout import ACTS, AFTER, BEFORE, CERTAINTIES, ROLES, TYPES, WIDTH

from .pretrained import Pretrained

GUIDELINES = 2
LINKER_LAYERS = 2


class Layer(nn.Module):
    """A post-norm Transformer layer, as in BERT (Devlin et al. 2019)."""

    def __init__(self, width: int, heads: int, eps: float, dropout: float) -> None:
        super().__init__()
        self.heads, self.dropout = heads, dropout
        self.q, self.k, self.v, self.ao = (nn.Linear(width, width) for _ in range(4))
        self.fi, self.fo = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.aln, self.oln = nn.LayerNorm(width, eps), nn.LayerNorm(width, eps)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """``x`` (batch, length, width); ``mask`` (batch, 1, 1, length), 0 or a very low number for what is no token."""
        x = self.attend(x, mask)
        return self.oln(x + self.fo(functional.gelu(self.fi(x))))

    def attend(self, x: Tensor, mask: Tensor) -> Tensor:
        """The first half of the layer: what each place takes from the others."""
        b, n, width = x.shape
        q, k, v = (
            part(x).view(b, n, self.heads, width // self.heads).transpose(1, 2) for part in (self.q, self.k, self.v)
        )
        attended = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask.to(q.dtype))
        a = self.ao(attended.transpose(1, 2).reshape(b, n, width))
        return self.aln(x + functional.dropout(a, self.dropout, self.training))


class Encoder(nn.Module):
    """Word embeddings in; contextual vectors and anchor logits out."""

    def __init__(self, source: Pretrained, dropout: float = 0.1) -> None:
        super().__init__()
        width, t = source.width, source.tensors
        self.dropout = dropout
        self.position = nn.Parameter(torch.tensor(t["emb.pos"]).view(-1, width)[:WIDTH].clone())
        kind = torch.tensor(t["emb.type"]).view(-1, width)[:1]
        self.guideline = nn.Parameter(kind.repeat(GUIDELINES, 1) + 0.01 * torch.randn(GUIDELINES, width))
        self.norm = nn.LayerNorm(width, source.eps)
        self.layers = nn.ModuleList(Layer(width, source.heads, source.eps, dropout) for _ in range(source.layers))
        self.anchor = nn.Sequential(nn.Linear(width, width), nn.GELU(), nn.Linear(width, 2))
        with torch.no_grad():
            self.norm.weight.copy_(torch.tensor(t["emb.ln.w"]))
            self.norm.bias.copy_(torch.tensor(t["emb.ln.b"]))
            self.anchor[-1].bias.fill_(-4.0)  # type: ignore[operator, union-attr]  # anchors are rare
        for at, layer in enumerate(self.layers):
            load(layer, source, at)

    def forward(self, word: Tensor, real: Tensor, guideline: Tensor) -> tuple[Tensor, Tensor]:
        """``word`` (batch, length, width), ``real`` (batch, length) of 0 and 1, ``guideline`` (batch,).

        Returns the vectors (batch, length, width) and the logits of both kinds of anchors (batch, length, 2).
        """
        x = self.norm(word + self.position[: word.shape[1]] + self.guideline[guideline][:, None])
        x = functional.dropout(x, self.dropout, self.training)
        mask = (1.0 - real)[:, None, None, :] * -1e4
        for layer in self.layers:
            x = layer(x, mask)
        return x, self.anchor(x)


class Linker(nn.Module):
    """The encoded text around one anchor in; what belongs to its parts, and its attributes, out."""

    def __init__(self, source: Pretrained, dropout: float = 0.1) -> None:
        super().__init__()
        width = source.width
        self.width, self.dropout = width, dropout
        self.place = nn.Parameter(torch.zeros(BEFORE + AFTER, width))
        with torch.no_grad():
            self.place[BEFORE] = 0.1 * torch.randn(width)  # less than what it is added to, or the cue is lost
        self.layers = nn.ModuleList(Layer(width, source.heads, source.eps, dropout) for _ in range(LINKER_LAYERS))
        for at, layer in enumerate(self.layers):
            load(layer, source, source.layers - LINKER_LAYERS + at)
        self.roles = nn.Linear(width, len(ROLES))
        self.pool = nn.Linear(4 * width, width)
        self.attributes = nn.Linear(width, 1 + len(ACTS) + len(CERTAINTIES) + len(TYPES))

    def reread(self, x: Tensor, real: Tensor) -> tuple[Tensor, Tensor]:
        """``x`` (anchors, BEFORE + AFTER, width) with the anchor at BEFORE, ``real`` (anchors, BEFORE + AFTER).

        Returns the logits of each role (anchors, BEFORE + AFTER, 3) and what the attributes are told by: the vectors
        of the anchor, before and after rereading, of the source and of the content (anchors, 4 * width).
        """
        anchor = x[:, BEFORE]
        x = x + self.place
        mask = (1.0 - real)[:, None, None, :] * -1e4
        for layer in self.layers:
            x = layer(x, mask)
        roles = self.roles(x)
        share = torch.sigmoid(roles.float()) * real[:, :, None]
        share = (share / (share.sum(1, keepdim=True) + 1e-3)).to(x.dtype)
        source, content = (torch.einsum("an,anw->aw", share[:, :, at], x) for at in (0, 2))
        parts = [functional.layer_norm(part, (self.width,)) for part in (anchor, x[:, BEFORE], source, content)]
        return roles, torch.cat(parts, dim=-1)

    def judge(self, told: Tensor, dropout: float) -> Tensor:
        """The logits of the attributes (anchors, 1 + acts + certainties + types); the first says whether it is one."""
        told = functional.dropout(told, dropout, self.training)
        return self.attributes(functional.dropout(functional.gelu(self.pool(told)), dropout, self.training))

    def forward(self, x: Tensor, real: Tensor) -> tuple[Tensor, Tensor]:
        """The logits of the roles and of the attributes: see `reread` and `judge`."""
        roles, told = self.reread(x, real)
        return roles, self.judge(told, self.dropout)


def load(layer: nn.Module, source: Pretrained, at: int) -> None:
    """Give ``layer`` the weights of layer ``at`` of the pretrained encoder."""
    with torch.no_grad():
        for name, parameter in layer.named_parameters():
            key = f"l{at}.{name.replace('weight', 'w').replace('bias', 'b')}"
            parameter.copy_(torch.tensor(source.tensors[key]).view_as(parameter))
