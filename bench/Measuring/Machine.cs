// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;
using Ai8x.Tensors;

namespace Ai8x.Bench.Measuring;

/// <summary>What the figures were measured on.</summary>
internal static class Machine
{
    /// <summary>Bits of the machine's widest vectors.</summary>
    public static int VectorBits => Math.Max(128, 32 * (int)VectorWidths.Widest);

    public static string Describe()
    {
        string processor = File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown processor"
            : RuntimeInformation.ProcessArchitecture.ToString();
        return $"{processor}, {Environment.ProcessorCount} processors, {VectorBits}-bit vectors, {RuntimeInformation.OSDescription}";
    }
}
