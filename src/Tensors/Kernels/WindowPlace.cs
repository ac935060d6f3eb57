// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Kernels;

/// <summary>Where a window of a pooled convolution lies in the image.</summary>
internal enum WindowPlace
{
    /// <summary>All its taps lie inside.</summary>
    Interior,

    /// <summary>Some rows lie outside.</summary>
    WholeColumns,

    /// <summary>One column lies outside on the left, and perhaps some rows.</summary>
    OneLeftOutside,

    /// <summary>Two columns lie outside on the left, and perhaps some rows.</summary>
    TwoLeftOutside,

    /// <summary>One column lies outside on the right, and perhaps some rows.</summary>
    OneRightOutside,

    /// <summary>Two columns lie outside on the right, and perhaps some rows.</summary>
    TwoRightOutside,

    /// <summary>Anything else.</summary>
    Border,
}

/// <summary>Which pixels of a window of two by two have the three taps of a kernel row inside the image, as far as columns decide it: bits 0 and 2 are the left pixels, bits 1 and 3 the right ones.</summary>
internal interface IWindowColumns
{
    /// <summary>Pixels that have the first tap.</summary>
    static abstract int First { get; }

    /// <summary>Pixels that have the second tap.</summary>
    static abstract int Second { get; }

    /// <summary>Pixels that have the third tap.</summary>
    static abstract int Third { get; }
}

/// <summary>All columns lie inside.</summary>
internal readonly struct WholeColumns : IWindowColumns
{
    public static int First => 0b1111;

    public static int Second => 0b1111;

    public static int Third => 0b1111;
}

/// <summary>One column lies outside on the left.</summary>
internal readonly struct OneLeftOutside : IWindowColumns
{
    public static int First => 0b1010;

    public static int Second => 0b1111;

    public static int Third => 0b1111;
}

/// <summary>Two columns lie outside on the left.</summary>
internal readonly struct TwoLeftOutside : IWindowColumns
{
    public static int First => 0;

    public static int Second => 0b1010;

    public static int Third => 0b1111;
}

/// <summary>One column lies outside on the right.</summary>
internal readonly struct OneRightOutside : IWindowColumns
{
    public static int First => 0b1111;

    public static int Second => 0b1111;

    public static int Third => 0b0101;
}

/// <summary>Two columns lie outside on the right.</summary>
internal readonly struct TwoRightOutside : IWindowColumns
{
    public static int First => 0b1111;

    public static int Second => 0b0101;

    public static int Third => 0;
}
