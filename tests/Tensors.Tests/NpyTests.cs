// SPDX-License-Identifier: MIT
using System.Text;

namespace Ai8x.Tensors.Tests;

public sealed class NpyTests
{
    /// <summary>Bytes as NumPy 1.x writes <c>np.save(f, np.array([[1, -2, 3]], dtype='&lt;i4'))</c>: 128 bytes of header, then the data.</summary>
    private static byte[] NumpyFile(string dictionary, byte[] data, byte major = 1)
    {
        int preamble = major == 1 ? 10 : 12;
        string padded = dictionary.PadRight(128 - preamble - 1) + "\n";
        byte[] length = major == 1 ? [(byte)padded.Length, 0] : [(byte)padded.Length, 0, 0, 0];
        return [0x93, .. "NUMPY"u8, major, 0, .. length, .. Encoding.ASCII.GetBytes(padded), .. data];
    }

    private static NpyArray Read(byte[] bytes) => NpyReader.Read(new MemoryStream(bytes), "test.npy");

    private static byte[] Write(NpyArray array)
    {
        using var stream = new MemoryStream();
        NpyWriter.Write(stream, array);
        return stream.ToArray();
    }

    [Theory]
    [InlineData((byte)1)]
    [InlineData((byte)2)]
    public void Read_OfBothFormatVersions_GivesTypeShapeAndValues(byte major)
    {
        NpyArray array = Read(NumpyFile("{'descr': '<i4', 'fortran_order': False, 'shape': (1, 3), }", [1, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff, 3, 0, 0, 0], major));
        Assert.Equal(NpyElementType.Int32, array.ElementType);
        Assert.Equal([1, 3], array.Shape);
        Assert.Equal([1, -2, 3], array.Values<int>().ToArray());
    }

    [Fact]
    public void Write_GivesTheBytesOfNumPy() =>
        Assert.Equal(
            NumpyFile("{'descr': '<i4', 'fortran_order': False, 'shape': (1, 3), }", [1, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff, 3, 0, 0, 0]),
            Write(NpyArray.Create<int>([1, -2, 3], 1, 3)));

    [Fact]
    public void WriteThenRead_KeepsEveryType()
    {
        Check<sbyte>([-128, 0, 127]);
        Check<byte>([0, 128, 255]);
        Check<short>([short.MinValue, 0, short.MaxValue]);
        Check<int>([int.MinValue, 0, int.MaxValue]);
        Check<long>([long.MinValue, 0, long.MaxValue]);
        Check<float>([-0f, float.Epsilon, float.NaN]);
        Check<double>([-0d, double.Epsilon, double.PositiveInfinity]);

        static void Check<T>(T[] values)
            where T : unmanaged
        {
            NpyArray read = Read(Write(NpyArray.Create<T>(values, 3, 1)));
            Assert.Equal([3, 1], read.Shape);
            Assert.Equal(values, read.Values<T>().ToArray());
        }
    }

    [Theory]
    [InlineData("()", new int[0], 1)]
    [InlineData("(0,)", new[] { 0 }, 0)]
    [InlineData("(2,)", new[] { 2 }, 2)]
    [InlineData("(2, 0, 3)", new[] { 2, 0, 3 }, 0)]
    public void Read_OfScalarsVectorsAndEmptyArrays_GivesTheShape(string text, int[] shape, int count)
    {
        NpyArray array = Read(NumpyFile($"{{'descr': '|i1', 'fortran_order': False, 'shape': {text}, }}", new byte[count]));
        Assert.Equal(shape, array.Shape);
        Assert.Equal(count, array.Count);
        Assert.Equal(shape, Read(Write(array)).Shape);
    }

    [Fact]
    public void Read_OfFortranOrder_TurnsToCOrder()
    {
        // [[1, 2, 3], [4, 5, 6]] with the first index fastest.
        NpyArray array = Read(NumpyFile("{'descr': '|i1', 'fortran_order': True, 'shape': (2, 3), }", [1, 4, 2, 5, 3, 6]));
        Assert.Equal(new sbyte[] { 1, 2, 3, 4, 5, 6 }, array.Values<sbyte>().ToArray());
    }

    [Fact]
    public void Read_OfFortranOrderInThreeDimensions_MatchesPlainLoops()
    {
        byte[] fortran = new byte[24];
        for (int i = 0; i < 2; i++)
        {
            for (int j = 0; j < 3; j++)
            {
                for (int k = 0; k < 4; k++) fortran[i + (2 * j) + (6 * k)] = (byte)((((i * 3) + j) * 4) + k);
            }
        }

        NpyArray array = Read(NumpyFile("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3, 4), }", fortran));
        Assert.Equal(Enumerable.Range(0, 24).Select(v => (byte)v), array.Values<byte>().ToArray());
    }

