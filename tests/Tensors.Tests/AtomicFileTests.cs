// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Tests;

public sealed class AtomicFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("atomic").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Write_MakesTheFolderAndReplacesTheFile()
    {
        string path = Path.Combine(_folder, "new", "file.txt");
        AtomicFile.WriteText(path, "one\n");
        AtomicFile.WriteText(path, "two\n");
        Assert.Equal("two\n"u8.ToArray(), File.ReadAllBytes(path));
        Assert.Single(Directory.GetFileSystemEntries(Path.Combine(_folder, "new")));
    }

    [Fact]
    public void Write_ThatFails_LeavesTheOldFileAndNothingElse()
    {
        string path = Path.Combine(_folder, "file.txt");
        AtomicFile.WriteText(path, "old");
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, stream =>
        {
            stream.WriteByte(1);
            throw new InvalidOperationException();
        }));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Single(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public async Task WriteAsync_ThatIsCancelled_LeavesNoFile()
    {
        string path = Path.Combine(_folder, "file.txt");
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => AtomicFile.WriteAsync(path, async (stream, token) =>
        {
            await stream.WriteAsync(new byte[] { 1 }, token);
            await stop.CancelAsync();
        }, stop.Token));
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }
}
