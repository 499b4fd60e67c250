#!/usr/bin/env bash
# Hold the models of a checkout against those of another commit, side by side on one machine.
#
#   action/side-by-side.sh BASE [MODEL…] [-- OPTION…]
#
# BASE is a commit. Each MODEL is a path or a pattern of git ('models/*.onnx'; by default every
# .onnx file that git knows). OPTIONs go to `bench compare`, for example: --fail-if-slower 5%.
#
# Old and new model take turns in fresh processes, pair by pair, so that what disturbs the machine
# cancels. A model is not measured where neither it nor what lies beside it changed. What came of it
# is written as Markdown to onnx-bench/comment.md, and the reports to onnx-bench/reports
# (ONNX_BENCH_OUTPUT names another folder). It exits as the worst pair does: 4 wrong or less accurate, 5 slower, 1 to 3 could not be
# measured, 0 else; what is inconclusive is no failure. BENCH names the command, `bench` by default.
set -euo pipefail

fail() { # a sentence, and what to type
    printf 'error: %s\nhint: %s\n' "$1" "$2" >&2
    exit 2
}

[ $# -gt 0 ] || fail 'No commit to compare with.' 'Call it as: side-by-side.sh origin/main'
base=$1
shift
patterns=() options=()
while [ $# -gt 0 ]; do
    if [ "$1" = -- ]; then
        shift
        options=("$@")
        break
    fi
    patterns+=("$1")
    shift
done
[ ${#patterns[@]} -gt 0 ] || patterns=('*.onnx')

git rev-parse --quiet --verify "$base^{commit}" > /dev/null ||
    fail "There is no commit $base here." 'Fetch it: with actions/checkout, fetch-depth: 0.'
root=$(git rev-parse --show-toplevel)
output=$(mkdir -p "${ONNX_BENCH_OUTPUT:-onnx-bench}" && cd "${ONNX_BENCH_OUTPUT:-onnx-bench}" && pwd)
comment=$output/comment.md
cd "$root"
mapfile -d '' models < <(git ls-files -z -- "${patterns[@]}")
[ ${#models[@]} -gt 0 ] || fail "git knows no file ${patterns[*]}." 'Commit the model, or name another.'

# A checkout of its own has also what lies beside a model: external weights, files of Git LFS.
work=$(mktemp -d)
trap 'git -C "$root" worktree remove --force "$work/base" > /dev/null 2>&1 || true; rm -rf "$work"' EXIT
git worktree add --quiet --detach "$work/base" "$base"
ln -s "$root" "$work/head"

{
    echo '<!-- onnx-bench -->'
    echo "## Models of $(git rev-parse --short HEAD) against $(git rev-parse --short "$base")"
} > "$comment"

rank() { # how bad an exit code is
    case $1 in 4) echo 3 ;; 5) echo 2 ;; 0) echo 0 ;; *) echo 1 ;; esac
}

worst=0
for model in "${models[@]}"; do
    printf '\n### %s\n\n' "$model" >> "$comment"
    if [ ! -f "$work/base/$model" ]; then
        echo 'New: there is nothing to compare it with.' >> "$comment"
        continue
    fi
    folder=$(dirname "$model") # what lies beside a model may be its weights, but no other model
    if git diff --quiet "$base" -- "$model" &&
        git diff --quiet "$base" -- ":(glob)$folder/*" ":(exclude,glob)$folder/*.onnx"; then
        echo 'Not changed, so not measured.' >> "$comment"
        continue
    fi
    code=0
    (cd "$work" && ${BENCH:-bench} compare "base/$model" "head/$model" --reports "$output/reports" \
        "${options[@]}" --format markdown --output "$work/part.md") || code=$?
    if [ -f "$work/part.md" ]; then
        cat "$work/part.md" >> "$comment"
        rm "$work/part.md"
    else
        echo "It could not be measured (exit $code): the log of the job says why." >> "$comment"
    fi
    if [ "$code" = 130 ]; then
        exit 130
    fi
    if [ "$(rank "$code")" -gt "$(rank "$worst")" ]; then
        worst=$code
    fi
done
cat "$comment"
if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
    cat "$comment" >> "$GITHUB_STEP_SUMMARY"
fi
exit "$worst"
