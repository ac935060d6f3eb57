// SPDX-License-Identifier: MIT
using System.IO.Compression;

namespace Ai8x.Datasets.Tests;

/// <summary>Small IDX files, written by hand so that they share no code with the reader.</summary>
internal static class TinyIdx
{
    public static readonly string[] Names = ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];

    public static byte[] Images(int count, int rows = 28, int columns = 28)
    {
        byte[] file = new byte[16 + (count * rows * columns)];
        new byte[] { 0, 0, 8, 3, 0, 0, (byte)(count >> 8), (byte)count, 0, 0, 0, (byte)rows, 0, 0, 0, (byte)columns }.CopyTo(file, 0);
        for (int i = 16; i < file.Length; i++)
        {
            int image = (i - 16) / (rows * columns);
            file[i] = (byte)((i - 16) % (rows * columns) == 0 ? image : (i * 7) + image);
        }

        return file;
    }

    public static byte[] Labels(int count)
    {
        byte[] file = new byte[8 + count];
        new byte[] { 0, 0, 8, 1, 0, 0, (byte)(count >> 8), (byte)count }.CopyTo(file, 0);
        for (int i = 0; i < count; i++) file[8 + i] = (byte)(i % 10);
        return file;
    }

    public static byte[] Gzip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var stream = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) stream.Write(content);
        return packed.ToArray();
    }

    public static byte[] Gunzip(string path)
    {
        using FileStream file = File.OpenRead(path);
        using var stream = new GZipStream(file, CompressionMode.Decompress);
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }

    /// <summary>Contents of the four files of a set with the given counts.</summary>
    public static byte[][] Set(int train, int test) => [Images(train), Labels(train), Images(test), Labels(test)];

    public static void Write(string folder, byte[][] files, Func<string, string>? spelling = null, bool packed = false)
    {
        Directory.CreateDirectory(folder);
        for (int i = 0; i < files.Length; i++)
        {
            string name = (spelling?.Invoke(Names[i]) ?? Names[i]) + (packed ? ".gz" : "");
            File.WriteAllBytes(Path.Combine(folder, name), packed ? Gzip(files[i]) : files[i]);
        }
    }
}
