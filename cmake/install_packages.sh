#!/usr/bin/env bash
# install_packages.sh GROUP...    installs the Debian packages of the groups that are missing.
set -euo pipefail

declare -A packages=(
  [build]="build-essential g++ cmake ninja-build libeigen3-dev doctest-dev libbenchmark-dev libpcap-dev
           libcli11-dev nlohmann-json3-dev zlib1g-dev tshark time"
  [test-all]="clang libomp-dev g++-aarch64-linux-gnu qemu-user"
  [bench]="python3 python3-venv util-linux"
  [format]="clang-format git"
)

missing=()
for group in "$@"; do
  for package in ${packages[$group]}; do
    status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [[ $status == installed ]] || missing+=("$package")
  done
done
((${#missing[@]})) || exit 0

as_root=()
((EUID == 0)) || as_root=(sudo)
for tool in apt-get "${as_root[@]}"; do
  if ! command -v "$tool" >/dev/null; then
    echo "Without $tool these packages cannot be installed from here: ${missing[*]}"
    echo "Going on with what this system has."
    exit 0
  fi
done

echo "Installing ${missing[*]}"
# Noninteractive, because tshark asks who may capture.
apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300)
"${apt[@]}" update
"${apt[@]}" install -y --no-install-recommends "${missing[@]}"
