// SPDX-License-Identifier: MIT
using System.Xml.Linq;

namespace Ai8x.Architecture;

/// <summary>The repository as files, found from the test's own folder.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static IEnumerable<string> SourceProjects() => Directory.EnumerateDirectories(Path.Combine(Root, "src")).Where(d => ProjectFile(d) is not null).Select(d => Path.GetFileName(d)!);

    public static IEnumerable<string> SourceFiles(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin" or "Generated"));

    public static IReadOnlyList<string> References(string project) =>
        [.. Items(project, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/'))).Order(StringComparer.Ordinal)];

    public static IReadOnlyList<string> Packages(string project) => [.. Items(project, "PackageReference").Order(StringComparer.Ordinal)];

    private static IEnumerable<string> Items(string project, string kind) =>
        XDocument.Load(Path.Combine(Root, "src", project, project + ".csproj")).Descendants(kind).Select(item => (string)item.Attribute("Include")!);

    private static string? ProjectFile(string folder) => Directory.EnumerateFiles(folder, "*.csproj").FirstOrDefault();

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Ai8x.Managed.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException("The tests must run from inside the repository.");
    }
}
