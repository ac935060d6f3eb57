// SPDX-License-Identifier: MIT
using Ai8x.Device;

namespace Ai8x.Max78000Sim.Tests;

/// <summary>
/// The machine once more, as plain nested loops over single values in 64-bit arithmetic (machine.md section 11), with nothing in common with the simulator's engine. It checks nothing: what was never
/// written is zero. Layers that stream read what the layer before wrote, as section 12.3 says.
/// </summary>
internal sealed class PlainMachine
{
    private const int InstanceWords = 8192;

    private readonly Dictionary<uint, uint> _registers = [];
    private readonly byte[,] _kernels = new byte[64, 6912];
    private readonly byte[,] _bias = new byte[4, 512];
    private readonly int[] _kernelByte = new int[64];
    private readonly Dictionary<long, uint> _data = [];
    private readonly List<uint>[] _fifos = [[], [], [], [], []];
    private readonly Dictionary<(int Layer, int Instance, long Index), uint> _streams = [];

    /// <summary>One store of the bus.</summary>
    public void Write(BusWrite write)
    {
        (uint address, uint value) = (write.Address, write.Value);
        uint quadrant = (address - 0x50000000) / 0x400000, inside = (address - 0x50000000) % 0x400000;
        if (address is >= 0x50000008 and < 0x50000018)
            _fifos[(address - 0x50000008) / 4].Add(value);
        else if (address == 0x400c0410)
            _fifos[4].Add(value);
        else if (address >= 0x50400000 && (address - 0x50400000) % 0x400000 < 0x20000)
            _data[WordOf(address)] = value;
        else if (address is >= 0x50000000 and < 0x52000000 && inside is >= 0x180000 and < 0x1c0000)
            WriteKernel((int)(quadrant * 16 + (inside - 0x180000) / 0x4000), (inside - 0x180000) % 0x4000, write);
        else if (address is >= 0x50000000 and < 0x52000000 && inside is >= 0x108000 and < 0x108800)
            _bias[quadrant, (inside - 0x108000) / 4] = (byte)value;
        else
            _registers[address] = value;
    }

    /// <summary>A register, memory word or 0.</summary>
    public uint Read(uint address) => address >= 0x50400000 && (address - 0x50400000) % 0x400000 < 0x20000
        ? _data.GetValueOrDefault(WordOf(address))
        : _registers.GetValueOrDefault(address);

    /// <summary>All of the data memory, instance after instance.</summary>
    public byte[] Memory()
    {
        var bytes = new byte[16 * InstanceWords * 4];
        foreach ((long word, uint value) in _data)
            BitConverter.TryWriteBytes(bytes.AsSpan((int)word * 4), value);
        return bytes;
    }

    /// <summary>Runs all layers.</summary>
    public void Run()
    {
        for (int layer = 0; layer <= (_registers.GetValueOrDefault(0x50100008u) & 31); layer++)
            Run(layer);
    }

    private static long WordOf(uint address)
    {
        uint x = address - 0x50400000;
        return (x / 0x400000 * 4 + x % 0x400000 / 0x8000) * InstanceWords + x % 0x8000 / 4;
    }

    private void WriteKernel(int processor, uint offset, BusWrite write)
    {
        bool packed = (Global(processor / 16) >> 20 & 1) == 1;
        if (write.Width == BusWidth.Byte)
        {
            _kernelByte[processor] = (int)(offset >> 2) * 9;
        }
        else if (packed)
        {
            for (int i = 3; i >= 0; i--)
            {
                // Byte j of a word is grid position 8 - j.
                int at = _kernelByte[processor]++;
                if (at < 6912)
                    _kernels[processor, at / 9 * 9 + 8 - at % 9] = (byte)(write.Value >> (8 * i));
            }
        }
        else
        {
            int word = (int)offset / 16 * 9, part = (int)offset / 4 % 4;
            for (int i = 0; i < 4 && part is 1 or 2; i++)
                _kernels[processor, word + (part == 1 ? 4 : 0) + i] = (byte)(write.Value >> (8 * i));
            if (part == 0)
                _kernels[processor, word + 8] = (byte)write.Value;
        }
    }

    private uint Global(int quadrant) => _registers.GetValueOrDefault(0x50100000u + (uint)quadrant * 0x400000);

