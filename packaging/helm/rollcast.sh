#!/usr/bin/env bash
#
# What `helm rollcast` runs: renders a chart, and hands the manifests to rollcast. Helm says in
# HELM_BIN which helm it is, and passes its own options on in the environment.

set -euo pipefail

usage() {
  cat <<'END'
Simulate the DaemonSet rollouts of a chart.

Usage:
  helm rollcast run|check|compare CHART [HELM OPTIONS] [-- ROLLCAST OPTIONS]
  helm rollcast diff RELEASE CHART [HELM OPTIONS] [-- ROLLCAST OPTIONS]

HELM OPTIONS are those of `helm template`. ROLLCAST OPTIONS are those of the command of rollcast;
`rollcast COMMAND --help` lists them. `diff` compares the release in the cluster with the chart.

Examples:
  helm rollcast run charts/agent --values prod.yaml -- --nodes 200
  helm rollcast compare charts/agent -- --nodes 200 --within 30m
  helm rollcast diff agent charts/agent --namespace monitoring -- --nodes 200 --worst 10%
END
}

case ${1:-} in
  run | check | compare | diff) verb=$1 ;;
  help | -h | --help) usage; exit ;;
  *) usage >&2; exit 2 ;;
esac
shift

rendered=()
while [[ $# -gt 0 && $1 != -- ]]; do
  rendered+=("$1")
  shift
done
[[ $# == 0 ]] || shift
if [[ ${#rendered[@]} == 0 ]]; then
  usage >&2
  exit 2
fi

command -v rollcast >/dev/null || { echo 'helm rollcast: rollcast is not on the PATH' >&2; exit 1; }
helm=${HELM_BIN:-helm}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [[ $verb == diff ]]; then
  "$helm" get manifest "${rendered[0]}" >"$work/release.yaml"
  "$helm" template --is-upgrade --no-hooks "${rendered[@]}" >"$work/chart.yaml"
  rollcast diff "$work/release.yaml" - "$@" <"$work/chart.yaml"
else
  "$helm" template "${rendered[@]}" >"$work/chart.yaml"
  rollcast "$verb" - "$@" <"$work/chart.yaml"
fi
