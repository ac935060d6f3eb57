// SPDX-License-Identifier: MIT
using Ai8x.Device.Registers;
using Ai8x.Max78000Sim.Memories;

namespace Ai8x.Max78000Sim.Engine;

/// <summary>
/// Buffers behind the physical data memory: the frames that come out of the input FIFOs, and for each streaming layer, in place of the circular buffer of an instance, one
/// that holds the whole image. What a layer computes from them is what it computes from the circular buffer of the chip (machine.md section 12.3).
/// </summary>
internal sealed class BufferLayout
{
    /// <summary>Words of all buffers together; the published limits of images stay below.</summary>
    public const int MaximumWords = 8 << 20;

    private readonly List<Area> _areas = [];

    /// <summary>Words of the physical memory and all buffers.</summary>
    public int Words { get; private set; } = DataMemory.PhysicalWords;

    /// <summary>Frames of the FIFOs, by FIFO.</summary>
    public IEnumerable<Area> Frames => _areas.Where(a => a.IsFrame);

    /// <summary>Adds the frame of a FIFO, if it is not there already, and gives back its first word.</summary>
    public int AddFrame(int fifo, uint dataRegister, int words)
    {
        Area? area = _areas.Find(a => a.IsFrame && a.Unit == fifo);
        return (area ?? Add(new Area(0, true, fifo, Words, words, dataRegister, 0, 0))).First;
    }

    /// <summary>Adds the buffer of an instance for a streaming layer, if it is not there already, and gives back its first word.</summary>
    /// <param name="layer">The layer that reads it.</param>
    /// <param name="instance">Data memory instance.</param>
    /// <param name="words">Words of the whole image.</param>
    /// <param name="pointer">First word of the circular buffer inside the instance.</param>
    /// <param name="length">Words of the circular buffer.</param>
    public int AddCircular(int layer, int instance, int words, int pointer, int length)
    {
        Area? area = _areas.Find(a => !a.IsFrame && a.Layer == layer && a.Unit == instance);
        return (area ?? Add(new Area(layer, false, instance, Words, words, 0, pointer, length))).First;
    }

    /// <summary>The circular buffer from which a layer reads an instance, or null.</summary>
    public Area? Circular(int layer, int instance) => _areas.Find(a => !a.IsFrame && a.Layer == layer && a.Unit == instance);

    /// <summary>The circular buffer that a physical word belongs to, or null.</summary>
    public Area? CircularAt(int physicalWord) => _areas.Find(a => a.Contains(physicalWord));

    /// <summary>All physical words of circular buffers.</summary>
    public IEnumerable<int> CircularWords() =>
        _areas.Where(a => !a.IsFrame).SelectMany(a => Enumerable.Range(a.Unit * MemoryMap.InstanceWords + a.Pointer, a.Length));

    /// <summary>Bus address of a word, physical or in a buffer.</summary>
    public uint AddressOf(int word)
    {
        if (word < DataMemory.PhysicalWords)
            return DataMemory.AddressOf(word);
        Area area = _areas.Find(a => word >= a.First && word < a.First + a.Words)!;
        return area.IsFrame
            ? area.DataRegister
            : DataMemory.AddressOf(area.Unit * MemoryMap.InstanceWords + area.Pointer + (word - area.First) % area.Length);
    }

    private Area Add(Area area)
    {
        if (Words + (long)area.Words > DataMemory.PhysicalWords + MaximumWords)
        {
            throw new SimulationException(
                SimulationFault.UnsupportedFeature, $"this simulator does not execute streams of images that take more than {MaximumWords} words in all",
                new FaultContext(Layer: area.Layer));
        }

        foreach (Area other in _areas)
        {
            if (!area.IsFrame && !other.IsFrame && area.Unit == other.Unit && area.Pointer < other.Pointer + other.Length && other.Pointer < area.Pointer + area.Length)
            {
                throw new SimulationException(
                    SimulationFault.InconsistentRegisters, $"its circular buffer shares words of instance {area.Unit} with that of layer {other.Layer}",
                    new FaultContext(Register: LayerRegisters.FrameBuffer.Name, Layer: area.Layer));
            }
        }

        _areas.Add(area);
        Words += area.Words;
        return area;
    }

    /// <summary>One buffer.</summary>
    /// <param name="Layer">Layer that reads it.</param>
    /// <param name="IsFrame">The frame of a FIFO, else in place of a circular buffer.</param>
    /// <param name="Unit">FIFO or instance.</param>
    /// <param name="First">First word.</param>
    /// <param name="Words">Number of words.</param>
    /// <param name="DataRegister">For a frame: address of the FIFO.</param>
    /// <param name="Pointer">For a circular buffer: its first word in the instance.</param>
    /// <param name="Length">For a circular buffer: its length in words.</param>
    internal sealed record Area(int Layer, bool IsFrame, int Unit, int First, int Words, uint DataRegister, int Pointer, int Length)
    {
        /// <summary>True if a physical word lies in the circular buffer.</summary>
        public bool Contains(int physicalWord) =>
            !IsFrame && physicalWord / MemoryMap.InstanceWords == Unit && physicalWord % MemoryMap.InstanceWords >= Pointer
            && physicalWord % MemoryMap.InstanceWords < Pointer + Length;
    }
}
