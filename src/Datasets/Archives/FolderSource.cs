// SPDX-License-Identifier: MIT
using System.Security.Cryptography;

namespace Ai8x.Datasets.Archives;

/// <summary>A folder, down to a given depth; deeper folders and hidden files are left alone.</summary>
/// <param name="path">The folder.</param>
/// <param name="depth">Levels of folders below it: 0 reads only the files in it.</param>
internal sealed class FolderSource(string path, int depth) : MemberSource
{
    public override string Path { get; } = System.IO.Path.GetFullPath(path);

    public override void AppendState(IncrementalHash hash)
    {
        foreach ((string name, FileInfo file) in Files()) AppendFile(hash, name, file);
    }

    protected override IEnumerable<ArchiveMember> Read()
    {
        foreach ((string name, FileInfo file) in Files())
        {
            using var content = new FileContent(file);
            yield return new ArchiveMember(Path, name, file.Length, content);
        }
    }

    private IEnumerable<(string Name, FileInfo File)> Files() =>
        Files(new DirectoryInfo(Path), "", depth).OrderBy(file => file.Name, StringComparer.Ordinal);

    // The depth is bounded, so links between folders make no circle.
    private static IEnumerable<(string Name, FileInfo File)> Files(DirectoryInfo folder, string prefix, int levels)
    {
        foreach (FileInfo file in folder.EnumerateFiles())
        {
            if (file.Name[0] == '.') continue;
            FileInfo target = file.LinkTarget is null ? file : file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            if (target.Exists) yield return (prefix + file.Name, target);
        }

        if (levels == 0) yield break;
        foreach (DirectoryInfo below in folder.EnumerateDirectories())
        {
            if (below.Name[0] == '.') continue;
            foreach ((string name, FileInfo file) in Files(below, prefix + below.Name + "/", levels - 1)) yield return (name, file);
        }
    }

    /// <summary>The content of a file, which is opened only if it is read.</summary>
    private sealed class FileContent(FileInfo file) : ForwardStream
    {
        private FileStream? _stream;

        public override int Read(Span<byte> buffer)
        {
            // Pipes and devices have no length; opening one could wait for ever.
            if (file.Length == 0) return 0;
            _stream ??= new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            return _stream.Read(buffer);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) _stream?.Dispose();
            base.Dispose(disposing);
        }
    }
}
