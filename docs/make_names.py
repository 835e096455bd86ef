#!/usr/bin/env python3
"""Writes names.md, the index of the public names by theme, from the headers.

    docs/make_names.py          writes it
    docs/make_names.py --check  exits with 1 where it is not what would be written

A name is public when a `///` comment stands before it at the outermost level of a namespace that is not
called detail. Its line is the first sentence of that comment.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
INCLUDE = ROOT / "include" / "ebb"
INDEX = ROOT / "docs" / "names.md"

FOLDERS = {
    "core": "Tensors, states, errors, threads",
    "autograd": "Gradients",
    "nn": "Layers and models",
    "optim": "Optimizers and schedules",
    "data": "Data",
    "train": "Training",
    "metrics": "Metrics",
    "io": "Files",
}

OPERATIONS = {
    "Arithmetic": "add subtract multiply divide negate abs sign reciprocal square sqrt rsqrt pow exp expm1 log log1p"
    " sin cos erf floor ceil round clamp minimum maximum map",
    "Activations": "relu leaky_relu elu gelu silu softplus sigmoid tanh softmax log_softmax",
    "Comparisons and masks": "comparison logical where masked_fill masked_select any_of all_of count_nonzero isnan"
    " isinf isfinite",
    "Sums and other reductions": "sum mean var stddev prod norm logsumexp max min argmax argmin cumsum reduction",
    "Sorting and choosing": "sort argsort topk index_select take_along_axis gather_rows scatter_add_rows one_hot"
    " select",
    "Shapes": "reshape flatten squeeze unsqueeze transpose permute slice narrow flip roll repeat repeat_interleave"
    " split chunk concat stack pad broadcast_to tril triu clone cast",
    "Operations of layers": "dense matmul conv1d conv_transpose1d pool1d max_pool1d avg_pool1d global_pool1d"
    " adaptive_pool1d adaptive_avg_pool1d adaptive_max_pool1d upsample1d batch_norm layer_norm group_norm dropout"
    " embedding gru lstm recurrent",
    "Losses": "cross_entropy nll_loss binary_cross_entropy mse_loss l1_loss smooth_l1_loss huber_loss kl_div",
}


def first_sentence(comment):
    text = " ".join(line.strip() for line in comment).split("     ")[0]
    found = re.match(r"(.*?\.)(\s|$)", re.sub(r"\b(e\.g|i\.e|et al)\.", r"\1", text))
    sentence = (found.group(1) if found else text).strip().rstrip(".:,")
    return sentence.replace("|", "\\|")


def declared_name(text):
    text = re.sub(r"\[\[.*?\]\]", "", text).strip()
    for pattern in (r"(?:class|struct|enum class) +(\w+)", r"using (\w+) =", r"concept (\w+)"):
        found = re.match(pattern, text)
        if found:
            return found.group(1)
    found = re.search(r"(operator\s*[^\s(]+|\b\w+)\s*\(", text)
    if found and found.group(1) not in ("requires", "decltype", "noexcept"):
        return found.group(1)
    found = re.search(r"(\w+)\s*(?:=|\{|;)", text)
    return found.group(1) if found else None


def public_names(header):
    """(qualified name, first sentence) for each public name of a header, each once."""
    names = {}
    namespace, comment = "", []
    depth, hidden = 0, None  # of braces; where the namespace detail began
    lines = header.read_text().splitlines()
    for number, line in enumerate(lines):
        opened = re.match(r"namespace (\w+)((?:::\w+)*) \{", line)
        if opened:
            if opened.group(1) == "EBB_NAMESPACE":
                namespace = opened.group(2).strip(":")
            if opened.group(1) == "detail" and hidden is None:
                hidden = depth
        code = re.sub(r'"(\\.|[^"\\])*"|\'(\\.|[^\'\\])\'|//.*', "", line)
        depth += code.count("{") - code.count("}")
        if hidden is not None and depth == hidden:
            hidden = None
        if line.startswith("///"):
            comment.append(line[3:])
            continue
        if comment and hidden is None and line and not line[0].isspace() and "detail" not in namespace:
            # What a template asks for stands on lines of its own.
            rest = [text for text in lines[number : number + 12] if not text.startswith(("template", "requires"))]
            declaration = " ".join(rest)
            if not line.startswith(("#", "namespace", "}")):
                name = declared_name(re.split(r"[;{]", declaration)[0] + ";")
                if name and not name.startswith("operator"):
                    names.setdefault("::".join(filter(None, [namespace, name])), first_sentence(comment))
        comment = []
    return names


def theme_of(header):
    folder = header.relative_to(INCLUDE).parts[0]
    if folder != "ops":
        return FOLDERS.get(folder)
    for theme, operations in OPERATIONS.items():
        if header.stem in operations.split():
            return theme
    sys.exit(f"{header}: give it a theme in {Path(__file__).name}")


def index():
    themes = {theme: [] for theme in [FOLDERS["core"], *OPERATIONS, *list(FOLDERS.values())[1:]]}
    for header in sorted(INCLUDE.rglob("*.hpp")):
        inside = header.relative_to(INCLUDE).parts
        if len(inside) == 1 or "detail" in inside or "inference" in inside[:-1]:
            continue
        theme = theme_of(header)
        if theme is None:
            continue
        for name, sentence in public_names(header).items():
            themes[theme].append((name, header.relative_to(INCLUDE), sentence))
    lines = ["# Names", "", "What `#include <ebb/ebb.hpp>` declares in `ebb::`, by theme; the header of each has shapes, errors", "and an example. Written by `docs/make_names.py`."]
    for theme, names in themes.items():
        lines += ["", f"## {theme}", "", "| name | header | |", "|---|---|---|"]
        lines += [f"| `{name}` | `{header}` | {sentence} |" for name, header, sentence in sorted(names, key=lambda n: n[0].lower())]
    return "\n".join(lines) + "\n"


def main():
    text = index()
    if "--check" not in sys.argv:
        INDEX.write_text(text)
    elif not INDEX.exists() or INDEX.read_text() != text:
        sys.exit(f"{INDEX.name} is not what the headers say: run docs/make_names.py")


main()
