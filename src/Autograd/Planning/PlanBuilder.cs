// SPDX-License-Identifier: MIT
using Ai8x.Autograd.Operations;
using Ai8x.Tensors;
using Ai8x.Tensors.Kernels;

namespace Ai8x.Autograd.Planning;

/// <summary>Lays out the memory of a plan: which operations run, which are fused, and where every map and gradient lies.</summary>
internal sealed class PlanBuilder
{
    // Regions start on a cache line.
    private const int Granule = LaneLayout.Alignment / sizeof(float);

    private readonly Tape _tape;
    private readonly int[] _storage;
    private readonly bool[] _needsGradient;
    private readonly Slot?[] _values;
    private readonly Slot?[] _gradients;
    private readonly bool[] _written;
    private readonly Dictionary<Parameter, Slot> _parameters = [];
    private readonly HashSet<Parameter> _writtenParameters = [];
    private readonly List<PlanStep> _steps = [];

    // Outputs of rectifiers whose gradient the readers give as that of the rectifier's input.
    private readonly HashSet<Variable> _rectified = [];
    private Slot _scratch;
    private Slot _group;

    public PlanBuilder(Tape tape, Variable logits, VectorWidth width, bool training)
    {
        _tape = tape;
        Width = width;
        Training = training;
        int count = tape.Variables.Count;
        _storage = new int[count];
        for (int i = 0; i < count; i++) _storage[i] = i;
        _needsGradient = new bool[count];
        _values = new Slot?[count];
        _gradients = new Slot?[count];
        _written = new bool[count];
        List<Operation> operations = PlanFusion.Join(PlanFusion.Reachable(tape, logits), logits);
        foreach (Operation operation in operations) Trace(operation);
        Input = Value(tape.InputVariable!);
        foreach (Parameter parameter in tape.Parameters) AddParameter(parameter);
        BindSteps(operations, logits);
        Logits = Value(logits);
        Steps = [.. _steps];
        if (!training) return;
        LogitsGradient = Gradient(logits);
        _written[_storage[logits.Index]] = true;
        for (int i = _steps.Count - 1; i >= 0; i--) _steps[i].PlanBackward(this);
    }

    public VectorWidth Width { get; }

    public bool Training { get; }

    public PlanStep[] Steps { get; }

    public Slot Input { get; }

    public Slot Logits { get; }

    public Slot LogitsGradient { get; }

    /// <summary>Floats of a worker, the shared scratch at the end included.</summary>
    public long FloatCount { get; private set; }

    /// <summary>Masks of a worker.</summary>
    public int MaskCount { get; private set; }

    /// <summary>Floats of one block's parameter gradients.</summary>
    public int ParameterCount { get; private set; }

    /// <summary>The parameter's region in the gradient of a block.</summary>
    public Slot ParameterSlot(Parameter parameter) => _parameters[parameter];

    /// <summary>Memory of a variable's values.</summary>
    public Slot Value(Variable variable) => _values[_storage[variable.Index]] ??= Reserve((long)variable.Shape.Count * LaneLayout.Lanes);

    /// <summary>Memory of a variable's gradient.</summary>
    public Slot Gradient(Variable variable) => _gradients[_storage[variable.Index]] ??= Reserve((long)variable.Shape.Count * LaneLayout.Lanes);

    /// <summary>Registers a step as the next writer of a variable's gradient.</summary>
    public GradientTarget Claim(Variable variable)
    {
        int storage = _storage[variable.Index];
        if (!_needsGradient[storage]) return default;
        bool accumulates = _written[storage];
        _written[storage] = true;
        return new(true, Gradient(variable), accumulates, accumulates ? Scratch(variable.Shape.Count * LaneLayout.Lanes) : default);
    }

    /// <summary>Registers a step as the next writer of a parameter's gradient.</summary>
    public ParameterTarget Claim(Parameter parameter, int count)
    {
        bool accumulates = !_writtenParameters.Add(parameter);
        return new(_parameters[parameter], accumulates, accumulates ? Scratch(count) : default);
    }

    /// <summary>One mask of sixteen lanes for each pixel.</summary>
    public Slot Masks(int pixels)
    {
        var slot = new Slot(MaskCount, pixels);
        MaskCount = checked(MaskCount + pixels);
        return slot;
    }

    /// <summary>Memory that every step may use while it runs.</summary>
    public Slot Scratch(int floats)
    {
        // A larger region replaces the shared one; steps planned before keep theirs.
        if (floats > _scratch.Length) _scratch = Reserve(floats);
        return _scratch with { Length = floats };
    }

    /// <summary>Memory for some channels of a map, which every step may use while it runs, beside <see cref="Scratch"/>.</summary>
    public Slot Group(int floats)
    {
        if (floats > _group.Length) _group = Reserve(floats);
        return _group with { Length = floats };
    }

    private void BindConvolution(ConvolutionOperation convolution, ElementwiseOperation chain, List<Operation> operations, Variable logits)
    {
        operations.Remove(chain);
        if (PlanFusion.PoolAfter(chain, operations, logits) is ({ } pool, var dropout))
        {
            _steps.Add(convolution.Bind(this, chain, dropout?.IsAlias(Training) == false ? dropout : null, pool));
            operations.Remove(pool);
            if (dropout is not null) operations.Remove(dropout);
            return;
        }

        bool penalized = PlanFusion.IsPenalizedRectifier(chain, operations, logits);
        if (penalized) _rectified.Add(chain.Output!);
        _steps.Add(convolution.Bind(this, chain, masked: !penalized));
    }

    private Slot Reserve(long floats)
    {
        long offset = FloatCount;
        FloatCount += (floats + Granule - 1) / Granule * Granule;
        if (FloatCount > Array.MaxLength) throw new ArgumentException($"the network needs more than {Array.MaxLength} values for sixteen images: use smaller maps");
        return new Slot((int)offset, (int)floats);
    }

    private void AddParameter(Parameter parameter)
    {
        _parameters.Add(parameter, new Slot(ParameterCount, parameter.Count));
        ParameterCount = checked(ParameterCount + (parameter.Count + Granule - 1) / Granule * Granule);
    }

    /// <summary>Follows aliases and the need for gradients along the tape.</summary>
    private void Trace(Operation operation)
    {
        if (operation.Output is not { } output) return;
        bool needed = operation.HasParameters || operation.Inputs.Any(input => _needsGradient[_storage[input.Index]]);
        if (operation.IsAlias(Training)) _storage[output.Index] = _storage[operation.Inputs[0].Index];
        _needsGradient[_storage[output.Index]] = needed && Training;
    }

    private void BindSteps(List<Operation> operations, Variable logits)
    {
        for (int i = 0; i < operations.Count; i++)
        {
            Operation operation = operations[i];
            if (operation.IsAlias(Training)) continue;
            if (operation is ConvolutionOperation convolution && PlanFusion.ChainAfter(convolution, operations, logits) is { } chain)
            {
                BindConvolution(convolution, chain, operations, logits);
            }
            else if (operation is ActivityPenaltyOperation penalty && PlanFusion.ChainBeside(penalty, operations, logits) is { } beside)
            {
                _steps.Add(penalty.Bind(this, beside, _rectified.Contains(penalty.Inputs[0])));
                operations.Remove(beside);
            }
            else
            {
                _steps.Add(operation.Bind(this));
            }
        }
    }
}
