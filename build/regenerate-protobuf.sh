#!/bin/sh
# SPDX-License-Identifier: MIT
# Makes the C# of the protocol buffer files, each into Generated/ beside it, with the compiler that belongs to the version of
# Google.Protobuf in Directory.Packages.props. PROTOC may name a compiler; otherwise the package Google.Protobuf.Tools is restored
# in a temporary folder.
set -eu

repository=$(cd "$(dirname "$0")/.." && pwd)
version=$(sed -n 's/.*Include="Google.Protobuf" Version="\([^"]*\)".*/\1/p' "$repository/Directory.Packages.props")

if [ -z "${PROTOC:-}" ]; then
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    cat > "$work/tools.csproj" <<PROJECT
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
  <ItemGroup><PackageReference Include="Google.Protobuf.Tools" Version="$version" /></ItemGroup>
</Project>
PROJECT
    dotnet restore "$work/tools.csproj" > /dev/null
    packages=$(dotnet nuget locals global-packages --list | sed 's/^global-packages: //')
    case "$(uname -s)-$(uname -m)" in
        Darwin-*) folder=macosx_x64 ;;
        Linux-aarch64) folder=linux_aarch64 ;;
        *) folder=linux_x64 ;;
    esac
    cp "$packages/google.protobuf.tools/$version/tools/$folder/protoc" "$work/protoc"
    chmod +x "$work/protoc"
    PROTOC=$work/protoc
fi

for file in src/Onnx/onnx_subset.proto src/Reporting/event.proto; do
    here=$repository/$(dirname "$file")
    mkdir -p "$here/Generated"
    "$PROTOC" --proto_path="$here" --csharp_out="$here/Generated" --csharp_opt=internal_access "$(basename "$file")"
done
