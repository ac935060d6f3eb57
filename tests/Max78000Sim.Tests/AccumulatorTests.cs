// SPDX-License-Identifier: MIT
using Ai8x.Device;

namespace Ai8x.Max78000Sim.Tests;

/// <summary>The largest sums that kernels and passes allow: one 3x3 output of all 64 processors in 256 passes, with equal weights.</summary>
public sealed class AccumulatorTests
{
    private const uint Passes = 256, Result = 0x50404000;

    [Theory]
    [InlineData(-56)]
    [InlineData(56)]
    public void LargestSumThatIsComputed_IsExact(int weight)
    {
        Accelerator accelerator = Loaded((sbyte)weight);
        accelerator.Write(new BusWrite(0x50100000, 0x00100009));
        Assert.True(accelerator.WaitForCompletion());

        // Only the middle tap lies on the one pixel.
        Assert.Equal((uint)(64 * (int)Passes * -128 * weight), accelerator.Read32(Result));
    }

    [Theory]
    [InlineData(-57)]
    [InlineData(57)]
    public void LargerSum_IsAFaultOfItsLayer(int weight)
    {
        Accelerator accelerator = Loaded((sbyte)weight);
        SimulationException fault = Assert.Throws<SimulationException>(() => accelerator.Write(new BusWrite(0x50100000, 0x00100009)));
        Assert.Equal((SimulationFault.AccumulatorOverflow, 0), (fault.Fault, fault.Layer));
    }

    /// <summary>The row cache has 3072 words; each pass has its own part of them.</summary>
    [Theory]
    [InlineData(3072 / Passes - 1, true)]
    [InlineData(3072 / Passes, false)]
    public void PassesShareTheRowCache(uint last, bool fits)
    {
        Accelerator accelerator = Loaded(1);
        accelerator.Write(new BusWrite(0x50100690, last));
        var start = new BusWrite(0x50100000, 0x00100009);
        if (fits)
            accelerator.Write(start);
        else
            Assert.Equal(SimulationFault.CacheOverflow, Assert.Throws<SimulationException>(() => accelerator.Write(start)).Fault);
    }

    private static Accelerator Loaded(sbyte weight)
    {
        var accelerator = new Accelerator();
        uint four = (byte)weight * 0x01010101u;
        for (uint quadrant = 0; quadrant < 4; quadrant++)
        {
            uint at = quadrant * 0x400000;
            void Register(uint register, uint value) => accelerator.Write(new BusWrite(0x50100010 + at + 0x80 * register, value));
            accelerator.Write(new BusWrite(0x50100000 + at, 0x00100008));
            Register(0, 0x00010002);
            Register(1, 0x00010002);
            Register(6, 0x1000);
            Register(8, 0x2000);
            Register(11, 0x10820 | (quadrant == 0 ? 0xe000u : 0));
            Register(12, (Passes - 1) * 8);
            Register(14, 0xffffffff);
            Register(15, 1u << 27 | (Passes - 1) / 16 << 18);
            Register(20, (Passes - 1) % 16);
            for (uint processor = 0; processor < 16; processor++)
            {
                uint kernels = 0x50180000 + at + processor * 0x4000;
                accelerator.Write(new BusWrite(kernels | 1, 1, BusWidth.Byte));
                for (uint store = 0; store < Passes * 9 / 4; store++)
                    accelerator.Write(new BusWrite(kernels + 4 * store, four));
            }

            for (uint word = 0; word < 4 * Passes; word++)
                accelerator.Write(new BusWrite(0x50400000 + at + word / Passes * 0x8000 + 4 * (word % Passes), 0x80808080));
            if (quadrant > 0)
                accelerator.Write(new BusWrite(0x50100000 + at, 0x00100009));
        }

        return accelerator;
    }
}
