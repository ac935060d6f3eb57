// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.CodeGen.Placement;
using Ai8x.CodeGen.Registers;
using Ai8x.Device.Limits;
using Ai8x.Device.Registers;

namespace Ai8x.CodeGen.Output;

/// <summary>
/// The accesses of a <c>cnn_unload</c> in which the accelerator gathers the bytes of one lane from four words for each word that is read
/// (machine.md section 10.3). The start address is that of the channel; where the reference writes 0, see section 15.3.
/// </summary>
internal static class GatheredUnload
{
    /// <exception cref="LimitException">An output layer cannot be gathered so.</exception>
    public static ProgramFunction Make(NetworkPlacement placement) => new("cnn_unload", [.. placement.OutputLayers.SelectMany(layer => Layer(placement, layer))]);

    private static IEnumerable<ProgramAccess> Layer(NetworkPlacement placement, LayerPlacement layer)
    {
        int pixels = layer.Layer.Output.Pixels, channels = layer.Layer.Output.Channels;
        bool whole = pixels >= 4 && (pixels % 4 == 0 || channels == 1);
        if (layer.Layer.OutputWidth != 8 || !whole || !placement.Network.Description.Unload.IsEmpty)
        {
            throw new LimitException(new LimitViolation(
                GeneratorLimits.Mlator,
                placement.Network.Description.Where(layer.Layer.Index),
                string.Create(CultureInfo.InvariantCulture, $"the output is {layer.Layer.Output} of {layer.Layer.OutputWidth} bits{(placement.Network.Description.Unload.IsEmpty ? "" : ", and the description has unload")}"),
                "Leave out --mlator."));
        }

        for (int channel = 0; channel < channels; channel++)
        {
            foreach (ProgramAccess access in Channel(layer, layer.OutputSlot(channel, 0), (pixels + 3) / 4)) yield return access with { Rule = "10.3" };
        }
    }

    private static IEnumerable<ProgramAccess> Channel(LayerPlacement layer, DataSlot first, int words)
    {
        uint offset = first.Address - MemoryMap.DataMemory, registers = MemoryMap.Registers + offset / MemoryMap.QuadrantStride * MemoryMap.QuadrantStride;
        uint quadrant = offset / MemoryMap.QuadrantStride, instance = quadrant * MemoryMap.InstancesPerQuadrant + offset % MemoryMap.QuadrantStride / MemoryMap.InstanceStride;
        uint start = instance * MemoryMap.InstanceWords + offset % MemoryMap.InstanceStride / 4;
        uint clock = RegisterWord.Of(GlobalRegisters.Ctl, ("clk_en", 1));
        uint load = clock | RegisterWord.Of(GlobalRegisters.Ctl, ("mlat_ld", 1), ("mlatch_sel", first.Lane));
        uint mlat = registers + GlobalRegisters.Mlat.Offset, control = registers + GlobalRegisters.Ctl.Offset;
        yield return new(AccessOperation.Write, registers + LayerRegisters.WritePointer.Offset, RegisterWord.Of(LayerRegisters.WritePointer, ("wptr_base", start)), "Set SRAM address");
        yield return new(AccessOperation.Write, registers + LayerRegisters.LayerControl2.Offset, RegisterWord.Of(LayerRegisters.LayerControl2, ("wptr_inc", layer.PixelStep - 1)), "Set pointer increment");
        yield return new(AccessOperation.Write, control, load, string.Create(CultureInfo.InvariantCulture, $"Enable mlator, byte {first.Lane}"));
        yield return new(AccessOperation.Read, mlat, 0, "Prime", SourceName: "discard");
        yield return new(AccessOperation.Read, mlat, 0, "", words, SourceName: "out");
        yield return new(AccessOperation.Write, control, clock, "Disable mlator");
    }
}
