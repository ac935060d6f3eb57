// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Kernels;

/// <summary>Where the four pixels of a convolution's tile, which are neighbours in a row, and their taps lie.</summary>
internal enum TilePlace
{
    /// <summary>All inside.</summary>
    Interior,

    /// <summary>The first pixel has its first tap outside, on the left.</summary>
    LeftOutside,

    /// <summary>The last pixel has its last tap outside, on the right.</summary>
    RightOutside,

    /// <summary>Both.</summary>
    SidesOutside,

    /// <summary>Anything else.</summary>
    Border,
}

/// <summary>Which of four neighbouring pixels lack a tap of a kernel of three columns, as bits.</summary>
internal interface ITileColumns
{
    /// <summary>Pixels without the first tap.</summary>
    static abstract int WithoutFirst { get; }

    /// <summary>Pixels without the third tap.</summary>
    static abstract int WithoutThird { get; }
}

/// <summary>All taps lie inside.</summary>
internal readonly struct ColumnsInside : ITileColumns
{
    public static int WithoutFirst => 0;

    public static int WithoutThird => 0;
}

/// <summary>One column lies outside on the left.</summary>
internal readonly struct ColumnLeftOutside : ITileColumns
{
    public static int WithoutFirst => 0b0001;

    public static int WithoutThird => 0;
}

/// <summary>One column lies outside on the right.</summary>
internal readonly struct ColumnRightOutside : ITileColumns
{
    public static int WithoutFirst => 0;

    public static int WithoutThird => 0b1000;
}

/// <summary>One column lies outside on either side: the map is four pixels wide.</summary>
internal readonly struct ColumnsOutside : ITileColumns
{
    public static int WithoutFirst => 0b0001;

    public static int WithoutThird => 0b1000;
}

/// <summary>How far a pixel lies from the next.</summary>
internal interface IPixelStride
{
    /// <summary>Floats, for vectors of so many lanes.</summary>
    static abstract int Floats(int lanes);
}

/// <summary>In a map: all lanes.</summary>
internal readonly struct MapPixels : IPixelStride
{
    public static int Floats(int lanes) => LaneLayout.Lanes;
}

/// <summary>In an <see cref="InputPatch"/>: those of a vector.</summary>
internal readonly struct PatchPixels : IPixelStride
{
    public static int Floats(int lanes) => lanes;
}
