// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;

namespace Ai8x.Compare;

/// <summary>
/// Lets TorchSharp load where the C++ library is one version older than the one it was linked with (Debian 12), for measurements only: in the
/// copy beside this program the newer version becomes an optional need, and a small library supplies the one function that is missing.
/// </summary>
internal static class TorchShim
{
    private const string Library = "libLibTorchSharp.so";
    private const string NewerVersion = "GLIBCXX_3.4.32";
    private const string Missing = "void _ZSt21ios_base_library_initv(void) { }";
    private const uint VersionNeeds = 0x6ffffffe;
    private const ushort Weak = 2;

    /// <summary>Path of the small library, to be preloaded.</summary>
    public static string Path => System.IO.Path.Combine(AppContext.BaseDirectory, "torch-shim.so");

    /// <summary>Prepares both libraries.</summary>
    public static void Prepare()
    {
        if (!OperatingSystem.IsLinux()) throw new PlatformNotSupportedException("--shim is for Linux with glibc only");
        if (!File.Exists(Path)) Compile();
        foreach (string file in Directory.EnumerateFiles(AppContext.BaseDirectory, Library, SearchOption.AllDirectories))
        {
            byte[] image = File.ReadAllBytes(file);
            if (!Weaken(image)) continue;
            // A new file, so that a package folder that shares its content with this one stays as it is.
            File.Delete(file);
            File.WriteAllBytes(file, image);
        }
    }

    private static void Compile()
    {
        string source = System.IO.Path.ChangeExtension(Path, ".c");
        File.WriteAllText(source, Missing + "\n");
        using Process compiler = Process.Start("gcc", ["-shared", "-fPIC", "-o", Path, source]);
        compiler.WaitForExit();
        if (compiler.ExitCode != 0) throw new InvalidOperationException($"gcc could not build {Path}");
    }

    /// <summary>Walks the needed versions of a 64-bit little-endian ELF file and marks the newer one as weak.</summary>
    private static bool Weaken(Span<byte> image)
    {
        bool changed = false;
        int table = (int)BinaryPrimitives.ReadUInt64LittleEndian(image[0x28..]);
        int entry = BinaryPrimitives.ReadUInt16LittleEndian(image[0x3a..]);
        int count = BinaryPrimitives.ReadUInt16LittleEndian(image[0x3c..]);
        for (int i = 0; i < count; i++)
        {
            Span<byte> section = image[(table + i * entry)..];
            if (BinaryPrimitives.ReadUInt32LittleEndian(section[4..]) != VersionNeeds) continue;
            int strings = table + BinaryPrimitives.ReadInt32LittleEndian(section[0x28..]) * entry;
            int names = (int)BinaryPrimitives.ReadUInt64LittleEndian(image[(strings + 0x18)..]);
            changed |= WeakenNeeds(image, (int)BinaryPrimitives.ReadUInt64LittleEndian(section[0x18..]), names);
        }

        return changed;
    }

    private static bool WeakenNeeds(Span<byte> image, int need, int names)
    {
        bool changed = false;
        for (int next = 1; next != 0; need += next)
        {
            int auxiliary = need + BinaryPrimitives.ReadInt32LittleEndian(image[(need + 8)..]);
            for (int step = 1; step != 0; auxiliary += step)
            {
                Span<byte> version = image[auxiliary..];
                Span<byte> name = image[(names + BinaryPrimitives.ReadInt32LittleEndian(version[8..]))..];
                ushort flags = BinaryPrimitives.ReadUInt16LittleEndian(version[4..]);
                if ((flags & Weak) == 0 && Encoding.ASCII.GetString(name[..name.IndexOf((byte)0)]) == NewerVersion)
                {
                    BinaryPrimitives.WriteUInt16LittleEndian(version[4..], (ushort)(flags | Weak));
                    changed = true;
                }

                step = BinaryPrimitives.ReadInt32LittleEndian(version[12..]);
            }

            next = BinaryPrimitives.ReadInt32LittleEndian(image[(need + 12)..]);
        }

        return changed;
    }
}
