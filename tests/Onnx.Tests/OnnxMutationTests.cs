// SPDX-License-Identifier: MIT
using System.Diagnostics;
using Ai8x.Networks;
using Ai8x.Onnx.Tests.Legalisation;

namespace Ai8x.Onnx.Tests;

/// <summary>
/// Damaged models never give anything but a network or a typed error, within two seconds and 512 MB. 1,200 of them, with AI8X_SLOW=1 10,200.
/// </summary>
public sealed class OnnxMutationTests
{
    private const long MaximumBytes = 512L << 20;

    private static readonly TimeSpan MaximumTime = TimeSpan.FromSeconds(2);
    private static readonly int Rounds = Environment.GetEnvironmentVariable("AI8X_SLOW") == "1" ? 3400 : 400;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Import_OfRandomlyDamagedModels_GivesTypedErrorsOnly(int seed)
    {
        var random = new Random(seed);
        byte[][] models =
        [
            .. Enumerable.Range(0, 8).Select(i => OnnxExporter.Export(RandomNetworks.Make((100 * seed) + i))),
            .. Enumerable.Range(0, 8).Select(i => RandomModels.Make((100 * seed) + i).Finish()),
        ];
        for (int round = 0; round < Rounds; round++)
        {
            byte[] bytes = Damage(models[random.Next(models.Length)], random);
            Import(bytes);
        }
    }

    /// <summary>Imports a model and holds it to time and memory; a run that other processes delayed gets a second chance.</summary>
    private static void Import(byte[] bytes)
    {
        for (int attempt = 0; ; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread(), started = Stopwatch.GetTimestamp();
            try
            {
                NetworkGraph network = OnnxImporter.Import(bytes, "damaged.onnx");
                DequantizedModelWriter.Replace(bytes, "damaged.onnx", network);
            }
            catch (OnnxFormatException e)
            {
                Assert.InRange(e.Message.Length, 1, 60_000);
            }

            TimeSpan took = Stopwatch.GetElapsedTime(started);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MaximumBytes);
            if (took <= MaximumTime) return;
            Assert.True(attempt < 2, FormattableString.Invariant($"It takes {took.TotalSeconds:0.0} s."));
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
