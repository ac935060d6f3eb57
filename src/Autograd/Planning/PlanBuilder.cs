// SPDX-License-Identifier: MIT
using Ai8x.Autograd.Operations;
using Ai8x.Tensors;
using Ai8x.Tensors.Kernels;

namespace Ai8x.Autograd.Planning;

/// <summary>Lays out the memory of a plan: which operations run, which are fused, and where every map and gradient lies.</summary>
internal sealed class PlanBuilder
{
    // The gradient of a parameter starts on a cache line.
    private const int Granule = LaneLayout.Alignment / sizeof(float);

    // 2 MB of packed weights of convolutions: what the second-level caches of two workers still hold as the next ones are packed. Of more, other lines have taken the place, and zeros would only be written in addition.
    private const long NearPacked = 1 << 19;

    private readonly Tape _tape;
    private readonly int[] _storage;
    private readonly bool[] _needsGradient;
    private readonly Region?[] _values;
    private readonly Region?[] _gradients;
    private readonly List<Region> _regions = [];
    private readonly bool[] _written;
    private readonly Dictionary<Parameter, Slot> _parameters = [];
    private readonly HashSet<Parameter> _writtenParameters = [];
    private readonly List<PlanStep> _steps = [];

    // Outputs of rectifiers whose gradient the readers give as that of the rectifier's input.
    private readonly HashSet<Variable> _rectified = [];
    private int _moment = Moment.Input;
    private long _packed;

    public PlanBuilder(Tape tape, Variable logits, VectorWidth width, int threads, bool training)
    {
        _tape = tape;
        Width = width;
        Workers = threads;
        Training = training;
        int count = tape.Variables.Count;
        _storage = new int[count];
        for (int i = 0; i < count; i++) _storage[i] = i;
        _needsGradient = new bool[count];
        _values = new Region?[count];
        _gradients = new Region?[count];
        _written = new bool[count];
        List<Operation> operations = PlanFusion.Join(PlanFusion.Reachable(tape, logits), logits);
        foreach (Operation operation in operations) Trace(operation);
        foreach (Parameter parameter in tape.Parameters) AddParameter(parameter);
        BindSteps(operations, logits);
        _moment = Moment.Loss;
        Logits = Value(logits);
        Steps = [.. _steps];
        LogitsGradient = training ? Gradient(logits) : null!;
        if (training) PlanBackward(logits);
        _moment = Moment.Input;
        Input = _values[_storage[tape.InputVariable!.Index]] is { } input ? Use(input) : null;
        FloatCount = RegionLayout.Place(_regions);
    }

    public VectorWidth Width { get; }

    /// <summary>Workers, who may run blocks of one step at the same time.</summary>
    public int Workers { get; }

    public bool Training { get; }

    public PlanStep[] Steps { get; }

    /// <summary>Where the samples are laid out, or null where the first step reads their bytes.</summary>
    public Region? Input { get; }

    public Region Logits { get; }

    /// <summary>Only in training.</summary>
    public Region LogitsGradient { get; }

    /// <summary>Floats of a worker.</summary>
    public long FloatCount { get; }

    /// <summary>Floats of the longest input gradient that may be found while somebody reads the input; 0 where none may.</summary>
    public int SpareCount { get; private set; }

    /// <summary>Masks of a worker.</summary>
    public int MaskCount { get; private set; }

    /// <summary>Floats of one block's parameter gradients.</summary>
    public int ParameterCount { get; private set; }

    /// <summary>Whether packed weights of convolutions are zeroed before new ones are packed, because several workers have just read them; see <see cref="LaneMemory.Reclaim"/>. Known when all is planned.</summary>
    public bool ReclaimsPacked => Workers > 1 && _packed <= NearPacked;

    /// <summary>A convolution of the plan, and memory for its packed weights.</summary>
    public PackedConvolution NewConvolution(in ConvolutionShape shape, bool byOutputs = false)
    {
        var convolution = new PackedConvolution(Width, shape, byOutputs);
        _packed += convolution.PackedCount;
        return convolution;
    }

    /// <summary>The parameter's region in the gradient of a block.</summary>
    public Slot ParameterSlot(Parameter parameter) => _parameters[parameter];