    [Theory]
    [InlineData("{'descr': '>i4', 'fortran_order': False, 'shape': (1,), }", "big-endian")]
    [InlineData("{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }", "not supported")]
    [InlineData("{'descr': '<i4', 'fortran_order': False, 'shape': (2147483647, 2147483647, 2147483647), }", "more elements")]
    [InlineData("{'descr': '<i4', 'fortran_order': False, 'shape': (0, 2147483647, 2147483647), }", "more elements")]
    [InlineData("{'descr': '<i4', 'fortran_order': False, 'shape': (-1,), }", "malformed")]
    [InlineData("{'descr': '<i4', 'fortran_order': False, 'shape': (99999999999,), }", "malformed")]
    [InlineData("{'descr': '<i4', 'fortran_order': False, 'shape': (500000000,), }", "2000000000 bytes, but 4")]
    [InlineData("{'descr': '<i4', 'fortran_order': False, 'shape': (2,), }", "8 bytes, but 4")]
    [InlineData("{'descr': '<i4', 'fortran_order': False, 'shape': (), } x", "after the closing brace")]
    [InlineData("{'descr': '<i4', 'descr': '<i4', 'shape': (), }", "repeated key")]
    [InlineData("{'descr': '<i4', 'shape': (1,), }", "lacks")]
    [InlineData("{'descr': '<i4', 'fortran_order': Maybe, 'shape': (1,), }", "True or False")]
    [InlineData("{'descr: ", "no end")]
    [InlineData("", "expected '{'")]
    public void Read_OfABadHeader_SaysWhatIsWrong(string dictionary, string expected)
    {
        NpyFormatException error = Assert.Throws<NpyFormatException>(() => Read(NumpyFile(dictionary, [1, 0, 0, 0])));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Equal("test.npy", error.File);
    }

    [Fact]
    public void Read_OfAnotherFile_IsRefused()
    {
        Assert.Contains("NumPy's mark", Assert.Throws<NpyFormatException>(() => Read(Encoding.ASCII.GetBytes("PK some other file"))).Message, StringComparison.Ordinal);
        Assert.Contains("ends inside", Assert.Throws<NpyFormatException>(() => Read([0x93, (byte)'N'])).Message, StringComparison.Ordinal);
        Assert.Contains("version 3.0", Assert.Throws<NpyFormatException>(() => Read([0x93, .. "NUMPY"u8, 3, 0, 0, 0, 0, 0])).Message, StringComparison.Ordinal);
        Assert.Contains("claims", Assert.Throws<NpyFormatException>(() => Read([0x93, .. "NUMPY"u8, 2, 0, 255, 255, 255, 255])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfMutatedFiles_GivesTypedErrorsOnly()
    {
        byte[] good = Write(NpyArray.Create<short>([1, 2, 3, 4, 5, 6], 2, 3));
        var random = new Random(7);
        for (int round = 0; round < 1000; round++)
        {
            byte[] bytes = [.. good];
            for (int flips = random.Next(1, 4); flips > 0; flips--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (random.Next(4) == 0) bytes = bytes[..random.Next(bytes.Length)];
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                Read(bytes);
            }
            catch (NpyFormatException)
            {
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        }
    }

    [Fact]
    public void Npz_WriteThenRead_KeepsNamesAndArrays_AndIsDeterministic()
    {
        string folder = Directory.CreateTempSubdirectory("npz").FullName;
        try
        {
            string path = Path.Combine(folder, "a.npz");
            KeyValuePair<string, NpyArray>[] arrays = [new("images", NpyArray.Create<byte>(new byte[1000], 10, 100)), new("labels", NpyArray.Create<long>([4, 5], 2))];
            NpzFile.Write(path, arrays);
            byte[] first = File.ReadAllBytes(path);
            NpzFile.Write(path, arrays);
            Assert.Equal(first, File.ReadAllBytes(path));

            IReadOnlyDictionary<string, NpyArray> read = NpzFile.Read(path);
            Assert.Equal(["images", "labels"], read.Keys.Order(StringComparer.Ordinal));
            Assert.Equal([10, 100], read["images"].Shape);
            Assert.Equal([4L, 5], read["labels"].Values<long>().ToArray());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Npz_OfMutatedFiles_GivesTypedErrorsOnly()
    {
        string folder = Directory.CreateTempSubdirectory("npz").FullName;
        try
        {
            string path = Path.Combine(folder, "a.npz");
            NpzFile.Write(path, [new("x", NpyArray.Create<byte>([1, 2, 3, 4, 5, 6, 7, 8], 8))]);
            byte[] good = File.ReadAllBytes(path);
            var random = new Random(8);
            for (int round = 0; round < 500; round++)
            {
                byte[] bytes = [.. good];
                for (int flips = random.Next(1, 4); flips > 0; flips--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                if (random.Next(4) == 0) bytes = bytes[..random.Next(bytes.Length)];
                long before = GC.GetAllocatedBytesForCurrentThread();
                try
                {
                    NpzFile.Read(new MemoryStream(bytes), "test.npz");
                }
                catch (NpyFormatException)
                {
                }

                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
