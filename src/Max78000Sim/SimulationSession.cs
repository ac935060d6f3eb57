// SPDX-License-Identifier: MIT
using Ai8x.Device;
using Ai8x.Max78000Sim.Bus;
using Ai8x.Max78000Sim.Engine;
using Ai8x.Max78000Sim.Projects;

namespace Ai8x.Max78000Sim;

/// <summary>
/// A program loaded into an accelerator once, for many images: each one is written over the bus, started and acknowledged by the program's own functions. Not safe for
/// use by several threads at once; open one session for each.
/// </summary>
public sealed class SimulationSession
{
    private readonly LoadedProject _project;
    private readonly bool _feedsFifo;
    private int _before;

    /// <summary>Resets an accelerator and loads the program up to, but without, its input.</summary>
    /// <param name="project">The program.</param>
    /// <param name="options">Behaviour; null takes the defaults.</param>
    /// <exception cref="SimulationException">The program does something that the accelerator refuses.</exception>
    public SimulationSession(LoadedProject project, AcceleratorOptions? options = null)
        : this(project, options, Convolution.Best)
    {
    }

    internal SimulationSession(LoadedProject project, AcceleratorOptions? options, ConvolutionPath path)
    {
        ArgumentNullException.ThrowIfNull(project);
        _project = project;
        _feedsFifo = project.SampleInput.Any(w => InputFifos.At(w.Address) >= 0);
        Accelerator = new Accelerator(options) { Path = path };
        foreach (ProgramFunction function in project.Functions)
        {
            if (function.Name is LoadedProject.InputFunction or LoadedProject.StartFunction)
                continue;
            Execute(function);
        }

        if (Accelerator.Inferences != 0 || Accelerator.IsRunning)
            throw new SimulationException(SimulationFault.NoInference, "an inference starts before cnn_start is called");
    }

    private SimulationSession(SimulationSession original)
    {
        _project = original._project;
        _feedsFifo = original._feedsFifo;
        Accelerator = original.Accelerator.Copy();
    }

    /// <summary>The accelerator with its memories.</summary>
    public Accelerator Accelerator { get; }

    /// <summary>Stops a run between layers.</summary>
    public CancellationToken Cancellation
    {
        get => Accelerator.Cancellation;
        set => Accelerator.Cancellation = value;
    }

    /// <summary>Runs one inference on the program's own sample.</summary>
    /// <exception cref="SimulationException">The program does something that the accelerator refuses.</exception>
    public InferenceReport RunSample()
    {
        // A FIFO is fed while the accelerator runs, memory is filled before.
        if (_feedsFifo)
            Start();
        Execute(Function(LoadedProject.InputFunction));
        if (!_feedsFifo)
            Start();
        return Finish();
    }

    /// <summary>Runs one inference on another image.</summary>
    /// <param name="input">Stores that bring the image into the data memory, or into the FIFO if the program takes its input from there; words for a full FIFO wait.</param>
    /// <exception cref="SimulationException">A store or the run is refused.</exception>
    public InferenceReport Run(ReadOnlySpan<BusWrite> input)
    {
        if (_feedsFifo)
            Start();
        foreach (BusWrite write in input)
        {
            if (_feedsFifo)
                Accelerator.WaitForRoom(write.Address);
            Accelerator.Write(write);
        }

        if (!_feedsFifo)
            Start();
        return Finish();
    }

    /// <summary>Fetches the result as the program's unload function does.</summary>
    /// <param name="buffer">At least as long as the result.</param>
    /// <exception cref="InvalidOperationException">The program has no unload function.</exception>
    public void Unload(Span<byte> buffer)
    {
        if (_project.Unload is null)
            throw new InvalidOperationException("The program does not say how its result is fetched.");
        _project.Unload.Fetch(Accelerator, buffer);
    }

    /// <summary>A second session with an accelerator of its own in the same state.</summary>
    internal SimulationSession Copy() => new(this) { Cancellation = Cancellation };

