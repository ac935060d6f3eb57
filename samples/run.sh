#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Makes the packages, builds the samples against them from the local folder, runs each, and runs the workflow's commands with the tool.
# The repository must have been built: dotnet build -c Release Ai8x.Managed.sln
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
repository=$(cd .. && pwd)
packages=$repository/artifacts/packages
version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' "$repository/Directory.Build.props")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

rm -rf "$packages" obj/packages/ai8x.*
dotnet pack "$repository/Ai8x.Managed.sln" -c Release --no-build -v q -o "$packages"

for sample in ConsoleTraining CustomModel TrainingService; do
  dotnet build "$sample" -c Release -v q -p:Ai8xVersion="$version"
done

console() { (cd "$work" && dotnet "$repository/samples/ConsoleTraining/bin/Release/net10.0/ConsoleTraining.dll" "$@"); }
console 2 whole | tee "$work/whole.txt"
console 1 parts > /dev/null
console 2 parts | tee "$work/parts.txt"
[ "$(tail -n 1 "$work/whole.txt")" = "$(tail -n 1 "$work/parts.txt")" ] || { echo "The continued run has other bits."; exit 1; }
(cd "$work" && dotnet "$repository/samples/CustomModel/bin/Release/net10.0/CustomModel.dll")
(cd "$work" && dotnet "$repository/samples/TrainingService/bin/Release/net10.0/TrainingService.dll" --Training:Epochs 1 --Training:Folder service) | tail -n 3
[ -f "$work/service/export/fashionmnist-sample/saved_model.onnx" ]

# The tool as a user installs it, then the lines of the workflow that call it.
dotnet tool install ai8x --version "$version" --tool-path "$work/tools" --add-source "$packages" > /dev/null
PATH=$work/tools:$PATH
(cd "$work" && ai8x train --model fashionmnist_model --dataset fashionmnist-sample --epochs 1 --batch_size 64 --lr 0.001 --save-sample 0 > /dev/null)
mkdir "$work/repository"
cp "$work/export/fashionmnist-sample/saved_model.onnx" "$work/repository/model.onnx"
cp "$work/export/fashionmnist-sample/sampledata.npy" "$repository/networks/fashionmnist.yaml" "$work/repository/"
mv "$work/repository/fashionmnist.yaml" "$work/repository/network.yaml"
sed -n 's/^ *- run: \(ai8x .*\)/\1/p' ci/verify.yml > "$work/workflow.sh"
[ -s "$work/workflow.sh" ]
(cd "$work/repository" && sh -e "$work/workflow.sh")
