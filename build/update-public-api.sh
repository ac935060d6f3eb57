#!/usr/bin/env bash
# Rewrites the public API baseline of a project, or of all: build/update-public-api.sh [PROJECT...]
# Review the difference before committing it: a removed or changed line breaks callers.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
projects=("$@")
[ ${#projects[@]} -gt 0 ] || mapfile -t projects < <(find src -name '*.csproj' -exec dirname {} \; | xargs -n 1 basename | grep -v '^Cli$' | sort)
for project in "${projects[@]}"; do
  folder=src/$project
  [ -f "$folder/PublicAPI.Shipped.txt" ] || printf '#nullable enable\n' > "$folder/PublicAPI.Shipped.txt"
  printf '#nullable enable\n' > "$folder/PublicAPI.Unshipped.txt"
  { printf '#nullable enable\n'
    dotnet build -c Release "$folder" --no-incremental --no-dependencies -p:TreatWarningsAsErrors=false -p:WarningsAsErrors= 2>&1 |
      sed -n "s/.*RS0016: Symbol '\(.*\)' is not part of the declared public API.*/\1/p" | LC_ALL=C sort -u
  } > "$folder/PublicAPI.new"
  mv "$folder/PublicAPI.new" "$folder/PublicAPI.Unshipped.txt"
  echo "$project: $(($(wc -l < "$folder/PublicAPI.Unshipped.txt") - 1)) members"
done