    /// <summary>The whole result as the program's unload function gives it, or null if the program has none.</summary>
    internal byte[]? Unload()
    {
        if (_project.Unload is null)
            return null;
        var buffer = new byte[_project.Unload.ByteCount];
        _project.Unload.Fetch(Accelerator, buffer);
        return buffer;
    }

    /// <summary>Reads words from the data memory.</summary>
    /// <param name="addresses">Bus addresses.</param>
    /// <param name="words">Receives one word for each address.</param>
    public void Read(ReadOnlySpan<uint> addresses, Span<uint> words)
    {
        for (int i = 0; i < addresses.Length; i++)
            words[i] = Accelerator.Read32(addresses[i]);
    }

    private void Start()
    {
        _before = Accelerator.Inferences;
        Execute(Function(LoadedProject.StartFunction));
    }

    private InferenceReport Finish()
    {
        if (!Accelerator.WaitForCompletion())
            throw new SimulationException(SimulationFault.NoInference, Unfinished());
        if (Accelerator.Inferences != _before + 1)
        {
            throw new SimulationException(
                SimulationFault.NoInference,
                Accelerator.Inferences == _before
                    ? "cnn_start starts nothing: the enable bit of quadrant 0 must rise while the completion flag is clear"
                    : "cnn_start starts more than one inference");
        }

        if (_project.Acknowledge is not null)
        {
            Execute(_project.Acknowledge);
            if (Accelerator.InterruptPending)
                throw new SimulationException(SimulationFault.NoInference, "the interrupt routine does not clear the completion flag of quadrant 0");
        }

        return Accelerator.LastInference!;
    }

    private string Unfinished() => Accelerator.IsStarved
        ? $"the inference waits for input: {Accelerator.Frame.Taken} of {Accelerator.Frame.Needed} words of its frame came through the FIFO"
        : "the inference was stopped and never continued";

    private ProgramFunction Function(string name) =>
        _project.Functions.FirstOrDefault(f => f.Name == name)
        ?? throw new SimulationException(SimulationFault.NoInference, $"the program has no function {name}");

    private void Execute(ProgramFunction function)
    {
        ReadOnlySpan<BusOperation> operations = function.Operations.AsSpan();
        int done = 0;
        try
        {
            for (; done < operations.Length; done++)
                Execute(operations[done]);
        }
        catch (SimulationException fault) when (fault.Location is null && function.Operations[done].Line > 0)
        {
            throw fault.WithLocation($"{function.File}:{operations[done].Line}");
        }
    }

    private void Execute(in BusOperation operation)
    {
        switch (operation.Kind)
        {
            case BusOperationKind.Write:
                Accelerator.Write(new BusWrite(operation.Address, operation.Value, operation.Width));
                break;
            case BusOperationKind.SetBits:
                Accelerator.Write(new BusWrite(operation.Address, Accelerator.Read32(operation.Address) | operation.Value));
                break;
            case BusOperationKind.KeepBits:
                Accelerator.Write(new BusWrite(operation.Address, Accelerator.Read32(operation.Address) & operation.Value));
                break;
            default:
                Compare(operation);
                break;
        }
    }

    private void Compare(in BusOperation operation)
    {
        while (true)
        {
            uint actual = Accelerator.Read32(operation.Address) & operation.Mask;
            if (actual == operation.Value)
                return;

            // Waiting makes sense as long as something goes on.
            bool waits = operation.Kind == BusOperationKind.Wait;
            if (waits && Accelerator.IsRunning && !Accelerator.IsStarved)
                continue;
            throw new SimulationException(
                waits ? SimulationFault.WaitWithoutEnd : SimulationFault.CheckFailed,
                $"the program {(waits ? "waits for" : "expects")} 0x{operation.Value:x8} under mask 0x{operation.Mask:x8} but finds 0x{actual:x8}{(waits ? ", for ever" : string.Empty)}",
                new FaultContext(operation.Address));
        }
    }
}