    private int Bits(int register, int layer, int quadrant, int low, int width) =>
        (int)(_registers.GetValueOrDefault(0x50100010u + (uint)quadrant * 0x400000 + 0x80 * (uint)register + 4 * (uint)layer) >> low & ((1u << width) - 1));

    /// <summary>Runs one layer.</summary>
    public void Run(int layer)
    {
        int B(int register, int low, int width) => Bits(register, layer, 0, low, width);
        bool deconvolution = B(15, 28, 1) == 1, passThrough = B(15, 24, 1) == 1;
        int padRows = B(0, 16, 2), padColumns = B(1, 16, 2);
        int rows = B(0, 0, 10) + 1 - 2 * padRows, columns = B(1, 0, 10) + 1 - 2 * padColumns;
        if (deconvolution)
            (rows, columns) = (rows / 2, columns / 2);
        int stride = B(5, 0, 4) + 1;
        int pooledRows = (rows + stride - (B(3, 0, 4) + 1)) / stride, pooledColumns = (columns + stride - (B(4, 0, 4) + 1)) / stride;
        int passes = B(20, 0, 4) + 1;
        if (Enumerable.Range(0, 4).Any(q => Bits(15, layer, q, 27, 1) == 1))
            passes = (Enumerable.Range(0, 4).Max(q => Bits(15, layer, q, 18, 4)) << 4 | B(20, 0, 4)) + 1;
        var images = new Dictionary<(int Processor, int Pass), int[,]>();
        for (int processor = 0; processor < 64; processor++)
        {
            for (int pass = 0; pass < passes && (Bits(14, layer, processor / 16, 0, 16) >> (processor % 16) & 1) == 1; pass++)
            {
                var image = new int[deconvolution ? 2 * pooledRows : pooledRows, deconvolution ? 2 * pooledColumns : pooledColumns];
                for (int r = 0; r < pooledRows; r++)
                {
                    for (int c = 0; c < pooledColumns; c++)
                        image[deconvolution ? 2 * r : r, deconvolution ? 2 * c : c] = Pixel(layer, processor, pass, passes, columns, r * stride, c * stride);
                }

                images[(processor, pass)] = image;
            }
        }

        if (passThrough)
            Copy(layer, images, pooledRows, pooledColumns, passes);
        else
            Convolve(layer, images, padRows, padColumns, passes);
    }

    /// <summary>Fetch, pool and combine one value.</summary>
    private int Pixel(int layer, int processor, int pass, int passes, int columns, int row, int column)
    {
        bool elementWise = Bits(2, layer, 0, 13, 1) == 1, pools = Bits(11, layer, 0, 7, 1) == 1;
        int operands = elementWise ? Bits(2, layer, 0, 18, 4) + 1 : 1;
        int Fetch(int r, int c, int operand) => Datum(layer, processor, (r * columns + c) * passes + pass, operands, operand, r * columns + c);
        int Combine(Func<int, int> operand)
        {
            long total = operand(0);
            for (int k = 1; k < operands; k++)
            {
                total = Bits(2, layer, 0, 14, 2) switch
                {
                    0 => total - operand(k),
                    1 => total + operand(k),
                    2 => total | (long)operand(k),
                    _ => total ^ operand(k),
                };
            }

            return (int)Math.Clamp(total, -128, 127);
        }

        int Pool(Func<int, int, int> value)
        {
            if (!pools)
                return value(row, column);
            var window = new List<int>();
            for (int r = 0; r <= Bits(3, layer, 0, 0, 4); r++)
            {
                for (int c = 0; c <= Bits(4, layer, 0, 0, 4); c++)
                    window.Add(value(row + r, column + c));
            }

            if (Bits(11, layer, 0, 8, 1) == 1)
                return window.Max();
            double mean = (double)window.Sum() / window.Count;
            bool rounds = (Global(0) >> 13 & 1) == 1 && Bits(2, layer, 0, 12, 1) == 0;
            return (int)(rounds ? Math.Round(mean, MidpointRounding.AwayFromZero) : Math.Truncate(mean));
        }

        return elementWise && pools && Bits(2, layer, 0, 16, 1) == 0
            ? Pool((r, c) => Combine(k => Fetch(r, c, k)))
            : Combine(k => Pool((r, c) => Fetch(r, c, k)));
    }

