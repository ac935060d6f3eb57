// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Device.Registers;
using Ai8x.Max78000Sim.Memories;

namespace Ai8x.Max78000Sim.Projects.C;

/// <summary>Finds out which byte of the data memory each byte of the result comes from.</summary>
internal static class UnloadTracer
{
    public static UnloadMap? Trace(CProgram program, string name)
    {
        if (program.FindFunction(name) is not CFunction function)
            return null;
        if (function.Parameters.Length != 1 || function.Parameters[0].Type.Kind != CTypeKind.Pointer)
            throw function.At.Error($"{name} takes one buffer");
        byte[][] runs = [.. Enumerable.Range(0, PatternBus.Runs).Select(run => Run(program, function, run))];
        var sources = new List<uint>();
        int used = 0;
        for (int i = 0; i < UnloadMap.MaximumBytes; i++)
        {
            uint source = 0;
            if (!Enumerable.Range(0, PatternBus.Runs).All(run => runs[run][i] == PatternBus.Filler(run)))
            {
                int index = (runs[0][i] | runs[1][i] << 8 | runs[2][i] << 16) - 1;
                if (index < 0 || index >= UnloadMap.MaximumBytes)
                    throw function.At.Error($"{name} only takes words of the accelerator into its result; byte {i} is something else");
                if (runs[^1][i] != PatternBus.Pattern(PatternBus.Runs - 1, index))
                    throw function.At.Error($"{name} takes whole bytes of a word as they are; byte {i} of its result is changed on the way");
                source = Address(index);
                used = i + 1;
            }

            sources.Add(source);
        }

        return new UnloadMap([.. sources.Take(used)]);
    }

    private static byte[] Run(CProgram program, CFunction function, int run)
    {
        CMemory memory = program.Memory.Clone();
        uint buffer = memory.Allocate(UnloadMap.MaximumBytes, function.At);
        memory.Bytes(buffer, UnloadMap.MaximumBytes, function.At).Fill(PatternBus.Filler(run));
        var machine = new CMachine(program, memory, new PatternBus(run), program.MaximumSteps);
        machine.Call(function, [new CValue(buffer)], function.At);
        return memory.Bytes(buffer, UnloadMap.MaximumBytes, function.At).ToArray();
    }

    private static uint Address(int index)
    {
        const int InstanceBytes = 0x8000;
        int instance = index / InstanceBytes;
        uint address = MemoryMap.DataMemory + (uint)(instance / 4) * MemoryMap.QuadrantStride + (uint)(instance % 4 * InstanceBytes + index % InstanceBytes);
        System.Diagnostics.Debug.Assert(DataMemory.WordOf(address & ~3u) == index / 4, "the two ways of numbering words agree");
        return address;
    }
}
