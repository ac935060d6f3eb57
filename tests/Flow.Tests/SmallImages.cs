// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.IO.Compression;

namespace Ai8x.Flow.Tests;

/// <summary>The first images of the bundled sample as a data set of its own, for tests that train several times.</summary>
internal static class SmallImages
{
    private const int Training = 2000;
    public const int Test = 300;
    private const int Pixels = 28 * 28;

    /// <summary>Writes the four files into a folder, from which the data set <c>fashionmnist</c> reads them.</summary>
    public static string Write(string folder)
    {
        Directory.CreateDirectory(folder);
        Copy("train-images-idx3-ubyte.gz", headerBytes: 16, Training, Pixels);
        Copy("train-labels-idx1-ubyte.gz", headerBytes: 8, Training, 1);
        Copy("t10k-images-idx3-ubyte.gz", headerBytes: 16, Test, Pixels);
        Copy("t10k-labels-idx1-ubyte.gz", headerBytes: 8, Test, 1);
        return folder;

        void Copy(string name, int headerBytes, int count, int size)
        {
            var bytes = new byte[headerBytes + count * size];
            using (var source = new GZipStream(File.OpenRead(Path.Combine(DescriptionFolder.Find(), "..", "data", "fashion-mnist-sample", name)), CompressionMode.Decompress)) source.ReadExactly(bytes);
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4), count);
            using var target = new GZipStream(File.Create(Path.Combine(folder, name)), CompressionLevel.Fastest);
            target.Write(bytes);
        }
    }
}
