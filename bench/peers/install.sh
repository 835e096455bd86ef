#!/usr/bin/env bash
# install.sh FOLDER    makes a Python environment with the peers; what cannot be had is left out.
set -uo pipefail

[[ -x $1/bin/pip ]] || python3 -m venv "$1" || exit
pip() { "$1/bin/pip" install --quiet --disable-pip-version-check "${@:2}" || echo "${*: -1} could not be installed"; }

"$1/bin/python" -c 'import torch' 2>/dev/null ||
  # Without the gigabytes for graphics cards, where that index can be reached.
  "$1/bin/pip" install --quiet --retries 0 --index-url https://download.pytorch.org/whl/cpu torch 2>/dev/null ||
  pip "$1" torch
for package in numpy onnx onnxruntime openvino onednn-cpu-gomp onednn-devel-cpu-gomp; do pip "$1" "$package"; done
