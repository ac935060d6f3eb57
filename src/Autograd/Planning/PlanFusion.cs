// SPDX-License-Identifier: MIT
using Ai8x.Autograd.Operations;
using Ai8x.Tensors.Kernels;

namespace Ai8x.Autograd.Planning;

/// <summary>Chooses the operations that a plan runs and joins element-wise neighbours. Joining never changes a bit of the result.</summary>
internal static class PlanFusion
{
    /// <summary>The operations that the logits depend on, and penalties on the variables between, in the tape's order.</summary>
    public static List<Operation> Reachable(Tape tape, Variable logits)
    {
        var needed = new bool[tape.Variables.Count];
        needed[logits.Index] = true;
        for (int i = tape.Operations.Count - 1; i >= 0; i--)
        {
            Operation operation = tape.Operations[i];
            if (operation.Output is not { } output || !needed[output.Index]) continue;
            foreach (Variable input in operation.Inputs) needed[input.Index] = true;
        }
        return [.. tape.Operations.Where(operation => needed[(operation.Output ?? operation.Inputs[0]).Index])];
    }

    /// <summary>Joins each element-wise operation with the one that is its only reader, where the two fit into one chain.</summary>
    public static List<Operation> Join(List<Operation> operations, Variable logits)
    {
        for (int i = 0; i < operations.Count; i++)
        {
            while (operations[i] is ElementwiseOperation first
                && OnlyReader(first.Output!, operations, logits) is ElementwiseOperation second
                && first.Activation.Then(second.Activation) is { } joined)
            {
                operations[i] = new ElementwiseOperation(first.Inputs[0], second.Output!, joined);
                operations.Remove(second);
            }
        }
        return operations;
    }

    /// <summary>The convolutions of one tap from one on of which each is the only reader of the one before, without one that is pooled and what follows it; none if the first is no such convolution.</summary>
    public static List<ChainedConvolution> PointwiseStack(ConvolutionOperation first, List<Operation> operations, Variable logits)
    {
        List<ChainedConvolution> stack = [];
        Operation? next = first;
        while (next is ConvolutionOperation convolution && Tensors.Kernels.PointwiseStack.TakesConvolution(convolution.Shape))
        {
            ElementwiseOperation? chain = ChainAfter(convolution, operations, logits);
            if (chain is not null && PoolAfter(chain, operations, logits).Pool is not null) break;
            stack.Add(new(convolution, chain));
            next = OnlyReader(stack[^1].Result, operations, logits);
        }

        return stack;
    }

    /// <summary>The element-wise chain that is the only reader of a convolution, or null.</summary>
    public static ElementwiseOperation? ChainAfter(ConvolutionOperation convolution, List<Operation> operations, Variable logits) =>
        OnlyReader(convolution.Output!, operations, logits) as ElementwiseOperation;

    /// <summary>
    /// The maximum pooling that is the only reader of a chain and whose windows tile the map, or null; and the dropout between the two, or null. One factor serves for the
    /// gradients of both, so of chain and dropout only one may have one.
    /// </summary>
    public static (MaximumPoolOperation? Pool, DropoutOperation? Dropout) PoolAfter(ElementwiseOperation chain, List<Operation> operations, Variable logits)
    {
        // A scale of one marks nothing.
        if (chain.Activation.IsIdentity) return (null, null);
        Operation? reader = OnlyReader(chain.Output!, operations, logits);
        var dropout = reader as DropoutOperation;
        if (dropout is not null) reader = chain.Activation.Scale == 1 ? OnlyReader(dropout.Output!, operations, logits) : null;
        return reader is MaximumPoolOperation { Shape.TilesExactly: true } pool ? (pool, dropout) : (null, null);
    }

    /// <summary>
    /// The element-wise chain that reads a map behind an activity penalty on it, where nobody else reads the map, or null. The order on the tape is the
    /// order in which their gradients are added.
    /// </summary>
    public static ElementwiseOperation? ChainBeside(ActivityPenaltyOperation penalty, List<Operation> operations, Variable logits)
    {
        Variable map = penalty.Inputs[0];
        if (map == logits) return null;
        List<Operation> readers = operations.FindAll(operation => operation.Inputs.Contains(map));
        return readers is [var first, ElementwiseOperation chain] && first == penalty ? chain : null;
    }

    /// <summary>Whether a rectifier behind a convolution is read only by a penalty and its chain, which then find the rectifier's gradient as well.</summary>
    public static bool IsPenalizedRectifier(ElementwiseOperation rectifier, List<Operation> operations, Variable logits) =>
        rectifier.Activation == Activation.Rectifier
        && operations.Find(operation => operation.Inputs.Contains(rectifier.Output!)) is ActivityPenaltyOperation penalty
        && ChainBeside(penalty, operations, logits) is not null;

    private static Operation? OnlyReader(Variable variable, List<Operation> operations, Variable logits)
    {
        if (variable == logits) return null;
        Operation? reader = null;
        foreach (Operation operation in operations)
            foreach (Variable input in operation.Inputs)
            {
                if (input != variable) continue;
                if (reader is not null) return null;
                reader = operation;
            }
        return reader;
    }

    /// <summary>A convolution and the chain that is its only reader, or null.</summary>
    /// <param name="Operation">The convolution.</param>
    /// <param name="Chain">The chain.</param>
    public sealed record ChainedConvolution(ConvolutionOperation Operation, ElementwiseOperation? Chain)
    {
        /// <summary>What the chain gives, or the convolution without one.</summary>
        public Variable Result => Chain?.Output ?? Operation.Output!;

        /// <summary>What the chain does.</summary>
        public Activation Activation => Chain?.Activation ?? Activation.Identity;
    }
}
