// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Ai8x.Tensors;

/// <summary>The header of a <c>.npy</c> file: a Python dictionary literal with type, order and shape.</summary>
/// <param name="ElementType">Type of the elements.</param>
/// <param name="FortranOrder">Whether the first index runs fastest.</param>
/// <param name="Shape">Lengths of the axes.</param>
/// <param name="Count">Number of elements.</param>
internal sealed record NpyHeader(NpyElementType ElementType, bool FortranOrder, ImmutableArray<int> Shape, int Count)
{
    /// <summary>More axes than NumPy itself allows are a sign of a damaged file.</summary>
    private const int MaxRank = 32;

    private static readonly (NpyElementType Type, string Descriptor, int Size)[] Types =
    [
        (NpyElementType.Int8, "|i1", 1),
        (NpyElementType.UInt8, "|u1", 1),
        (NpyElementType.Int16, "<i2", 2),
        (NpyElementType.Int32, "<i4", 4),
        (NpyElementType.Int64, "<i8", 8),
        (NpyElementType.Float32, "<f4", 4),
        (NpyElementType.Float64, "<f8", 8),
    ];

    /// <summary>Bytes of all elements.</summary>
    public long DataBytes => (long)Count * SizeOf(ElementType);

    public static int SizeOf(NpyElementType type) => Types[(int)type].Size;

    /// <summary>The header as version 1.0 writes it, including the preamble, padded so that the data starts at a multiple of 64.</summary>
    public static byte[] Format(NpyElementType type, ImmutableArray<int> shape)
    {
        string axes = string.Join(", ", shape.Select(n => n.ToString(CultureInfo.InvariantCulture))) + (shape.Length == 1 ? "," : "");
        string text = $"{{'descr': '{Types[(int)type].Descriptor}', 'fortran_order': False, 'shape': ({axes}), }}";
        int total = (NpyReader.PreambleBytes + text.Length + 1 + 63) / 64 * 64;
        byte[] header = new byte[total];
        NpyReader.Magic.CopyTo(header);
        header[6] = 1;
        int length = total - NpyReader.PreambleBytes;
        header[8] = checked((byte)(length & 0xff));
        header[9] = checked((byte)(length >> 8));
        header.AsSpan(NpyReader.PreambleBytes).Fill((byte)' ');
        Encoding.ASCII.GetBytes(text, header.AsSpan(NpyReader.PreambleBytes));
        header[^1] = (byte)'\n';
        return header;
    }

    public static NpyHeader Parse(ReadOnlySpan<byte> bytes, string source)
    {
        foreach (byte b in bytes)
        {
            if (b is > 126 or (< 32 and not (byte)'\n')) throw new NpyFormatException(source, "the header holds a byte that is not text; the file is damaged.");
        }

        var reader = new Literal(Encoding.ASCII.GetString(bytes), source);
        string? descriptor = null;
        bool? fortran = null;
        ImmutableArray<int>? shape = null;
        reader.Expect('{');
        while (!reader.TryTake('}'))
        {
            string key = reader.Text();
            reader.Expect(':');
            switch (key)
            {
                case "descr" when descriptor is null: descriptor = reader.Text(); break;
                case "fortran_order" when fortran is null: fortran = reader.Truth(); break;
                case "shape" when shape is null: shape = reader.Shape(MaxRank); break;
                default: throw new NpyFormatException(source, $"the header has an unknown or repeated key '{key}'.");
            }

            if (!reader.TryTake(','))
            {
                reader.Expect('}');
                break;
            }
        }

        reader.End();
        if (descriptor is null || fortran is null || shape is null) throw new NpyFormatException(source, "the header lacks one of descr, fortran_order and shape.");
        return new NpyHeader(FindType(descriptor, source), fortran.Value, shape.Value, CountOf(shape.Value, source));
    }

    private static int CountOf(ImmutableArray<int> shape, string source)
    {
        // An axis of length 0 must not hide a product that overflows.
        long count = 1;
        foreach (int length in shape)
        {
            count *= Math.Max(length, 1);
            if (count > Array.MaxLength) throw new NpyFormatException(source, "the shape in the header has more elements than an array can hold.");
        }

        return shape.Contains(0) ? 0 : (int)count;
    }

    private static NpyElementType FindType(string descriptor, string source)
    {
        foreach ((NpyElementType type, string known, int size) in Types)
        {
            if (descriptor == known || (size == 1 && descriptor.Length == 3 && descriptor[0] is '<' or '>' or '=' && descriptor.AsSpan(1).SequenceEqual(known.AsSpan(1)))) return type;
        }

        if (descriptor.StartsWith('>'))
        {
            throw new NpyFormatException(source, $"the elements '{descriptor}' are big-endian; save the array in little-endian order.");
        }

        throw new NpyFormatException(source, $"the element type '{descriptor}' is not supported; use one of {string.Join(", ", Types.Select(t => t.Descriptor))}.");
    }

    /// <summary>Reads the few Python literals of a header.</summary>
    private sealed class Literal(string text, string source)
    {
        private int _at;

        public void Expect(char wanted)
        {
            if (!TryTake(wanted)) throw Broken($"expected '{wanted}'");
        }

        public bool TryTake(char wanted)
        {
            SkipBlanks();
            if (_at >= text.Length || text[_at] != wanted) return false;
            _at++;
            return true;
        }

        public string Text()
        {
            SkipBlanks();
            if (_at >= text.Length || text[_at] is not ('\'' or '"')) throw Broken("expected a quoted word");
            char quote = text[_at++];
            int end = text.IndexOf(quote, _at);
            if (end < 0) throw Broken("a quoted word has no end");
            string word = text[_at..end];
            _at = end + 1;
            return word;
        }

        public bool Truth()
        {
            SkipBlanks();
            foreach ((string word, bool value) in ((string, bool)[])[("True", true), ("False", false)])
            {
                if (string.CompareOrdinal(text, _at, word, 0, word.Length) != 0) continue;
                _at += word.Length;
                return value;
            }

            throw Broken("expected True or False");
        }

        public ImmutableArray<int> Shape(int maxRank)
        {
            ImmutableArray<int>.Builder axes = ImmutableArray.CreateBuilder<int>();
            Expect('(');
            while (!TryTake(')'))
            {
                if (axes.Count == maxRank) throw Broken($"more than {maxRank} axes");
                axes.Add(Number());
                if (TryTake(',')) continue;
                Expect(')');
                break;
            }

            return axes.ToImmutable();
        }

        public void End()
        {
            SkipBlanks();
            if (_at != text.Length) throw Broken("text after the closing brace");
        }

        private int Number()
        {
            SkipBlanks();
            int start = _at;
            while (_at < text.Length && char.IsAsciiDigit(text[_at])) _at++;
            return int.TryParse(text.AsSpan(start, _at - start), NumberStyles.None, CultureInfo.InvariantCulture, out int value)
                ? value
                : throw Broken("expected the length of an axis, 0 to 2,147,483,647");
        }

        private void SkipBlanks()
        {
            while (_at < text.Length && text[_at] is ' ' or '\n') _at++;
        }

        private NpyFormatException Broken(string what) =>
            new(source, string.Create(CultureInfo.InvariantCulture, $"the header is malformed at character {_at}: {what}."));
    }
}
