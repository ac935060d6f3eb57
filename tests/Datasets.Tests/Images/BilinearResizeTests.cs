// SPDX-License-Identifier: MIT
using Ai8x.Datasets.Images;

namespace Ai8x.Datasets.Tests.Images;

public sealed class BilinearResizeTests
{
    [Fact]
    public void HandComputedValues_AreMet()
    {
        // One row of 300, value = column for the first 200 columns: place d lies at (d + 0.5) * 4.6875 - 0.5, and the ramp shows it, without its fraction.
        byte[] ramp = new byte[300 * 300 * 3];
        for (int i = 0; i < 300 * 300; i++) ramp[3 * i] = (byte)Math.Min(i % 300, 250);
        byte[] small = new byte[64 * 64 * 3];
        BilinearResize.Resize(ramp, 300, small, 64);
        Assert.Equal([1, 6, 11, 15, 20], [small[0], small[3], small[6], small[9], small[12]]);
        Assert.Equal(250, small[63 * 3]);

        // From 4 to 2: places 0.5 and 2.5, means of four.
        byte[] four = [.. Enumerable.Range(0, 16).SelectMany(i => new[] { (byte)(i * i), (byte)i, (byte)255 })];
        byte[] two = new byte[12];
        BilinearResize.Resize(four, 4, two, 2);
        Assert.Equal([(0 + 1 + 16 + 25) / 4, 2, 255, (4 + 9 + 36 + 49) / 4, 4, 255], two[..6]);

        // From 2 to 4: places -0.25, 0.25, 0.75, 1.25; at the first both neighbours are column 0, at the last both column 1.
        byte[] line = [0, 0, 0, 100, 0, 0, 0, 0, 0, 100, 0, 0];
        byte[] wide = new byte[48];
        BilinearResize.Resize(line, 2, wide, 4);
        Assert.Equal([0, 25, 75, 100], [wide[0], wide[3], wide[6], wide[9]]);
    }

    [Theory]
    [InlineData(300)]
    [InlineData(299)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(1)]
    [InlineData(7)]
    public void EverySize_FollowsTheFormula(int side)
    {
        byte[] source = new byte[side * side * 3];
        new Random(side).NextBytes(source);
        byte[] actual = new byte[64 * 64 * 3];
        BilinearResize.Resize(source, side, actual, 64);
        for (int y = 0; y < 64; y++)
        {
            for (int x = 0; x < 64; x++)
            {
                for (int c = 0; c < 3; c++)
                {
                    double expected = At(source, side, y, x, c);
                    int value = actual[(((y * 64) + x) * 3) + c];
                    // The fraction is cut off: near a whole number float32 may fall on either side.
                    Assert.InRange(value, Math.Floor(expected - 1e-3), Math.Floor(expected + 1e-3));
                }
            }
        }
    }

    private static double At(byte[] source, int side, int y, int x, int c)
    {
        double fy = ((y + 0.5) * side / 64) - 0.5;
        double fx = ((x + 0.5) * side / 64) - 0.5;
        double sum = 0;
        foreach ((double place, double weight) in new[] { (Math.Floor(fy), 1 - (fy - Math.Floor(fy))), (Math.Floor(fy) + 1, fy - Math.Floor(fy)) })
        {
            foreach ((double column, double part) in new[] { (Math.Floor(fx), 1 - (fx - Math.Floor(fx))), (Math.Floor(fx) + 1, fx - Math.Floor(fx)) })
            {
                int row = (int)Math.Clamp(place, 0, side - 1);
                sum += weight * part * source[(((row * side) + (int)Math.Clamp(column, 0, side - 1)) * 3) + c];
            }
        }

        return sum;
    }
}