    private int Datum(int layer, int processor, int index, int operands, int operand, int pixel)
    {
        bool planar = Bits(11, layer, 0, 6, 1) == 1;
        uint control = Global(0);
        if (layer == 0 && (control >> 15 & 1) == 1)
        {
            bool fast = (control >> 22 & 1) == 1;
            bool spread = fast && (control >> 23 & 1) == 0 && (control >> 31 & 1) == 0;
            List<uint> fifo = _fifos[fast ? 4 : processor / 16];
            uint frame = fifo.ElementAtOrDefault(planar ? pixel / 4 : pixel);
            return (sbyte)(frame >> (8 * (planar ? pixel % 4 : spread ? processor / 16 : processor % 4)));
        }

        long word = planar ? pixel / 4 : (long)index * operands + operand;
        int shift = 8 * (planar ? pixel % 4 : processor % 4);
        if (layer > 0 && (control >> 14 & 1) == 1 && Bits(18, layer, 0, 0, 17) != 0)
            return (sbyte)(_streams.GetValueOrDefault((layer, processor / 4, word)) >> shift);
        return (sbyte)(_data.GetValueOrDefault(processor / 4 * InstanceWords + Bits(10, layer, processor / 16, 0, 17) + word) >> shift);
    }

    private void Copy(int layer, Dictionary<(int Processor, int Pass), int[,]> images, int rows, int columns, int passes)
    {
        for (int quadrant = 0; quadrant < 4; quadrant++)
        {
            int[] processors = [.. Enumerable.Range(quadrant * 16, 16).Where(p => (Bits(14, layer, quadrant, 0, 16) >> (p % 16) & 1) == 1)];
            for (int i = 0; i < rows * columns * passes; i++)
            {
                for (int slot = 0; 4 * slot < processors.Length && slot <= Bits(2, layer, 0, 0, 4); slot++)
                {
                    uint word = 0;
                    for (int lane = 0; lane < 4 && 4 * slot + lane < processors.Length; lane++)
                        word |= (uint)(byte)images[(processors[4 * slot + lane], i % passes)][i / passes / columns, i / passes % columns] << (8 * lane);
                    long at = Bits(6, layer, quadrant, 0, 17) + (long)slot * Bits(7, layer, quadrant, 0, 17) + (long)i * (Bits(20, layer, quadrant, 4, 4) + 1);
                    Store(layer, at, at, word);
                }
            }
        }
    }

    private void Convolve(int layer, Dictionary<(int Processor, int Pass), int[,]> images, int padRows, int padColumns, int passes)
    {
        int B(int register, int low, int width) => Bits(register, layer, 0, low, width);
        int q = B(15, 22, 2) switch { 0 => 8, 1 => 1, 2 => 2, _ => 4 };
        int kernelRows = B(2, 12, 1) == 1 ? B(2, 8, 4) : B(2, 8, 4) == 1 ? 1 : 3, kernelColumns = B(2, 12, 1) == 1 ? 1 : kernelRows;
        int taps = kernelRows * kernelColumns;
        bool quad = layer == 0 && Global(0) >> 31 == 1;
        int kernels = (B(12, 0, 16) - B(12, 16, 16)) / q + 1, slots = kernels / passes * (quad ? 4 : 1), perExpansion = B(20, 8, 9) / q + 1;
        int start = taps * (B(12, 16, 16) >> 3) + B(2, 4, 4);
        int sources = B(11, 12, 4) | 1 | (quad ? 15 : 0);
        int[] used = [.. images.Keys.Select(k => k.Processor).Distinct()
            .Where(p => (sources >> (p / 16) & 1) == 1 && (Bits(14, layer, p / 16, 16, 16) >> (p % 16) & 1) == 1).Order()];
        int height = images.First().Value.GetLength(0), width = images.First().Value.GetLength(1);
        int outRows = height + 2 * padRows - kernelRows + 1, outColumns = width + 2 * padColumns - kernelColumns + 1;
        for (int slot = 0; slot < slots; slot++)
        {
            long bias = Enumerable.Range(0, 4).Where(g => (sources >> g & 1) == 1 && Bits(15, layer, g, 12, 1) == 1 && (!quad || slot % 4 == g))
                .Sum(g => 128L * BiasByte(g, Bits(15, layer, g, 0, 12) + (quad ? slot / 4 : slot) + (layer == 0 && (Global(0) >> 14 & 1) == 1 ? 1 : 0)));
            for (int pixel = 0; pixel < outRows * outColumns; pixel++)
            {
                long sum = bias;
                foreach (int processor in used.Where(p => !quad || p / 16 == slot % 4))
                {
                    for (int pass = 0; pass < passes; pass++)
                    {
                        int n = (quad ? slot / 4 : slot) * passes + pass;
                        for (int tap = 0; tap < taps; tap++)
                        {
                            int r = pixel / outColumns + tap / kernelColumns - padRows, c = pixel % outColumns + tap % kernelColumns - padColumns;
                            if (r >= 0 && r < height && c >= 0 && c < width)
                                sum += (long)Weight(processor, start + taps * (n * q / 8) + taps - 1 - tap, n * q % 8, q) * images[(processor, pass)][r, c];
                        }
                    }
                }

                Put(layer, slot / perExpansion, slot % perExpansion, pixel, sum);
            }
        }
    }

