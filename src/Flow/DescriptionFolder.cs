// SPDX-License-Identifier: MIT
namespace Ai8x.Flow;

/// <summary>The network descriptions beside the program, or in the repository that the program was built in.</summary>
internal static class DescriptionFolder
{
    private const string Name = "networks";

    /// <summary>Path of the folder.</summary>
    /// <exception cref="FlowException">The program is not installed completely.</exception>
    public static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, Name);
            if (Directory.Exists(path) && Directory.EnumerateFiles(path, "*.yaml").Any()) return path;
        }

        throw new FlowException($"The folder {Name} is missing beside the program. Install the program again.");
    }
}
