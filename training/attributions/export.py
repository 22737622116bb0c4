"""Write a trained network as the one file that the program reads.

The file is a zip archive: the encoder and the linker as ONNX graphs with eight-bit weights but for a few channels (see
outliers), the word embeddings in their four-bit blocks, the tokenizer, and `card.json` (what made it, the weights of
the confidence).
"""

import io
import json
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer
from torch import nn

from selon.stages.attributions.learned.layout import AFTER, BEFORE

from .examples import Lesson
from .outliers import EXACT, set_apart
from .train import Network, anchored

DATE = (2026, 1, 1, 0, 0, 0)  # of the archive's members, so that the same weights make the same file


def export(
    network: Network,
    word: NDArray[np.uint8],
    tokenizer: Tokenizer,
    sample: Sequence[Lesson],
    card: dict[str, Any],
    path: Path,
) -> None:
    """Write `path`: `network` quantised, with its packed word embeddings (pieces, width / 32, 18).

    `sample` is what outliers are known by; `network` is changed, and can be taught no more.
    """
    network.eval()
    set_apart(network, lambda: [anchored(network, lesson) for lesson in sample])
    wide = word.shape[1] * 32
    encoder = graph(
        network.encoder,
        (torch.zeros(2, 24, wide), torch.ones(2, 24), torch.zeros(2, dtype=torch.int64)),
        ["word", "real", "guideline"],
        ["x", "anchors"],
        {name: {0: "windows", 1: "width"} for name in ("word", "real", "x", "anchors")} | {"guideline": {0: "windows"}},
    )
    linker = graph(
        network.linker,
        (torch.zeros(2, BEFORE + AFTER, wide), torch.ones(2, BEFORE + AFTER)),
        ["x", "real"],
        ["roles", "attributes"],
        {name: {0: "anchors"} for name in ("x", "real", "roles", "attributes")},
    )
    members = {
        "card.json": json.dumps(card, ensure_ascii=False, indent=1, sort_keys=True).encode(),
        "encoder.onnx": encoder,
        "linker.onnx": linker,
        "tokenizer.json": tokenizer.to_str().encode(),
        "words.q4": word.tobytes(),
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name, DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED if name.endswith(".json") else zipfile.ZIP_STORED
            archive.writestr(entry, content)


def graph(
    module: nn.Module, example: tuple[torch.Tensor, ...], inputs: list[str], outputs: list[str], axes: dict[str, Any]
) -> bytes:
    made = io.BytesIO()
    torch.onnx.export(
        module.float(),
        example,
        made,
        input_names=inputs,
        output_names=outputs,
        dynamic_axes=axes,
        opset_version=17,
        dynamo=False,
    )
    with tempfile.TemporaryDirectory() as folder:
        plain, small = Path(folder) / "plain.onnx", Path(folder) / "small.onnx"
        plain.write_bytes(made.getvalue())
        nodes = onnx.load_model(plain).graph.node
        quantize_dynamic(
            plain,
            small,
            op_types_to_quantize=["MatMul"],
            per_channel=True,
            weight_type=QuantType.QInt8,
            nodes_to_exclude=[node.name for node in nodes if EXACT in node.name],
            extra_options={"MatMulConstBOnly": True},
        )
        onnx.checker.check_model(str(small))
        return small.read_bytes()