    private int BiasByte(int quadrant, int index) => index < 512 ? (sbyte)_bias[quadrant, index] : 0;

    private int Weight(int processor, int position, int bit, int q)
    {
        int value = position < 6912 ? _kernels[processor, position] >> bit & ((1 << q) - 1) : 0;
        return value >= 1 << (q - 1) ? value - (1 << q) : value;
    }

    private void Put(int layer, int expansion, int slot, int pixel, long sum)
    {
        int B(int register, int low, int width) => Bits(register, layer, 0, low, width);
        long first = B(6, 0, 17) + (long)(slot / 4) * B(8, 0, 17) + (long)expansion * B(9, 0, 17);
        int step = B(20, 4, 4) + 1;
        if (B(11, 16, 1) == 1)
        {
            Store(layer, first, first + 4L * pixel * step + slot % 4, (uint)(int)sum);
            return;
        }

        int shift = B(15, 17, 1) == 1 ? -B(15, 13, 4) : B(15, 13, 4);
        decimal scaled = Math.Floor(0.5m + sum * (shift >= 0 ? 1 << shift : 1m / (1 << -shift)) / 128);
        int value = (int)Math.Clamp(scaled, -128, 127);
        if (B(15, 26, 1) == 1)
            value = Math.Min(Math.Abs(value), 127);
        else if (B(11, 9, 1) == 1)
            value = Math.Max(value, 0);
        int lane = 8 * (slot % 4);
        long at = first + (long)pixel * step;
        uint old = slot % 4 == 0 ? 0 : Stored(layer, first, at);
        Store(layer, first, at, old & ~(0xffu << lane) | (uint)(byte)value << lane);
    }

    /// <summary>Where a word of a layer goes: a stream to the next layer if it begins in that layer's circular buffer.</summary>
    private (int Instance, long Index)? Stream(int layer, long first, long word)
    {
        int length = layer < 31 && (Global(0) >> 14 & 1) == 1 ? Bits(18, layer + 1, 0, 0, 17) : 0;
        int instance = (int)(first / InstanceWords), pointer = layer < 31 ? Bits(10, layer + 1, instance / 4 % 4, 0, 17) : 0;
        bool reads = layer < 31 && (Bits(14, layer + 1, instance / 4 % 4, 0, 16) >> (instance % 4 * 4) & 15) != 0;
        long inside = first % InstanceWords - pointer;
        return length > 0 && reads && inside >= 0 && inside < length ? (instance, word - first + inside) : null;
    }

    private uint Stored(int layer, long first, long word) => Stream(layer, first, word) is (int instance, long index)
        ? _streams.GetValueOrDefault((layer + 1, instance, index))
        : _data.GetValueOrDefault(word);

    private void Store(int layer, long first, long word, uint value)
    {
        if (Stream(layer, first, word) is (int instance, long index))
            _streams[(layer + 1, instance, index)] = value;
        else
            _data[word] = value;
    }
}
