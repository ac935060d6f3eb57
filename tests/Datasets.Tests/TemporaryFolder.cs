// SPDX-License-Identifier: MIT
namespace Ai8x.Datasets.Tests;

internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("datasets").FullName;

    public string At(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    public string[] AllFiles() => [.. Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories).Select(file => System.IO.Path.GetRelativePath(Path, file)).Order(StringComparer.Ordinal)];

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
