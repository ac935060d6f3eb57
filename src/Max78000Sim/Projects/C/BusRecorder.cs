// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Device;

namespace Ai8x.Max78000Sim.Projects.C;

/// <summary>Collects the bus accesses of one function. They stand under the line of the function's own statement, not of a copy routine that it calls.</summary>
internal sealed class BusRecorder(CProgram program)
{
    public ImmutableArray<BusOperation>.Builder Operations { get; } = ImmutableArray.CreateBuilder<BusOperation>();

    /// <summary>The statement of the outermost function that is being executed.</summary>
    public CPosition Statement { get; set; }

    public void Write(CValue place, CValue value, CPosition at)
    {
        if (value.Kind != CValueKind.Integer)
            throw at.Error("only known values are written to the accelerator");
        Add(BusOperationKind.Write, place, (uint)value.Number, at);
    }

    public void Modify(CValue place, string symbol, CValue value, CPosition at)
    {
        if (value.Kind != CValueKind.Integer || symbol is not ("|" or "&") || Width(place, at) != BusWidth.Word)
            throw at.Error($"'{symbol}=' with this value is not understood on the accelerator; words take '|=' and '&=' with constants");
        Add(symbol == "|" ? BusOperationKind.SetBits : BusOperationKind.KeepBits, place, (uint)value.Number, at);
    }

    /// <summary>Records a test that must hold, now or at some time.</summary>
    public void Require(BusOperationKind kind, CValue test, CPosition at)
    {
        uint mask = test.Mask << test.Shift;
        uint value = test.Expected << test.Shift;
        if (value >> test.Shift != test.Expected)
            throw at.Error("the comparison can never hold");
        if (!test.WantsEqual)
        {
            // Different from one value of a single bit is equal to the other.
            if (uint.PopCount(mask) != 1 || (value & ~mask) != 0)
                throw at.Error("the program must say which value it wants, not only which it does not");
            value ^= mask;
        }

        program.CountOperation(at);
        Operations.Add(new BusOperation(kind, (uint)test.Number, value, mask, BusWidth.Word, Line(at)));
    }

    private void Add(BusOperationKind kind, CValue place, uint value, CPosition at)
    {
        program.CountOperation(at);
        Operations.Add(new BusOperation(kind, (uint)place.Number, value, uint.MaxValue, Width(place, at), Line(at)));
    }

    private int Line(CPosition at) => Statement.Line > 0 ? Statement.Line : at.Line;

    private static BusWidth Width(CValue place, CPosition at) => place.Type.Target switch
    {
        { Kind: CTypeKind.Integer, Bytes: 4 } => BusWidth.Word,
        { Kind: CTypeKind.Integer, Bytes: 1 } => BusWidth.Byte,
        _ => throw at.Error("the accelerator takes accesses of 32 and 8 bits"),
    };
}
