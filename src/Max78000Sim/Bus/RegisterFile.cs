// SPDX-License-Identifier: MIT
using Ai8x.Device.Registers;

namespace Ai8x.Max78000Sim.Bus;

/// <summary>The global and layer registers of the four quadrants with their last written values (machine.md section 3.1).</summary>
internal sealed class RegisterFile
{
    private static readonly RegisterPlace[] Places = MakePlaces();

    private readonly uint[][] _values = [.. Enumerable.Range(0, MemoryMap.Quadrants).Select(_ => new uint[Places.Length])];

    /// <summary>Finds the register at a byte offset from the quadrant's register base, or null.</summary>
    public static RegisterPlace? Find(uint offset) =>
        offset / 4 < Places.Length && Places[offset / 4].Definition is not null ? Places[offset / 4] : null;

    /// <summary>Absolute address of a global register, or of layer register <paramref name="layer"/>.</summary>
    public static uint AddressOf(RegisterDefinition definition, int quadrant, int layer = 0) =>
        MemoryMap.Registers + (uint)quadrant * MemoryMap.QuadrantStride + definition.Offset + LayerRegisters.LayerStride * (uint)layer;

    public uint Get(RegisterDefinition definition, int quadrant, int layer = 0) => _values[quadrant][definition.Offset / 4 + layer];

    public void Set(RegisterDefinition definition, int quadrant, uint value, int layer = 0) =>
        _values[quadrant][definition.Offset / 4 + layer] = value;

    /// <summary>Takes over all values.</summary>
    public void CopyFrom(RegisterFile other)
    {
        for (int quadrant = 0; quadrant < _values.Length; quadrant++)
            other._values[quadrant].CopyTo(_values[quadrant], 0);
    }

    /// <summary>Reads one field.</summary>
    public int Field(RegisterDefinition definition, string field, int quadrant, int layer = 0) =>
        Extract(definition, field, Get(definition, quadrant, layer));

    /// <summary>Takes one field out of a register value.</summary>
    public static int Extract(RegisterDefinition definition, string field, uint value)
    {
        foreach (RegisterField candidate in definition.Fields)
        {
            if (candidate.Name == field)
                return (int)((value & candidate.Mask) >> candidate.LowBit);
        }

        throw new ArgumentException($"Register {definition.Name} has no field {field}.", nameof(field));
    }

    private static RegisterPlace[] MakePlaces()
    {
        var places = new RegisterPlace[GlobalRegisters.Mlat.Offset / 4 + 1];
        foreach (RegisterDefinition definition in LayerRegisters.All)
        {
            for (int layer = 0; layer < MemoryMap.Layers; layer++)
                places[definition.Offset / 4 + layer] = new RegisterPlace(definition, layer);
        }

        foreach (RegisterDefinition definition in GlobalRegisters.All)
            places[definition.Offset / 4] = new RegisterPlace(definition, null);
        return places;
    }
}

/// <summary>One register of a quadrant: which, and of which layer (null for a global one).</summary>
internal readonly record struct RegisterPlace(RegisterDefinition Definition, int? Layer);
