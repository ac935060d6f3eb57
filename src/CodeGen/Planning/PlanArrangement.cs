// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Device.Limits;
using Ai8x.Quant;

namespace Ai8x.CodeGen.Planning;

/// <summary>One form of the data of a network: what remains to be chosen are the first processor and the offset of each block.</summary>
/// <param name="Input">How the network input reaches the first layer.</param>
/// <param name="Blocks">The data.</param>
/// <param name="Needs">What the layers ask for.</param>
internal sealed record PlanArrangement(InputForm Input, ImmutableArray<DataBlock> Blocks, ImmutableArray<LayerNeed> Needs)
{
    /// <summary>Whether every block alone has room in a data memory instance.</summary>
    public bool BlocksFit => Blocks.All(block => block.Before + block.Bytes <= DeviceLimits.DataInstanceBytes);

    /// <summary>Cycles that no choice of processors undercuts.</summary>
    public long LeastCycles => CycleEstimate.Startup + Needs.Sum(need => need.LeastCycles(Blocks[need.InputBlock]));

    /// <summary>All forms: the network input in the order that takes fewer bus writes first; joined channels apart from each other first.</summary>
    /// <param name="network">The network, operands copied where needed; its description says which layers stream.</param>
    /// <param name="options">Says which FIFOs there are.</param>
    public static ImmutableArray<PlanArrangement> All(QuantizedNetwork network, PlanOptions options)
    {
        List<PlanArrangement> all = [];
        foreach (bool packed in new[] { false, true })
        {
            foreach (InputForm form in InputForm.Of(network, options.Fifos))
            {
                if (BlockBuilder.Build(network, form, packed) is { } blocks) all.Add(new(form, blocks, LayerNeed.Of(network, blocks, form)));
            }
        }

        return [.. all];
    }
}
