// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Kernels;

/// <summary>Which parts an <see cref="Activation"/> has, as a type: the compiler makes one body for each kind and leaves no branch in it.</summary>
internal interface IChain
{
    /// <summary>Whether the chain does anything.</summary>
    static abstract bool Activates { get; }

    static abstract bool Rectifies { get; }

    /// <summary>Whether the scale can change anything: it is not one.</summary>
    static abstract bool Scales { get; }

    /// <summary>Whether the lower bound can change anything.</summary>
    static abstract bool ClampsBelow { get; }

    /// <summary>Whether the lanes in which the gradient passes are noted.</summary>
    static abstract bool Marks { get; }
}

/// <summary>The identity.</summary>
internal readonly struct NoChain : IChain
{
    public static bool Activates => false;

    public static bool Rectifies => false;

    public static bool Scales => false;

    public static bool ClampsBelow => false;

    public static bool Marks => false;
}

/// <summary>Clamp.</summary>
internal readonly struct Clamped : IChain
{
    public static bool Activates => true;

    public static bool Rectifies => false;

    public static bool Scales => false;

    public static bool ClampsBelow => true;

    public static bool Marks => false;
}

/// <summary>Rectifier, and a clamp whose lower bound is not above zero, which the rectifier has done.</summary>
internal readonly struct Rectified : IChain
{
    public static bool Activates => true;

    public static bool Rectifies => true;

    public static bool Scales => false;

    public static bool ClampsBelow => false;

    public static bool Marks => false;
}

/// <summary>Rectifier, and a clamp with a lower bound above zero.</summary>
internal readonly struct RectifiedAbove : IChain
{
    public static bool Activates => true;

    public static bool Rectifies => true;

    public static bool Scales => false;

    public static bool ClampsBelow => true;

    public static bool Marks => false;
}

/// <summary>A chain with a scale.</summary>
internal readonly struct Scaled<TChain> : IChain
    where TChain : struct, IChain
{
    public static bool Activates => TChain.Activates;

    public static bool Rectifies => TChain.Rectifies;

    public static bool Scales => true;

    public static bool ClampsBelow => TChain.ClampsBelow;

    public static bool Marks => TChain.Marks;
}

/// <summary>A chain that notes the lanes in which the gradient passes.</summary>
internal readonly struct Marked<TChain> : IChain
    where TChain : struct, IChain
{
    public static bool Activates => TChain.Activates;

    public static bool Rectifies => TChain.Rectifies;

    public static bool Scales => TChain.Scales;

    public static bool ClampsBelow => TChain.ClampsBelow;

    public static bool Marks => true;
}