    /// <summary>Memory of a variable's values, in use now.</summary>
    public Region Value(Variable variable) => Use(_values[_storage[variable.Index]] ??= Reserve(variable));

    /// <summary>Memory of a variable's gradient, in use now.</summary>
    public Region Gradient(Variable variable) => Use(_gradients[_storage[variable.Index]] ??= Reserve(variable));

    /// <summary>Notes that the step that is being planned uses the region, forwards while it is bound and backwards in <see cref="PlanStep.PlanBackward"/>.</summary>
    public Region Use(Region region)
    {
        region.UseAt(_moment);
        return region;
    }

    /// <summary>From here on the step that is being planned backwards is in its second half; <see cref="PlanStep.Backward"/> tells the workspace when it gets there.</summary>
    public void BeginSecondHalf() => _moment = Moment.SecondHalf(_moment);

    /// <summary>Whether somebody wants the gradient of a variable.</summary>
    public bool NeedsGradient(Variable variable) => _needsGradient[_storage[variable.Index]];

    /// <summary>Registers a step as the next writer of a variable's gradient.</summary>
    public GradientTarget Claim(Variable variable)
    {
        int storage = _storage[variable.Index];
        if (!NeedsGradient(variable)) return default;
        bool accumulates = _written[storage];
        _written[storage] = true;
        return new(true, Gradient(variable), accumulates, accumulates ? Temporary(variable.Shape.Count * LaneLayout.Lanes) : null!);
    }

    /// <summary>Registers a step as the next writer of a parameter's gradient.</summary>
    public ParameterTarget Claim(Parameter parameter, int count)
    {
        bool accumulates = !_writtenParameters.Add(parameter);
        return new(_parameters[parameter], accumulates, accumulates ? Temporary(count) : null!);
    }

    /// <summary>One mask of sixteen lanes for each pixel.</summary>
    public Slot Masks(int pixels)
    {
        var slot = new Slot(MaskCount, pixels);
        MaskCount = checked(MaskCount + pixels);
        return slot;
    }

    /// <summary>Notes that an input gradient may be found while somebody reads the input.</summary>
    public void ReserveSpare(Region gradient) => SpareCount = Math.Max(SpareCount, gradient.Length);

    /// <summary>Memory that the step that is being planned uses now and then no more.</summary>
    public Region Temporary(long floats) => Use(Reserve(floats));

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

    /// <summary>Binds convolutions at the beginning of the network that go through it together.</summary>
    private bool BindStack(ConvolutionOperation first, List<Operation> operations, Variable logits)
    {
        if (first.Inputs[0] != _tape.InputVariable || Training || !PointwiseStack.TakesInput(Width, _tape.InputVariable.Shape)) return false;
        List<PlanFusion.ChainedConvolution> stack = PlanFusion.PointwiseStack(first, operations, logits);
        if (stack.Count == 0) return false;
        _steps.Add(new PointwiseStackStep(this, _tape.InputVariable.Shape, stack));
        foreach ((ConvolutionOperation convolution, ElementwiseOperation? chain) in stack)
        {
            if (convolution != first) operations.Remove(convolution);
            if (chain is not null) operations.Remove(chain);
        }

        return true;
    }

    private Region Reserve(Variable variable)
    {
        long floats = (long)variable.Shape.Count * LaneLayout.Lanes;
        if (floats > Array.MaxLength) throw new ArgumentException($"a map of {variable.Shape} has more than {Array.MaxLength} values for sixteen images: use smaller maps");
        return Reserve(floats);
    }

    private Region Reserve(long floats)
    {
        if (floats > Array.MaxLength) throw new ArgumentException($"a step works in {floats} values for sixteen images, more than {Array.MaxLength}: use smaller maps or fewer channels");
        var region = new Region((int)floats);
        _regions.Add(region);
        return region;
    }

    private void PlanBackward(Variable logits)
    {
        _written[_storage[logits.Index]] = true;
        for (int i = _steps.Count - 1; i >= 0; i--)
        {
            _moment = Moment.Backward(i);
            _steps[i].PlanBackward(this);
        }
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
            _moment = Moment.Forward(_steps.Count);
            if (operation is ConvolutionOperation first && BindStack(first, operations, logits)) continue;
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
