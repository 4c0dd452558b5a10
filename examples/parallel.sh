#!/usr/bin/env bash
#
# A sweep in parts with GNU parallel:
#
#   ./parallel.sh        8 parts, as many at a time as there are cores
#   ./parallel.sh 100    100 parts
#
# One machine alone needs no parts: `rollcast compare` uses all cores. With `--sshlogin`, or with
# PARALLEL='--sshlogin one,two --workdir .', parts run on machines that share this folder. Run it
# again after an interruption: parts go on where they were cut off.

set -euo pipefail
parts=${1:-8}

# What a part that failed has done is there as well, and what it has not is named at the end.
seq "$parts" | parallel --halt never --joblog parts.log \
  rollcast compare fleet.yaml --shard "{}/$parts" --jobs 1 --quiet --resume --out parts || true

rollcast merge parts --out results/fleet-compare
