// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim.Projects.C;

/// <summary>What is known about a value.</summary>
internal enum CValueKind
{
    /// <summary>A known number.</summary>
    Known,

    /// <summary>While a program is recorded: bits of a word that the accelerator will deliver.</summary>
    Device,

    /// <summary>A comparison of such bits with a number.</summary>
    Test,

    /// <summary>A value of the SDK that carries no data of the network.</summary>
    Opaque,
}

/// <summary>A value; its C type is that of the expression it comes from.</summary>
/// <param name="Bits">Integer, address, or the bits of a floating-point number.</param>
/// <param name="Kind">What is known.</param>
/// <param name="Source">Device: address of the word.</param>
/// <param name="Shift">Device: right shift of the word.</param>
/// <param name="Mask">Device: mask after the shift.</param>
/// <param name="Expected">Test: the value compared with.</param>
/// <param name="WantsEqual">Test: true for ==, false for !=.</param>
internal readonly record struct CValue(
    long Bits, CValueKind Kind = CValueKind.Known, uint Source = 0, int Shift = 0, uint Mask = 0, uint Expected = 0, bool WantsEqual = false)
{
    public static CValue Opaque => new(0, CValueKind.Opaque);

    public bool IsDevice => Kind is CValueKind.Device or CValueKind.Test;

    public double Double => BitConverter.Int64BitsToDouble(Bits);

    public static CValue Of(bool truth) => new(truth ? 1 : 0);

    public static CValue Of(double number) => new(BitConverter.DoubleToInt64Bits(number));

    /// <summary>The number alone.</summary>
    public CValue Plain => Kind is CValueKind.Known or CValueKind.Opaque ? this : new CValue(Bits);

    /// <summary>Brings a value from one type to another.</summary>
    public CValue Convert(CType from, CType to, CPosition at)
    {
        if (ReferenceEquals(from, to) || to.Kind is CTypeKind.Opaque or CTypeKind.Void || Kind == CValueKind.Opaque)
            return this;
        if (from.Kind == CTypeKind.Floating)
        {
            if (to.Kind == CTypeKind.Floating)
                return to.Size == 4 ? Of((double)(float)Double) : this;
            return to.IsInteger ? new CValue(to.Wrap(ToInteger(Double, at))) : throw at.Error($"a fraction does not become a {to}");
        }

        if (to.Kind == CTypeKind.Floating)
        {
            double number = from is { Size: 8, Signed: false } ? (ulong)Bits : Bits;
            return Of(to.Size == 4 ? (double)(float)number : number);
        }

        if (to.Kind is not (CTypeKind.Integer or CTypeKind.Pointer) || from.Kind is CTypeKind.Void or CTypeKind.Structure)
            throw at.Error($"a {from} does not become a {to}");
        long bits = to.Wrap(Bits);
        return Kind switch
        {
            CValueKind.Known => new CValue(bits),

            // Of device bits a narrower type keeps the low part.
            CValueKind.Device => this with { Bits = bits, Mask = to.Size >= 4 ? Mask : Mask & ((1u << (8 * (int)to.Size)) - 1) },
            _ => this with { Bits = bits },
        };
    }

    private static long ToInteger(double number, CPosition at) =>
        number is > -9.2e18 and < 9.2e18 ? (long)number : throw at.Error("a fraction is too large for an integer");
}
