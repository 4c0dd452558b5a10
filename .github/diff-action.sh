#!/usr/bin/env bash
# What action.yml runs: `rollcast diff` on two checkouts, and its answer where reviewers look.
#
# All that it is told stands in the environment, as nothing of a pull request may become code:
#   ROLLCAST_BASE, ROLLCAST_HEAD  folders with the checkouts
#   ROLLCAST_PATH                 the manifests in them, a file or a folder
#   ROLLCAST_RENDER               a command that prints manifests, run in each checkout instead
#   ROLLCAST_ARGS                 more arguments of `rollcast diff`, apart by blanks or lines
#   ROLLCAST_COMMENT              `true`: keep one comment on the pull request up to date
#   PR_NUMBER, GH_TOKEN           of the pull request, if there is one
# and what GitHub sets: GITHUB_REPOSITORY, GITHUB_STEP_SUMMARY, GITHUB_OUTPUT, RUNNER_TEMP.
#
# Ends with the exit code of `rollcast diff`. That it may not comment is no failure.
set -euo pipefail

marker='<!-- rollcast diff -->'
work=$(mktemp -d "${RUNNER_TEMP:-/tmp}/rollcast.XXXXXX")
report=$work/diff.md

# Only `comment` needs it, and no other program gets it.
export -n GH_TOKEN

# Nothing that is printed from here on is a command to the runner. It reads both streams, each on its
# own, so there is only one.
exec 2>&1
quiet="rollcast-$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')"
echo "::stop-commands::$quiet"

# Prints the file or folder with the manifests of a side.
manifests() {
  local side=$1 folder=$2 rendered=$work/$1.yaml
  if [ -z "${ROLLCAST_RENDER:-}" ]; then
    local path=$folder/${ROLLCAST_PATH:-.}
    # What is not there before a change is new.
    if [ "$side" = base ] && [ ! -e "$path" ]; then path=/dev/null; fi
    echo "$path"
    return
  fi
  if ! (cd "$folder" && bash -euo pipefail -c "$ROLLCAST_RENDER") > "$rendered"; then
    echo "rollcast: the render command failed in $folder" >&2
    return 2
  fi
  if [ "$side" = base ] && [ ! -s "$rendered" ]; then rendered=/dev/null; fi
  echo "$rendered"
}

github() {
  GH_TOKEN=${GH_TOKEN:-} gh api "$@"
}

# Writes the comment, or brings the one that is there up to date.
comment() {
  local comments="repos/$GITHUB_REPOSITORY/issues/$PR_NUMBER/comments" body=$work/comment.md id
  local ours=".[] | select(.user.type == \"Bot\" and (.body | startswith(\"$marker\"))) | .id"
  id=$(github --paginate "$comments" --jq "$ours") || return 1
  id=${id%%$'\n'*}
  { echo "$marker"; cat "$report"; } > "$body"
  if [ ! -s "$report" ]; then
    if [ -z "$id" ]; then return 0; fi
    echo 'No rollout is affected any more.' >> "$body"
  fi
  if [ -n "$id" ]; then
    github --silent -X PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$id" -F "body=@$body"
  else
    github --silent -X POST "$comments" -F "body=@$body"
  fi
}

summarize() {
  if [ -s "$report" ]; then
    cat "$report"
  elif [ "$code" -eq 0 ]; then
    echo 'No rollout is affected.'
  else
    echo '`rollcast diff` failed:'
    echo
    # Indented text is shown as it is, whatever is in it.
    head -c 10000 "$work/told.txt" | sed 's/^/    /'
  fi
}

code=0
{
  base=$(manifests base "$ROLLCAST_BASE") && head=$(manifests head "$ROLLCAST_HEAD")
} 2> "$work/told.txt" || code=2
: > "$report"
if [ "$code" -eq 0 ]; then
  read -r -d '' -a arguments <<< "${ROLLCAST_ARGS:-}" || true
  rollcast diff "$base" "$head" ${arguments[@]+"${arguments[@]}"} -o markdown \
    > "$report" 2>> "$work/told.txt" || code=$?
fi
cat "$work/told.txt"

summarize >> "${GITHUB_STEP_SUMMARY:-/dev/stdout}"
if [ -n "${GITHUB_OUTPUT:-}" ]; then
  affected=false
  if [ -s "$report" ]; then affected=true; fi
  printf '%s\n' "affected=$affected" "exit-code=$code" "report=$report" >> "$GITHUB_OUTPUT"
fi
commented=true
# A report that could not be made says nothing about the pull request.
if [ "${ROLLCAST_COMMENT:-false}" = true ] && [ -n "${PR_NUMBER:-}" ]; then
  if [ -s "$report" ] || [ "$code" -eq 0 ]; then comment || commented=false; fi
fi

echo "::$quiet::"
if [ "$commented" = false ]; then
  echo '::notice::rollcast may not comment here (pull-requests: write is missing, as it is for forks); the summary has its answer'
fi
exit "$code"
