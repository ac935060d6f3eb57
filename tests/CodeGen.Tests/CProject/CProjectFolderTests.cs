// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;
using Ai8x.CodeGen;

namespace Ai8x.CodeGen.Tests.CProject;

/// <summary>The project on disk: complete or not at all, under a plain name, the same bytes everywhere.</summary>
public sealed class CProjectFolderTests : IDisposable
{
    private static readonly AcceleratorProgram Program = CProjectFixture.Program(CProjectFixture.Words);
    private static readonly ProjectFacts Facts = CProjectFixture.Facts(CProjectFixture.Words);
    private readonly string _folder = Directory.CreateTempSubdirectory("cproject").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Write_MakesParentAndProject_WithNothingElse()
    {
        string parent = Path.Combine(_folder, "a", "b");
        string project = CProjectWriter.Write(Program, Facts, parent);
        Assert.Equal(Path.Combine(parent, "small-net"), project);
        Assert.Equal([project], Directory.GetFileSystemEntries(parent));
        Assert.Equal(CProjectWriter.Files(Program, Facts).Select(f => f.Name).Order(StringComparer.Ordinal), Directory.GetFileSystemEntries(project).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        foreach ((string name, string text) in CProjectWriter.Files(Program, Facts)) Assert.Equal(Encoding.ASCII.GetBytes(text), File.ReadAllBytes(Path.Combine(project, name)));
    }

    [Fact]
    public void Write_OverAProject_ReplacesItsFilesAndKeepsOthers()
    {
        string project = CProjectWriter.Write(Program, Facts, _folder);
        File.WriteAllText(Path.Combine(project, "notes.txt"), "mine");
        File.WriteAllText(Path.Combine(project, "cnn.c"), "old");
        File.Delete(Path.Combine(project, "main.c"));
        CProjectWriter.Write(Program, Facts, _folder);
        Assert.Equal("mine", File.ReadAllText(Path.Combine(project, "notes.txt")));
        foreach ((string name, string text) in CProjectWriter.Files(Program, Facts)) Assert.Equal(text, File.ReadAllText(Path.Combine(project, name)));
        Assert.Single(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void Write_BelowAFile_FailsWithThePlaceAndLeavesNothing()
    {
        string file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "content");
        var error = Assert.ThrowsAny<IOException>(() => CProjectWriter.Write(Program, Facts, Path.Combine(file, "below")));
        Assert.Contains(Path.Combine(file, "below", "small-net"), error.Message, StringComparison.Ordinal);
        Assert.Equal([file], Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void Write_WhereAFileHasTheName_FailsAndKeepsTheFile()
    {
        string file = Path.Combine(_folder, "small-net");
        File.WriteAllText(file, "content");
        Assert.ThrowsAny<IOException>(() => CProjectWriter.Write(Program, Facts, _folder));
        Assert.Equal("content", File.ReadAllText(file));
        Assert.Equal([file], Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void Write_WhereAFolderTakesAFilesPlace_ChangesNothing()
    {
        string project = CProjectWriter.Write(Program, Facts, _folder);
        File.WriteAllText(Path.Combine(project, "cnn.c"), "old");
        File.Delete(Path.Combine(project, "project.mk"));
        Directory.CreateDirectory(Path.Combine(project, "project.mk"));
        Assert.ThrowsAny<IOException>(() => CProjectWriter.Write(Program, Facts, _folder));
        Assert.Equal("old", File.ReadAllText(Path.Combine(project, "cnn.c")));
        Assert.Single(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void Write_IntoAFolderWithoutRights_IsRefusedAndLeavesNothing()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Rights of folders are different on Windows.");
            return;
        }

        Assert.SkipWhen(Environment.IsPrivilegedProcess, "Rights do not bind a privileged user.");
        File.SetUnixFileMode(_folder, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            var error = Assert.Throws<UnauthorizedAccessException>(() => CProjectWriter.Write(Program, Facts, Path.Combine(_folder, "a")));
            Assert.Contains("small-net", error.Message, StringComparison.Ordinal);
            Assert.Empty(Directory.GetFileSystemEntries(_folder));
        }
        finally
        {
            File.SetUnixFileMode(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData(".hidden")]
    [InlineData("-rf")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a b")]
    [InlineData("a\nb")]
    [InlineData("a$(x)")]
    [InlineData("a%s")]
    [InlineData("netz-\u00e4")]
    [InlineData("net.")]
    [InlineData("NUL")]
    [InlineData("con.net")]
    public void ProjectName_ThatIsNoPlainFolderName_IsRefused(string name)
    {
        var error = Assert.Throws<ProjectNameException>(() => CProjectWriter.Write(Program, Facts with { Name = name }, _folder));
        Assert.IsAssignableFrom<FormatException>(error);
        Assert.StartsWith("Project name", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Theory]
    [InlineData("mnist")]
    [InlineData("tf-kws20_v2.1")]
    public void ProjectName_OfLettersDigitsAndMarks_IsTheFolder(string name) =>
        Assert.Equal(name, Path.GetFileName(CProjectWriter.Write(Program, Facts with { Name = name }, _folder)));

    [Fact]
    public void Files_UnderAnotherCulture_AreTheSameBytes()
    {
        var facts = CProjectFixture.Facts(CProjectFixture.Bytes, softmax: true) with { SoftmaxShift = 4 };
        AcceleratorProgram program = CProjectFixture.Program(CProjectFixture.Bytes, softmax: true);
        IReadOnlyList<(string Name, string Text)> here = CProjectWriter.Files(program, facts);
        CultureInfo before = CultureInfo.CurrentCulture;
        var strange = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        strange.NumberFormat.NegativeSign = "~";
        strange.NumberFormat.NumberGroupSeparator = "'";
        strange.NumberFormat.NumberDecimalSeparator = ",";
        try
        {
            CultureInfo.CurrentCulture = strange;
            Assert.Equal(here, CProjectWriter.Files(program, facts));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
