// SPDX-License-Identifier: MIT
using Ai8x.Device.Registers;

namespace Ai8x.Device.Tests;

public sealed class RegisterTests
{
    [Fact]
    public void OverlappingFields_AreRefusedByName()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new RegisterDefinition("R", "R", "r", 0, new RegisterField("a", 0, 5, ""), new RegisterField("b", 4, 2, "")));
        Assert.Contains("field b at bit 4, width 2, overlaps a at bit 0, width 5", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FieldBeyondTheWord_IsRefused() =>
        Assert.Throws<ArgumentException>(() => new RegisterDefinition("R", "R", "r", 0, new RegisterField("a", 30, 3, "")));

    [Fact]
    public void EveryBit_BelongsToOneFieldOrIsReserved() => Assert.All(
        GlobalRegisters.All.Concat(LayerRegisters.All),
        register => Assert.Equal(uint.MaxValue, register.Fields.Aggregate(register.ReservedMask, (seen, field) => (seen & field.Mask) == 0 ? seen | field.Mask : 0)));

    /// <summary>Addresses of layer 0 in quadrant 0 and of layer 4 in quadrant 3, worked out by hand from the published register list.</summary>
    [Theory]
    [InlineData("RCNT", 0, 0, 0x50100010u)]
    [InlineData("CCNT", 0, 0, 0x50100090u)]
    [InlineData("WPTR", 0, 0, 0x50100310u)]
    [InlineData("MOFF", 0, 0, 0x50100410u)]
    [InlineData("LCTL", 0, 0, 0x50100590u)]
    [InlineData("MCNT", 0, 0, 0x50100610u)]
    [InlineData("TPTR", 0, 0, 0x50100690u)]
    [InlineData("ENA", 0, 0, 0x50100710u)]
    [InlineData("POST", 0, 0, 0x50100790u)]
    [InlineData("LCTL2", 0, 0, 0x50100a10u)]
    [InlineData("ONED", 4, 3, 0x50d00120u)]
    [InlineData("MCNT", 4, 3, 0x50d00620u)]
    public void LayerRegisters_LieWhereTheChipHasThem(string name, int layer, int quadrant, uint address)
    {
        RegisterDefinition register = Assert.Single(LayerRegisters.All, r => r.Name == name);
        Assert.Equal(address, MemoryMap.Registers + (uint)quadrant * MemoryMap.QuadrantStride + register.Offset + LayerRegisters.LayerStride * (uint)layer);
    }

    [Fact]
    public void Offsets_AreUnique()
    {
        uint[] offsets = [.. LayerRegisters.All.Select(r => r.Offset)];
        Assert.Equal(offsets.Distinct(), offsets);
    }
}
