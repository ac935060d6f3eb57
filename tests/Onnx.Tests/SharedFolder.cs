// SPDX-License-Identifier: MIT
namespace Ai8x.Onnx.Tests;

/// <summary>Reference vectors, where they lie beside the repository.</summary>
internal static class SharedFolder
{
    public static string Golden(params string[] parts)
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Ai8x.Managed.sln"))) folder = folder.Parent;
        string golden = Path.Combine(folder?.Parent?.FullName ?? ".", "shared", "golden");
        Assert.SkipUnless(Directory.Exists(golden), "The reference vectors are not beside the repository.");
        return Path.Combine([golden, .. parts]);
    }
}
