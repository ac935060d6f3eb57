// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Device;
using Ai8x.Max78000Sim.Memories;

namespace Ai8x.Max78000Sim.Projects.C;

/// <summary>Connects a running C program with a simulated accelerator.</summary>
internal sealed class LiveBus(Accelerator accelerator) : ICBus
{
    private const int MaximumPolls = 200_000;
    private const double CyclesPerMicrosecond = 50;

    private int _polls;
    private int _inferences;

    /// <summary>Asked when the program has nothing else to do: time passes until the inference is done.</summary>
    public bool InterruptPending
    {
        get
        {
            accelerator.WaitForCompletion();
            Note();
            return accelerator.InterruptPending;
        }
    }

    public long Microseconds => (long)((accelerator.LastInference?.Cycles ?? 0) / CyclesPerMicrosecond);

    public ImmutableArray<InferenceReport>.Builder Inferences { get; } = ImmutableArray.CreateBuilder<InferenceReport>();

    public CValue Load(uint address, CPosition at) => Guard(at, () =>
    {
        if (DataMemory.WordOf(address) < 0 && ++_polls > MaximumPolls)
        {
            throw new SimulationException(
                SimulationFault.WaitWithoutEnd, "the program reads registers again and again and nothing changes", new FaultContext(address));
        }

        var value = new CValue(accelerator.Read32(address));
        Note();
        return value;
    });

    public void Store(uint address, uint value, int bytes, CPosition at) => Guard(at, () =>
    {
        _polls = 0;
        accelerator.Write(new BusWrite(address, value, bytes == 1 ? BusWidth.Byte : BusWidth.Word));
        Note();
        return default;
    });

    public uint Modify(uint address, string symbol, uint value, CPosition at)
    {
        uint old = (uint)Load(address, at).Bits;
        uint result = symbol == "|" ? old | value : old & value;
        Store(address, result, 4, at);
        return result;
    }

    public bool Decide(CValue test, bool again, CPosition at) => throw at.Error("the condition has no known value");

    public void Enter(CMachine machine, CFunction function)
    {
    }

    public void Leave()
    {
    }

    private void Note()
    {
        if (accelerator.Inferences == _inferences)
            return;
        _inferences = accelerator.Inferences;
        Inferences.Add(accelerator.LastInference!);
    }

    private static CValue Guard(CPosition at, Func<CValue> access)
    {
        try
        {
            return access();
        }
        catch (SimulationException fault) when (fault.Location is null)
        {
            throw fault.WithLocation($"{at.File}:{at.Line}");
        }
    }
}
