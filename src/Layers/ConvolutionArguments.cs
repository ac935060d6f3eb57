// SPDX-License-Identifier: MIT
namespace Ai8x.Layers;

/// <summary>The arguments that every convolution class takes.</summary>
internal readonly record struct ConvolutionArguments(
    int Filters,
    int KernelSize,
    int PaddingSize,
    PoolWindow? Pooling,
    Activation Activation,
    bool UseBias,
    int OutputShift,
    bool Wide,
    Initializer? KernelInitializer,
    L2? KernelRegularizer,
    L2? ActivityRegularizer);
