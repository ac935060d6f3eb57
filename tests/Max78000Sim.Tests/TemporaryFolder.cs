// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim.Tests;

/// <summary>A folder that goes away with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("ai8x-sim-").FullName;

    public void Write(IEnumerable<KeyValuePair<string, string>> files)
    {
        foreach ((string name, string text) in files)
            File.WriteAllText(System.IO.Path.Combine(Path, name), text);
    }

    public void Dispose() => Directory.Delete(Path, true);
}
