#!/usr/bin/env bash
# Runs every check of one room of docs/acceptance.md at its full count: build/acceptance.sh flow|engine|training|generator|simulator|planner
# It expects a Release build. Lines that name a program of bench are printed, not run: they want a machine that does nothing else.
set -euo pipefail
cd "$(dirname "$0")/.."

room="${1:-}"
checks=$(sed -n "/^## ${room:-none}\$/,/^## /p" docs/acceptance.md | { grep -o '`[^`]*`' || true; } | tr -d '`' | sort -u)
if [ -z "$checks" ]; then
    echo "build/acceptance.sh ROOM: '$room' is no room. Rooms: $(sed -n 's/^## //p' docs/acceptance.md | paste -sd' ')." >&2
    exit 2
fi

printf '%s\n' "$checks" | sed -n 's,^bench/,measured by bench: ,p'
failed=0
for project in $(printf '%s\n' "$checks" | grep -v '^bench/' | cut -d/ -f1 | sort -u); do
    filters=()
    for check in $(printf '%s\n' "$checks" | sed -n "s,^$project/,,p"); do
        case "$check" in
            *.*) filters+=(--filter-method "*.$check") ;;
            *) filters+=(--filter-method "*.$check.*") ;;
        esac
    done
    echo "== $project"
    AI8X_SLOW=1 dotnet test -c Release --no-build --project "tests/$project" -- "${filters[@]}" || failed=1
done
exit $failed
