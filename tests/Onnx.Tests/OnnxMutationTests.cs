// SPDX-License-Identifier: MIT
using Ai8x.Networks;

namespace Ai8x.Onnx.Tests;

/// <summary>Damaged models never give anything but a network or a typed error, quickly and without large allocations.</summary>
public sealed class OnnxMutationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Import_OfRandomlyDamagedModels_GivesTypedErrorsOnly(int seed)
    {
        var random = new Random(seed);
        byte[][] models = [.. Enumerable.Range(0, 8).Select(i => OnnxExporter.Export(RandomNetworks.Make((100 * seed) + i)))];
        for (int round = 0; round < 400; round++)
        {
            byte[] bytes = Damage(models[random.Next(models.Length)], random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                NetworkGraph network = OnnxImporter.Import(bytes, "damaged.onnx");
                DequantizedModelWriter.Replace(bytes, "damaged.onnx", network);
            }
            catch (OnnxFormatException)
            {
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100 << 20);
        }
    }

    private static byte[] Damage(byte[] good, Random random)
    {
        List<byte> bytes = [.. good];
        for (int count = random.Next(1, 5); count > 0; count--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 2: bytes.Insert(at, (byte)random.Next(256)); break;
                case 3: bytes.RemoveRange(at, Math.Min(random.Next(1, 9), bytes.Count - at)); break;
                case 4: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 65), bytes.Count - at))); break;
                default: bytes[at] = random.Next(2) == 0 ? (byte)0xff : (byte)0x7f; break;
            }
        }

        return [.. bytes];
    }
}
