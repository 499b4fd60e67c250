#!/usr/bin/env bash
# Put onnx-bench/comment.md below a pull request of GitHub, in the place of the comment before.
#
#   action/comment.sh REPOSITORY NUMBER FILE
#
# Needs gh, and GH_TOKEN with the permission `pull-requests: write`. Without it, as in a pull request
# from a fork, it warns and exits 0: the job summary has the same.
set -euo pipefail
comments="repos/$1/issues/$2/comments"
mine='.[] | select(.body | startswith("<!-- onnx-bench -->")) | .id'
if ! {
    id=$(gh api --paginate "$comments" --jq "$mine" | head -n 1) &&
        if [ -n "$id" ]; then
            gh api --method PATCH "repos/$1/issues/comments/$id" --field "body=@$3" > /dev/null
        else
            gh api --method POST "$comments" --field "body=@$3" > /dev/null
        fi
}; then
    echo '::warning::The comment could not be written. Give the job: permissions: pull-requests: write'
fi
